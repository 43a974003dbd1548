import { Select } from '@mantine/core';
import { IconAlertTriangle, IconMinus, IconPlus, IconRotate2 } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useText } from '@/i18n';
import { Button, Card, IconButton } from '@/ui';
import { type Answer, clock_of, type Interval } from './queries';
import styles from './staffing.module.css';
import { useNumbers } from './words';

export interface Row {
  interval: Interval;
  item: Answer['items'][number];
  agents: number;
  changed: boolean;
}

interface Props {
  date: string;
  rows: Row[];
  /** Share to be answered in time, 0 to 1. */
  target: number;
  planned: boolean;
  on_agents: (changes: { starts_at: string; agents: number }[]) => void;
  on_reset: () => void;
  actions: ReactNode;
}

/** One day by half hours: who comes, who is needed, who is there, and what that gives; numbers can be tried out. */
export function DayCard({ date, rows, target, planned, on_agents, on_reset, actions }: Props) {
  const { t } = useText();
  const numbers = useNumbers();
  const title = t('staffing:day.title', { day: numbers.day_long(date) });
  const changed = rows.some((one) => one.changed);
  const top = Math.max(1, ...rows.map((one) => one.interval.high));
  return (
    <Card title={title} hint={t(planned ? 'staffing:day.hint_plan' : 'staffing:day.hint_needed')} action={actions}>
      {rows.length === 0 ? (
        <p className={styles.note}>{t('staffing:day.closed')}</p>
      ) : (
        <>
          <TryOut rows={rows} on_agents={on_agents} changed={changed} on_reset={on_reset} />
          <section className={styles.scroll} tabIndex={0} aria-label={title}>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">{t('staffing:day.time')}</th>
                  <th scope="col">{t('staffing:day.expected')}</th>
                  <th scope="col">{t('staffing:day.needed')}</th>
                  <th scope="col">{t('staffing:day.rostered')}</th>
                  <th scope="col">{t('staffing:day.agents')}</th>
                  <th scope="col">{t('staffing:day.in_time')}</th>
                  <th scope="col">{t('staffing:day.abandoned')}</th>
                  <th scope="col">{t('staffing:day.answer')}</th>
                  <th scope="col">{t('staffing:day.occupancy')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <HalfHour key={row.interval.starts_at} row={row} top={top} target={target} on_agents={on_agents} />
                ))}
              </tbody>
            </table>
          </section>
        </>
      )}
    </Card>
  );
}

function HalfHour({
  row: { interval, item, agents, changed },
  top,
  target,
  on_agents,
}: {
  row: Row;
  top: number;
  target: number;
  on_agents: Props['on_agents'];
}) {
  const { t } = useText();
  const numbers = useNumbers();
  const time = clock_of(interval.slot);
  const at = item.at_agents;
  const short = interval.expected >= 0.05 && at !== null && at.service_level < target;
  const set = (value: number) => on_agents([{ starts_at: interval.starts_at, agents: Math.max(0, value) }]);
  const percent = (value: number) => `${(Math.min(value, top) / top) * 100}%`;
  return (
    <tr data-changed={changed || undefined}>
      <th scope="row">{time}</th>
      <td className={styles.expected}>
        <span className={styles.band} aria-hidden="true">
          <i style={{ left: percent(interval.low), right: `calc(100% - ${percent(interval.high)})` }} />
          <b style={{ left: percent(interval.expected) }} />
        </span>
        {numbers.tenth(interval.expected)}
        <small>
          {numbers.whole(interval.low)}–{numbers.whole(interval.high)}
        </small>
      </td>
      <td>{item.needed ?? '–'}</td>
      <td className={styles.quiet}>{item.rostered ?? '–'}</td>
      <td>
        <span className={styles.stepper}>
          <IconButton
            small
            label={t('staffing:day.less', { time })}
            disabled={agents === 0}
            onClick={() => set(agents - 1)}
          >
            <IconMinus size={14} stroke={1.5} aria-hidden />
          </IconButton>
          <input
            className={styles.number}
            inputMode="numeric"
            aria-label={t('staffing:day.agents_at', { time })}
            value={agents}
            onChange={(event) => {
              const value = Number(event.currentTarget.value.replace(/\D/g, ''));
              if (value <= 5000) set(value);
            }}
          />
          <IconButton small label={t('staffing:day.more', { time })} onClick={() => set(agents + 1)}>
            <IconPlus size={14} stroke={1.5} aria-hidden />
          </IconButton>
        </span>
      </td>
      <td data-short={short || undefined} className={styles.level}>
        {short && <IconAlertTriangle size={14} stroke={1.5} aria-label={t('staffing:day.short')} />}
        {numbers.share(at?.service_level)}
      </td>
      <td>{numbers.share(at?.p_abandon)}</td>
      <td>{numbers.seconds(at?.answer_s)}</td>
      <td>{numbers.share(at?.occupancy)}</td>
    </tr>
  );
}

/** "One less on Monday from 9 to 11." */
function TryOut({
  rows,
  on_agents,
  changed,
  on_reset,
}: {
  rows: Row[];
  on_agents: Props['on_agents'];
  changed: boolean;
  on_reset: () => void;
}) {
  const { t } = useText();
  const times = [...new Set(rows.map((one) => one.interval.slot))];
  const [from, set_from] = useState<number | null>(null);
  const [to, set_to] = useState<number | null>(null);
  const begin = from !== null && times.includes(from) ? from : (times[0] ?? 0);
  const end = to !== null && to > begin ? to : (times.at(-1) ?? 47) + 1;
  const by = (step: number) =>
    on_agents(
      rows
        .filter((one) => one.interval.slot >= begin && one.interval.slot < end)
        .map((one) => ({ starts_at: one.interval.starts_at, agents: Math.max(0, one.agents + step) })),
    );
  return (
    <div className={styles.bar}>
      <Select
        w={96}
        label={t('staffing:try.from')}
        data={times.map((slot) => ({ value: String(slot), label: clock_of(slot) }))}
        value={String(begin)}
        allowDeselect={false}
        onChange={(slot) => set_from(Number(slot))}
      />
      <Select
        w={96}
        label={t('staffing:try.to')}
        data={times
          .filter((slot) => slot >= begin)
          .map((slot) => ({ value: String(slot + 1), label: clock_of(slot + 1) }))}
        value={String(end)}
        allowDeselect={false}
        onChange={(slot) => set_to(Number(slot))}
      />
      <Button icon={<IconMinus size={16} stroke={1.5} aria-hidden />} onClick={() => by(-1)}>
        {t('staffing:try.less')}
      </Button>
      <Button icon={<IconPlus size={16} stroke={1.5} aria-hidden />} onClick={() => by(1)}>
        {t('staffing:try.more')}
      </Button>
      {changed && (
        <Button look="quiet" icon={<IconRotate2 size={16} stroke={1.5} aria-hidden />} onClick={on_reset}>
          {t('staffing:try.reset')}
        </Button>
      )}
    </div>
  );
}
