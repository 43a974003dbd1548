import { useCallback, useMemo, useState } from 'react';
import { useMay } from '@/api/session';
import { type Comparison, comparisons, type Period, type Preset, period_of, presets, valid_day } from './period';

export type Clock = 'elapsed' | 'business';
export const dimensions = ['channel', 'site', 'agent', 'topic', 'language', 'service'] as const;
export type Dimension = (typeof dimensions)[number];
/** What a figure can be split by: only appointments have a service. */
export const dimensions_of = (rows: string | undefined): readonly Dimension[] =>
  dimensions.filter((one) => one !== 'service' || rows === 'appointments');

export interface Filters {
  preset: Preset;
  period: Period;
  compare: Comparison;
  clock: Clock;
  by: Dimension;
  kpi: string;
  site: number | null;
  channel: string | null;
  /** Zero: nobody. */
  agent: number | null;
  topic: string | null;
  language: string | null;
  /** The team that has the case: its queue. */
  queue: number | null;
  /** Only the figures of the one who looks, who may not see those of others. Not in the address. */
  own: boolean;
}

const one_of = <T extends string>(all: readonly T[], value: string | null, fallback: T): T =>
  all.find((one) => one === value) ?? fallback;

/** The filters stand in the address (ids and enumerated words only), so that a figure can be sent to a colleague. */
function read(): Filters {
  const query = new URLSearchParams(location.search);
  const get = (name: string) => query.get(name)?.replace(/^"|"$/g, '') ?? null;
  const word = (name: string) => get(name)?.replace(/[^\w-]/g, '') || null;
  const from = get('from');
  const to = get('to');
  const preset = one_of(presets, get('period'), 'last_28_days');
  const custom = preset === 'custom' && valid_day(from) && valid_day(to) && from < to;
  const known = preset === 'custom' ? 'last_28_days' : preset;
  const agent = get('agent');
  return {
    preset: custom ? 'custom' : known,
    period: custom ? { from, to } : period_of(known),
    compare: one_of(comparisons, get('compare'), 'before'),
    clock: one_of(['elapsed', 'business'], get('clock'), 'elapsed'),
    by: one_of(dimensions, get('by'), 'channel'),
    kpi: get('kpi')?.replace(/[^a-z_]/g, '') || 'first_response_time',
    site: Number(get('site')) || null,
    channel: word('channel'),
    agent: agent === null || agent === '' || Number.isNaN(Number(agent)) ? null : Number(agent),
    topic: word('topic'),
    language: word('language'),
    queue: Number(get('queue')) || null,
    own: false,
  };
}

/** The filters as they stand in an address. */
export function search_of(filters: Filters): string {
  const query = new URLSearchParams();
  query.set('period', filters.preset);
  if (filters.preset === 'custom') {
    query.set('from', filters.period.from);
    query.set('to', filters.period.to);
  }
  if (filters.compare !== 'before') query.set('compare', filters.compare);
  if (filters.clock !== 'elapsed') query.set('clock', filters.clock);
  if (filters.by !== 'channel') query.set('by', filters.by);
  if (filters.kpi !== 'first_response_time') query.set('kpi', filters.kpi);
  if (filters.site) query.set('site', String(filters.site));
  if (filters.queue) query.set('queue', String(filters.queue));
  if (filters.agent !== null) query.set('agent', String(filters.agent));
  for (const name of ['channel', 'topic', 'language'] as const) {
    const value = filters[name];
    if (value) query.set(name, value);
  }
  return `?${query}`;
}

/** Of the dashboard one is at: the address of another one says its own. */
export function useFilters(board: string | undefined): [Filters, (change: Partial<Filters>) => void] {
  const own = !useMay('figures_read');
  const [filters, set] = useState(read);
  const [at, go_to] = useState(board);
  if (at !== board) {
    go_to(board);
    set(read());
  }
  const change = useCallback((part: Partial<Filters>) => {
    set((old) => {
      const next = { ...old, ...part };
      history.replaceState(history.state, '', location.pathname + search_of(next));
      return next;
    });
  }, []);
  return [useMemo(() => ({ ...filters, own }), [filters, own]), change];
}
