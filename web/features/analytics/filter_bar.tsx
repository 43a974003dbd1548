import { Select, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSites, useTopics, useUsers } from '@/api/lists';
import { useChannelName } from '@/channels/name';
import { language_names, languages, useText } from '@/i18n';
import { Button } from '@/ui';
import styles from './figures.module.css';
import type { Clock, Filters } from './filters';
import { add_days, type Comparison, comparisons, type Preset, period_of, presets, valid_day } from './period';
import { queues_query } from './queries';

type Change = (part: Partial<Filters>) => void;
interface Choice {
  value: string;
  label: string;
}

const clocks = ['elapsed', 'business'] as const;
const nothing_chosen = { site: null, channel: null, agent: null, topic: null, language: null, queue: null };

export function FilterBar({ filters, change, channels }: { filters: Filters; change: Change; channels: string[] }) {
  const { t, language } = useText();
  const sites = useSites();
  const topics = useTopics();
  const users = useUsers();
  const channel_name = useChannelName();
  const { data: queues = [] } = useQuery(queues_query);
  const filtered = Object.keys(nothing_chosen).some((name) => filters[name as keyof typeof nothing_chosen] !== null);
  const none = { value: 'none', label: t('figures:by.none_value') };
  return (
    <div className={styles.bar}>
      <Days filters={filters} change={change} />
      {sites.length > 1 && (
        <Filter
          name="site"
          value={filters.site}
          choices={sites.map((one) => ({ value: String(one.id), label: one.name }))}
          on_choose={(site) => change({ site: site ? Number(site) : null })}
        />
      )}
      <Filter
        name="channel"
        value={filters.channel}
        choices={channels.map((one) => ({ value: one, label: channel_name(one) }))}
        on_choose={(channel) => change({ channel })}
      />
      {queues.length > 0 && (
        <Filter
          name="queue"
          value={filters.queue}
          choices={queues.map((one) => ({ value: String(one.id), label: one.name }))}
          on_choose={(queue) => change({ queue: queue ? Number(queue) : null })}
        />
      )}
      {!filters.own && (
        <Filter
          name="agent"
          value={filters.agent}
          choices={[
            ...users.map((one) => ({ value: String(one.id), label: one.name })),
            { value: '0', label: t('figures:filter.nobody') },
            ...(filters.agent === -1 ? [{ value: '-1', label: t('figures:by.bot') }] : []),
          ]}
          on_choose={(agent) => change({ agent: agent === null ? null : Number(agent) })}
        />
      )}
      <Filter
        name="topic"
        value={filters.topic}
        choices={[...topics.map((one) => ({ value: one.key, label: one.names[language] || one.key })), none]}
        on_choose={(topic) => change({ topic })}
      />
      <Filter
        name="language"
        value={filters.language}
        choices={[...languages.map((one) => ({ value: one, label: language_names[one] })), none]}
        on_choose={(one) => change({ language: one })}
      />
      <Select
        label={t('figures:clock.label')}
        data={clocks.map((one) => ({ value: one, label: t(`figures:clock.${one}`) }))}
        value={filters.clock}
        allowDeselect={false}
        onChange={(clock) => change({ clock: (clock ?? 'elapsed') as Clock })}
      />
      {filtered && (
        <Button
          className={styles.clear}
          icon={<IconX size={16} stroke={1.5} aria-hidden />}
          onClick={() => change(nothing_chosen)}
        >
          {t('figures:filter.clear')}
        </Button>
      )}
    </div>
  );
}

/** One value or all; what the address holds but the list does not is still said. */
function Filter({
  name,
  value,
  choices,
  on_choose,
}: {
  name: 'site' | 'channel' | 'queue' | 'agent' | 'topic' | 'language';
  value: string | number | null;
  choices: Choice[];
  on_choose: (value: string | null) => void;
}) {
  const { t } = useText();
  const chosen = value === null ? '' : String(value);
  const known = chosen === '' || choices.some((one) => one.value === chosen);
  return (
    <Select
      label={t(`figures:filter.${name}`)}
      data={[
        { value: '', label: t(`figures:filter.all_${name}`) },
        ...choices,
        ...(known ? [] : [{ value: chosen, label: chosen }]),
      ]}
      value={chosen}
      allowDeselect={false}
      searchable={choices.length > 12}
      data-filtering={chosen !== '' || undefined}
      onChange={(next) => on_choose(next || null)}
    />
  );
}

function Days({ filters, change }: { filters: Filters; change: Change }) {
  const { t } = useText();
  const [custom, show_custom] = useState(filters.preset === 'custom');
  const choose = (preset: string | null) => {
    if (!preset) return;
    show_custom(preset === 'custom');
    if (preset !== 'custom')
      change({ preset: preset as Preset, period: period_of(preset as Exclude<Preset, 'custom'>) });
  };
  return (
    <>
      <Select
        label={t('figures:period.label')}
        data={presets.map((one) => ({ value: one, label: t(`figures:period.${one}`) }))}
        value={custom ? 'custom' : filters.preset}
        allowDeselect={false}
        onChange={choose}
      />
      {custom && <CustomDays filters={filters} change={change} />}
      <Select
        label={t('figures:compare.label')}
        data={comparisons.map((one) => ({ value: one, label: t(`figures:compare.${one}`) }))}
        value={filters.compare}
        allowDeselect={false}
        onChange={(compare) => change({ compare: (compare ?? 'before') as Comparison })}
      />
    </>
  );
}

function CustomDays({ filters, change }: { filters: Filters; change: Change }) {
  const { t } = useText();
  const [from, set_from] = useState(filters.period.from);
  const [last, set_last] = useState(add_days(filters.period.to, -1));
  const right = valid_day(from) && valid_day(last) && from <= last;
  return (
    <form
      className={styles.custom}
      onSubmit={(event) => {
        event.preventDefault();
        if (right) change({ preset: 'custom', period: { from, to: add_days(last, 1) } });
      }}
    >
      <TextInput
        type="date"
        label={t('figures:period.from')}
        value={from}
        onChange={(event) => set_from(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label={t('figures:period.to')}
        value={last}
        error={right ? undefined : t('figures:period.invalid')}
        onChange={(event) => set_last(event.currentTarget.value)}
      />
      <Button type="submit" disabled={!right}>
        {t('figures:period.apply')}
      </Button>
    </form>
  );
}
