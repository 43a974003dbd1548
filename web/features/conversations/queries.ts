import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';

import type { Place } from './place';

export type Row = Schemas['CaseRow'];
export type Case = Schemas['Case'];
export type Message = Schemas['Message'];
export type View = Schemas['CaseView'];
export type Rows = InfiniteData<Schemas['CaseRows'], string | undefined>;
export type Stream = InfiniteData<Schemas['Messages'], string | undefined>;

export const rows_key = ['cases'] as const;
export const counts_query = queryOptions({
  queryKey: ['case-counts'],
  queryFn: () => call(api.GET('/api/cases/counts')),
  staleTime: 10_000,
  placeholderData: keepPreviousData,
});

export const rows_query = ({ view, channel, filter, saved }: Place) =>
  infiniteQueryOptions({
    queryKey: [...rows_key, view, channel ?? '', JSON.stringify(filter ?? {}), saved ?? 0],
    queryFn: ({ pageParam, signal }) => {
      const query = { view, channel, ...(filter as object), saved_view_id: saved, cursor: pageParam, limit: 50 };
      return call(api.GET('/api/cases', { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: 10_000,
  });

export const case_query = (id: number) =>
  queryOptions({
    queryKey: ['case', id],
    queryFn: ({ signal }) => call(api.GET('/api/cases/{id}', { params: { path: { id } }, signal })),
    staleTime: 5_000,
  });

export const messages_query = (id: number) =>
  infiniteQueryOptions({
    queryKey: ['messages', id],
    queryFn: ({ pageParam, signal }) =>
      call(
        api.GET('/api/cases/{id}/messages', {
          params: { path: { id }, query: { cursor: pageParam, limit: 50 } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: 5_000,
  });

/** The row as part of a case: what a list shows of it. */
export function row_of(one: Case): Row {
  const {
    intervals: _i,
    conversations: _c,
    follow_up: _f,
    last_message_id: _l,
    linked_case_id: _k,
    opened_by: _o,
    outcome: _u,
    undo_resolve_until: _r,
    sender_relation: _s,
    ...row
  } = one;
  return row;
}

/** Whether a list of this view still shows the row; `undefined`: only the server knows. */
export function fits(view: View, row: Row, me: number): boolean | undefined {
  const open = row.state !== 'resolved';
  switch (view) {
    case 'resolved':
      return !open;
    case 'snoozed':
      return row.state === 'snoozed';
    case 'mine':
      return row.state === 'open' && row.assignee_id === me;
    case 'unassigned':
      return row.state === 'open' && row.assignee_id === null;
    case 'longest_waiting':
      return row.state === 'open' && row.waiting_on === 'clinic';
    case 'at_risk':
      return open && row.warn_at !== null ? undefined : false;
    case 'follow_ups':
      return open && row.follow_up_at !== null ? undefined : false;
    case 'all':
      return open ? undefined : false;
    case 'failed':
      return row.failed;
  }
}

export function patch_rows(client: QueryClient, id: number, change: (row: Row) => Row, me: number): void {
  for (const [key, data] of client.getQueriesData<Rows>({ queryKey: rows_key })) {
    if (!data?.pages) continue;
    const view = key[1] as View;
    let touched = false;
    const pages = data.pages.map((page) => {
      if (!page.items.some((row) => row.id === id)) return page;
      touched = true;
      const items = page.items.flatMap((row) => {
        if (row.id !== id) return [row];
        const next = change(row);
        return fits(view, next, me) === false && fits(view, row, me) !== false ? [] : [next];
      });
      return { ...page, items };
    });
    if (touched) client.setQueryData<Rows>(key, { ...data, pages });
  }
}

export function put_case(client: QueryClient, one: Case, me: number): void {
  client.setQueryData(case_query(one.id).queryKey, one);
  patch_rows(client, one.id, () => row_of(one), me);
}

export function patch_case(client: QueryClient, id: number, change: Partial<Row>, me: number): () => void {
  const case_key = case_query(id).queryKey;
  const before_case = client.getQueryData(case_key);
  const before_rows = client.getQueriesData<Rows>({ queryKey: rows_key });
  if (before_case) client.setQueryData(case_key, { ...before_case, ...change });
  patch_rows(client, id, (row) => ({ ...row, ...change }), me);
  return () => {
    client.setQueryData(case_key, before_case);
    for (const [key, data] of before_rows) client.setQueryData(key, data);
  };
}

/** Puts a message at the newest end of a stream, or replaces the one with its id (or the optimistic one). */
export function put_message(client: QueryClient, case_id: number, message: Message, replaces?: number): void {
  client.setQueryData<Stream>(messages_query(case_id).queryKey, (data) => {
    if (!data) return data;
    const target = replaces ?? message.id;
    let found = false;
    const pages = data.pages.map((page) => ({
      ...page,
      items: page.items.flatMap((one) => {
        if (one.id === target) {
          found = true;
          return [message];
        }
        return one.id === message.id ? [] : [one];
      }),
    }));
    const first = pages[0];
    if (!found && first) pages[0] = { ...first, items: [message, ...first.items] };
    return { ...data, pages };
  });
}

export function drop_message(client: QueryClient, case_id: number, id: number): void {
  client.setQueryData<Stream>(messages_query(case_id).queryKey, (data) =>
    data
      ? { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.filter((one) => one.id !== id) })) }
      : data,
  );
}
