import {
  IconAlertTriangle,
  IconChevronDown,
  IconLanguage,
  IconLock,
  IconNote,
  IconPaperclip,
  IconShieldCheck,
  IconShieldQuestion,
  IconX,
} from '@tabler/icons-react';
import {
  type ClipboardEvent,
  lazy,
  Suspense,
  type DragEvent,
  type RefObject,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { live, useViewers } from '@/api/live';
import { useUserName } from '@/api/lists';
import { useMay, useSession } from '@/api/session';
import { channel_look } from '@/channels/channels';
import { language_names, language_text, languages, problem_text, useText } from '@/i18n';
import { Banner, Button, clock_time, IconButton, Menu, MenuItem, toast } from '@/ui';
import type { CaseActions } from './actions';
import styles from './composer.module.css';
import { type DraftKind, useDraft } from './draft';
import { size_text } from './messages';
import type { Case, Message } from './queries';
import { type SendOptions, useSend } from './send';

const StartConversation = lazy(() => import('./start_conversation').then((m) => ({ default: m.StartConversation })));
const ReasonField = lazy(() => import('./reason_field').then((m) => ({ default: m.ReasonField })));
const CcField = lazy(() => import('./cc_field').then((m) => ({ default: m.CcField })));

export interface ComposerHandle {
  focus(kind: DraftKind): void;
}

interface Props {
  one: Case;
  messages: Message[];
  actions: CaseActions;
  handle: RefObject<ComposerHandle | null>;
  wanted: RefObject<DraftKind | null>; // asked for before the composer was there
  on_sent: (resolved: boolean) => void;
}

function Newer({ list, on_send, on_edit }: { list: Message[]; on_send: () => void; on_edit: () => void }) {
  const { t, language } = useText();
  const user_name = useUserName();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <div className={styles.newer} role="alertdialog" aria-label={t('inbox:newer_title')} ref={ref} tabIndex={-1}>
      <strong>{t('inbox:newer_title')}</strong>
      {list.map((message) => (
        <blockquote key={message.id} dir="auto">
          <span className={styles.newer_by}>
            {message.author_kind === 'staff'
              ? (user_name(message.author_id) ?? t('inbox:someone'))
              : (message.person?.display_name ?? message.from?.name ?? t('inbox:the_patient'))}{' '}
            · {clock_time(message.happened_at, language)}
          </span>
          {message.text.slice(0, 600)}
        </blockquote>
      ))}
      <div className={styles.newer_actions}>
        <Button small onClick={on_edit}>
          {t('inbox:keep_editing')}
        </Button>
        <Button small look="primary" onClick={on_send}>
          {t('inbox:send_anyway')}
        </Button>
      </div>
    </div>
  );
}

