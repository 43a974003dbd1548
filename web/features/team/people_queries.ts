import { queryOptions } from '@tanstack/react-query';
import { api, call } from '@/api/client';

export const invitations_query = queryOptions({
  queryKey: ['invitations'],
  queryFn: () => call(api.GET('/api/invitations')).then((list) => list.items),
});
