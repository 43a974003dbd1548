import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useText } from '@/i18n';
import { Failure } from '@/ui';
import { BacklogCard } from './backlog_card';
import styles from './figures.module.css';
import { type Dimension, dimensions_of, type Filters } from './filters';
import { HoursCard } from './hours_card';
import { KpiDetail } from './kpi_detail';
import { KpiList } from './kpi_list';
import { compared } from './period';
import { type Figure, figures_query, type Narrow } from './queries';
import { RankingCard } from './ranking_card';
import { useRegistry } from './registry';
import { SpreadCard } from './spread_card';
import { TrendCard } from './trend_card';
import { useWords } from './words';

interface Props {
  filters: Filters;
  change: (part: Partial<Filters>) => void;
  on_drill: (kpi: string, name: string, narrow: Narrow) => void;
}

/** Every figure there is, one line each; the chosen one in full. */
export function Explorer({ filters, change, on_drill }: Props) {
  const { t } = useText();
  const { keys } = useRegistry();
  const detail = useRef<HTMLDivElement>(null);
  const before = compared(filters.period, filters.compare);
  const total = useQuery(figures_query(filters, { keys }));
  const earlier = useQuery({
    ...figures_query(filters, { keys, ...(before ? { period: before } : {}) }),
    enabled: before !== null && keys.length > 0,
  });
  const counted = total.data?.items.filter((one) => one.n > 0).map((one) => one.key) ?? [];
  const by_day = useQuery(figures_query(filters, { keys: counted, by: 'day' }));
  const compared_with = before ? (earlier.data?.items ?? []) : [];
  const figures = total.data?.items ?? null;
  const select = (kpi: string) => {
    change({ kpi });
    // On a narrow screen the figure stands below the list.
    if (matchMedia('(max-width: 980px)').matches) detail.current?.scrollIntoView();
  };
  if (total.error && !total.data) {
    return (
      <Failure
        title={t('figures:load_failed')}
        retry_label={t('figures:retry')}
        on_retry={() => void total.refetch()}
      />
    );
  }
  return (
    <div className={styles.sides}>
      <div className={styles.side}>
        <KpiList
          figures={figures}
          earlier={compared_with}
          by_day={by_day.data?.items ?? []}
          filters={filters}
          on_select={select}
        />
      </div>
      <div className={styles.column} ref={detail}>
        {filters.kpi === 'backlog' ? (
          <BacklogCard site={filters.site} />
        ) : (
          <Chosen
            filters={filters}
            figure={figures?.find((one) => one.key === filters.kpi)}
            before={compared_with.find((one) => one.key === filters.kpi)}
            by_day={by_day.data?.items ?? null}
            retry={by_day.error && !by_day.data ? () => void by_day.refetch() : undefined}
            change={change}
            on_drill={on_drill}
          />
        )}
      </div>
    </div>
  );
}

interface ChosenProps extends Props {
  figure: Figure | undefined;
  before: Figure | undefined;
  by_day: Figure[] | null;
  retry?: () => void;
}

/** Everything about the chosen figure. */
function Chosen({ filters, figure, before, by_day, retry, change, on_drill }: ChosenProps) {
  const { t } = useText();
  const words = useWords();
  const { kpi } = filters;
  const dimensions = dimensions_of(words.find(kpi)?.rows);
  const by = dimensions.find((one) => one === filters.by) ?? 'channel';
  const shared = { kpi, filters, on_drill };
  const nothing = figure?.n === 0;
  return (
    <>
      <KpiDetail kpi={kpi} figure={figure} before={before} on_cases={() => on_drill(kpi, words.kpi(kpi), {})} />
      {!nothing && (
        <>
          <TrendCard {...shared} by_day={by_day} retry={retry} total={figure} />
          {words.kind(kpi) === 'duration' && <SpreadCard {...shared} figure={figure} />}
          <RankingCard
            key={`${kpi} ${by}`}
            by={by}
            kpis={[kpi]}
            filters={filters}
            on_drill={on_drill}
            head={
              <SegmentedControl
                className={styles.toggle}
                data-no-picture
                aria-label={t('figures:by.label')}
                value={by}
                onChange={(value) => change({ by: value as Dimension })}
                data={dimensions.map((one) => ({ value: one, label: t(`figures:by.${one}`) }))}
              />
            }
          />
          <HoursCard {...shared} />
        </>
      )}
    </>
  );
}
