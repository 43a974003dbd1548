import { queryOptions } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';

export type Standard = Schemas['Standard'];
export type StandardInput = Schemas['StandardInput'];
export type Step = Schemas['EscalationStep'];
export type Scope = Pick<Standard, 'channel' | 'priority' | 'topic' | 'site_id'>;
export type Measure = Standard['measure'];

export const measures: Measure[] = ['first_response', 'next_reply', 'resolution'];
export const priorities = ['urgent', 'high', 'normal', 'low'] as const;

export const standards_query = queryOptions({
  queryKey: ['standard'],
  queryFn: () => call(api.GET('/api/standards')).then((list) => list.items),
  staleTime: 30_000,
});

/** One promise with its history: the versions that agree in what they are about. */
export interface Target {
  key: string;
  measure: Measure;
  scope: Scope;
  /** What holds today; none when it ended or has not begun. */
  now?: Standard;
  /** Those to come, the next one first. */
  next: Standard[];
  /** Those that held before, the latest first. */
  before: Standard[];
}

const key_of = (one: Standard) =>
  [one.measure, one.channel ?? '', one.priority ?? '', one.topic ?? '', one.site_id ?? ''].join('/');
const scope_key = (scope: Scope) => [scope.site_id, scope.channel, scope.topic, scope.priority].join('/');
const narrowness = (scope: Scope) =>
  [scope.site_id, scope.channel, scope.topic, scope.priority].filter((one) => one !== null).length;

function grouped<T>(list: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}

/** As the server chooses: the later day holds, of one day the one that was set last. */
const by_start = (a: Standard, b: Standard) =>
  (a.valid_from ?? '') < (b.valid_from ?? '') ? -1 : (a.valid_from ?? '') > (b.valid_from ?? '') ? 1 : a.id - b.id;

export function targets_of(all: readonly Standard[], today: string): Target[] {
  const groups = grouped([...all].sort(by_start), key_of);
  const targets = [...groups].map(([key, versions]): Target => {
    const begun = versions.filter((one) => (one.valid_from ?? '') <= today);
    const latest = begun.at(-1);
    const { measure, channel, priority, topic, site_id } = versions[0] as Standard;
    return {
      key,
      measure,
      scope: { channel, priority, topic, site_id },
      now: latest?.seconds == null ? undefined : latest,
      next: versions.filter((one) => (one.valid_from ?? '') > today),
      before: begun.slice(0, latest?.seconds == null ? undefined : -1).reverse(),
    };
  });
  return targets.sort(
    (a, b) =>
      narrowness(a.scope) - narrowness(b.scope) ||
      scope_key(a.scope).localeCompare(scope_key(b.scope)) ||
      measures.indexOf(a.measure) - measures.indexOf(b.measure),
  );
}

/** Targets by what they are about, in the order of the list. */
export function by_scope(targets: readonly Target[]): { scope: Scope; targets: Target[] }[] {
  return [...grouped(targets, (one) => scope_key(one.scope))].map(([, list]) => ({
    scope: (list[0] as Target).scope,
    targets: list,
  }));
}

export const in_force = (one: Target): boolean =>
  one.now !== undefined || one.next.some((next) => next.seconds !== null);

/** The day it is at a site, as the server reckons it. */
export function today_in(zone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date());
}

const hour = 3600;
const anybody: Scope = { channel: null, priority: null, topic: null, site_id: null };
const remind: Step = { percent: 75, action: 'tell_assignee' };
const warn_leaders: Step = { percent: 100, action: 'tell_supervisors' };
/** What a clinic that has promised nothing yet may begin with. */
export const beginnings: Omit<StandardInput, 'valid_from'>[] = [
  {
    ...anybody,
    measure: 'first_response',
    seconds: 4 * hour,
    clock: 'business',
    steps: [remind, warn_leaders, { after_seconds: 4 * hour, action: 'raise_priority', priority: 'high' }],
  },
  {
    ...anybody,
    measure: 'first_response',
    priority: 'urgent',
    seconds: hour,
    clock: 'business',
    steps: [{ percent: 50, action: 'tell_assignee' }, warn_leaders],
  },
  { ...anybody, measure: 'next_reply', seconds: 8 * hour, clock: 'business', steps: [remind, warn_leaders] },
  { ...anybody, measure: 'resolution', seconds: 40 * hour, clock: 'business', steps: [warn_leaders] },
];
