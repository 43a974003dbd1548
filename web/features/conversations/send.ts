import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiError, api, call, type Schemas } from '@/api/client';
import { useSession } from '@/api/session';
import { type Translate, useText } from '@/i18n';
import { toast } from '@/ui';
import { type CaseActions, failed, refresh_lists, type WaitOwner } from './actions';
import type { DraftState } from './draft';
import { type Case, case_query, drop_message, type Message, patch_case, put_message } from './queries';

export interface SendOptions {
  resolve?: boolean;
  wait_on?: WaitOwner;
  confirmed?: boolean;
  unverified_reason?: string;
  /** Leaves then instead of at once: local time of the site. */
  send_at?: string;
  /** Colleagues named in a note. */
  mentions?: number[];
}

let optimistic_id = -1;

function optimistic(one: Case, draft: DraftState, me: number): Message {
  const conversation = one.conversations.find((c) => c.id === draft.conversation_id);
  const base = {
    id: optimistic_id--,
    case_id: one.id,
    author_kind: 'staff' as const,
    author_id: me,
    person: null,
    from: null,
    to: [],
    cc: [],
    subject: '',
    text: draft.text,
    quoted: null,
    has_html: false,
    has_original: false,
    happened_at: new Date().toISOString(),
    language: null,
    auto_reply: false,
    warning: null,
    ack: false,
    event: null,
    erased: false,
    mentions: [],
  };
  const attachments = draft.files.flatMap((file) => (file.attachment ? [file.attachment] : []));
  if (draft.kind === 'note')
    return {
      ...base,
      kind: 'note',
      direction: null,
      channel: null,
      conversation_id: null,
      attachments,
      delivery: null,
    };
  return {
    ...base,
    kind: 'message',
    direction: 'out',
    channel: conversation?.channel ?? null,
    conversation_id: draft.conversation_id,
    attachments,
    delivery: {
      state: 'queued',
      leaves_at: null,
      reason: null,
      attempts: 0,
      scheduled_local: null,
      scheduled_zone: null,
    },
  };
}

interface Sender {
  client: QueryClient;
  one: Case;
  me: number;
  t: Translate;
  actions: CaseActions;
  /** The same for every try of one message: it is sent once. */
  key: { current: string };
  set_newer: (messages: Message[] | null) => void;
}

async function keep_note({ client, one, me, t, key }: Sender, draft: DraftState, mentions: number[]): Promise<boolean> {
  const shown = optimistic(one, draft, me);
  put_message(client, one.id, shown);
  try {
    const body = {
      text: draft.text.trim(),
      attachment_ids: shown.attachments.map((a) => a.id),
      idempotency_key: key.current,
      mentions,
    };
    const saved = await call(api.POST('/api/cases/{id}/notes', { params: { path: { id: one.id } }, body }));
    key.current = crypto.randomUUID();
    put_message(client, one.id, saved, shown.id);
    toast(t('inbox:said.note'));
    refresh_lists(client);
    return true;
  } catch (error) {
    drop_message(client, one.id, shown.id);
    failed(error);
    return false;
  }
}

function body_of(
  { key }: Sender,
  draft: DraftState,
  shown: Message,
  expected: number | null,
  options: SendOptions,
): Schemas['NewReply'] {
  return {
    idempotency_key: key.current,
    conversation_id: draft.conversation_id ?? 0,
    text: draft.text.trim(),
    cc: draft.cc.length > 0 ? draft.cc : undefined,
    attachment_ids: shown.attachments.map((a) => a.id),
    unverified_reason: options.unverified_reason,
    expected_last_message_id: expected,
    confirmed: options.confirmed,
    resolve: options.resolve ? {} : undefined,
    wait_on: options.wait_on,
    send_at: options.send_at ? { local: options.send_at } : undefined,
  };
}

/** Says that it is on its way, and for how long it can be taken back. */
function say_sent({ t, actions }: Sender, sent: Message, options: SendOptions, restore: () => void): void {
  const undo = async () => {
    if (await actions.cancel(sent)) restore();
  };
  const leaves = sent.delivery?.leaves_at ? (Date.parse(sent.delivery.leaves_at) - Date.now()) / 1000 : 10;
  toast(t(options.send_at ? 'inbox:later.said' : options.resolve ? 'inbox:said.sent_resolved' : 'inbox:said.sent'), {
    undo: () => void undo(),
    seconds: Math.min(15, Math.max(3, leaves - 0.3)),
  });
}

/** Somebody wrote while I did: their messages are shown instead of an error. */
function overtaken({ client, one, set_newer }: Sender, error: unknown): boolean {
  const found =
    error instanceof ApiError && error.problem.status === 409
      ? (error.problem.extra.newer_messages as Message[] | undefined)
      : undefined;
  if (found && found.length > 0) {
    set_newer(found);
    void client.invalidateQueries({ queryKey: ['messages', one.id] });
    void client.invalidateQueries({ queryKey: case_query(one.id).queryKey });
    return true;
  }
  return false;
}

async function send_reply(
  sender: Sender,
  draft: DraftState,
  expected: number | null,
  options: SendOptions,
  restore: (draft: DraftState) => void,
): Promise<boolean> {
  const { client, one, me, key, set_newer } = sender;
  if (draft.conversation_id === null) return false;
  const shown = optimistic(one, draft, me);
  put_message(client, one.id, shown);
  try {
    const sent = await call(
      api.POST('/api/cases/{id}/replies', {
        params: { path: { id: one.id } },
        body: body_of(sender, draft, shown, expected, options),
      }),
    );
    key.current = crypto.randomUUID();
    set_newer(null);
    put_message(client, one.id, sent, shown.id);
    patch_case(
      client,
      one.id,
      options.resolve
        ? { state: 'resolved', waiting_on: null, waiting_since: null, due_at: null, sending: true, unread: false }
        : { sending: true, unread: false },
      me,
    );
    void client.invalidateQueries({ queryKey: case_query(one.id).queryKey });
    refresh_lists(client);
    say_sent(sender, sent, options, () => restore(draft));
    return true;
  } catch (error) {
    drop_message(client, one.id, shown.id);
    if (!overtaken(sender, error)) failed(error);
    return false;
  }
}

/** Sends a reply or keeps a note: shown at once; a newer message of somebody else comes back as `newer` instead of being overtaken. */
export function useSend(one: Case, actions: CaseActions) {
  const client = useQueryClient();
  const { t } = useText();
  const me = useSession()?.user?.id ?? 0;
  const [busy, set_busy] = useState(false);
  const [newer, set_newer] = useState<Message[] | null>(null);
  const key = useRef(crypto.randomUUID());
  const sender: Sender = { client, one, me, t, actions, key, set_newer };
  const send = async (
    draft: DraftState,
    expected: number | null,
    options: SendOptions,
    restore: (draft: DraftState) => void,
  ): Promise<boolean> => {
    if (busy || draft.text.trim() === '') return false;
    set_busy(true);
    try {
      return draft.kind === 'note'
        ? await keep_note(sender, draft, options.mentions ?? [])
        : await send_reply(sender, draft, expected, options, restore);
    } finally {
      set_busy(false);
    }
  };
  return { send, busy, newer, forget_newer: () => set_newer(null) };
}
