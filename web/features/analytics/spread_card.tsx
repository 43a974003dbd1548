import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useText } from '@/i18n';
import { Button, Card, Empty, Failure, Skeleton } from '@/ui';
import styles from './figures.module.css';
import type { Filters } from './filters';
import { distribution_query, type Figure } from './queries';
import { useWords } from './words';

const SpreadChart = lazy(() => import('./spread_chart').then((m) => ({ default: m.SpreadChart })));

/** How the values lie around the mean: most figures have a long tail that a mean hides. */
export function SpreadCard({ kpi, filters, figure }: { kpi: string; filters: Filters; figure: Figure | undefined }) {
  const { t } = useText();
  const words = useWords();
  const [as_table, show_table] = useState(false);
  const { data, error, refetch } = useQuery(distribution_query(filters, kpi));
  const name = words.kpi(kpi);
  const some = data && data.n > 0 && figure && figure.value !== null;
  const last = data?.bins.findLastIndex((one) => one.n > 0) ?? -1;
  const bins = data?.bins.slice(0, Math.max(last + 2, 5)) ?? [];
  const share = (n: number) => words.share(data ? n / data.n : 0);
  const range = ({ from, to }: { from: number; to: number | null }) =>
    to === null
      ? t('figures:spread.over', { from: words.duration(from) })
      : from === 0
        ? t('figures:spread.under', { to: words.duration(to) })
        : t('figures:spread.between', { from: words.duration(from), to: words.duration(to) });
  return (
    <Card
      title={t('figures:spread.title', { name })}
      hint={
        some
          ? t('figures:spread.caption', {
              n: words.count(data.n),
              p50: words.duration(figure.p50),
              mean: words.duration(figure.value),
              p90: words.duration(figure.p90),
            })
          : undefined
      }
      action={
        some && (
          <Button small className={styles.toggle} onClick={() => show_table(!as_table)}>
            {t(as_table ? 'figures:trend.chart' : 'figures:trend.table')}
          </Button>
        )
      }
    >
      {error && !data ? (
        <Failure title={t('figures:load_failed')} retry_label={t('figures:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Skeleton height={200} />
      ) : !some ? (
        <Empty title={t('figures:trend.empty')} />
      ) : as_table ? (
        <section className={styles.scroll} tabIndex={0} aria-label={t('figures:spread.title', { name })}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{name}</th>
                <th scope="col">{t('figures:columns.n')}</th>
                <th scope="col">{t('figures:spread.share')}</th>
              </tr>
            </thead>
            <tbody>
              {bins.map((one) => (
                <tr key={one.from}>
                  <td>{range(one)}</td>
                  <td>{words.count(one.n)}</td>
                  <td>{share(one.n)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : (
        <Suspense fallback={<Skeleton height={200} />}>
          <SpreadChart
            bins={bins}
            figure={figure}
            range={range}
            share={share}
            summary={t('figures:spread.summary', {
              name,
              n: words.count(data.n),
              p50: words.duration(figure.p50),
              p90: words.duration(figure.p90),
            })}
          />
        </Suspense>
      )}
    </Card>
  );
}
