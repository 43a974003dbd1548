import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '@/i18n';
import { Button } from '@/ui';
import { ChartCard } from './chart_card';
import styles from './figures.module.css';
import type { Dimension, Filters } from './filters';
import { type Figure, figures_query, type Narrow } from './queries';
import own from './ranking.module.css';
import { useGroupName, useWords } from './words';

const first_rows = 8;

interface Props {
  by: Dimension;
  kpis: readonly string[];
  filters: Filters;
  on_drill: (kpi: string, name: string, narrow: Narrow) => void;
  /** Chooses the dimension, where that is open. */
  head?: ReactNode;
  wide?: boolean;
}

interface Row {
  id: string;
  name: string;
  narrow: Narrow;
  figures: Map<string, Figure>;
}

/** What leads to the cases of one group; nothing set is a group too. */
function narrow_of(by: Dimension, figure: Figure): Narrow {
  const raw = figure.group?.[by];
  if (raw !== null && raw !== undefined) return { [by]: raw };
  return by === 'agent' ? { agent: 0 } : by === 'site' ? {} : { [by]: 'none' };
}

function useRows({ by, kpis, filters }: Props) {
  const group_name = useGroupName();
  const { data, error, refetch } = useQuery(figures_query(filters, { by, keys: kpis }));
  const rows = new Map<string, Row>();
  for (const one of data?.items ?? []) {
    // While others are fetched, those of before stand here: perhaps of another dimension.
    if (!one.group || !(by in one.group) || !kpis.includes(one.key)) continue;
    const id = JSON.stringify(one.group);
    const row = rows.get(id) ?? {
      id,
      name: group_name(by, one.group),
      narrow: narrow_of(by, one),
      figures: new Map<string, Figure>(),
    };
    row.figures.set(one.key, one);
    rows.set(id, row);
  }
  return { rows: [...rows.values()], waiting: !data, failed: error !== null && !data, refetch };
}

/** The groups of a dimension side by side: ordered by any of the figures, each number leads to its cases. */
export function RankingCard(props: Props) {
  const { by, kpis, filters, on_drill, head, wide } = props;
  const { t } = useText();
  const words = useWords();
  const { rows, waiting, failed, refetch } = useRows(props);
  const first = kpis[0] ?? '';
  const [order, set_order] = useState<{ kpi: string; up: boolean } | null>(null);
  const [all, show_all] = useState(false);
  const amount = (row: Row, kpi: string) => {
    const figure = row.figures.get(kpi);
    return (figure && words.main(figure)) ?? null;
  };
  // Without an order of one's own the largest group stands first.
  const size = (row: Row) => (order ? amount(row, order.kpi) : (row.figures.get(first)?.n ?? 0));
  const sorted = [...rows].sort((a, b) => {
    const [left, right] = [size(a), size(b)];
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return order?.up ? left - right : right - left;
  });
  const top = Math.max(...rows.map((row) => row.figures.get(first)?.n ?? 0), 1);
  const by_name = t(`figures:by.one.${by}`);
  const title =
    kpis.length === 1
      ? t('figures:breakdown.title', { name: words.kpi(first), dimension: by_name })
      : t('boards:ranking_title', { dimension: by_name });
  return (
    <ChartCard
      wide={wide}
      kpi={kpis.length === 1 ? first : undefined}
      title={title}
      hint={rows.length > 0 ? t('boards:ranking_hint') : undefined}
      state={failed ? 'failed' : waiting ? 'waiting' : rows.length === 0 ? 'empty' : 'shown'}
      on_retry={() => void refetch()}
      height={wide ? 140 : 240}
      file={`auricle-by-${by}-${filters.period.from}`}
      csv={() => [
        [by, ...kpis.flatMap((kpi) => [kpi, `${kpi}_p90`, `${kpi}_n`])],
        ...sorted.map((row) => [
          row.name,
          ...kpis.flatMap((kpi) => [amount(row, kpi), row.figures.get(kpi)?.p90, row.figures.get(kpi)?.n ?? 0]),
        ]),
      ]}
      chart={
        <>
          {head}
          <section className={styles.scroll} tabIndex={0} aria-label={title}>
            <table className={`${styles.table} ${own.ranking}`}>
              <thead>
                <tr>
                  <th scope="col">{t(`figures:by.${by}`)}</th>
                  {kpis.map((kpi) => (
                    <Column
                      key={kpi}
                      kpi={kpi}
                      order={order?.kpi === kpi ? order : null}
                      on_order={() => set_order({ kpi, up: order?.kpi === kpi && !order.up })}
                    />
                  ))}
                </tr>
              </thead>
              <tbody>
                {sorted.slice(0, all ? undefined : first_rows).map((row) => (
                  <tr key={row.id}>
                    <th scope="row">
                      {row.name}
                      <i
                        className={own.bar}
                        style={{ width: `${((row.figures.get(first)?.n ?? 0) / top) * 100}%` }}
                        aria-hidden="true"
                      />
                    </th>
                    {kpis.map((kpi) => (
                      <Cell
                        key={kpi}
                        figure={row.figures.get(kpi)}
                        on_open={() => on_drill(kpi, `${words.kpi(kpi)}: ${row.name}`, row.narrow)}
                        group={row.name}
                      />
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          {sorted.length > first_rows && (
            <div data-no-picture>
              <Button small look="quiet" onClick={() => show_all(!all)}>
                {all ? t('boards:fewer') : t('boards:all_rows', { n: words.count(sorted.length) })}
              </Button>
            </div>
          )}
        </>
      }
    />
  );
}

function Column({ kpi, order, on_order }: { kpi: string; order: { up: boolean } | null; on_order: () => void }) {
  const words = useWords();
  const Arrow = order?.up ? IconArrowUp : IconArrowDown;
  return (
    <th scope="col" aria-sort={order ? (order.up ? 'ascending' : 'descending') : undefined}>
      <button type="button" className={own.sort} data-tip={words.definition(kpi)} onClick={on_order}>
        {order && <Arrow size={12} stroke={2} aria-hidden />}
        {words.kpi(kpi)}
      </button>
    </th>
  );
}

function Cell({ figure, group, on_open }: { figure: Figure | undefined; group: string; on_open: () => void }) {
  const { t } = useText();
  const words = useWords();
  const main = figure ? words.main(figure) : null;
  if (!figure || main === null || figure.n === 0) return <td className={own.none}>–</td>;
  const n = t('figures:n_value', { n: words.count(figure.n) });
  const kind = words.kind(figure.key);
  const value = words.value(figure.key, main);
  const p90 = t('figures:p90_value', { value: words.duration(figure.p90) });
  return (
    <td>
      <button
        type="button"
        className={styles.number_button}
        aria-label={t('boards:cell', { name: words.kpi(figure.key), group, value })}
        data-tip={kind === 'duration' ? n : undefined}
        onClick={on_open}
      >
        {value}
      </button>
      {kind !== 'count' && <span className={own.under}>{kind === 'duration' ? p90 : n}</span>}
    </td>
  );
}
