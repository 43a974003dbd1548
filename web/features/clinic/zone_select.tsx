import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { useText } from '@/i18n';

const zones_query = {
  queryKey: ['time_zones'],
  queryFn: () => call(api.GET('/api/time-zones')).then((list) => list.items),
  staleTime: Number.POSITIVE_INFINITY,
};
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[_/]/g, ' ');

/** A time zone, found by any part of its name, with the hour there now. */
export function ZoneSelect({
  value,
  onChange,
  error,
  name,
}: {
  value: string | null;
  onChange: (zone: string | null) => void;
  error?: string;
  name: string;
}) {
  const { t, language } = useText();
  const zones = useQuery(zones_query).data ?? (value ? [value] : []);
  const now = value ? local_now(value, language) : '';
  return (
    <Select
      label={t('settings:sites.zone')}
      placeholder={t('settings:sites.zone_search')}
      description={now ? t('settings:sites.now', { time: now }) : undefined}
      nothingFoundMessage={t('settings:sites.zone_none')}
      data={zones.map((zone) => ({ value: zone, label: zone.replace(/_/g, ' ') }))}
      filter={({ options, search }) =>
        options.filter((one) => 'label' in one && fold(one.label).includes(fold(search.trim())))
      }
      limit={60}
      searchable
      allowDeselect={false}
      name={name}
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}

export function local_now(zone: string, language: string): string {
  try {
    return new Intl.DateTimeFormat(language, {
      timeZone: zone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).format(new Date());
  } catch {
    return '';
  }
}
