import { IconCopy, IconPlus, IconX } from '@tabler/icons-react';
import { useText } from '@/i18n';
import { announce, Button, IconButton, Menu, MenuDivider, MenuItem } from '@/ui';
import styles from './clinic.module.css';
import {
  type Day,
  day_names,
  day_problem,
  days,
  empty_week,
  minutes_of,
  next_span,
  type Span,
  tidy_time,
  type Week,
  weekdays,
  week_hours,
} from './week';

const usual_weeks: Span[][] = [
  [{ start: '09:00', end: '18:00' }],
  [
    { start: '09:00', end: '14:00' },
    { start: '16:00', end: '20:00' },
  ],
];
const small = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

/** Opening hours of a week: any number of spans a day, copied from day to day. */
export function WeekEditor({ week, on_change }: { week: Week; on_change: (week: Week) => void }) {
  const { t, language } = useText();
  const names = day_names(language);
  const set = (day: Day, spans: Span[]) => on_change({ ...week, [day]: spans });
  const copy = (from: Day, to: readonly Day[]) => {
    on_change({ ...week, ...Object.fromEntries(to.map((day) => [day, week[from].map((one) => ({ ...one }))])) });
    announce(t('settings:sites.copied'));
  };
  const hours = week_hours(week);
  const total = new Intl.NumberFormat(language, {
    style: 'unit',
    unit: 'hour',
    unitDisplay: 'long',
    maximumFractionDigits: 1,
  }).format(hours);
  const begin = (spans: Span[]) =>
    on_change({
      ...empty_week(),
      ...Object.fromEntries(weekdays.map((day) => [day, spans.map((one) => ({ ...one }))])),
    });
  return (
    <div className={styles.stack}>
      {hours === 0 && days.every((day) => week[day].length === 0) && (
        <div className={`${styles.actions} ${styles.begin}`}>
          <span className={styles.hint}>{t('settings:sites.begin_with')}</span>
          {usual_weeks.map((spans) => (
            <Button small key={spans.length} onClick={() => begin(spans)}>
              {names.mon}–{names.fri}: {spans.map((one) => `${one.start}–${one.end}`).join(', ')}
            </Button>
          ))}
        </div>
      )}
      <div className={styles.week}>
        {days.map((day) => (
          <DayRow
            key={day}
            day={day}
            name={names[day]}
            names={names}
            spans={week[day]}
            on_change={(spans) => set(day, spans)}
            on_copy={(to) => copy(day, to)}
          />
        ))}
      </div>
      <p className={`${styles.hint} num`}>
        {hours > 0 ? t('settings:sites.week_total', { hours: total }) : t('settings:sites.always_closed')} ·{' '}
        {t('settings:sites.hours_text')}
      </p>
    </div>
  );
}

interface RowProps {
  day: Day;
  name: string;
  names: Record<Day, string>;
  spans: Span[];
  on_change: (spans: Span[]) => void;
  on_copy: (to: readonly Day[]) => void;
}

function DayRow({ day, name, names, spans, on_change, on_copy }: RowProps) {
  const { t } = useText();
  const problem = day_problem(spans);
  const error =
    problem &&
    {
      missing: t('settings:sites.span_missing'),
      order: t('settings:sites.span_order'),
      overlap: t('settings:sites.span_overlap'),
    }[problem];
  const edit = (index: number, change: Partial<Span>) =>
    on_change(spans.map((one, i) => (i === index ? { ...one, ...change } : one)));
  const field = (index: number, which: 'start' | 'end') => (
    <input
      aria-label={t(which === 'start' ? 'settings:sites.span_from' : 'settings:sites.span_to', { day: name })}
      aria-invalid={problem !== null || undefined}
      aria-describedby={problem ? `week-${day}` : undefined}
      inputMode="numeric"
      title={which === 'end' ? t('settings:sites.midnight') : undefined}
      value={spans[index]?.[which] ?? ''}
      onChange={(event) => edit(index, { [which]: event.currentTarget.value })}
      onBlur={(event) => edit(index, { [which]: tidy_time(event.currentTarget.value) })}
    />
  );
  return (
    <section className={styles.day} aria-label={name}>
      <h3>{name}</h3>
      <div className={styles.spans}>
        {spans.length === 0 && <span className={styles.closed}>{t('settings:sites.closed')}</span>}
        {spans.map((span, index) => (
          <span key={index} className={styles.span}>
            {field(index, 'start')}–{field(index, 'end')}
            <IconButton
              small
              label={t('settings:sites.span_remove', { from: span.start, to: span.end, day: name })}
              onClick={() => on_change(spans.filter((_, i) => i !== index))}
            >
              <IconX {...small} />
            </IconButton>
          </span>
        ))}
      </div>
      <div className={styles.tools}>
        <IconButton
          small
          label={t('settings:sites.add_span_label', { day: name })}
          onClick={() => on_change([...spans, next_span(spans)])}
        >
          <IconPlus {...small} />
        </IconButton>
        <Menu
          side="bottom-end"
          target={
            <IconButton small label={t('settings:sites.copy_label', { day: name })}>
              <IconCopy {...small} />
            </IconButton>
          }
        >
          <MenuItem onClick={() => on_copy(weekdays)}>{t('settings:sites.copy_weekdays')}</MenuItem>
          <MenuItem onClick={() => on_copy(days)}>{t('settings:sites.copy_all')}</MenuItem>
          <MenuDivider />
          {days
            .filter((other) => other !== day)
            .map((other) => (
              <MenuItem key={other} onClick={() => on_copy([other])}>
                {names[other]}
              </MenuItem>
            ))}
        </Menu>
      </div>
      {spans.length > 0 && !problem && <DayBar spans={spans} />}
      {error && (
        <p id={`week-${day}`} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </section>
  );
}

/** The day as a strip, so that a typing slip is seen. */
function DayBar({ spans }: { spans: readonly Span[] }) {
  return (
    <div className={styles.bar} aria-hidden="true">
      {spans.map((one) => {
        const start = minutes_of(one.start) ?? 0;
        const width = (minutes_of(one.end) ?? 0) - start;
        return <i key={`${one.start}${one.end}`} style={{ left: `${start / 14.4}%`, width: `${width / 14.4}%` }} />;
      })}
    </div>
  );
}
