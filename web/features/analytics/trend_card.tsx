import { lazy } from 'react';
import { useText } from '@/i18n';
import { ChartCard } from './chart_card';
import styles from './figures.module.css';
import type { Filters } from './filters';
import { add_days, day_label, days_of, period_text } from './period';
import type { Figure, Narrow } from './queries';
import { useStandard } from './standard';
import { useWords } from './words';

const TrendChart = lazy(() => import('./trend_chart').then((m) => ({ default: m.TrendChart })));

interface Props {
  kpi: string;
  filters: Filters;
  /** Of the days; null until they have come. */
  by_day: Figure[] | null;
  /** Where they could not be had. */
  retry?: () => void;
  total: Figure | undefined;
  on_drill: (kpi: string, name: string, narrow: Narrow) => void;
  wide?: boolean;
}

/** One figure over the days of the period; a day leads to its cases. */
export function TrendCard({ kpi, filters, by_day, retry, total, on_drill, wide }: Props) {
  const { t, language } = useText();
  const words = useWords();
  const standard = useStandard(kpi, filters);
  const { period } = filters;
  const name = words.kpi(kpi);
  const of_day = new Map((by_day ?? []).filter((one) => one.key === kpi).map((one) => [one.group?.day ?? '', one]));
  const rows = days_of(period).map((day) => ({ day, figure: of_day.get(day) }));
  const values = rows.flatMap(({ figure }) =>
    figure && words.main(figure) !== null ? [words.main(figure) as number] : [],
  );
  const span = period_text(period, language);
  const long_day = (day: string) => day_label(day, language, { weekday: 'long', day: 'numeric', month: 'long' });
  const open = (day: string) => on_drill(kpi, `${name}: ${long_day(day)}`, { from: day, to: add_days(day, 1) });
  return (
    <ChartCard
      wide={wide}
      kpi={kpi}
      title={t('figures:trend.title', { name })}
      hint={t('figures:trend.caption', { n: words.count(total?.n ?? 0), period: span })}
      state={retry ? 'failed' : !by_day ? 'waiting' : values.length === 0 ? 'empty' : 'shown'}
      on_retry={retry}
      height={240}
      file={`auricle-${kpi}-${period.from}`}
      on_cases={() => on_drill(kpi, name, {})}
      csv={() => [
        ['day', 'value', 'p90', 'n'],
        ...rows.map(({ day, figure }) => [day, figure && words.main(figure), figure?.p90, figure?.n ?? 0]),
      ]}
      table={<TrendTable kpi={kpi} rows={rows} on_open={open} />}
      chart={
        <TrendChart
          kpi={kpi}
          rows={rows}
          standard={standard}
          on_pick={(i) => rows[i]?.figure?.n && open(rows[i].day)}
          summary={t('figures:trend.summary', {
            name,
            period: span,
            low: words.value(kpi, Math.min(...values)),
            high: words.value(kpi, Math.max(...values)),
          })}
          day_text={(day, long) => (long ? long_day(day) : day_label(day, language))}
        />
      }
    />
  );
}

function TrendTable({
  kpi,
  rows,
  on_open,
}: {
  kpi: string;
  rows: { day: string; figure?: Figure }[];
  on_open: (day: string) => void;
}) {
  const { t, language } = useText();
  const words = useWords();
  const long = words.kind(kpi) === 'duration';
  return (
    <section className={styles.scroll} tabIndex={0} aria-label={t('figures:trend.title', { name: words.kpi(kpi) })}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('figures:trend.day')}</th>
            <th scope="col">{t(long ? 'figures:trend.median' : 'figures:trend.value')}</th>
            {long && <th scope="col">{t('figures:trend.p90')}</th>}
            <th scope="col">{t('figures:trend.n')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ day, figure }) => (
            <tr key={day}>
              <th scope="row">{day_label(day, language, { weekday: 'short', day: 'numeric', month: 'short' })}</th>
              <td>{figure ? words.value(kpi, words.main(figure)) : '–'}</td>
              {long && <td>{figure ? words.duration(figure.p90) : '–'}</td>}
              <td>
                {figure && figure.n > 0 ? (
                  <button type="button" className={styles.number_button} onClick={() => on_open(day)}>
                    {words.count(figure.n)}
                  </button>
                ) : (
                  0
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
