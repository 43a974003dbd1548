import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useSites } from '@/api/lists';
import { useText } from '@/i18n';
import { Button } from '@/ui';
import styles from './figures.module.css';
import type { Clock, Filters } from './filters';
import { add_days, type Preset, period_of, presets, valid_day } from './period';
import { useChannelName } from './words';

export function FilterBar({
  filters,
  change,
  channels,
}: {
  filters: Filters;
  change: (part: Partial<Filters>) => void;
  channels: string[];
}) {
  const { t } = useText();
  const sites = useSites();
  const channel_name = useChannelName();
  const [custom, show_custom] = useState(filters.preset === 'custom');
  const choose = (preset: string | null) => {
    if (!preset) return;
    show_custom(preset === 'custom');
    if (preset !== 'custom')
      change({ preset: preset as Preset, period: period_of(preset as Exclude<Preset, 'custom'>) });
  };
  return (
    <div className={styles.bar}>
      <Select
        w={170}
        label={t('figures:period.label')}
        data={presets.map((one) => ({ value: one, label: t(`figures:period.${one}`) }))}
        value={custom ? 'custom' : filters.preset}
        allowDeselect={false}
        onChange={choose}
      />
      {custom && <CustomDays filters={filters} change={change} />}
      {sites.length > 1 && (
        <Select
          w={190}
          label={t('figures:filter.site')}
          data={[
            { value: '', label: t('figures:filter.all_sites') },
            ...sites.map((one) => ({ value: String(one.id), label: one.name })),
          ]}
          value={filters.site ? String(filters.site) : ''}
          allowDeselect={false}
          onChange={(site) => change({ site: site ? Number(site) : null })}
        />
      )}
      <Select
        w={170}
        label={t('figures:filter.channel')}
        data={[
          { value: '', label: t('figures:filter.all_channels') },
          ...channels.map((one) => ({ value: one, label: channel_name(one) })),
        ]}
        value={filters.channel ?? ''}
        allowDeselect={false}
        onChange={(channel) => change({ channel: channel || null })}
      />
      <SegmentedControl
        aria-label={t('figures:clock.label')}
        value={filters.clock}
        onChange={(clock) => change({ clock: clock as Clock })}
        data={[
          { value: 'elapsed', label: t('figures:clock.elapsed') },
          { value: 'business', label: t('figures:clock.business') },
        ]}
      />
    </div>
  );
}

function CustomDays({ filters, change }: { filters: Filters; change: (part: Partial<Filters>) => void }) {
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
