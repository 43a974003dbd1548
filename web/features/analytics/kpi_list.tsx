import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useText } from '@/i18n';
import { Skeleton } from '@/ui';
import type { Filters } from './filters';
import { Change, Spark } from './kpi_parts';
import styles from './list.module.css';
import { days_of } from './period';
import { backlog_query, type Figure } from './queries';
import { type Group, type Kpi, useRegistry } from './registry';
import { useWords } from './words';

interface Props {
  /** Null until they have come. */
  figures: Figure[] | null;
  earlier: Figure[];
  by_day: Figure[];
  filters: Filters;
  on_select: (kpi: string) => void;
}

/** Every figure in its group, one line each; the chosen one is shown beside. */
export function KpiList({ figures, earlier, by_day, filters, on_select }: Props) {
  const { t } = useText();
  const words = useWords();
  const registry = useRegistry();
  const days = useMemo(() => days_of(filters.period), [filters.period]);
  const series = useMemo(() => new Map(by_day.map((one) => [`${one.key} ${one.group?.day}`, one])), [by_day]);
  const figure_of = (key: string) => figures?.find((one) => one.key === key);
  const groups = filters.own ? registry.groups.map(without_backlog) : registry.groups;
  const shown = groups.filter(
    (group) => group.always || group.kpis.some(({ key }) => (figure_of(key)?.n ?? 0) > 0 || key === filters.kpi),
  );
  if (!figures || shown.length === 0) return <Waiting label={t('figures:list')} />;
  return (
    <section className={styles.list} aria-label={t('figures:list')}>
      {shown.map((group) => (
        <section key={group.name} aria-label={words.group(group.name)}>
          <h2 className={styles.group}>{words.group(group.name)}</h2>
          <ul>
            {group.kpis.map((kpi) =>
              kpi.key === 'backlog' ? (
                <BacklogRow key={kpi.key} filters={filters} on_select={on_select} />
              ) : (
                <Row
                  key={kpi.key}
                  kpi={kpi}
                  figure={figure_of(kpi.key)}
                  before={earlier.find((one) => one.key === kpi.key)}
                  series={days.map((day) => {
                    const one = series.get(`${kpi.key} ${day}`);
                    return one ? words.main(one) : null;
                  })}
                  on={filters.kpi === kpi.key}
                  on_select={() => on_select(kpi.key)}
                />
              ),
            )}
          </ul>
        </section>
      ))}
    </section>
  );
}

/** What is unresolved is nobody's own. */
const without_backlog = (group: Group): Group => ({
  ...group,
  kpis: group.kpis.filter(({ key }) => key !== 'backlog'),
});

interface RowProps {
  kpi: Kpi;
  figure: Figure | undefined;
  before: Figure | undefined;
  series: (number | null)[];
  on: boolean;
  on_select: () => void;
}

function Row({ kpi, figure, before, series, on, on_select }: RowProps) {
  const words = useWords();
  const sub = useSub(kpi, figure);
  const main = figure ? words.main(figure) : null;
  const then = before ? words.main(before) : null;
  return (
    <li className={styles.row} data-kpi={kpi.key} data-on={on || undefined}>
      <div className={styles.name}>
        <button type="button" className={styles.select} aria-pressed={on} onClick={on_select}>
          {words.kpi(kpi.key)}
        </button>
        <p className={styles.sub}>{sub}</p>
      </div>
      <Spark values={series} />
      <div className={styles.number}>
        <p className={main === null ? styles.none : styles.value}>{words.value(kpi.key, main)}</p>
        {main !== null && before && <Change kpi={kpi.key} now={main} then={then} />}
      </div>
    </li>
  );
}

/** What the number is made of, in as few words as fit beside it. */
function useSub(kpi: Kpi, figure: Figure | undefined): string {
  const { t } = useText();
  const words = useWords();
  const kind = words.kind(kpi.key);
  if (!figure || words.main(figure) === null) {
    return t(figure?.clock === 'business' ? 'figures:no_calendar' : 'figures:no_value');
  }
  const part = kpi.rows === 'person_days' ? words.duration : words.count;
  const of = { numerator: part(figure.numerator ?? 0), denominator: part(figure.denominator ?? 0) };
  return [
    kind === 'duration' && t('figures:median'),
    kind === 'rate' && t('figures:of_value', of),
    (kind === 'duration' || kind === 'points') && t('figures:n_value', { n: words.count(figure.n) }),
    figure.provisional && t('figures:provisional_short', { count: figure.provisional }),
  ]
    .filter(Boolean)
    .join(' · ');
}

function BacklogRow({ filters, on_select }: { filters: Filters; on_select: (kpi: string) => void }) {
  const { t } = useText();
  const words = useWords();
  const { data } = useQuery(backlog_query(filters.site));
  const clinic = data?.bands.filter((one) => one.owner === 'clinic').reduce((total, one) => total + one.n, 0) ?? 0;
  const on = filters.kpi === 'backlog';
  return (
    <li className={styles.row} data-kpi="backlog" data-on={on || undefined}>
      <div className={styles.name}>
        <button type="button" className={styles.select} aria-pressed={on} onClick={() => on_select('backlog')}>
          {words.kpi('backlog')}
        </button>
        <p className={styles.sub}>
          {t('figures:owner.clinic')}: {words.count(clinic)}
        </p>
      </div>
      <div className={styles.number}>
        {data ? <p className={styles.value}>{words.count(data.n)}</p> : <Skeleton width={48} height={20} />}
      </div>
    </li>
  );
}

function Waiting({ label }: { label: string }) {
  return (
    <section className={styles.list} aria-label={label} aria-busy="true">
      <ul className={styles.waiting}>
        {Array.from({ length: 12 }, (_, i) => (
          <li key={i} className={styles.row}>
            <div className={styles.name}>
              <Skeleton width="60%" />
              <Skeleton width="40%" height={12} />
            </div>
            <div className={styles.number}>
              <Skeleton width={64} height={20} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
