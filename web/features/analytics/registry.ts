import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, call, type Schemas } from '@/api/client';

export type Kpi = Schemas['Kpi'];
export type Kind = 'duration' | 'rate' | 'count' | 'points';

/** In the order in which one asks: how fast, how long and whose time, how well, how much, and what else the clinic measures. */
const order = ['answering', 'resolving', 'volume', 'calls', 'appointments', 'satisfaction', 'automation', 'team'];
/** Always shown, also empty; the others only where there is something to count (no bot: no figures of one). */
const always = ['answering', 'resolving', 'volume'];
/** What stands first of its group, because one asks for it first. */
const leading = ['first_response_time', 'next_reply_time', 'first_resolution_time', 'full_resolution_time'];

export const registry_query = queryOptions({
  queryKey: ['kpis'],
  queryFn: () => call(api.GET('/api/kpis')).then((list) => list.items),
  staleTime: Number.POSITIVE_INFINITY,
});

const rank = (all: readonly string[], one: string) => (all.includes(one) ? all.indexOf(one) : all.length);

export interface Group {
  name: string;
  always: boolean;
  kpis: Kpi[];
}

/** Everything the server can measure, as it describes it; empty until it has. */
export interface Registry {
  groups: Group[];
  /** Of the figures of a period; the backlog is of a moment and asked for apart. */
  keys: string[];
  find: (key: string) => Kpi | undefined;
  kind: (key: string) => Kind;
}

const kinds: Record<string, Kind> = { seconds: 'duration', ratio: 'rate', count: 'count', points: 'points' };

function registry_of(items: readonly Kpi[]): Registry {
  const by_key = new Map(items.map((one) => [one.key, one]));
  const names = [...new Set(items.map((one) => one.group))].sort((a, b) => rank(order, a) - rank(order, b));
  const groups = names.map((name) => ({
    name,
    always: always.includes(name),
    kpis: items.filter((one) => one.group === name).sort((a, b) => rank(leading, a.key) - rank(leading, b.key)),
  }));
  return {
    groups,
    keys: groups.flatMap((one) => one.kpis.map(({ key }) => key)).filter((key) => key !== 'backlog'),
    find: (key) => by_key.get(key),
    kind: (key) => kinds[by_key.get(key)?.unit ?? 'count'] ?? 'count',
  };
}

export function useRegistry(): Registry {
  const { data } = useQuery(registry_query);
  return useMemo(() => registry_of(data ?? []), [data]);
}
