import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';
import type { Filters } from './filters';
import type { Period } from './period';

export type Figure = Schemas['Figure'];

export function period_query(filters: Filters, period: Period = filters.period) {
  const { clock, site, channel, agent, topic, language } = filters;
  return {
    from: period.from,
    to: period.to,
    clock,
    ...(site ? { site } : {}),
    ...(channel ? { channel } : {}),
    ...(agent !== null ? { agent } : {}),
    ...(topic ? { topic } : {}),
    ...(language ? { language } : {}),
  };
}

interface Asked {
  keys: readonly string[];
  by?: string;
  period?: Period;
}
export const figures_query = (filters: Filters, { by, period, keys }: Asked) => {
  const query = { keys: keys.join(','), ...period_query(filters, period), ...(by ? { by } : {}) };
  return queryOptions({
    queryKey: ['figures', query],
    queryFn: () => call(api.GET('/api/figures', { params: { query } })),
    enabled: keys.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
};

export const distribution_query = (filters: Filters, key: string) => {
  const query = period_query(filters);
  return queryOptions({
    queryKey: ['figures', 'distribution', key, query],
    queryFn: () => call(api.GET('/api/figures/{key}/distribution', { params: { path: { key }, query } })),
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
