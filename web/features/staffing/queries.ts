import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';
import type { Settings } from './settings';

export type Forecast = Schemas['Forecast'];
export type Interval = Schemas['ForecastInterval'];
export type Answer = Schemas['AgentsAnswer'];
export type Plan = Schemas['StaffingPlan'];

export const forecast_query = (site: number, { channel, queue }: Settings) => {
  const query = { site, ...(channel ? { channel } : {}), ...(queue ? { queue } : {}) };
  return queryOptions({
    queryKey: ['staffing', 'forecast', query],
    queryFn: () => call(api.GET('/api/staffing/forecast', { params: { query } })),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  });
};

export const plan_query = (forecast: Forecast | undefined) => {
  const query = {
    site: forecast?.site_id ?? 0,
    channel: forecast?.channel ?? '',
    ...(forecast?.queue_id ? { queue: forecast.queue_id } : {}),
  };
  return queryOptions({
    queryKey: ['staffing', 'plan', query],
    queryFn: () => call(api.GET('/api/staffing/plan', { params: { query } })),
    enabled: forecast !== undefined,
    staleTime: 60_000,
  });
};

/** What the settings and the observed times make of some intervals; null while a call's length is not known. */
export function agents_body(
  settings: Settings,
  forecast: Forecast,
  intervals: readonly Interval[],
  agents?: readonly number[],
): Schemas['AgentsInput'] | null {
  const handling = settings.handling ?? forecast.handling.mean_s;
  if (handling === null) return null;
  const patience = settings.patience ?? forecast.patience.mean_s;
  return {
    model: settings.model === 'erlang_a' && patience !== null ? 'erlang_a' : 'erlang_c',
    handling_s: handling,
    patience_s: patience,
    service_level: settings.target / 100,
    within_s: settings.within,
    shrinkage: settings.shrinkage / 100,
    intervals: intervals.map((one, i) => ({
      arrivals: one.open ? one.expected : 0,
      agents: agents?.[i] ?? null,
    })),
  };
}

export const agents_query = (body: Schemas['AgentsInput'] | null) =>
  queryOptions({
    queryKey: ['staffing', 'agents', body],
    queryFn: () => call(api.POST('/api/staffing/agents', { body: body as Schemas['AgentsInput'] })),
    enabled: body !== null,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

/** 0 is Monday, as in the plan. */
export const weekday_of = (date: string): number => (new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7;
export const clock_of = (slot: number): string =>
  `${String(Math.floor(slot / 2)).padStart(2, '0')}:${slot % 2 ? '30' : '00'}`;
/** Open half hours, and closed ones in which somebody is expected or planned. */
export const worth_showing = (one: Interval, planned: number): boolean =>
  one.open ? one.expected >= 0.05 || planned > 0 : planned > 0;
