import { IconChartBar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { Empty, Failure } from '@/ui';
import { To } from '@/ui/link';
import { BacklogCard } from './backlog_card';
import styles from './board_view.module.css';
import { type Board, type CardSpec, keys_of } from './boards';
import type { Filters } from './filters';
import { HoursCard } from './hours_card';
import { compared } from './period';
import { type Figure, figures_query, type Narrow } from './queries';
import { RankingCard } from './ranking_card';
import { SpreadCard } from './spread_card';
import { promise_of, usePromises } from './standard';
import { Tiles } from './tiles';
import { TrendCard } from './trend_card';
import { VariantsCard } from './variants_card';
import { WhereCard } from './where_card';

/** Three questions whatever the number of tiles: the period, the days compared with, and day by day. */
export function useBoardFigures(board: Board, filters: Filters) {
  const keys = keys_of(board);
  const before = compared(filters.period, filters.compare);
  const total = useQuery(figures_query(filters, { keys: keys.total }));
  const earlier = useQuery({
    ...figures_query(filters, { keys: board.tiles, ...(before ? { period: before } : {}) }),
    enabled: before !== null,
  });
  const by_day = useQuery(figures_query(filters, { keys: keys.by_day, by: 'day' }));
  return { total, earlier: before ? (earlier.data?.items ?? []) : [], by_day };
}

/** How much of each promise was kept; asked for only where a tile shows one. */
function useKept(board: Board, filters: Filters) {
  const promises = usePromises();
  const wanted = promises.size > 0 && board.tiles.some((kpi) => promise_of(kpi));
  const { data } = useQuery({
    ...figures_query(filters, { keys: ['sla_attainment'], by: 'standard' }),
    enabled: wanted,
  });
  const kept = new Map<string, { met: number; due: number }>();
  for (const one of wanted ? (data?.items ?? []) : []) {
    const promise = promises.get(one.group?.standard ?? 0);
    if (!promise) continue;
    const so_far = kept.get(promise) ?? { met: 0, due: 0 };
    kept.set(promise, {
      met: so_far.met + (one.numerator ?? 0),
      due: so_far.due + (one.denominator ?? 0),
    });
  }
  return kept;
}

/** Those that a mailbox would fill. */
const by_mail: readonly string[] = ['overview', 'channels'];

interface Props {
  board: Board;
  filters: Filters;
  on_drill: (kpi: string, name: string, narrow: Narrow) => void;
}

/** A dashboard as its description says. */
export function BoardView({ board, filters, on_drill }: Props) {
  const { t } = useText();
  const connects = useMay('mailboxes_manage');
  const { total, earlier, by_day } = useBoardFigures(board, filters);
  const kept = useKept(board, filters);
  const figures = total.data?.items ?? null;
  if (total.error && !total.data) {
    return (
      <Failure
        title={t('figures:load_failed')}
        retry_label={t('figures:retry')}
        on_retry={() => void total.refetch()}
      />
    );
  }
  if (figures && board.tiles.every((kpi) => !figures.find((one) => one.key === kpi)?.n)) {
    return (
      <Empty
        icon={<IconChartBar size={22} stroke={1.5} />}
        title={t(`boards:empty.${board.name}`)}
        hint={t(`boards:fill.${board.name}`)}
        action={
          connects &&
          by_mail.includes(board.name) && <To href="/settings/mailboxes">{t('figures:yourself.connect')}</To>
        }
      />
    );
  }
  return (
    <>
      <Tiles
        kpis={board.tiles}
        filters={filters}
        figures={figures}
        earlier={earlier}
        by_day={by_day.data?.items ?? []}
        kept={kept}
      />
      <div className={styles.cards}>
        {board.cards.map((card) => (
          <OneCard
            key={JSON.stringify(card)}
            card={card}
            filters={filters}
            figures={figures}
            by_day={by_day.data?.items ?? null}
            retry={by_day.error && !by_day.data ? () => void by_day.refetch() : undefined}
            on_drill={on_drill}
          />
        ))}
      </div>
    </>
  );
}

interface CardProps {
  card: CardSpec & { wide?: true };
  filters: Filters;
  figures: Figure[] | null;
  by_day: Figure[] | null;
  retry?: () => void;
  on_drill: (kpi: string, name: string, narrow: Narrow) => void;
}

function OneCard({ card, filters, figures, by_day, retry, on_drill }: CardProps) {
  const shared = { filters, on_drill, wide: card.wide };
  const figure = (kpi: string) => figures?.find((one) => one.key === kpi);
  switch (card.kind) {
    case 'trend':
      return <TrendCard {...shared} kpi={card.kpi} by_day={by_day} retry={retry} total={figure(card.kpi)} />;
    case 'spread':
      return <SpreadCard {...shared} kpi={card.kpi} figure={figure(card.kpi)} />;
    case 'hours':
      return <HoursCard {...shared} kpi={card.kpi} />;
    case 'ranking':
      return <RankingCard {...shared} by={card.by} kpis={card.kpis} />;
    case 'variants':
      return <VariantsCard kpis={card.kpis} figures={figures} on_drill={on_drill} wide={card.wide} />;
    case 'where':
      return <WhereCard figures={figures} on_drill={on_drill} wide={card.wide} />;
    case 'backlog':
      return <BacklogCard site={filters.site} wide={card.wide} />;
  }
}
