import { IconClockHour4 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSites } from '@/api/lists';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { Banner, Empty, Failure, Loading, Page } from '@/ui';
import { Assumptions } from './assumptions';
import { AccuracyCard, BasisCard } from './basis_card';
import { DayCard, type Row } from './day_card';
import { DaysCard } from './days_card';
import { PlanActions } from './plan_actions';
import {
  type Answer,
  agents_body,
  agents_query,
  type Forecast,
  forecast_query,
  type Interval,
  type Plan,
  plan_query,
  weekday_of,
  worth_showing,
} from './queries';
import { SeriesBar } from './series_bar';
import { type Settings, useSettings } from './settings';
import styles from './staffing.module.css';
import { useNumbers } from './words';

/** How many will come in the next four weeks, how many must be there, and what other numbers would give. */
export function StaffingPage() {
  const { t } = useText();
  const sites = useSites();
  const [settings, change] = useSettings();
  const site = sites.find((one) => one.id === settings.site)?.id ?? sites[0]?.id ?? 0;
  const { data: forecast, error, refetch } = useQuery({ ...forecast_query(site, settings), enabled: site !== 0 });
  return (
    <Page wide title={t('staffing:title')} lead={t('staffing:lead')}>
      <SeriesBar settings={settings} change={change} site={site} forecast={forecast} />
      {error && !forecast ? (
        <Failure title={t('staffing:load_failed')} retry_label={t('staffing:retry')} on_retry={() => void refetch()} />
      ) : !forecast ? (
        <Loading label={t('staffing:loading')} lines={8} />
      ) : forecast.model === null ? (
        <Empty
          icon={<IconClockHour4 size={22} stroke={1.5} />}
          title={t('staffing:too_little')}
          hint={t('staffing:too_little_hint')}
        />
      ) : (
        <Content
          key={`${forecast.site_id} ${forecast.channel} ${forecast.queue_id}`}
          {...{ settings, change, forecast }}
        />
      )}
    </Page>
  );
}

interface ContentProps {
  settings: Settings;
  change: (part: Partial<Settings>) => void;
  forecast: Forecast;
}

function Content({ settings, change, forecast }: ContentProps) {
  const { t } = useText();
  // The day asked for, else the next on which somebody is expected.
  const day =
    forecast.days.find((one) => one.date === settings.day) ??
    forecast.days.find((one) => one.expected >= 1) ??
    forecast.days[0];
  if (!day) return null;
  return (
    <>
      {forecast.accuracy.failures > 0 && (
        <Banner tone="soon">
          {t('staffing:accuracy.warning', { count: forecast.accuracy.failures, n: forecast.accuracy.origins.length })}
        </Banner>
      )}
      <DaysCard forecast={forecast} day={day.date} on_day={(date) => change({ day: date })} />
      {forecast.timed ? (
        <>
          <Assumptions settings={settings} forecast={forecast} change={change} />
          <DayOfAgents settings={settings} forecast={forecast} date={day.date} />
        </>
      ) : (
        <Banner>{t('staffing:not_timed')}</Banner>
      )}
      <div className={styles.grid}>
        <AccuracyCard forecast={forecast} />
        <BasisCard forecast={forecast} />
      </div>
    </>
  );
}

type Tried = Record<string, number>;

/** Planned where there is a plan, else as needed; then what is being tried out. */
function agents_of(intervals: readonly Interval[], plan: Plan, needed: Answer, tried: Tried): number[] {
  return intervals.map((one, i) => {
    const usual = plan.version > 0 ? plan.week[weekday_of(one.date)]?.[one.slot] : needed.items[i]?.needed;
    return tried[one.starts_at] ?? usual ?? 0;
  });
}

function DayOfAgents({ settings, forecast, date }: { settings: Settings; forecast: Forecast; date: string }) {
  const { t } = useText();
  const may_save = useMay('sites_manage');
  const [tried, set_tried] = useState<Tried>({});
  const intervals = forecast.intervals.filter((one) => one.date === date);
  const plan = useQuery(plan_query(forecast)).data;
  const needed = useQuery(agents_query(agents_body(settings, forecast, intervals))).data;
  const agents =
    plan && needed?.items.length === intervals.length ? agents_of(intervals, plan, needed, tried) : undefined;
  const answer = useQuery(agents_query(agents ? agents_body(settings, forecast, intervals, agents) : null)).data;
  if (agents_body(settings, forecast, intervals) === null) return <Banner>{t('staffing:no_handling')}</Banner>;
  if (!plan || !agents || answer?.items.length !== intervals.length)
    return <Loading label={t('staffing:loading')} lines={6} />;
  const rows: Row[] = intervals.flatMap((interval, i) => {
    const item = answer.items[i];
    const count = agents[i] ?? 0;
    const shown = item && (worth_showing(interval, count) || interval.starts_at in tried);
    return shown ? [{ interval, item, agents: count, changed: interval.starts_at in tried }] : [];
  });
  return (
    <>
      <Summary forecast={forecast} date={date} answer={answer} target={settings.target / 100} />
      <DayCard
        date={date}
        rows={rows}
        target={settings.target / 100}
        planned={plan.version > 0}
        on_agents={(changes) =>
          set_tried((old) => ({ ...old, ...Object.fromEntries(changes.map((one) => [one.starts_at, one.agents])) }))
        }
        on_reset={() => set_tried({})}
        actions={
          may_save ? (
            <PlanActions
              settings={settings}
              forecast={forecast}
              plan={plan}
              date={date}
              day={intervals.map((one, i) => ({ slot: one.slot, agents: agents[i] ?? 0 }))}
              changed={rows.some((one) => one.changed)}
              on_saved={() => set_tried({})}
            />
          ) : null
        }
      />
    </>
  );
}

function Summary({
  forecast,
  date,
  answer,
  target,
}: {
  forecast: Forecast;
  date: string;
  answer: Answer;
  target: number;
}) {
  const { t } = useText();
  const numbers = useNumbers();
  const day = forecast.days.find((one) => one.date === date);
  const given = answer.with_agents;
  const level = given?.service_level ?? null;
  const figures = [
    {
      name: t('staffing:sum.arrivals'),
      value: numbers.whole(day?.expected ?? 0),
      sub: t('staffing:sum.range', { low: numbers.whole(day?.low ?? 0), high: numbers.whole(day?.high ?? 0) }),
    },
    {
      name: t('staffing:sum.needed'),
      value: `${numbers.tenth(answer.with_needed.agent_hours)} h`,
      sub: t('staffing:sum.rostered', { hours: numbers.tenth(answer.rostered_hours) }),
    },
    {
      name: t('staffing:sum.there'),
      value: `${numbers.tenth(given?.agent_hours ?? 0)} h`,
      sub: t('staffing:sum.occupancy', { share: numbers.share(given?.occupancy) }),
    },
    {
      name: t('staffing:sum.in_time'),
      value: numbers.share(level),
      sub: t('staffing:sum.abandoned', { share: numbers.share(given?.p_abandon) }),
      short: level !== null && level < target,
    },
  ];
  return (
    <section className={styles.strip} aria-label={t('staffing:sum.label')} aria-live="polite">
      {figures.map((one) => (
        <div key={one.name} className={styles.figure} data-short={one.short || undefined}>
          <h2>{one.name}</h2>
          <p>{one.value}</p>
          <small>{one.sub}</small>
        </div>
      ))}
    </section>
  );
}
