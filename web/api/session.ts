import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { in_practice } from './base';
import { api, call, in_background, type Schemas, set_csrf_token } from './client';

export type Session = Schemas['Session'];
export type Permission = Schemas['PermissionName'];

export async function fetch_session(): Promise<Session> {
  const session = await in_background(() => call(api.GET('/api/session')));
  set_csrf_token(session.csrf_token);
  // Practice reaches nobody: there are no mailboxes to manage.
  const permissions = session.permissions.filter((one) => !in_practice || one !== 'mailboxes_manage');
  return { ...session, permissions };
}

export const session_query = queryOptions({
  queryKey: ['session'],
  queryFn: fetch_session,
  staleTime: 60_000,
  retry: 2,
});

export function useSession(): Session | undefined {
  return useQuery(session_query).data;
}

/** After sign-in, unlock, or an accepted link: take over the session the server answered. */
export function useTakeSession(): (session: Session) => void {
  const client = useQueryClient();
  return (session) => {
    set_csrf_token(session.csrf_token);
    client.setQueryData(session_query.queryKey, session);
  };
}

export function useMay(permission: Permission): boolean {
  return useSession()?.permissions.includes(permission) ?? false;
}
