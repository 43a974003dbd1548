import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, call, in_background, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';

export type Step = Schemas['WelcomeStepName'];
export type Welcome = Schemas['Welcome'];

export const welcome_query = queryOptions({
  queryKey: ['welcome'],
  queryFn: () => in_background(() => call(api.GET('/api/welcome'))),
  staleTime: 0,
});

export const open_steps = (welcome: Welcome): Step[] =>
  welcome.steps.filter((one) => !one.done && !one.skipped).map((one) => one.step);

/** What a new clinic still has before it; nothing for those who do not set it up, and once it is over. */
export function useWelcome(every_ms?: number): Welcome | undefined {
  const enabled = useMay('sites_manage');
  return useQuery({ ...welcome_query, enabled, ...(every_ms ? { refetchInterval: every_ms } : {}) }).data;
}

export function useChangeWelcome(): (change: { skipped?: Step[]; dismissed?: boolean }) => Promise<void> {
  const client = useQueryClient();
  return async (change) => {
    const now = await client.ensureQueryData(welcome_query);
    const body = {
      skipped: now.steps.filter((one) => one.skipped).map((one) => one.step),
      dismissed: now.dismissed,
      ...change,
    };
    client.setQueryData(welcome_query.queryKey, await call(api.PUT('/api/welcome', { body })));
  };
}
