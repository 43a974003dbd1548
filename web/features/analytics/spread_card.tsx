import { useQuery } from '@tanstack/react-query';
import { lazy } from 'react';
import type { Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { ChartCard } from './chart_card';
import styles from './figures.module.css';
import type { Filters } from './filters';
import { distribution_query, type Figure, type Narrow } from './queries';
import { useStandard } from './standard';
import { useWords } from './words';

const SpreadChart = lazy(() => import('./spread_chart').then((m) => ({ default: m.SpreadChart })));
type Bin = Schemas['DistributionBin'];

interface Props {
  kpi: string;
  filters: Filters;
  figure: Figure | undefined;
  on_drill: (kpi: string, name: string, narrow: Narrow) => void;
  wide?: boolean;
}

/** The bins that hold something, and one beside them. */
function shown_bins(bins: Bin[]): Bin[] {
  const first = bins.findIndex((one) => one.n > 0);
  const last = bins.findLastIndex((one) => one.n > 0);
  return bins.slice(first > 3 ? first - 1 : 0, Math.max(last + 2, 5));
}

/** How the values lie around the mean: most figures have a long tail that a mean hides. A bar leads to its cases. */
export function SpreadCard({ kpi, filters, figure, on_drill, wide }: Props) {
  const { t } = useText();
  const words = useWords();
  const standard = useStandard(kpi, filters);
  const { data, error, refetch } = useQuery(distribution_query(filters, kpi));
  const name = words.kpi(kpi);
  const bins = shown_bins(data?.bins ?? []);
  const share = (n: number) => words.share(data ? n / data.n : 0);
  const range = ({ from, to }: Bin) =>
    to === null
      ? t('figures:spread.over', { from: words.duration(from) })
      : from === 0
        ? t('figures:spread.under', { to: words.duration(to) })
        : t('figures:spread.between', { from: words.duration(from), to: words.duration(to) });
  const open = (bin: Bin) =>
    on_drill(kpi, `${name}: ${range(bin)}`, { at_least: bin.from, ...(bin.to === null ? {} : { under: bin.to }) });
  const parts = {
    n: words.count(data?.n ?? 0),
    p50: words.duration(figure?.p50 ?? null),
    mean: words.duration(figure?.value ?? null),
    p90: words.duration(figure?.p90 ?? null),
  };
  return (
    <ChartCard
      wide={wide}
      kpi={kpi}
      title={t('figures:spread.title', { name })}
      hint={data && data.n > 0 && figure ? t('figures:spread.caption', parts) : undefined}
      state={
        error && !data
          ? 'failed'
          : !data || !figure
            ? 'waiting'
            : data.n === 0 || figure.value === null
              ? 'empty'
              : 'shown'
      }
      on_retry={() => void refetch()}
      height={240}
      file={`auricle-${kpi}-spread-${filters.period.from}`}
      on_cases={() => on_drill(kpi, name, {})}
      csv={() => [['from_seconds', 'to_seconds', 'n'], ...(data?.bins ?? []).map((one) => [one.from, one.to, one.n])]}
      table={
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
                  <th scope="row">{range(one)}</th>
                  <td>
                    {one.n === 0 ? (
                      0
                    ) : (
                      <button type="button" className={styles.number_button} onClick={() => open(one)}>
                        {words.count(one.n)}
                      </button>
                    )}
                  </td>
                  <td>{share(one.n)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      }
      chart={
        figure && (
          <SpreadChart
            bins={bins}
            figure={figure}
            standard={standard}
            range={range}
            share={share}
            on_pick={(i) => bins[i]?.n && open(bins[i])}
            summary={t('figures:spread.summary', { name, ...parts })}
          />
        )
      }
    />
  );
}
