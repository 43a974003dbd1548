import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiError, api, call, in_background, type Schemas, take_back } from '@/api/client';
import { useUserName } from '@/api/lists';
import { useSession } from '@/api/session';
import { problem_text, type Translate, useText } from '@/i18n';
import { toast } from '@/ui';
import { counts_query, drop_message, patch_case, put_case, put_message, type Row, rows_key } from './queries';

type Changed = Schemas['CaseChanged'];
export type Outcome = Schemas['Outcome'];
export type Priority = Schemas['Priority'];
export type WaitOwner = Schemas['WaitOwner'];

export function failed(error: unknown): void {
  if (error instanceof ApiError) {
    if (error.problem.status !== 401) toast(problem_text(error.problem), { tone: 'failed' });
  } else throw error;
}

export function refresh_lists(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: rows_key });
  void client.invalidateQueries({ queryKey: counts_query.queryKey });
}

interface Step {
  id: number;
  request: () => Promise<Changed>;
  change: Partial<Row>;
  said?: string;
  undone?: () => void;
}

/** One change of a case: shown at once, sent, reconciled with the answer; rolled back when refused; undone by the request the server names. */
async function act(client: QueryClient, me: number, step: Step): Promise<boolean> {
  await client.cancelQueries({ queryKey: ['case', step.id] });
  const roll_back = patch_case(client, step.id, step.change, me);
  try {
    const { case: now, undo } = await step.request();
    put_case(client, now, me);
    void client.invalidateQueries({ queryKey: ['messages', step.id] });
    refresh_lists(client);
    const back = async () => {
      if (!undo) return;
      try {
        const answer = (await take_back(undo)) as Changed;
        put_case(client, answer.case, me);
        step.undone?.();
      } catch (error) {
        failed(error);
      }
      void client.invalidateQueries({ queryKey: ['messages', step.id] });
      refresh_lists(client);
    };
    if (step.said) toast(step.said, { undo: undo ? () => void back() : undefined });
    return true;
  } catch (error) {
    roll_back();
    failed(error);
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
  read(id: number, message_id: number): Promise<void>;
  unread(id: number): Promise<void>;
  ack(message: Schemas['Message']): Promise<void>;
  retry(message: Schemas['Message']): Promise<void>;
  cancel(message: Schemas['Message']): Promise<boolean>;
}

interface Desk {
  client: QueryClient;
  me: number;
  t: Translate;
  user_name: ReturnType<typeof useUserName>;
}
const path = (id: number) => ({ params: { path: { id } } });

/** Whose turn it is, and whether the case is open. */
function course({
  client,
  me,
  t,
  user_name,
}: Desk): Pick<CaseActions, 'assign' | 'resolve' | 'reopen' | 'wait' | 'snooze'> {
  return {
    assign: (id, assignee_id) =>
      act(client, me, {
        id,
        request: () => call(api.POST('/api/cases/{id}/assign', { ...path(id), body: { assignee_id } })),
        change: { assignee_id },
        said:
          assignee_id === null
            ? t('inbox:said.unassigned')
            : assignee_id === me
              ? t('inbox:said.assigned_me')
              : t('inbox:said.assigned', { name: user_name(assignee_id) ?? '' }),
      }),
    resolve: (id, outcome, undone) =>
      act(client, me, {
        id,
        request: () => call(api.POST('/api/cases/{id}/resolve', { ...path(id), body: outcome ? { outcome } : {} })),
        change: {
          state: 'resolved',
          waiting_on: null,
          waiting_since: null,
          due_at: null,
          resolved_at: new Date().toISOString(),
        },
        said: t('inbox:said.resolved'),
        undone,
      }),
    reopen: (id) =>
      act(client, me, {
        id,
        request: () => call(api.POST('/api/cases/{id}/reopen', { ...path(id), body: {} })),
        change: { state: 'open', resolved_at: null },
        said: t('inbox:said.reopened'),
      }),
    wait: (id, on) =>
      act(client, me, {
        id,
        request: () => call(api.POST('/api/cases/{id}/wait', { ...path(id), body: { on } })),
        change: { waiting_on: on, waiting_since: new Date().toISOString(), due_at: null },
        said: t(`inbox:said.wait_${on}`),
      }),
    snooze: (id, until, undone) =>
      act(client, me, {
        id,
        request: () => call(api.POST('/api/cases/{id}/snooze', { ...path(id), body: { until } })),
        change: { snoozed_until: until, state: until ? 'snoozed' : 'open' },
        said: until ? t('inbox:said.snoozed') : t('inbox:said.woken'),
        undone,
      }),
  };
}

/** What the case is about and whom it concerns. */
function facts({
  client,
  me,
  t,
}: Desk): Pick<CaseActions, 'topic' | 'priority' | 'language' | 'title' | 'follow_up' | 'patient'> {
  return {
    topic: (id, topic) =>
      act(client, me, {
        id,
        request: () => call(api.POST('/api/cases/{id}/topic', { ...path(id), body: { topic } })),
        change: { topic },
        said: t('inbox:said.topic'),
      }),
    priority: (id, priority) =>
      act(client, me, {
        id,
        request: () => call(api.POST('/api/cases/{id}/priority', { ...path(id), body: { priority } })),
        change: { priority },
        said: t('inbox:said.priority', { priority: t(`inbox:priority.${priority}`) }),
      }),
    language: (id, language) =>
      act(client, me, {
        id,
        request: () => call(api.POST('/api/cases/{id}/language', { ...path(id), body: { language } })),
        change: { language },
        said: t('inbox:said.language'),
      }),
    title: (id, title) =>
      act(client, me, {
        id,
        request: () => call(api.POST('/api/cases/{id}/title', { ...path(id), body: { title } })),
        change: { title },
        said: t('inbox:said.title'),
      }),
    follow_up: (id, local) =>
      act(client, me, {
        id,
        request: () =>
          call(
            api.POST('/api/cases/{id}/follow-up', {
              ...path(id),
              body: { local, zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
            }),
          ),
        change: { follow_up_at: local ? new Date(local).toISOString() : null },
        said: local ? t('inbox:said.follow_up') : t('inbox:said.follow_up_cleared'),
      }),
    patient: (id, patient_id, sender_person_id) =>
      act(client, me, {
        id,
        request: () =>
          call(api.PUT('/api/cases/{id}/patient', { ...path(id), body: { patient_id, sender_person_id } })),
        change: {},
        said: t('inbox:said.patient'),
      }),
  };
}

/** What I have seen of it. */
function reading({ client, me, t }: Desk): Pick<CaseActions, 'read' | 'unread'> {
  return {
    async read(id, message_id) {
      patch_case(client, id, { unread: false }, me);
      try {
        await in_background(() => call(api.PUT('/api/cases/{id}/read', { ...path(id), body: { message_id } })));
        void client.invalidateQueries({ queryKey: counts_query.queryKey });
      } catch {
        // Not worth a word: it shows as unread again.
      }
    },
    async unread(id) {
      const roll_back = patch_case(client, id, { unread: true }, me);
      try {
        await call(api.DELETE('/api/cases/{id}/read', path(id)));
        toast(t('inbox:said.unread'));
      } catch (error) {
        roll_back();
        failed(error);
      }
    },
  };
}

/** One message of the case. */
function messages({ client, t }: Desk): Pick<CaseActions, 'ack' | 'retry' | 'cancel'> {
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
  return useMemo(() => {
    const desk = { client, me, t, user_name };
    return { ...course(desk), ...facts(desk), ...reading(desk), ...messages(desk) };
  }, [client, me, t, user_name]);
}
