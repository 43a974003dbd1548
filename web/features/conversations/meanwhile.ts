import type { QueryClient } from '@tanstack/react-query';
import { ApiError, api, call } from '@/api/client';
import { type Case, case_query, type Message, messages_query, type Row, type Rows, rows_key } from './queries';

/** The version of the case a change was decided on. */
export interface Decided {
  'If-Match'?: string;
}
export const decided_on = (row: Pick<Row, 'version'> | undefined): Decided =>
  row ? { 'If-Match': `"${row.version}"` } : {};

/** The case as I see it: open, or a row of a list. */
export function seen_case(client: QueryClient, id: number): Row | undefined {
  const open = client.getQueryData(case_query(id).queryKey);
  if (open) return open;
  const lists = client.getQueriesData<Rows>({ queryKey: rows_key });
  return lists.flatMap(([, data]) => data?.pages?.flatMap((page) => page.items) ?? []).find((row) => row.id === id);
}

/** The case as it is, when a change was refused because somebody changed it since. */
export const newer_case = (error: unknown): Case | undefined =>
  error instanceof ApiError && error.problem.key === 'error.conversations.changed_meanwhile'
    ? (error.problem.extra.case as Case)
    : undefined;

export const same_in = (fields: readonly (keyof Row)[], a: Row | undefined, b: Row): boolean =>
  a !== undefined && fields.every((field) => JSON.stringify(a[field]) === JSON.stringify(b[field]));

/** What others did or wrote that I have not seen, oldest first. */
export async function done_by_others(client: QueryClient, id: number, me: number): Promise<Message[]> {
  const known = client.getQueryData(messages_query(id).queryKey)?.pages[0]?.items ?? [];
  const last = Math.max(0, ...known.map((one) => one.id));
  const { items } = await call(api.GET('/api/cases/{id}/messages', { params: { path: { id }, query: { limit: 20 } } }));
  const theirs = items.filter((one) => one.author_id !== me);
  return known.length > 0 ? theirs.filter((one) => one.id > last).reverse() : theirs.slice(0, 1);
}
