import type { Schemas } from '@/api/client';

/** Conditions beside the view: enumerated words and ids, never names or search text. */
export const filter_keys = ['assignee', 'topic', 'priority', 'language', 'waiting_on', 'state'] as const;
export type FilterKey = (typeof filter_keys)[number];
export type Filter = Partial<Record<FilterKey, string>>;

export interface Place {
  view: Schemas['CaseView'];
  channel?: string;
  filter?: Filter;
  /** A saved view. */
  saved?: number;
}

export type Search = Filter & { channel?: string; saved?: number; message?: number };

/** What of an address is such a condition; the rest of it is dropped. */
export function search_of_address(search: Record<string, unknown>): Search {
  const found: Search = {};
  for (const key of ['channel', ...filter_keys] as const) {
    const value = search[key];
    if ((typeof value === 'string' || typeof value === 'number') && /^[a-z0-9_-]{1,40}$/.test(String(value)))
      found[key] = String(value);
  }
  for (const key of ['saved', 'message'] as const)
    if (Number.isSafeInteger(search[key])) found[key] = search[key] as number;
  return found;
}

export function place_of(view: Place['view'], search: Search): Place {
  const filter: Filter = {};
  for (const key of filter_keys) if (search[key]) filter[key] = search[key];
  return {
    view,
    channel: search.channel,
    saved: search.saved,
    filter: Object.keys(filter).length > 0 ? filter : undefined,
  };
}

export function search_of(place: Place): Search {
  return {
    ...(place.channel ? { channel: place.channel } : {}),
    ...(place.saved ? { saved: place.saved } : {}),
    ...place.filter,
  };
}
