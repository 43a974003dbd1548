import { Select } from '@mantine/core';
import { IconCalendarPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Schemas } from '@/api/client';
import { useSites } from '@/api/lists';
import { useText } from '@/i18n';
import { Button, Card, toast } from '@/ui';
import styles from './clinic.module.css';
import { HolidayList } from './holiday_list';
import { coming_holidays, holiday_place_of_zone, holiday_places } from './holidays';

type Holiday = Schemas['Holiday'];

interface Props {
  site_id: number;
  holidays: readonly Holiday[];
  errors: Record<string, string> | undefined;
  on_change: (holidays: Holiday[]) => void;
}

/** The days on which nobody answers. */
export function Holidays({ site_id, holidays, errors, on_change }: Props) {
  const { t } = useText();
  return (
    <Card title={t('settings:sites.holidays')} hint={t('settings:sites.holidays_hint')}>
      <div className={styles.stack}>
        <Suggestion site_id={site_id} holidays={holidays} on_change={on_change} />
        <HolidayList holidays={holidays} errors={errors} on_change={on_change} />
      </div>
    </Card>
  );
}

/** The public holidays of the place the site's clock suggests, added in one go. */
function Suggestion({ site_id, holidays, on_change }: Omit<Props, 'errors'>) {
  const { t, language } = useText();
  const zone = useSites().find((one) => one.id === site_id)?.time_zone ?? '';
  const [chosen, choose] = useState<string | null>(null);
  const place = chosen ?? holiday_place_of_zone(zone);
  const today = new Date().toISOString().slice(0, 10);
  const coming = place ? coming_holidays(place, today, holidays) : [];
  const country = new Intl.DisplayNames([language], { type: 'region' });
  const label = (one: string) => {
    const [code = '', region] = one.split('/');
    return region ? `${country.of(code)}: ${region}` : `${country.of(code)}`;
  };
  const add = () => {
    on_change(
      [...holidays.filter((one) => one.date || one.name), ...coming].sort((a, b) => a.date.localeCompare(b.date)),
    );
    toast(t('settings:sites.suggest_done'));
  };
  return (
    <div className={styles.suggest}>
      <Select
        label={t('settings:sites.suggest')}
        description={t('settings:sites.suggest_hint')}
        placeholder={t('settings:sites.suggest_choose')}
        data={holiday_places.map((one) => ({ value: one, label: label(one) }))}
        value={place}
        onChange={choose}
        searchable
        allowDeselect={false}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
      />
      <Button
        icon={<IconCalendarPlus size={18} stroke={1.5} aria-hidden />}
        disabled={coming.length === 0}
        onClick={add}
      >
        {t('settings:sites.suggest_add', { count: coming.length })}
      </Button>
    </div>
  );
}
