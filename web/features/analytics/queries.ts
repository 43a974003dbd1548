import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';
import type { Filters } from './filters';
import type { Period } from './period';

export type Figure = Schemas['Figure'];

export function period_query(filters: Filters, period: Period = filters.period) {
  const { clock, site, channel, agent, topic, language, queue } = filters;
  return {
    from: period.from,
    to: period.to,
    clock,
    ...(site ? { site } : {}),
    ...(channel ? { channel } : {}),
    ...(agent !== null ? { agent } : {}),
    ...(topic ? { topic } : {}),
    ...(language ? { language } : {}),
    ...(queue ? { queue } : {}),
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
    queryKey: ['figures', filters.own, query],
    queryFn: () =>
      call(
        filters.own
          ? api.GET('/api/own-figures', { params: { query } })
          : api.GET('/api/figures', { params: { query } }),
      ),
    enabled: keys.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
};

export const distribution_query = (filters: Filters, key: string) => {
  const query = period_query(filters);
  return queryOptions({
    queryKey: ['figures', filters.own, 'distribution', key, query],
    queryFn: () => {
      const params = { path: { key }, query };
      return call(
        filters.own
          ? api.GET('/api/own-figures/{key}/distribution', { params })
          : api.GET('/api/figures/{key}/distribution', { params }),
      );
    },
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

export const standards_query = queryOptions({
  queryKey: ['standard'], // as the live channel calls them
  queryFn: () => call(api.GET('/api/standards')).then((list) => list.items),
  staleTime: 300_000,
});

export const queues_query = queryOptions({
  queryKey: ['queues'],
  queryFn: () => call(api.GET('/api/queues')).then((list) => list.items),
  staleTime: 300_000,
});

export type Part = { from?: string; to?: string; at_least?: number; under?: number; weekday?: number; hour?: number };
export interface Narrow extends Part {
  site?: number;
  channel?: string;
  agent?: number;
  topic?: string;
  language?: string;
  service?: string;
}

/** One page of what a figure was made of. */
export function cases_page(
  filters: Filters,
  key: string,
  query: Narrow & { sort: 'longest' | 'newest' },
  cursor: string | null,
) {
  const params = { path: { key }, query: { ...period_query(filters), ...query, ...(cursor ? { cursor } : {}) } };
  return call(
    filters.own ? api.GET('/api/own-figures/{key}/cases', { params }) : api.GET('/api/figures/{key}/cases', { params }),
  );
}
