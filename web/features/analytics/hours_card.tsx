import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useText } from '@/i18n';
import { ChartCard } from './chart_card';
import styles from './figures.module.css';
import type { Filters } from './filters';
import own from './hours.module.css';
import { type Figure, figures_query, type Narrow } from './queries';
import { useWords } from './words';

const all_hours = Array.from({ length: 24 }, (_, hour) => hour);
const days = [0, 1, 2, 3, 4, 5, 6];
// 1 January 2024 was a Monday.
const weekday = (day: number, language: string, width: 'short' | 'long') =>
  new Intl.DateTimeFormat(language, { weekday: width, timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + day));

interface Props {
  kpi: string;
  filters: Filters;
  on_drill: (kpi: string, name: string, narrow: Narrow) => void;
  wide?: boolean;
}

/** Opening hours and whatever lies outside of them. */
function shown_hours(figures: readonly Figure[]): number[] {
  const used = figures.flatMap((one) => (one.n > 0 && one.group?.hour !== undefined ? [one.group.hour] : []));
  return all_hours.filter((hour) => hour >= Math.min(8, ...used) && hour <= Math.max(19, ...used));
}

/** A figure over the hours of the week: a table whose cells are shaded, so that it is read as well as seen. */
export function HoursCard({ kpi, filters, on_drill, wide }: Props) {
  const { t, language } = useText();
  const words = useWords();
  const table = useRef<HTMLTableElement>(null);
  const { data, error, refetch } = useQuery(figures_query(filters, { by: 'weekday,hour', keys: [kpi] }));
  const figures = data?.items ?? [];
  const cells = new Map(figures.map((one) => [`${one.group?.weekday}-${one.group?.hour}`, one]));
  const total = figures.reduce((sum, one) => sum + one.n, 0);
  const top = Math.max(...figures.map((one) => words.main(one) ?? 0)) || 1;
  const busiest = [...figures].sort((a, b) => b.n - a.n)[0]?.group;
  // The first hour with a value is the stop of the tab key.
  useEffect(() => {
    const all = [...(table.current?.querySelectorAll<HTMLElement>('[data-cell]') ?? [])];
    all.forEach((one, i) => {
      one.tabIndex = i === 0 ? 0 : -1;
    });
  });
  const title = kpi === 'contacts' ? t('figures:hours.title') : t('boards:hours_title', { name: words.kpi(kpi) });
  return (
    <ChartCard
      wide={wide}
      kpi={kpi}
      title={title}
      hint={
        busiest &&
        t('boards:hours_caption', {
          n: words.count(total),
          day: weekday(busiest.weekday ?? 0, language, 'long'),
          hour: `${busiest.hour ?? 0}:00`,
        })
      }
      state={error && !data ? 'failed' : !data ? 'waiting' : total === 0 ? 'empty' : 'shown'}
      on_retry={() => void refetch()}
      height={240}
      file={`auricle-${kpi}-hours-${filters.period.from}`}
      on_cases={() => on_drill(kpi, words.kpi(kpi), {})}
      csv={() => [
        ['weekday', 'hour', 'value', 'n'],
        ...figures.map((one) => [(one.group?.weekday ?? 0) + 1, one.group?.hour, words.main(one), one.n]),
      ]}
      chart={
        <section className={styles.scroll} tabIndex={0} aria-label={title}>
          <table
            ref={table}
            className={own.hours}
            style={{ minWidth: 44 + shown_hours(figures).length * 28 }}
            onKeyDown={(event) => move_in(event.currentTarget, event)}
          >
            <thead>
              <tr>
                <td />
                {shown_hours(figures).map((hour) => (
                  <th key={hour} scope="col">
                    {hour}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map((day) => (
                <tr key={day}>
                  <th scope="row">{weekday(day, language, 'short')}</th>
                  {shown_hours(figures).map((hour) => (
                    <Cell
                      key={hour}
                      kpi={kpi}
                      figure={cells.get(`${day}-${hour}`)}
                      top={top}
                      name={`${weekday(day, language, 'long')}, ${hour}:00`}
                      on_open={(name) => on_drill(kpi, `${words.kpi(kpi)}: ${name}`, { weekday: day, hour })}
                    />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      }
    />
  );
}

/** One stop for the tab key; the arrows move from hour to hour. */
function move_in(table: HTMLTableElement, event: KeyboardEvent): void {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  const cell = (event.target as Element).closest('td');
  if (!step || !cell) return;
  event.preventDefault();
  let row = (cell.parentElement as HTMLTableRowElement).rowIndex;
  let column = cell.cellIndex;
  for (;;) {
    row += step[0] ?? 0;
    column += step[1] ?? 0;
    const next = table.rows[row]?.cells[column];
    if (!next) return;
    const button = next.querySelector('button');
    if (button) {
      button.focus();
      return;
    }
  }
}

interface CellProps {
  kpi: string;
  figure: Figure | undefined;
  top: number;
  name: string;
  on_open: (name: string) => void;
}

function Cell({ kpi, figure, top, name, on_open }: CellProps) {
  const { t } = useText();
  const words = useWords();
  const value = figure ? words.main(figure) : null;
  if (!figure || figure.n === 0 || value === null) return <td />;
  const share = Math.max(0, value / top);
  const said = words.value(kpi, value);
  const text = words.kind(kpi) === 'rate' ? String(Math.round(value * 100)) : said;
  return (
    // Never so strong that the number in it could not be read, in light or dark.
    <td style={{ background: `color-mix(in srgb, var(--accent) ${Math.round(6 + share * 48)}%, var(--surface))` }}>
      <button
        type="button"
        tabIndex={-1}
        data-cell
        aria-label={t('boards:hours_cell', { when: name, value: said, n: words.count(figure.n) })}
        data-tip={t('boards:hours_cell', { when: name, value: said, n: words.count(figure.n) })}
        onClick={() => on_open(name)}
      >
        {words.kind(kpi) === 'duration' ? '' : text}
      </button>
    </td>
  );
}
