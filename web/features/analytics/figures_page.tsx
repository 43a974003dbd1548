import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useText } from '@/i18n';
import { Button, Page } from '@/ui';
import { To } from '@/ui/link';
import { BoardView } from './board_view';
import { type Board, boards, keys_of, own_board } from './boards';
import { CasesDialog, type Drill } from './cases_dialog';
import { csv_of, download_csv } from './csv';
import { Explorer } from './explorer';
import { FilterBar } from './filter_bar';
import { type Filters, search_of, useFilters } from './filters';
import { compared, period_text } from './period';
import { figures_query, type Narrow } from './queries';
import { useRegistry } from './registry';
import tabs from './tabs.module.css';

/** The dashboards and, last, every figure there is. */
export function FiguresPage() {
  const { t, language } = useText();
  const { board: name } = useParams({ strict: false });
  const [filters, change] = useFilters(name);
  const [drill, set_drill] = useState<Drill | null>(null);
  const shown: readonly Board[] = filters.own ? [own_board] : boards;
  const everything = name === 'all';
  const board = shown.find((one) => one.name === name) ?? (shown[0] as Board);
  const before = compared(filters.period, filters.compare);
  const open = (kpi: string, title: string, narrow: Narrow) => set_drill({ kpi, name: title, narrow });
  return (
    <Page
      wide
      title={t(filters.own ? 'boards:name.own' : 'figures:title')}
      lead={
        <>
          {period_text(filters.period, language)}
          {before && ` · ${t('figures:compare.with', { period: period_text(before, language) })}`}
        </>
      }
      actions={
        <>
          <CsvButton filters={filters} board={everything ? null : board} />
          <Button icon={<IconPrinter size={16} stroke={1.5} aria-hidden />} onClick={() => window.print()}>
            {t('figures:print')}
          </Button>
        </>
      }
    >
      <Tabs names={[...shown.map((one) => one.name), 'all']} on={everything ? 'all' : board.name} filters={filters} />
      <Filtering filters={filters} change={change} />
      {everything ? (
        <Explorer filters={filters} change={change} on_drill={open} />
      ) : (
        <BoardView key={board.name} board={board} filters={filters} on_drill={open} />
      )}
      {drill && <CasesDialog drill={drill} filters={filters} on_close={() => set_drill(null)} />}
    </Page>
  );
}

function Tabs({ names, on, filters }: { names: readonly string[]; on: string; filters: Filters }) {
  const { t } = useText();
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen they stand in one line that is longer than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each dashboard has its tab
  useEffect(() => {
    nav.current?.querySelector('[aria-current=page]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [on]);
  return (
    <nav ref={nav} className={tabs.tabs} aria-label={t('boards:title')}>
      {names.map((name) => (
        <To
          key={name}
          href={`/figures/${name}${search_of(filters)}`}
          className={tabs.tab}
          aria-current={name === on ? 'page' : undefined}
        >
          {t(`boards:name.${name}`)}
        </To>
      ))}
    </nav>
  );
}

/** The channels to choose from are those that occur. */
function Filtering({ filters, change }: { filters: Filters; change: (part: Partial<Filters>) => void }) {
  const { data } = useQuery(
    figures_query({ ...filters, channel: null }, { by: 'channel', keys: ['contacts', 'cases_opened'] }),
  );
  const channels = [...new Set((data?.items ?? []).flatMap((one) => one.group?.channel ?? []))].sort();
  return <FilterBar filters={filters} change={change} channels={channels} />;
}

/** Every figure shown, of the period and of each group. */
function CsvButton({ filters, board }: { filters: Filters; board: Board | null }) {
  const { t } = useText();
  const client = useQueryClient();
  const registry = useRegistry();
  const keys = board ? keys_of(board).total : registry.keys;
  const csv = useMutation({
    mutationFn: async () => {
      const total = await client.fetchQuery(figures_query(filters, { keys }));
      const split = await client.fetchQuery(figures_query(filters, { keys, by: board ? 'day' : filters.by }));
      const name = `auricle-${board?.name ?? 'figures'}-${filters.period.from}-${board ? 'day' : filters.by}.csv`;
      download_csv(name, csv_of([...total.items, ...split.items]));
    },
  });
  return (
    <Button
      icon={<IconDownload size={16} stroke={1.5} aria-hidden />}
      disabled={keys.length === 0}
      busy={csv.isPending}
      onClick={() => csv.mutate()}
    >
      {t('figures:csv')}
    </Button>
  );
}
