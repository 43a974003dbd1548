import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { ApiError, api, call, in_background, type Schemas, take_back } from '@/api/client';
import { useUserName } from '@/api/lists';
import { useSession } from '@/api/session';
import { tell_tabs } from '@/api/tabs';
import { known_text, problem_text, type Translate, useText } from '@/i18n';
import { toast } from '@/ui';
import { type Decided, decided_on, done_by_others, newer_case, same_in, seen_case } from './meanwhile';
import {
  type Case,
  counts_query,
  drop_message,
  type Message,
  patch_case,
  put_case,
  put_message,
  type Row,
  rows_key,
} from './queries';
import { useEventText } from './words';

type Changed = Schemas['CaseChanged'];
export type Outcome = Schemas['Outcome'];
export type Priority = Schemas['Priority'];
export type WaitOwner = Schemas['WaitOwner'];

export function failed(error: unknown): void {
  if (error instanceof ApiError) {
    // Where a field was refused, its own words say more than the whole.
    const [field] = error.problem.fields;
    const why = field ? (known_text(field.key) ?? field.message) : problem_text(error.problem);
    if (error.problem.status !== 401) toast(why, { tone: 'failed' });
  } else throw error;
}

export function refresh_lists(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: rows_key });
  void client.invalidateQueries({ queryKey: counts_query.queryKey });
}

interface Step {
  id: number;
  request: (seen: Decided) => Promise<Changed>;
  change?: Partial<Row>;
  /** What it must not overwrite or overlook; otherwise what it changes. */
  touches?: (keyof Row)[];
  said?: string;
  /** Its words are still in a dialog: what happened meanwhile is said there, or read before one tries again. */
  in_dialog?: boolean;
  /** With the case as it is after it was taken back. */
  undone?: (id: number) => void;
  /** What was changed although something else was asked. */
  done?: (now: Case) => void;
  /** Says by itself why it was refused, instead of the usual words. */
  refused?: (error: unknown) => boolean;
}

/** The case in the answer, and the one that was asked about where that is another. */
function take(client: QueryClient, me: number, id: number, now: Case): void {
  put_case(client, now, me);
  void client.invalidateQueries({ queryKey: ['messages', id] });
  if (now.id !== id) {
    void client.invalidateQueries({ queryKey: ['case', id] });
    void client.invalidateQueries({ queryKey: ['messages', now.id] });
  }
  refresh_lists(client);
}

/** Says what was done, with the way to take it back. */
function say(desk: Desk, step: Step, { case: now, undo }: Changed): void {
  const { client, me } = desk;
  const back = async () => {
    if (!undo) return;
    try {
      const answer = (await take_back(undo)) as Changed;
      take(client, me, step.id, answer.case);
      if (now.id !== answer.case.id) void client.invalidateQueries({ queryKey: ['case', now.id] });
      step.undone?.(answer.case.id);
    } catch (error) {
      failed(error);
      refresh_lists(client);
    }
  };
  if (step.said) toast(step.said, { undo: undo ? () => void back() : undefined });
}

/** Sends the change with the version it was decided on. Where somebody else changed something it does not touch, it is sent again. */
async function request(desk: Desk, step: Step, seen: Row | undefined, tries = 3): Promise<Changed> {
  try {
    return await step.request(decided_on(seen));
  } catch (error) {
    const newer = newer_case(error);
    const touches = step.touches ?? (Object.keys(step.change ?? {}) as (keyof Row)[]);
    if (!newer || tries <= 0) throw error;
    if (same_in(touches, seen, newer)) return request(desk, step, newer, tries - 1);
    const others = await done_by_others(desk.client, step.id, desk.me);
    if (others.length === 0) return request(desk, step, newer, tries - 1);
    throw new Overtaken(newer, others);
  }
}

class Overtaken extends Error {
  constructor(
    readonly newer: Case,
    readonly others: Message[],
  ) {
    super('overtaken');
  }
}

/** Somebody else was there first: shows what they did; the change can be made all the same. */
function say_overtaken(desk: Desk, step: Step, { newer, others }: Overtaken): void {
  const { client, me, t } = desk;
  take(client, me, step.id, newer);
  const what = others.slice(-2).map(desk.what_was_done).join('; ');
  toast(t(step.in_dialog ? 'inbox:meanwhile.look' : 'inbox:meanwhile.said', { what }), {
    tone: 'failed',
    seconds: 15,
    action: step.in_dialog ? undefined : { label: t('inbox:meanwhile.again'), run: () => void act(desk, step) },
  });
}

