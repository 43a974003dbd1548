import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, call, type Schemas } from './client';

// Small lists that the whole desk needs to say names instead of ids.
export const users_query = queryOptions({
  queryKey: ['users'],
  queryFn: () => call(api.GET('/api/users')).then((list) => list.items),
  staleTime: 300_000,
});
export const sites_query = queryOptions({
  queryKey: ['sites'],
  queryFn: () => call(api.GET('/api/sites')).then((list) => list.items),
  staleTime: 300_000,
});
export const topics_query = queryOptions({
  queryKey: ['topics'],
  queryFn: () => call(api.GET('/api/topics')).then((list) => list.items),
  staleTime: 300_000,
});

export function useUsers(): Schemas['User'][] {
  return useQuery(users_query).data ?? [];
}
export function useUserName(): (id: number | null | undefined) => string | undefined {
  const users = useUsers();
  const names = useMemo(() => new Map(users.map((user) => [user.id, user.name])), [users]);
  return (id) => (id == null ? undefined : names.get(id));
}
export function useSites(): Schemas['Site'][] {
  return useQuery(sites_query).data ?? [];
}
export function useTopics(): Schemas['Topic'][] {
  return useQuery(topics_query).data ?? [];
}
