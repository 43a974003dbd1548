import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { useSites } from '@/api/lists';
import { useChannelName } from '@/channels/name';
import { useText } from '@/i18n';
import type { Forecast } from './queries';
import type { Settings } from './settings';
import styles from './staffing.module.css';
import { useNumbers } from './words';

/** Which arrivals: site, channel and queue. */
export function SeriesBar({
  settings,
  change,
  site,
  forecast,
}: {
  settings: Settings;
  change: (part: Partial<Settings>) => void;
  site: number;
  forecast: Forecast | undefined;
}) {
  const { t } = useText();
  const numbers = useNumbers();
  const sites = useSites();
  const queues =
    useQuery({ queryKey: ['queues'], queryFn: () => call(api.GET('/api/queues')), staleTime: 300_000 }).data?.items ??
    [];
  const choices = forecast?.choices ?? [];
  const channel = useChannelName();
  const of_channel = choices.filter((one) => one.channel === forecast?.channel && one.queue_id !== null);
  return (
    <div className={styles.bar}>
      {sites.length > 1 && (
        <Select
          w={260}
          label={t('staffing:series.site')}
          data={sites.map((one) => ({ value: String(one.id), label: one.name }))}
          value={String(site)}
          allowDeselect={false}
          onChange={(id) => change({ site: Number(id), channel: null, queue: null })}
        />
      )}
      {choices.length > 0 && (
        <Select
          w={220}
          label={t('staffing:series.channel')}
          data={choices
            .filter((one) => one.queue_id === null)
            .map((one) => ({ value: one.channel, label: `${channel(one.channel)} (${numbers.whole(one.n)})` }))}
          value={forecast?.channel ?? null}
          allowDeselect={false}
          onChange={(key) => change({ channel: key, queue: null })}
        />
      )}
      {of_channel.length > 0 && (
        <Select
          w={220}
          label={t('staffing:series.queue')}
          data={[
            { value: '', label: t('staffing:series.all_queues') },
            ...of_channel.map((one) => ({
              value: String(one.queue_id),
              label: `${queues.find((queue) => queue.id === one.queue_id)?.name ?? one.queue_id} (${numbers.whole(one.n)})`,
            })),
          ]}
          value={settings.queue === null ? '' : String(settings.queue)}
          allowDeselect={false}
          onChange={(id) => change({ queue: id ? Number(id) : null, channel: forecast?.channel ?? null })}
        />
      )}
    </div>
  );
}
