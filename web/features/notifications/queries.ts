import { queryOptions } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';

export type Notification = Schemas['Notification'];
export type Notifications = Schemas['Notifications'];

/** The live channel names the same kind, so that the number follows at once. */
export const notifications_query = queryOptions({
  queryKey: ['notification'],
  queryFn: () => call(api.GET('/api/notifications', { params: { query: {} } })),
  staleTime: 30_000,
});
