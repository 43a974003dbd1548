import { lazy, Suspense, useState } from 'react';
import { useText } from '@/i18n';
import { Button, Empty, Skeleton } from '@/ui';
import styles from './figures.module.css';
import { day_label, days_of, type Period, period_text } from './period';
import type { Figure } from './queries';
import { useWords } from './words';

const TrendChart = lazy(() => import('./trend_chart').then((m) => ({ default: m.TrendChart })));

/** One figure over the days of the period; the chart is drawn, the table holds every value. */
export function Trend({
  kpi,
  figures,
  period,
  total,
}: {
  kpi: string;
  figures: Figure[];
  period: Period;
  total: number;
}) {
  const { t, language } = useText();
  const words = useWords();
  const [as_table, show_table] = useState(false);
  const name = words.kpi(kpi);
  const by_day = new Map(figures.filter((one) => one.key === kpi).map((one) => [one.group?.day ?? '', one]));
  const days = days_of(period);
  const rows = days.map((day) => ({ day, figure: by_day.get(day) }));
  const values = rows.flatMap(({ figure }) =>
    figure && words.main(figure) !== null ? [words.main(figure) as number] : [],
  );
  const span = period_text(period, language);
  const title = t('figures:trend.title', { name });
  return (
    <div className={styles.trend}>
      <div className={styles.trend_head}>
        <h3>{title}</h3>
        <p className={styles.caption}>{t('figures:trend.caption', { n: words.count(total), period: span })}</p>
        {values.length > 0 && (
          <Button small className={styles.toggle} onClick={() => show_table(!as_table)}>
            {t(as_table ? 'figures:trend.chart' : 'figures:trend.table')}
          </Button>
        )}
      </div>
      {values.length === 0 ? (
        <Empty title={t('figures:trend.empty')} />
      ) : as_table ? (
        <TrendTable kpi={kpi} rows={rows} />
      ) : (
        <Suspense fallback={<Skeleton height={300} />}>
          <TrendChart
            kpi={kpi}
            rows={rows}
            summary={t('figures:trend.summary', {
              name,
              period: span,
              low: words.value(kpi, Math.min(...values)),
              high: words.value(kpi, Math.max(...values)),
            })}
            day_text={(day, long) =>
              day_label(day, language, long ? { weekday: 'long', day: 'numeric', month: 'long' } : undefined)
            }
          />
        </Suspense>
      )}
    </div>
  );
}

function TrendTable({ kpi, rows }: { kpi: string; rows: { day: string; figure?: Figure }[] }) {
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
              <td>{day_label(day, language, { weekday: 'short', day: 'numeric', month: 'short' })}</td>
              <td>{figure ? words.value(kpi, words.main(figure)) : '–'}</td>
              {long && <td>{figure ? words.duration(figure.p90) : '–'}</td>}
              <td>{words.count(figure?.n ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