/** One change of a case: shown at once, sent, reconciled with the answer; rolled back when refused; undone by the request the server names. */
async function act(desk: Desk, step: Step): Promise<boolean> {
  const { client, me } = desk;
  await client.cancelQueries({ queryKey: ['case', step.id] });
  const seen = seen_case(client, step.id);
  const roll_back = patch_case(client, step.id, step.change ?? {}, me);
  try {
    const changed = await request(desk, step, seen);
    take(client, me, step.id, changed.case);
    say(desk, step, changed);
    step.done?.(changed.case);
    return true;
  } catch (error) {
    roll_back();
    if (error instanceof Overtaken) say_overtaken(desk, step, error);
    else if (!step.refused?.(error)) failed(error);
    refresh_lists(client);
    return false;
  }
}

export interface CaseActions {
  assign(id: number, assignee_id: number | null): Promise<boolean>;
  resolve(id: number, outcome?: Outcome, undone?: () => void): Promise<boolean>;
  reopen(id: number): Promise<boolean>;
  topic(id: number, topic: string | null): Promise<boolean>;
  priority(id: number, priority: Priority): Promise<boolean>;
  language(id: number, language: string | null): Promise<boolean>;
  title(id: number, title: string): Promise<boolean>;
  wait(id: number, on: WaitOwner): Promise<boolean>;
  snooze(id: number, until: string | null, undone?: () => void): Promise<boolean>;
  follow_up(id: number, local: string | null): Promise<boolean>;
  patient(id: number, patient_id: number, sender_person_id: number | null): Promise<boolean>;
  hand_over(id: number, assignee_id: number, note: string, mentions: number[]): Promise<boolean>;
  merge(id: number, into_case_id: number, undone: () => void): Promise<boolean>;
  unmerge(id: number): Promise<boolean>;
  link(id: number, other_id: number): Promise<boolean>;
  unlink(id: number, other_id: number): Promise<boolean>;
  /** `other_patient`: it is about somebody else there; asked again with `confirmed`. */
  move(id: number, conversation_id: number, to: number, confirmed: boolean): Promise<boolean | 'other_patient'>;
  /** The new case, or null. */
  split(id: number, body: Schemas['CaseSplit'], undone: () => void): Promise<number | null>;
  read(id: number, message_id: number): Promise<void>;
  unread(id: number): Promise<void>;
  ack(message: Schemas['Message']): Promise<void>;
  retry(message: Schemas['Message']): Promise<void>;
  cancel(message: Schemas['Message']): Promise<boolean>;
  send_now(message: Schemas['Message']): Promise<void>;
}

interface Desk {
  client: QueryClient;
  me: number;
  t: Translate;
  user_name: ReturnType<typeof useUserName>;
  /** What somebody did or wrote, as the stream says it. */
  what_was_done: (message: Message) => string;
}
const at = (id: number, seen: Decided) => ({ params: { path: { id }, header: seen } });
const path = (id: number) => ({ params: { path: { id } } });

/** Whose turn it is, and whether the case is open. */
function course(desk: Desk): Pick<CaseActions, 'assign' | 'resolve' | 'reopen' | 'wait' | 'snooze'> {
  const { me, t, user_name } = desk;
  return {
    assign: (id, assignee_id) =>
      act(desk, {
        id,
        request: (seen) => call(api.POST('/api/cases/{id}/assign', { ...at(id, seen), body: { assignee_id } })),
        change: { assignee_id },
        said:
          assignee_id === null
            ? t('inbox:said.unassigned')
            : assignee_id === me
              ? t('inbox:said.assigned_me')
              : t('inbox:said.assigned', { name: user_name(assignee_id) ?? '' }),
      }),
    resolve: (id, outcome, undone) =>
      act(desk, {
        id,
        request: (seen) =>
          call(api.POST('/api/cases/{id}/resolve', { ...at(id, seen), body: outcome ? { outcome } : {} })),
        change: {
          state: 'resolved',
          waiting_on: null,
          waiting_since: null,
          due_at: null,
          resolved_at: new Date().toISOString(),
        },
        touches: ['state', 'last_message_at'],
        said: t('inbox:said.resolved'),
        undone,
      }),
    reopen: (id) =>
      act(desk, {
        id,
        request: (seen) => call(api.POST('/api/cases/{id}/reopen', { ...at(id, seen), body: {} })),
        change: { state: 'open', resolved_at: null },
        touches: ['state'],
        said: t('inbox:said.reopened'),
      }),
    wait: (id, on) =>
      act(desk, {
        id,
        request: (seen) => call(api.POST('/api/cases/{id}/wait', { ...at(id, seen), body: { on } })),
        change: { waiting_on: on, waiting_since: new Date().toISOString(), due_at: null },
        touches: ['state', 'waiting_on', 'last_message_at'],
        said: t(`inbox:said.wait_${on}`),
      }),
    snooze: (id, until, undone) =>
      act(desk, {
        id,
        request: (seen) => call(api.POST('/api/cases/{id}/snooze', { ...at(id, seen), body: { until } })),
        change: { snoozed_until: until, state: until ? 'snoozed' : 'open' },
        touches: ['state', 'snoozed_until', 'last_message_at'],
        said: until ? t('inbox:said.snoozed') : t('inbox:said.woken'),
        undone,
      }),
  };
}

