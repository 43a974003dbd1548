import { useQuery } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';
import { useSites } from '@/api/lists';

const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const day_ms = 86_400_000;

/** Today and the hour in a zone, as people there write them. */
export function local_now(zone: string, now = new Date()): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
    .format(now)
    .replace(' ', 'T');
}

/** When the site opens next, on up to three days, as local times of its own. */
export function openings(calendar: Schemas['Calendar'] | undefined, zone: string, now = new Date()): string[] {
  const here = local_now(zone, now);
  const today = Date.parse(`${here.slice(0, 10)}T00:00Z`);
  const found: string[] = [];
  for (let ahead = 0; ahead < 14 && found.length < 3; ahead++) {
    const day = new Date(today + ahead * day_ms);
    const date = day.toISOString().slice(0, 10);
    const closed = calendar?.holidays.some((one) => one.date === date);
    const spans = closed ? [] : calendar?.week[days[day.getUTCDay()] ?? 'mon'];
    const first = spans?.map((span) => `${date}T${span.start}`).find((start) => start > here);
    if (first) found.push(first);
  }
  return found;
}

/** The site's zone and when it opens next. */
export function useOpenings(site_id: number): { zone: string; openings: string[] } {
  const site = useSites().find((one) => one.id === site_id);
  const zone = site?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { data } = useQuery({
    queryKey: ['sites', site_id, 'calendars'],
    queryFn: () => call(api.GET('/api/sites/{id}/calendars', { params: { path: { id: site_id } } })),
    staleTime: 300_000,
  });
  return {
    zone,
    openings: openings(
      data?.items.find((one) => one.in_force),
      zone,
    ),
  };
}
