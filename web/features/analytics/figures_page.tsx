import { IconChartBar, IconDownload, IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useText } from '@/i18n';
import { Button, Empty, Failure, Page, short_time, Skeleton } from '@/ui';
import { BacklogCard, BacklogCell } from './backlog_card';
import { BreakdownCard } from './breakdown_card';
import { CasesDialog, type Drill } from './cases_dialog';
import { csv_of, download } from './csv';
import styles from './figures.module.css';
import { FilterBar } from './filter_bar';
import { type Filters, useFilters } from './filters';
import { HoursCard } from './hours_card';
import { KpiCell } from './kpi_cell';
import { compared, days_of, period_text } from './period';
import { type Figure, figures_query, groups, is_duration, type KpiGroup, type KpiKey } from './queries';
import { SpreadCard } from './spread_card';
import { TrendCard } from './trend_card';
import { WhereCard } from './where_card';
import { useWords } from './words';

/** All that the page shows of a period, asked for at once. */
function useFigures(filters: Filters) {
  const before = compared(filters.period, filters.compare);
  const total = useQuery(figures_query(filters));
  const earlier = useQuery({ ...figures_query(filters, before ? { period: before } : {}), enabled: before !== null });
  const by_day = useQuery(figures_query(filters, { by: 'day' }));
  const split = useQuery(figures_query(filters, { by: filters.by }));
  const by_channel = useQuery(
    figures_query({ ...filters, channel: null }, { by: 'channel', keys: ['contacts', 'cases_opened'] }),
  );
  const channels = [...new Set((by_channel.data?.items ?? []).flatMap((one) => one.group?.channel ?? []))].sort();
  return { before, total, earlier, by_day, split, channels };
}

/** The figures of a period: each with n, its definition, and the cases behind it. */
export function FiguresPage() {
  const { t, language } = useText();
  const words = useWords();
  const [filters, change] = useFilters();
  const [drill, set_drill] = useState<Drill | null>(null);
  const { before, total, earlier, by_day, split, channels } = useFigures(filters);
  const figures = total.data?.items ?? [];
  const selected = figures.find((one) => one.key === filters.kpi);
  const nothing = total.data !== undefined && figures.every((one) => one.n === 0);
  const save = () =>
    download(`auricle-${filters.period.from}-${filters.by}.csv`, csv_of([...figures, ...(split.data?.items ?? [])]));
  const open_group = (figure: Figure, name: string) => {
    const raw = figure.group?.[filters.by];
    const unset = filters.by === 'agent' ? { agent: 0 } : filters.by === 'site' ? {} : { [filters.by]: 'none' };
    set_drill({
      kpi: figure.key,
      name: `${words.kpi(figure.key)}: ${name}`,
      narrow: raw === null || raw === undefined ? unset : { [filters.by]: raw },
    });
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
            onClick={save}
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
        />
      ) : (
        <>
          <Strips
            figures={total.data ? figures : null}
            earlier={before ? (earlier.data?.items ?? []) : []}
            by_day={by_day.data?.items ?? []}
            filters={filters}
            on_select={(kpi) => change({ kpi })}
            on_cases={(kpi) => set_drill({ kpi, name: words.kpi(kpi), narrow: {} })}
          />
          <div className={styles.grid}>
            <div className={styles.column}>
              <TrendCard
                kpi={filters.kpi}
                figures={by_day.data?.items ?? []}
                period={filters.period}
                total={selected?.n ?? 0}
              />
              {is_duration(filters.kpi) && <SpreadCard kpi={filters.kpi} filters={filters} figure={selected} />}
              <BreakdownCard
                kpi={filters.kpi}
                by={filters.by}
                figures={split.data?.items ?? []}
                on_by={(by) => change({ by })}
                on_row={open_group}
              />
            </div>
            <div className={styles.column}>
              <WhereCard figures={figures} />
              <BacklogCard site={filters.site} />
              <HoursCard filters={filters} />
            </div>
          </div>
        </>
      )}
      {drill && <CasesDialog drill={drill} filters={filters} on_close={() => set_drill(null)} />}
    </Page>
  );
}

interface StripsProps {
  figures: Figure[] | null;
  earlier: Figure[];
  by_day: Figure[];
  filters: Filters;
  on_select: (kpi: KpiKey) => void;
  on_cases: (kpi: KpiKey) => void;
}

/** The figures in groups; what the clinic does not have (a bot) takes no room. */
function Strips({ figures, earlier, by_day, filters, on_select, on_cases }: StripsProps) {
  const { t } = useText();
  const words = useWords();
  const days = useMemo(() => days_of(filters.period), [filters.period]);
  const series = useMemo(() => new Map(by_day.map((one) => [`${one.key} ${one.group?.day}`, one])), [by_day]);
  const shown = (Object.keys(groups) as KpiGroup[]).filter(
    (group) =>
      group !== 'automation' || figures?.some((one) => one.n > 0 && groups.automation.some((key) => key === one.key)),
  );
  return (
    <>
      {shown.map((group) => (
        <section key={group} className={styles.group} aria-label={t(`figures:group.${group}`)} aria-busy={!figures}>
          <p className={styles.group_title} aria-hidden="true">
            {t(`figures:group.${group}`)}
          </p>
          <div className={styles.strip}>
            {groups[group].map((key) => {
              const figure = figures?.find((one) => one.key === key);
              return figure ? (
                <KpiCell
                  key={key}
                  figure={figure}
                  before={earlier.find((one) => one.key === key) ?? null}
                  series={days.map((day) => {
                    const one = series.get(`${key} ${day}`);
                    return one ? words.main(one) : null;
                  })}
                  on={filters.kpi === key}
                  on_select={() => on_select(key)}
                  on_cases={() => on_cases(key)}
                />
              ) : (
                <div key={key} className={styles.kpi}>
                  <Skeleton width="60%" />
                  <Skeleton width="40%" height={24} />
                  <Skeleton />
                </div>
              );
            })}
            {group === 'volume' && <BacklogCell site={filters.site} />}
          </div>
        </section>
      ))}
    </>
  );
}
