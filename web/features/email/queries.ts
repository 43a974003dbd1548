import { queryOptions } from '@tanstack/react-query';
import { api, call } from '@/api/client';

export const mailboxes_query = queryOptions({
  queryKey: ['mailboxes'],
  queryFn: () => call(api.GET('/api/mailboxes')).then((list) => list.items),
  refetchInterval: 15_000,
  meta: { live: 'mailbox' },
});
export const mailbox_query = (id: number) =>
  queryOptions({
    queryKey: ['mailboxes', id],
    queryFn: () => call(api.GET('/api/mailboxes/{id}', { params: { path: { id } } })),
    meta: { live: 'mailbox' },
  });
export const discovery_query = (address: string) =>
  queryOptions({
    queryKey: ['mail_discovery', address],
    queryFn: () => call(api.POST('/api/mailboxes/discover', { body: { address } })),
    staleTime: 600_000,
    retry: false,
  });
export const history_query = (id: number) =>
  queryOptions({
    queryKey: ['mailboxes', id, 'history'],
    queryFn: () => call(api.GET('/api/mailboxes/{id}/history', { params: { path: { id } } })),
    refetchInterval: ({ state }) =>
      state.data && ['none', 'done', 'failed'].includes(state.data.state) ? false : 2_000,
    meta: { live: 'mailbox_history' },
  });
export const quarantine_query = queryOptions({
  queryKey: ['quarantine'],
  queryFn: () => call(api.GET('/api/quarantine', { params: { query: {} } })).then((list) => list.items),
});
