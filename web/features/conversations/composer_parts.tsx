import {
  IconChevronDown,
  IconClock,
  IconLanguage,
  IconMailOff,
  IconPaperclip,
  IconShieldCheck,
  IconShieldQuestion,
  IconX,
} from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useUserName } from '@/api/lists';
import { channel_look } from '@/channels/channels';
import { language_names, language_text, languages, problem_text, useText } from '@/i18n';
import { Banner, Button, clock_time, date_text, IconButton, Menu, MenuDivider, MenuItem } from '@/ui';
import { To } from '@/ui/link';
import type { CaseActions } from './actions';
import styles from './composer.module.css';
import type { UploadItem } from './draft';
import { size_text } from './messages';
import type { Case, Message } from './queries';
import type { SendOptions } from './send';

type Conversation = Case['conversations'][number];

/** Nothing arrives at the address any more, as far as we know: said before one writes there again, with the way to mend it. */
export function CameBack({ conversation }: { conversation: Conversation }) {
  const { t, language } = useText();
  const what = conversation.undeliverable;
  const person = conversation.contact_point?.person_id;
  if (!what) return null;
  return (
    <div className={styles.extra}>
      <Banner
        tone="late"
        icon={<IconMailOff size={16} stroke={1.5} />}
        action={person && <To href={`/patients/${person}`}>{t('inbox:undeliverable_record')}</To>}
      >
        {t('inbox:undeliverable', { date: date_text(what.since.slice(0, 10), language) })}{' '}
        {problem_text({ key: what.reason, title: '', detail: '' })}
      </Banner>
    </div>
  );
}

/** What somebody else wrote meanwhile, shown before one's own words leave. */
export function Newer({ list, on_send, on_edit }: { list: Message[]; on_send: () => void; on_edit: () => void }) {
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

/** To whom the reply goes, and whether the address is known to be theirs. */
export function Address({
  one,
  conversation,
  on_choose,
  on_cc,
}: {
  one: Case;
  conversation: Conversation;
  on_choose: (conversation_id: number) => void;
  /** Absent while copies are already being addressed. */
  on_cc?: () => void;
}) {
  const { t } = useText();
  const look = channel_look(conversation.channel);
  const to = conversation.contact_point;
  const verified = conversation.contact_verified;
  return (
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
            <MenuItem key={c.id} onClick={() => on_choose(c.id)}>
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
        className={verified ? styles.verified : styles.unverified}
        title={t(verified ? 'inbox:verified_hint' : 'inbox:unverified_hint')}
      >
        {verified ? (
          <IconShieldCheck size={14} stroke={1.5} aria-hidden="true" />
        ) : (
          <IconShieldQuestion size={14} stroke={1.5} aria-hidden="true" />
        )}
        <span className={styles.verified_text}>{t(verified ? 'inbox:verified' : 'inbox:unverified')}</span>
      </span>
      {on_cc && (
        <button type="button" className={styles.cc} title={t('inbox:cc_label')} onClick={on_cc}>
          {t('inbox:cc')}
        </button>
      )}
    </span>
  );
}

/** Files beside the text, each with how far it has come. */
export function Files({ files, on_remove }: { files: UploadItem[]; on_remove: (file: UploadItem) => void }) {
  const { t, language } = useText();
  return (
    <ul className={styles.files} aria-label={t('inbox:attachments')}>
      {files.map((file) => (
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
            onClick={() => on_remove(file)}
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
  );
}

/** The language to answer in. */
export function LanguageMenu({ one, actions }: { one: Case; actions: CaseActions }) {
  const { t, language } = useText();
  return (
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
  );
}

/** Send, and what may happen to the case with it. */
export function SendButtons({
  resolved,
  busy,
  disabled,
  on_send,
  on_later,
}: {
  resolved: boolean;
  busy: boolean;
  disabled: boolean;
  on_send: (options?: SendOptions) => void;
  on_later: () => void;
}) {
  const { t } = useText();
  return (
    <>
      {!resolved && (
        <Button
          className={styles.second}
          busy={busy}
          disabled={disabled}
          onClick={() => on_send({ resolve: true })}
          aria-keyshortcuts="Control+Shift+Enter"
          title="Ctrl ⇧ ↵"
        >
          {t('inbox:send_resolve')}
        </Button>
      )}
      <span className={styles.split}>
        <Button look="primary" keys="Control+Enter" busy={busy} disabled={disabled} onClick={() => on_send()}>
          {t('inbox:send')}
        </Button>
        <Menu
          side="top-end"
          width={260}
          target={
            <IconButton look="primary" label={t('inbox:send_more')} disabled={disabled}>
              <IconChevronDown size={16} stroke={1.8} />
            </IconButton>
          }
        >
          <MenuItem onClick={() => on_send({ resolve: true })}>{t('inbox:send_resolve')}</MenuItem>
          <MenuItem onClick={() => on_send({ wait_on: 'third_party' })}>{t('inbox:send_third_party')}</MenuItem>
          <MenuItem onClick={() => on_send({ wait_on: 'clinic' })}>{t('inbox:send_clinic')}</MenuItem>
          <MenuDivider />
          <MenuItem icon={<IconClock size={16} stroke={1.5} />} onClick={on_later}>
            {t('inbox:later.title')}
          </MenuItem>
        </Menu>
      </span>
    </>
  );
}
