import { IconChartBar, IconDownload, IconPrinter } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { Button, Empty, Failure, Page, short_time } from '@/ui';
import { To } from '@/ui/link';
import { BacklogCard } from './backlog_card';
import { BreakdownCard } from './breakdown_card';
import { CasesDialog, type Drill } from './cases_dialog';
import { csv_of, download } from './csv';
import styles from './figures.module.css';
import { FilterBar } from './filter_bar';
import { type Dimension, dimensions_of, type Filters, useFilters } from './filters';
import { HoursCard } from './hours_card';
import { KpiDetail } from './kpi_detail';
import { KpiList } from './kpi_list';
import { compared, period_text } from './period';
import { type Figure, figures_query } from './queries';
import { useRegistry } from './registry';
import { SpreadCard } from './spread_card';
import { Trend } from './trend';
import { WhereCard } from './where_card';
import { useWords } from './words';

/** All that the page shows of a period, asked for at once; the chosen figure alone is split. */
function useFigures(filters: Filters, kpi: string) {
  const { keys, find } = useRegistry();
  const by = dimensions_of(find(kpi)?.rows).find((one) => one === filters.by) ?? 'channel';
  const before = compared(filters.period, filters.compare);
  const total = useQuery(figures_query(filters, { keys }));
  const earlier = useQuery({
    ...figures_query(filters, { keys, ...(before ? { period: before } : {}) }),
    enabled: before !== null && keys.length > 0,
  });
  const counted = total.data?.items.filter((one) => one.n > 0).map((one) => one.key) ?? [];
  const by_day = useQuery(figures_query(filters, { keys: counted, by: 'day' }));
  const chosen = counted.filter((key) => key === kpi);
  const split = useQuery(figures_query(filters, { keys: chosen, by }));
  const by_channel = useQuery(
    figures_query({ ...filters, channel: null }, { by: 'channel', keys: ['contacts', 'cases_opened'] }),
  );
  const channels = [...new Set((by_channel.data?.items ?? []).flatMap((one) => one.group?.channel ?? []))].sort();
  return { before, total, earlier, by_day, split, by, channels };
}

/** Every figure of the period, and that of each group. */
function useCsv(filters: Filters) {
  const client = useQueryClient();
  const { keys } = useRegistry();
  return useMutation({
    mutationFn: async () => {
      const total = await client.fetchQuery(figures_query(filters, { keys }));
      const split = await client.fetchQuery(figures_query(filters, { keys, by: filters.by }));
      download(`auricle-${filters.period.from}-${filters.by}.csv`, csv_of([...total.items, ...split.items]));
    },
  });
}

/** The figures of a period: each with n, its definition, and the cases behind it. */
export function FiguresPage() {
  const connects = useMay('mailboxes_manage');
  const { t, language } = useText();
  const [filters, change] = useFilters();
  const [drill, set_drill] = useState<Drill | null>(null);
  const detail = useRef<HTMLDivElement>(null);
  const { before, total, earlier, by_day, split, by, channels } = useFigures(filters, filters.kpi);
  const csv = useCsv(filters);
  const figures = total.data?.items ?? [];
  const compared_with = before ? (earlier.data?.items ?? []) : [];
  const nothing = total.data !== undefined && figures.every((one) => one.n === 0);
  const select = (kpi: string) => {
    change({ kpi });
    // On a narrow screen the figure stands below the list.
    if (matchMedia('(max-width: 980px)').matches) detail.current?.scrollIntoView();
  };
  return (
    <Page
      wide
      title={t('figures:title')}
      lead={
        <>
          {period_text(filters.period, language)}
          {before && ` · ${t('figures:compare.with', { period: period_text(before, language) })}`}
          {total.data && ` · ${t('figures:as_of', { when: short_time(total.data.as_of, language) })}`}
        </>
      }
      actions={
        <>
          <Button
            icon={<IconDownload size={16} stroke={1.5} aria-hidden />}
            disabled={figures.length === 0}
            busy={csv.isPending}
            onClick={() => csv.mutate()}
          >
            {t('figures:csv')}
          </Button>
          <Button icon={<IconPrinter size={16} stroke={1.5} aria-hidden />} onClick={() => window.print()}>
            {t('figures:print')}
          </Button>
        </>
      }
    >
      <FilterBar filters={filters} change={change} channels={channels} />
      {total.error && !total.data ? (
        <Failure
          title={t('figures:load_failed')}
          retry_label={t('figures:retry')}
          on_retry={() => void total.refetch()}
        />
      ) : nothing ? (
        <Empty
          icon={<IconChartBar size={22} stroke={1.5} />}
          title={t('figures:empty_title')}
          hint={t('figures:empty_text')}
          action={connects && <To href="/settings/mailboxes">{t('figures:yourself.connect')}</To>}
        />
      ) : (
        <div className={styles.sides}>
          <div className={styles.side}>
            <KpiList
              figures={total.data ? figures : null}
              earlier={compared_with}
              by_day={by_day.data?.items ?? []}
              filters={filters}
              on_select={select}
            />
          </div>
          <div className={styles.column} ref={detail}>
            <Chosen
              filters={filters}
              figures={figures}
              before={compared_with}
              by_day={by_day.data?.items ?? []}
              split={split.data?.items ?? []}
              by={by}
              change={change}
              on_drill={set_drill}
            />
            <WhereCard figures={figures} />
            {filters.kpi !== 'backlog' && <BacklogCard site={filters.site} />}
            <HoursCard filters={filters} />
          </div>
        </div>
      )}
      {drill && <CasesDialog drill={drill} filters={filters} on_close={() => set_drill(null)} />}
    </Page>
  );
}

interface ChosenProps {
  filters: Filters;
  figures: Figure[];
  before: Figure[];
  by_day: Figure[];
  split: Figure[];
  by: Dimension;
  change: (part: Partial<Filters>) => void;
  on_drill: (drill: Drill) => void;
}

/** Everything about the chosen figure. */
function Chosen({ filters, figures, before, by_day, split, by, change, on_drill }: ChosenProps) {
  const words = useWords();
  const { kpi } = filters;
  if (kpi === 'backlog') return <BacklogCard site={filters.site} />;
  const figure = figures.find((one) => one.key === kpi);
  const nothing = figure?.n === 0;
  const open_group = (one: Figure, name: string) => {
    const raw = one.group?.[by];
    const unset = by === 'agent' ? { agent: 0 } : by === 'site' ? {} : { [by]: 'none' };
    const narrow = raw === null || raw === undefined ? unset : { [by]: raw };
    on_drill({ kpi, name: `${words.kpi(kpi)}: ${name}`, narrow });
  };
  return (
    <>
      <KpiDetail
        kpi={kpi}
        figure={figure}
        before={before.find((one) => one.key === kpi)}
        on_cases={() => on_drill({ kpi, name: words.kpi(kpi), narrow: {} })}
      >
        {!nothing && <Trend kpi={kpi} figures={by_day} period={filters.period} total={figure?.n ?? 0} />}
      </KpiDetail>
      {!nothing && words.kind(kpi) === 'duration' && <SpreadCard kpi={kpi} filters={filters} figure={figure} />}
      {!nothing && (
        <BreakdownCard kpi={kpi} by={by} figures={split} on_by={(next) => change({ by: next })} on_row={open_group} />
      )}
    </>
  );
}
