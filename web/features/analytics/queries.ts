import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';
import type { Filters } from './filters';
import type { Period } from './period';

export type Figure = Schemas['Figure'];

/** In the order in which one asks: how fast, how long and whose time, how well, how much, and what the bot did. */
export const groups = {
  answering: ['first_response_time', 'next_reply_time', 'resolved_unanswered', 'abandoned_inquiries'],
  resolving: [
    'first_resolution_time',
    'full_resolution_time',
    'clinic_time',
    'patient_time',
    'third_party_time',
    'first_contact_resolution',
    'reopen_rate',
  ],
  volume: ['cases_opened', 'contacts', 'escalation_rate'],
  automation: ['first_automated_response_time', 'handoff_response_time', 'bot_containment', 'handoff_rate'],
} as const;
export type KpiGroup = keyof typeof groups;
export type KpiKey = (typeof groups)[KpiGroup][number];
export const kpi_keys: readonly KpiKey[] = Object.values(groups).flat();

const rates = ['first_contact_resolution', 'bot_containment'];
const counts = ['cases_opened', 'contacts', 'resolved_unanswered', 'abandoned_inquiries', 'backlog'];
export const is_rate = (key: string): boolean => key.endsWith('_rate') || rates.includes(key);
export const is_count = (key: string): boolean => counts.includes(key);
export const is_duration = (key: string): boolean => !is_rate(key) && !is_count(key);
/** Whether less is better, more is better, or neither. */
export function better(key: string): 'less' | 'more' | null {
  if (rates.includes(key)) return 'more';
  if (key === 'cases_opened' || key === 'contacts' || key === 'backlog') return null;
  return key === 'handoff_rate' || key === 'patient_time' || key === 'third_party_time' ? null : 'less';
}

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

export const registry_query = queryOptions({
  queryKey: ['kpis'],
  queryFn: () => call(api.GET('/api/kpis')).then((list) => list.items),
  staleTime: Number.POSITIVE_INFINITY,
});

interface Asked {
  by?: string;
  period?: Period;
  keys?: readonly string[];
}
export const figures_query = (filters: Filters, { by, period, keys = kpi_keys }: Asked = {}) => {
  const query = { keys: keys.join(','), ...period_query(filters, period), ...(by ? { by } : {}) };
  return queryOptions({
    queryKey: ['figures', query],
    queryFn: () => call(api.GET('/api/figures', { params: { query } })),
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
