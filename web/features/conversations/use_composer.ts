import {
  type ClipboardEvent,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { live } from '@/api/live';
import { useUsers } from '@/api/lists';
import { useMay, useSession } from '@/api/session';
import { useText } from '@/i18n';
import { clock_time, toast } from '@/ui';
import type { CaseActions } from './actions';
import { type DraftKind, type DraftState, useDraft } from './draft';
import { mentioned } from './mentions';
import { size_text } from './messages';
import type { Case, Message } from './queries';
import { type SendOptions, useSend } from './send';

export interface ComposerHandle {
  focus(kind: DraftKind): void;
}

export interface ComposerProps {
  one: Case;
  messages: Message[];
  actions: CaseActions;
  handle: RefObject<ComposerHandle | null>;
  wanted: RefObject<DraftKind | null>; // asked for before the composer was there
  on_sent: (resolved: boolean) => void;
}

type Conversation = Case['conversations'][number];
type Reason = 'empty' | 'uploading' | 'broken' | 'reason' | 'too_long' | 'blocked';

/** Where one answers unless one chooses otherwise: where there is an address, and the latest message came from. */
function conversation_of(one: Case, chosen: number | null): Conversation | undefined {
  const rank = (c: Conversation) => (c.contact_point ? 1e16 : 0) + (c.last_message_id ?? 0);
  return one.conversations.find((c) => c.id === chosen) ?? one.conversations.toSorted((x, y) => rank(y) - rank(x))[0];
}

/** Goes out only with a reason: to somebody who may not act for the patient, or with files where the address is not proven. */
const doubtful = (to: Conversation, { files }: DraftState) =>
  to.no_authority || (!to.contact_verified && files.length > 0);

/** Why it cannot leave yet. */
function obstacle(draft: DraftState, to: Conversation | undefined, reason: string | undefined): Reason | undefined {
  if (draft.text.trim() === '') return 'empty';
  if (draft.files.some((file) => !file.attachment && !file.error)) return 'uploading';
  if (draft.files.some((file) => file.error)) return 'broken';
  if (reason !== undefined && reason.trim() === '') return 'reason';
  const limit = to?.capabilities.max_text ?? 0;
  if (limit > 0 && draft.text.length > limit) return 'too_long';
  return to?.blocked ? 'blocked' : undefined;
}

/** What I had seen when I began to write; a newer message since then must be shown before I send. */
function useSeen(one: Case, messages: Message[], writing: boolean) {
  const me = useSession()?.user?.id;
  const [base, set_base] = useState(one.last_message_id);
  useEffect(() => {
    if (!writing) set_base(one.last_message_id);
  }, [writing, one.last_message_id]);
  const newer = (m: Message) => m.kind === 'message' && base !== null && m.id > base && m.author_id !== me;
  const arrived = writing && base !== one.last_message_id ? messages.filter(newer) : [];
  return { base, arrived, see: () => set_base(one.last_message_id) };
}

/** The field grows with the text and can be reached from elsewhere. */
function useField(
  { handle, wanted }: Pick<ComposerProps, 'handle' | 'wanted'>,
  text: string,
  kind: DraftKind,
  turn: (kind: DraftKind) => void,
) {
  const field = useRef<HTMLTextAreaElement>(null);
  // At once: what one types next belongs here and never to the keys of the page.
  const focus = () => {
    field.current?.focus();
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  };
  useImperativeHandle(handle, () => ({
    focus(next) {
      if (next !== kind) turn(next);
      focus();
    },
  }));
  useEffect(() => {
    if (wanted.current) handle.current?.focus(wanted.current);
    wanted.current = null;
  }, [handle, wanted]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, Math.max(140, window.innerHeight * 0.4))}px`;
  }, [text, kind]);
  return { field, focus };
}

/** Files dropped, pasted or picked; too large ones are refused with the limit. */
function useTakeFiles(limit: number, attach: (files: Iterable<File>) => void) {
  const { t, language } = useText();
  const take = (list: FileList | null | undefined): boolean => {
    if (!list || list.length === 0) return false;
    const fitting = [...list].filter((file) => limit === 0 || file.size <= limit);
    if (fitting.length < list.length)
      toast(t('inbox:file_too_large', { size: size_text(limit, language) }), { tone: 'failed' });
    attach(fitting);
    return true;
  };
  const on_paste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length > 0 && take(event.clipboardData.files)) event.preventDefault();
  };
  return { take, on_paste };
}

function useSavedText({ save_state, saved_at }: ReturnType<typeof useDraft>): string {
  const { t, language } = useText();
  if (save_state === 'saving') return t('inbox:draft.saving');
  if (save_state === 'kept_here') return t('inbox:draft.kept_here');
  return save_state === 'saved' && saved_at ? t('inbox:draft.saved', { time: clock_time(saved_at, language) }) : '';
}

/** State of the place where one writes: the draft, where it goes, and what stands in the way. */
export function useComposer({ one, messages, actions, handle, wanted, on_sent }: ComposerProps) {
  const { t } = useText();
  const may_send = useMay('messages_send');
  const users = useUsers();
  const saving = useDraft(one.id);
  const { draft, change, clear, attach } = saving;
  const { send, busy, newer, forget_newer } = useSend(one, actions);
  const [with_cc, show_cc] = useState(false);
  const [reason, set_reason] = useState('');
  const kind: DraftKind = may_send ? draft.kind : 'note';
  const note = kind === 'note';
  const conversation = conversation_of(one, draft.conversation_id);
  const writing = draft.text !== '';
  const seen = useSeen(one, messages, writing);
  const { field, focus } = useField({ handle, wanted }, draft.text, kind, (next) => change({ kind: next }));
  const limit = note ? 0 : (conversation?.capabilities.max_attachment_bytes ?? 0);
  const files = useTakeFiles(limit, attach);
  useEffect(() => {
    live.view(one.id, writing);
  }, [one.id, writing]);

  const needs_reason = !note && conversation !== undefined && doubtful(conversation, draft);
  const why_not = obstacle(draft, note ? undefined : conversation, needs_reason ? reason : undefined);
  const go = async (options: SendOptions = {}) => {
    if (why_not && why_not !== 'empty') toast(t(`inbox:cannot_send.${why_not}`), { tone: 'failed', seconds: 5 });
    if (why_not || (!note && !conversation)) return;
    const what = { ...draft, kind, conversation_id: note ? null : (conversation?.id ?? null) };
    const restore = (old: DraftState) => {
      change(old);
      focus();
    };
    const because = needs_reason ? reason.trim() : undefined;
    const mentions = note ? mentioned(draft.text, users) : undefined;
    if (!(await send(what, seen.base, { ...options, unverified_reason: because, mentions }, restore))) return;
    clear();
    set_reason('');
    show_cc(false);
    on_sent(options.resolve === true && !note);
  };
  return {
    ...saving,
    ...files,
    saved: useSavedText(saving),
    seen,
    busy,
    newer,
    forget_newer,
    kind,
    note,
    may_send,
    conversation,
    field,
    with_cc: with_cc || draft.cc.length > 0,
    show_cc,
    reason: needs_reason ? { value: reason, set: set_reason } : undefined,
    blocked: note ? undefined : (conversation?.blocked ?? undefined),
    why_not,
    go,
  };
}