/** What the case is about and whom it concerns. */
function facts(desk: Desk): Pick<CaseActions, 'topic' | 'priority' | 'language' | 'title' | 'follow_up' | 'patient'> {
  const { t } = desk;
  return {
    topic: (id, topic) =>
      act(desk, {
        id,
        request: (seen) => call(api.POST('/api/cases/{id}/topic', { ...at(id, seen), body: { topic } })),
        change: { topic },
        said: t('inbox:said.topic'),
      }),
    priority: (id, priority) =>
      act(desk, {
        id,
        request: (seen) => call(api.POST('/api/cases/{id}/priority', { ...at(id, seen), body: { priority } })),
        change: { priority },
        said: t('inbox:said.priority', { priority: t(`inbox:priority.${priority}`) }),
      }),
    language: (id, language) =>
      act(desk, {
        id,
        request: (seen) => call(api.POST('/api/cases/{id}/language', { ...at(id, seen), body: { language } })),
        change: { language },
        said: t('inbox:said.language'),
      }),
    title: (id, title) =>
      act(desk, {
        id,
        request: (seen) => call(api.POST('/api/cases/{id}/title', { ...at(id, seen), body: { title } })),
        change: { title },
        in_dialog: true,
        said: t('inbox:said.title'),
      }),
    follow_up: (id, local) =>
      act(desk, {
        id,
        request: (seen) =>
          call(
            api.POST('/api/cases/{id}/follow-up', {
              ...at(id, seen),
              body: { local, zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
            }),
          ),
        change: { follow_up_at: local ? new Date(local).toISOString() : null },
        said: local ? t('inbox:said.follow_up') : t('inbox:said.follow_up_cleared'),
      }),
    patient: (id, patient_id, sender_person_id) =>
      act(desk, {
        id,
        request: (seen) =>
          call(api.PUT('/api/cases/{id}/patient', { ...at(id, seen), body: { patient_id, sender_person_id } })),
        touches: ['patient'],
        said: t('inbox:said.patient'),
      }),
  };
}

/** Cases that belong together, become one, or come apart. */
function joining(
  desk: Desk,
): Pick<CaseActions, 'hand_over' | 'merge' | 'unmerge' | 'link' | 'unlink' | 'move' | 'split'> {
  const { t, user_name } = desk;
  return {
    hand_over: (id, assignee_id, note, mentions) =>
      act(desk, {
        id,
        request: (seen) =>
          call(api.POST('/api/cases/{id}/assign', { ...at(id, seen), body: { assignee_id, note, mentions } })),
        change: { assignee_id },
        in_dialog: true,
        said: t('inbox:hand_over.said', { name: user_name(assignee_id) ?? '' }),
      }),
    merge: (id, into_case_id, undone) =>
      act(desk, {
        id,
        request: (seen) => call(api.POST('/api/cases/{id}/merge', { ...at(id, seen), body: { into_case_id } })),
        touches: ['state', 'patient'],
        in_dialog: true,
        said: t('inbox:join.merged'),
        undone,
      }),
    unmerge: (id) =>
      act(desk, {
        id,
        request: (seen) => call(api.POST('/api/cases/{id}/unmerge', at(id, seen))),
        said: t('inbox:links.unmerged'),
      }),
    link: (id, case_id) =>
      act(desk, {
        id,
        request: (seen) => call(api.POST('/api/cases/{id}/links', { ...at(id, seen), body: { case_id } })),
        said: t('inbox:join.linked'),
      }),
    unlink: (id, other_id) =>
      act(desk, {
        id,
        request: (seen) =>
          call(api.DELETE('/api/cases/{id}/links/{other_id}', { params: { path: { id, other_id }, header: seen } })),
        said: t('inbox:links.removed'),
      }),
    async move(id, conversation_id, case_id, confirmed) {
      let other = false;
      const done = await act(desk, {
        id,
        request: () =>
          call(api.POST('/api/conversations/{id}/move', { ...path(conversation_id), body: { case_id, confirmed } })),
        said: t('inbox:join.moved'),
        refused: (error) => {
          other = error instanceof ApiError && error.problem.key === 'error.conversations.other_patient';
          return other;
        },
      });
      return other ? 'other_patient' : done;
    },
    async split(id, body, undone) {
      let made: number | null = null;
      await act(desk, {
        id,
        request: (seen) => call(api.POST('/api/cases/{id}/split', { ...at(id, seen), body })),
        said: t('inbox:split.said'),
        done: (now) => {
          made = now.id;
        },
        undone,
      });
      return made;
    },
  };
}

/** What I have seen of it. */
function reading({ client, me, t }: Desk): Pick<CaseActions, 'read' | 'unread'> {
  return {
    async read(id, message_id) {
      patch_case(client, id, { unread: false }, me);
      try {
        await in_background(() => call(api.PUT('/api/cases/{id}/read', { ...path(id), body: { message_id } })));
        tell_tabs({ kind: 'read', case_id: id, unread: false });
        void client.invalidateQueries({ queryKey: counts_query.queryKey });
      } catch {
        // Not worth a word: it shows as unread again.
      }
    },
    async unread(id) {
      const roll_back = patch_case(client, id, { unread: true }, me);
      try {
        await call(api.DELETE('/api/cases/{id}/read', path(id)));
        tell_tabs({ kind: 'read', case_id: id, unread: true });
        toast(t('inbox:said.unread'));
      } catch (error) {
        roll_back();
        failed(error);
      }
    },
  };
}

/** One message of the case. */
function messages({ client, t }: Desk): Pick<CaseActions, 'ack' | 'retry' | 'cancel' | 'send_now'> {
  return {
    async ack(message) {
      put_message(client, message.case_id, { ...message, ack: !message.ack });
      try {
        const request = message.ack
          ? api.DELETE('/api/messages/{id}/ack', path(message.id))
          : api.PUT('/api/messages/{id}/ack', path(message.id));
        put_message(client, message.case_id, await call(request));
        if (!message.ack) toast(t('inbox:said.ack'), { undo: () => void this.ack({ ...message, ack: true }) });
        void client.invalidateQueries({ queryKey: ['case', message.case_id] });
        refresh_lists(client);
      } catch (error) {
        put_message(client, message.case_id, message);
        failed(error);
      }
    },
    async retry(message) {
      try {
        put_message(client, message.case_id, await call(api.POST('/api/messages/{id}/retry', path(message.id))));
        toast(t('inbox:said.retry'));
        void client.invalidateQueries({ queryKey: ['case', message.case_id] });
        refresh_lists(client);
      } catch (error) {
        failed(error);
      }
    },
    async send_now(message) {
      try {
        put_message(client, message.case_id, await call(api.POST('/api/messages/{id}/send-now', path(message.id))));
        toast(t('inbox:said.sent'));
        refresh_lists(client);
      } catch (error) {
        failed(error);
      }
    },
    async cancel(message) {
      try {
        const cancelled = await call(api.POST('/api/messages/{id}/cancel', path(message.id)));
        put_message(client, message.case_id, cancelled);
        drop_message(client, message.case_id, message.id);
        void client.invalidateQueries({ queryKey: ['case', message.case_id] });
        void client.invalidateQueries({ queryKey: ['messages', message.case_id] });
        refresh_lists(client);
        return true;
      } catch (error) {
        failed(error);
        return false;
      }
    },
  };
}

export function useCaseActions(): CaseActions {
  const client = useQueryClient();
  const { t } = useText();
  const me = useSession()?.user?.id ?? 0;
  const user_name = useUserName();
  const in_words = useEventText();
  const event_text = useRef(in_words);
  event_text.current = in_words;
  return useMemo(() => {
    const what_was_done = (one: Message) => {
      const by = user_name(one.author_id) ?? one.person?.display_name ?? one.from?.name;
      if (one.event) return event_text.current(one.event, by ?? '');
      return t(one.kind === 'note' ? 'inbox:meanwhile.note' : 'inbox:announce_here', {
        name: by ?? t('inbox:someone'),
      });
    };
    const desk = { client, me, t, user_name, what_was_done };
    return { ...course(desk), ...facts(desk), ...joining(desk), ...reading(desk), ...messages(desk) };
  }, [client, me, t, user_name]);
}
