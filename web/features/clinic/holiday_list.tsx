import { TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { Button, date_text, IconButton } from '@/ui';
import styles from './clinic.module.css';

type Holiday = Schemas['Holiday'];
interface Props {
  holidays: readonly Holiday[];
  errors: Record<string, string> | undefined;
  on_change: (holidays: Holiday[]) => void;
}

/** The days the site is closed, a fold for each year; past ones are shut, days just added stand at the end. */
export function HolidayList({ holidays, errors, on_change }: Props) {
  const { t } = useText();
  const this_year = String(new Date().getFullYear());
  const year_of = (one: Holiday) => one.date.slice(0, 4);
  const years = [...new Set(holidays.map(year_of))].filter(Boolean).sort();
  const line = (one: Holiday, index: number) => (
    <Line
      key={`${index} ${one.date}`}
      holiday={one}
      error={errors?.[`holidays.${index}`]}
      on_change={(change) => on_change(holidays.map((old, i) => (i === index ? { ...old, ...change } : old)))}
      on_remove={() => on_change(holidays.filter((_, i) => i !== index))}
    />
  );
  const of = (year: string) => holidays.flatMap((one, i) => (year_of(one) === year ? [line(one, i)] : []));
  return (
    <div className={styles.stack}>
      {holidays.length === 0 && <p className={styles.hint}>{t('settings:sites.holidays_empty')}</p>}
      {years.map((year) => (
        <details key={year} className={styles.year} open={year >= this_year || undefined}>
          <summary>
            {year} <span className={styles.hint}>{t('settings:sites.holidays_count', { count: of(year).length })}</span>
          </summary>
          <div className={styles.stack}>{of(year)}</div>
        </details>
      ))}
      {of('')}
      <div>
        <Button
          small
          icon={<IconPlus size={16} stroke={1.5} aria-hidden />}
          onClick={() => on_change([...holidays, { date: '', name: '' }])}
        >
          {t('settings:sites.holiday_add')}
        </Button>
      </div>
    </div>
  );
}

interface LineProps {
  holiday: Holiday;
  error: string | undefined;
  on_change: (change: Partial<Holiday>) => void;
  on_remove: () => void;
}

function Line({ holiday, error, on_change, on_remove }: LineProps) {
  const { t, language } = useText();
  // A day moves to its year when one has left it, not while one types.
  const keep = (date: string) => {
    if (date !== holiday.date) on_change({ date });
  };
  return (
    <div className={styles.holiday}>
      <TextInput
        type="date"
        aria-label={t('settings:sites.holiday_date')}
        defaultValue={holiday.date}
        error={error}
        onBlur={(event) => keep(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') keep(event.currentTarget.value);
        }}
      />
      <TextInput
        aria-label={t('settings:sites.holiday_name')}
        placeholder={t('settings:sites.holiday_name')}
        value={holiday.name}
        onChange={(event) => on_change({ name: event.currentTarget.value })}
      />
      <IconButton
        label={t('settings:sites.holiday_remove', {
          name: holiday.name,
          date: holiday.date && date_text(holiday.date, language),
        })}
        onClick={on_remove}
      >
        <IconTrash size={18} stroke={1.5} aria-hidden />
      </IconButton>
    </div>
  );
}
