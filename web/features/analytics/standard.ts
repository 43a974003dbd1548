import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import type { Filters } from './filters';
import { today } from './period';
import { standards_query } from './queries';

type Standard = Schemas['Standard'];
type Promise_ = Standard['measure'];

const promises: Record<string, Promise_> = {
  first_response_time: 'first_response',
  next_reply_time: 'next_reply',
  first_resolution_time: 'resolution',
};
export const promise_of = (kpi: string): Promise_ | undefined => promises[kpi];

const target_of = (one: Standard) => [one.measure, one.channel, one.priority, one.topic, one.site_id].join(' ');

/** Of each target the version that holds today. */
function in_force(all: readonly Standard[]): Standard[] {
  const latest = new Map<string, Standard>();
  for (const one of all) {
    if (one.valid_from !== null && one.valid_from > today()) continue;
    const before = latest.get(target_of(one));
    if (!before || (one.valid_from ?? '') >= (before.valid_from ?? '')) latest.set(target_of(one), one);
  }
  return [...latest.values()].filter((one) => one.seconds !== null);
}

/** The seconds the clinic has promised for all that the filters leave; null where there are several, or some without. */
export function useStandard(kpi: string, filters: Filters): number | null {
  const measure = promise_of(kpi);
  const { data = [] } = useQuery({ ...standards_query, enabled: measure !== undefined });
  const asked = (wanted: unknown, has: unknown) => has === null || wanted === null || wanted === has;
  const fitting = in_force(data).filter(
    (one) =>
      one.measure === measure &&
      one.clock === filters.clock &&
      asked(filters.channel, one.channel) &&
      asked(filters.topic, one.topic) &&
      asked(filters.site, one.site_id),
  );
  const covers = (wanted: unknown, has: unknown) => has === null || wanted === has;
  const for_all = fitting.some(
    (one) =>
      one.priority === null &&
      covers(filters.channel, one.channel) &&
      covers(filters.topic, one.topic) &&
      covers(filters.site, one.site_id),
  );
  const seconds = new Set(fitting.map((one) => one.seconds));
  return for_all && seconds.size === 1 ? (fitting[0]?.seconds ?? null) : null;
}

/** Which promise each standard is about, to read attainment split by standard. */
export function usePromises(): ReadonlyMap<number, Promise_> {
  const { data = [] } = useQuery(standards_query);
  return new Map(data.map((one) => [one.id, one.measure]));
}
