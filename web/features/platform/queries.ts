import { queryOptions } from '@tanstack/react-query';
import { api, call } from '@/api/client';

export const operations_query = queryOptions({
  queryKey: ['operations'],
  queryFn: () => call(api.GET('/api/operations')),
  refetchInterval: 15_000,
});
export const parked_query = queryOptions({
  queryKey: ['operations', 'parked'],
  queryFn: () => call(api.GET('/api/jobs/parked', { params: { query: {} } })).then((list) => list.items),
  refetchInterval: 15_000,
});
