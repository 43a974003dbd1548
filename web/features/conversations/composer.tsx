import { IconAlertTriangle, IconLock, IconNote, IconPaperclip } from '@tabler/icons-react';
import { lazy, Suspense, useId, useRef, useState } from 'react';
import { useViewers } from '@/api/live';
import { useUserName } from '@/api/lists';
import { useSession } from '@/api/session';
import { problem_text, useText } from '@/i18n';
import { Banner, Button, IconButton, Opening } from '@/ui';
import styles from './composer.module.css';
import { Address, CameBack, Files, LanguageMenu, Newer, SendButtons } from './composer_parts';
import { MentionList, useMentions } from './mentions';
import { type ComposerProps, useComposer } from './use_composer';

const SendLaterDialog = lazy(() => import('./send_later_dialog'));

const StartConversation = lazy(() => import('./start_conversation').then((m) => ({ default: m.StartConversation })));
const ReasonField = lazy(() => import('./reason_field').then((m) => ({ default: m.ReasonField })));
const CcField = lazy(() => import('./cc_field').then((m) => ({ default: m.CcField })));

/** Where one writes: to whom, text, files, and what one must know before sending. */
export function Composer(props: ComposerProps) {
  const { one, actions } = props;
  const { t, language } = useText();
  const me = useSession()?.user?.id;
  const user_name = useUserName();
  const others = useViewers(one.id).filter((viewer) => viewer.user_id !== me && viewer.composing);
  const picker = useRef<HTMLInputElement>(null);
  const [dragging, set_dragging] = useState(false);
  const ids = useId();
  const [later, ask_later] = useState(false);
  const { draft, change, detach, take, on_paste, go, note, kind, conversation, newer, ...rest } = useComposer(props);
  const { arrived, see } = rest.seen;
  const mentions = useMentions(rest.field, draft.text, (text) => change({ text, kind }), note);
  const { may_send, save_state, saved, with_cc, show_cc, reason, blocked, why_not, busy, field, forget_newer } = rest;

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
      onDrop={(event) => {
        event.preventDefault();
        set_dragging(false);
        take(event.dataTransfer.files);
      }}
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
          conversation && (
            <Address
              one={one}
              conversation={conversation}
              on_choose={(conversation_id) => change({ conversation_id })}
              on_cc={with_cc ? undefined : () => show_cc(true)}
            />
          )
        )}
        <span className={`${styles.saved} ${save_state === 'kept_here' ? styles.kept : ''}`} role="status">
          {saved}
        </span>
      </div>
      {!note && with_cc && (
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
      {!note && arrived.length > 0 && !newer && (
        <div className={`${styles.hint} ${styles.alert}`} role="status">
          {t('inbox:arrived_since', {
            name:
              arrived[0]?.author_kind === 'staff'
                ? (user_name(arrived[0].author_id) ?? t('inbox:someone'))
                : t('inbox:the_patient'),
          })}
          <button type="button" className={styles.cc} onClick={see}>
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
      {!note && conversation && <CameBack conversation={conversation} />}
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
        {...mentions.props}
        onKeyDown={(event) => {
          if (mentions.on_key(event)) return;
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            void go({ resolve: event.shiftKey });
          } else if (event.key === 'Escape') {
            event.preventDefault();
            event.currentTarget.blur();
          }
        }}
      />
      <MentionList {...mentions} />
      {draft.files.length > 0 && <Files files={draft.files} on_remove={detach} />}
      {reason && (
        <div className={styles.extra}>
          <Suspense fallback={null}>
            <ReasonField
              id={`${ids}-reason`}
              one={one}
              name={conversation?.contact_point?.name ?? ''}
              no_authority={conversation?.no_authority === true}
              value={reason.value}
              on_change={reason.set}
            />
          </Suspense>
        </div>
      )}
      {newer && (
        <Newer
          list={newer}
          on_send={() => void go({ confirmed: true })}
          on_edit={() => {
            forget_newer();
            see();
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
            take(event.currentTarget.files);
            event.currentTarget.value = '';
          }}
        />
        <IconButton label={t('inbox:attach')} onClick={() => picker.current?.click()}>
          <IconPaperclip size={18} stroke={1.5} />
        </IconButton>
        {!note && <LanguageMenu one={one} actions={actions} />}
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
          <SendButtons
            resolved={one.state === 'resolved'}
            busy={busy}
            disabled={why_not !== undefined}
            on_send={(options) => void go(options)}
            on_later={() => ask_later(true)}
          />
        )}
      </div>
      {later && (
        <Suspense fallback={<Opening />}>
          <SendLaterDialog
            site_id={one.site_id}
            on_close={() => ask_later(false)}
            on_choose={(send_at) => {
              ask_later(false);
              void go({ send_at });
            }}
          />
        </Suspense>
      )}
      {dragging && <div className={styles.drop}>{t('inbox:drop_here')}</div>}
    </div>
  );
}