/** Where one writes: to whom, text, files, and what one must know before sending. */
export function Composer({ one, messages, actions, handle, wanted, on_sent }: Props) {
  const { t, language } = useText();
  const me = useSession()?.user?.id;
  const user_name = useUserName();
  const may_send = useMay('messages_send');
  const { draft, save_state, saved_at, change, clear, attach, detach } = useDraft(one.id, true);
  const { send, busy, newer, forget_newer } = useSend(one, actions);
  const others = useViewers(one.id).filter((viewer) => viewer.user_id !== me && viewer.composing);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [dragging, set_dragging] = useState(false);
  const [with_cc, show_cc] = useState(false);
  const [reason, set_reason] = useState('');
  const [base, set_base] = useState(one.last_message_id);
  const ids = useId();

  // Where one answers unless one chooses otherwise: where there is an address, and the latest message came from.
  const rank = (c: Case['conversations'][number]) => (c.contact_point ? 1e16 : 0) + (c.last_message_id ?? 0);
  const latest = one.conversations.toSorted((x, y) => rank(y) - rank(x))[0];
  const conversation = one.conversations.find((c) => c.id === draft.conversation_id) ?? latest;
  const kind: DraftKind = may_send ? draft.kind : 'note';
  const note = kind === 'note';
  const writing = draft.text !== '';
  // What I had seen when I began to write; a newer message since then must be shown before I send.
  useEffect(() => {
    if (!writing) set_base(one.last_message_id);
  }, [writing, one.last_message_id]);
  const arrived =
    writing && !note && base !== one.last_message_id
      ? messages.filter((m) => m.kind === 'message' && base !== null && m.id > base && m.author_id !== me)
      : [];

  useEffect(() => {
    live.view(one.id, writing);
  }, [one.id, writing]);

  useImperativeHandle(handle, () => ({
    focus(next) {
      if (next !== kind) change({ kind: next });
      requestAnimationFrame(() => {
        field.current?.focus();
        field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
      });
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
  }, [draft.text, kind]);

  const uploading = draft.files.some((file) => !file.attachment && !file.error);
  const broken = draft.files.some((file) => file.error);
  const needs_reason = !note && conversation !== undefined && !conversation.contact_verified && draft.files.length > 0;
  const blocked = note ? undefined : (conversation?.blocked ?? undefined);
  const too_long =
    !note && conversation && conversation.capabilities.max_text > 0
      ? draft.text.length > conversation.capabilities.max_text
      : false;
  const why_not =
    draft.text.trim() === ''
      ? 'empty'
      : uploading
        ? 'uploading'
        : broken
          ? 'broken'
          : needs_reason && reason.trim() === ''
            ? 'reason'
            : too_long
              ? 'too_long'
              : blocked
                ? 'blocked'
                : undefined;

  const go = async (options: SendOptions = {}) => {
    if (why_not) {
      if (why_not !== 'empty') toast(t(`inbox:cannot_send.${why_not}`), { tone: 'failed', seconds: 5 });
      return;
    }
    if (!note && !conversation) return;
    const what = { ...draft, kind, text: draft.text, conversation_id: note ? null : (conversation?.id ?? null) };
    const restore = (old: typeof what) => {
      change({ ...old, kind: old.kind });
      requestAnimationFrame(() => field.current?.focus());
    };
    const ok = await send(
      what,
      base,
      { ...options, unverified_reason: needs_reason ? reason.trim() : undefined },
      restore,
    );
    if (ok) {
      clear();
      set_reason('');
      show_cc(false);
      on_sent(options.resolve === true && !note);
    }
  };

  const take_files = (list: FileList | null | undefined) => {
    if (!list || list.length === 0) return false;
    const limit = conversation?.capabilities.max_attachment_bytes ?? 0;
    const fitting = [...list].filter((file) => note || limit === 0 || file.size <= limit);
    if (fitting.length < list.length)
      toast(t('inbox:file_too_large', { size: size_text(limit, language) }), { tone: 'failed' });
    attach(fitting);
    return true;
  };
  const on_paste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length > 0 && take_files(event.clipboardData.files)) event.preventDefault();
  };
  const on_drop = (event: DragEvent) => {
    event.preventDefault();
    set_dragging(false);
    take_files(event.dataTransfer.files);
  };

  if (!note && !conversation?.contact_point) {
    return (
      <div className={styles.composer}>
        <Suspense fallback={null}>
          <StartConversation
            one={one}
            on_note={() => change({ kind: 'note' })}
            on_started={(conversation_id) => change({ conversation_id, kind: 'reply' })}
          />
        </Suspense>
      </div>
    );
  }
  const look = channel_look(conversation?.channel);
  const to = conversation?.contact_point;
  const saved_text =
    save_state === 'saving'
      ? t('inbox:draft.saving')
      : save_state === 'kept_here'
        ? t('inbox:draft.kept_here')
        : save_state === 'saved' && saved_at
          ? t('inbox:draft.saved', { time: clock_time(saved_at, language) })
          : '';
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping files is a shortcut; the button does the same
    <div
      className={`${styles.composer} ${note ? styles.note : ''} ${dragging ? styles.dragging : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        set_dragging(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node)) set_dragging(false);
      }}
      onDrop={on_drop}
    >
      <div className={styles.top}>
        {may_send && (
          <div className={styles.modes} role="group" aria-label={t('inbox:mode')}>
            <button type="button" aria-pressed={!note} onClick={() => change({ kind: 'reply' })} aria-keyshortcuts="r">
              {t('inbox:reply')}
            </button>
            <button type="button" aria-pressed={note} onClick={() => change({ kind: 'note' })} aria-keyshortcuts="n">
              {t('inbox:note')}
            </button>
          </div>
        )}
        {note ? (
          <span className={styles.to}>
            <IconLock size={14} stroke={1.5} aria-hidden="true" /> {t('inbox:note_private')}
          </span>
        ) : (
          <span className={styles.to}>
            <look.Icon size={15} stroke={1.5} aria-hidden="true" />
            {one.conversations.length > 1 ? (
              <Menu
                side="top-start"
                target={
                  <button type="button" className={styles.choose}>
                    <bdi>{to?.value ?? t(look.name)}</bdi>{' '}
                    <IconChevronDown size={14} stroke={1.5} aria-label={t('inbox:choose_conversation')} />
                  </button>
                }
              >
                {one.conversations.map((c) => (
                  <MenuItem key={c.id} onClick={() => change({ conversation_id: c.id })}>
                    {t(channel_look(c.channel).name)} · {c.contact_point?.value ?? ''} {c.subject && `· ${c.subject}`}
                  </MenuItem>
                ))}
              </Menu>
            ) : (
              <span className={styles.address}>
                {t('inbox:to')} <bdi title={to?.value}>{to?.name || to?.value}</bdi>{' '}
                {to?.name && to.name !== to.value && <span className={styles.value}>{to.value}</span>}
              </span>
            )}
            <span
              className={conversation?.contact_verified ? styles.verified : styles.unverified}
              title={t(conversation?.contact_verified ? 'inbox:verified_hint' : 'inbox:unverified_hint')}
            >
              {conversation?.contact_verified ? (
                <IconShieldCheck size={14} stroke={1.5} aria-hidden="true" />
              ) : (
                <IconShieldQuestion size={14} stroke={1.5} aria-hidden="true" />
              )}
              <span className={styles.verified_text}>
                {t(conversation?.contact_verified ? 'inbox:verified' : 'inbox:unverified')}
              </span>
            </span>
            {!with_cc && draft.cc.length === 0 && (
              <button type="button" className={styles.cc} onClick={() => show_cc(true)}>
                {t('inbox:cc')}
              </button>
            )}
          </span>
        )}
        <span className={`${styles.saved} ${save_state === 'kept_here' ? styles.kept : ''}`} role="status">
          {saved_text}
        </span>
      </div>
      {!note && (with_cc || draft.cc.length > 0) && (
        <div className={styles.extra}>
          <Suspense fallback={null}>
            <CcField cc={draft.cc} on_change={(cc) => change({ cc })} />
          </Suspense>
          <p className={styles.warning}>
            <IconAlertTriangle size={14} stroke={1.5} aria-hidden="true" /> {t('inbox:cc_warning')}
          </p>
        </div>
      )}
      {others.length > 0 && (
        <div className={styles.hint}>
          {t('inbox:others_writing', {
            names: others.map((one_other) => one_other.name).join(', '),
            count: others.length,
          })}
        </div>
      )}
      {arrived.length > 0 && !newer && (
        <div className={`${styles.hint} ${styles.alert}`} role="status">
          {t('inbox:arrived_since', {
            name:
              arrived[0]?.author_kind === 'staff'
                ? (user_name(arrived[0].author_id) ?? t('inbox:someone'))
                : t('inbox:the_patient'),
          })}
          <button type="button" className={styles.cc} onClick={() => set_base(one.last_message_id)}>
            {t('inbox:seen')}
          </button>
        </div>
      )}
      {blocked && (
        <div className={styles.extra}>
          <Banner tone="soon" icon={<IconAlertTriangle size={16} stroke={1.5} />}>
            {problem_text({ key: blocked, title: t('inbox:blocked'), detail: '' })}
          </Banner>
        </div>
      )}
      <textarea
        ref={field}
        className={styles.text}
        value={draft.text}
        rows={3}
        dir="auto"
        lang={note ? language : (one.language ?? language)}
        spellCheck
        aria-label={note ? t('inbox:write_note') : t('inbox:write_reply')}
        placeholder={note ? t('inbox:write_note') : t('inbox:write_reply')}
        onChange={(event) =>
          change({ text: event.currentTarget.value, conversation_id: conversation?.id ?? null, kind })
        }
        onPaste={on_paste}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            void go({ resolve: event.shiftKey });
          } else if (event.key === 'Escape') {
            event.preventDefault();
            event.currentTarget.blur();
          }
        }}
      />
      {draft.files.length > 0 && (
        <ul className={styles.files} aria-label={t('inbox:attachments')}>
          {draft.files.map((file) => (
            <li key={file.key} className={file.error ? styles.file_bad : undefined}>
              <IconPaperclip size={14} stroke={1.5} aria-hidden="true" />
              <span className={styles.file_name}>{file.name}</span>
              <span className={styles.file_size}>
                {file.error
                  ? problem_text(file.error.problem)
                  : file.attachment
                    ? size_text(file.size, language)
                    : `${Math.round(file.progress * 100)} %`}
              </span>
              <IconButton
                small
                label={t('inbox:remove_file', { name: file.name })}
                onClick={() => detach(file)}
                className={styles.file_remove}
              >
                <IconX size={14} stroke={1.5} />
              </IconButton>
              {!file.attachment && !file.error && (
                <progress
                  className={styles.progress}
                  value={file.progress}
                  max={1}
                  aria-label={t('inbox:uploading', { name: file.name })}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {needs_reason && (
        <div className={styles.extra}>
          <Suspense fallback={null}>
            <ReasonField id={`${ids}-reason`} value={reason} on_change={set_reason} />
          </Suspense>
        </div>
      )}
      {newer && (
        <Newer
          list={newer}
          on_send={() => void go({ confirmed: true })}
          on_edit={() => {
            forget_newer();
            set_base(one.last_message_id);
            field.current?.focus();
          }}
        />
      )}
      <div className={styles.bar}>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            take_files(event.currentTarget.files);
            event.currentTarget.value = '';
          }}
        />
        <IconButton label={t('inbox:attach')} onClick={() => picker.current?.click()}>
          <IconPaperclip size={18} stroke={1.5} />
        </IconButton>
        {!note && (
          <Menu
            side="top-start"
            target={
              <Button
                look="quiet"
                icon={<IconLanguage size={18} stroke={1.5} />}
                className={styles.language}
                title={t('inbox:language_hint')}
              >
                {one.language ? language_text(one.language, language) : t('inbox:language_label')}
              </Button>
            }
          >
            {languages.map((tag) => (
              <MenuItem key={tag} lang={tag} onClick={() => void actions.language(one.id, tag)}>
                {language_names[tag]}
              </MenuItem>
            ))}
          </Menu>
        )}
        <span className={styles.space} />
        {note ? (
          <Button
            look="primary"
            keys="Control+Enter"
            busy={busy}
            disabled={draft.text.trim() === ''}
            icon={<IconNote size={16} stroke={1.5} />}
            onClick={() => void go()}
          >
            {t('inbox:save_note')}
          </Button>
        ) : (
          <>
            {one.state !== 'resolved' && (
              <Button
                className={styles.second}
                busy={busy}
                disabled={why_not !== undefined}
                onClick={() => void go({ resolve: true })}
                aria-keyshortcuts="Control+Shift+Enter"
                title="Ctrl ⇧ ↵"
              >
                {t('inbox:send_resolve')}
              </Button>
            )}
            <span className={styles.split}>
              <Button
                look="primary"
                keys="Control+Enter"
                busy={busy}
                disabled={why_not !== undefined}
                onClick={() => void go()}
              >
                {t('inbox:send')}
              </Button>
              <Menu
                side="top-end"
                width={260}
                target={
                  <IconButton look="primary" label={t('inbox:send_more')} disabled={why_not !== undefined}>
                    <IconChevronDown size={16} stroke={1.8} />
                  </IconButton>
                }
              >
                <MenuItem onClick={() => void go({ resolve: true })}>{t('inbox:send_resolve')}</MenuItem>
                <MenuItem onClick={() => void go({ wait_on: 'third_party' })}>{t('inbox:send_third_party')}</MenuItem>
                <MenuItem onClick={() => void go({ wait_on: 'clinic' })}>{t('inbox:send_clinic')}</MenuItem>
              </Menu>
            </span>
          </>
        )}
      </div>
      {dragging && <div className={styles.drop}>{t('inbox:drop_here')}</div>}
    </div>
  );
}
