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
import { useFilters } from './filters';
import { KpiCell } from './kpi_cell';
import { days_of, period_text } from './period';
import { type Figure, figures_query, kpi_keys } from './queries';
import { TrendCard } from './trend_card';
import { WhereCard } from './where_card';
import { useWords } from './words';

/** The figures of a period: each with n, its definition, and the cases behind it. */
export function FiguresPage() {
  const { t, language } = useText();
  const words = useWords();
  const [filters, change] = useFilters();
  const [drill, set_drill] = useState<Drill | null>(null);
  const total = useQuery(figures_query(filters));
  const by_day = useQuery(figures_query(filters, 'day'));
  const split = useQuery(figures_query(filters, filters.by));
  const by_channel = useQuery(figures_query({ ...filters, channel: null }, 'channel'));
  const figures = total.data?.items ?? [];
  const days = useMemo(() => days_of(filters.period), [filters.period]);
  const series = useMemo(() => {
    const found = new Map<string, Map<string, Figure>>();
    for (const one of by_day.data?.items ?? []) {
      if (!found.has(one.key)) found.set(one.key, new Map());
      found.get(one.key)?.set(one.group?.day ?? '', one);
    }
    return found;
  }, [by_day.data]);
  const channels = [...new Set((by_channel.data?.items ?? []).flatMap((one) => one.group?.channel ?? []))].sort();
  const selected = figures.find((one) => one.key === filters.kpi);
  const nothing = total.data !== undefined && figures.every((one) => one.n === 0);
  const save = () =>
    download(`auricle-${filters.period.from}-${filters.by}.csv`, csv_of([...figures, ...(split.data?.items ?? [])]));
  const open_group = (figure: Figure, name: string) => {
    const raw = figure.group?.[filters.by];
    const none = filters.by === 'agent' ? { agent: 0 } : {};
    set_drill({
      kpi: figure.key,
      name: `${words.kpi(figure.key)}: ${name}`,
      narrow: raw === null || raw === undefined ? none : { [filters.by]: raw },
    });
  };
  return (
    <Page
      wide
      title={t('figures:title')}
      lead={
        <>
          {period_text(filters.period, language)}
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
          <section className={styles.strip} aria-label={t('figures:kpi_region')} aria-busy={!total.data}>
            {kpi_keys.map((key) => {
              const figure = figures.find((one) => one.key === key);
              return figure ? (
                <KpiCell
                  key={key}
                  figure={figure}
                  series={days.map((day) => {
                    const one = series.get(key)?.get(day);
                    return one ? words.main(one) : null;
                  })}
                  on={filters.kpi === key}
                  on_select={() => change({ kpi: key })}
                  on_cases={() => set_drill({ kpi: key, name: words.kpi(key), narrow: {} })}
                />
              ) : (
                <div key={key} className={styles.kpi}>
                  <Skeleton width="60%" />
                  <Skeleton width="40%" height={24} />
                  <Skeleton />
                </div>
              );
            })}
            <BacklogCell site={filters.site} />
          </section>
          <div className={styles.grid}>
            <div className={styles.column}>
              <TrendCard
                kpi={filters.kpi}
                figures={by_day.data?.items ?? []}
                period={filters.period}
                total={selected?.n ?? 0}
              />
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
            </div>
          </div>
        </>
      )}
      {drill && <CasesDialog drill={drill} filters={filters} on_close={() => set_drill(null)} />}
    </Page>
  );
}
