import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';
import type { Filters } from './filters';

export type Figure = Schemas['Figure'];

/** In the order in which one asks: how fast, how long, whose time, how well, how many. */
export const kpi_keys = [
  'first_response_time',
  'next_reply_time',
  'first_resolution_time',
  'full_resolution_time',
  'clinic_time',
  'patient_time',
  'third_party_time',
  'reopen_rate',
  'cases_opened',
] as const;
export type KpiKey = (typeof kpi_keys)[number];

export const is_rate = (key: string): boolean => key.endsWith('_rate');
export const is_count = (key: string): boolean => key === 'cases_opened' || key === 'backlog';
export const is_duration = (key: string): boolean => !is_rate(key) && !is_count(key);

export function period_query(filters: Filters) {
  const { period, clock, site, channel } = filters;
  return { from: period.from, to: period.to, clock, ...(site ? { site } : {}), ...(channel ? { channel } : {}) };
}

export const registry_query = queryOptions({
  queryKey: ['kpis'],
  queryFn: () => call(api.GET('/api/kpis')).then((list) => list.items),
  staleTime: Number.POSITIVE_INFINITY,
});

export const figures_query = (filters: Filters, by?: string) => {
  const query = { keys: kpi_keys.join(','), ...period_query(filters), ...(by ? { by } : {}) };
  return queryOptions({
    queryKey: ['figures', query],
    queryFn: () => call(api.GET('/api/figures', { params: { query } })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
};

export const backlog_query = (site: number | null) =>
  queryOptions({
    queryKey: ['figures', 'backlog', site],
    queryFn: () => call(api.GET('/api/figures/backlog', { params: { query: site ? { site } : {} } })),
    staleTime: 30_000,
  });
