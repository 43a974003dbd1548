import {
  IconAlertTriangle,
  IconArrowsSplit2,
  IconCheck,
  IconClock,
  IconDots,
  IconDownload,
  IconHeart,
  IconPaperclip,
  IconRefresh,
  IconRobot,
  IconShieldX,
} from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { base } from '@/api/base';
import type { Schemas } from '@/api/client';
import { useUserName } from '@/api/lists';
import { channel_look } from '@/channels/channels';
import { known_text, useText } from '@/i18n';
import { Banner, Button, clock_time, IconButton, long_time, Menu, MenuItem, short_time, useNow } from '@/ui';
import type { CaseActions } from './actions';
import styles from './messages.module.css';
import type { Message } from './queries';
import { useEventText } from './words';

const InvitationCard = lazy(() => import('./invitation'));
const HtmlMail = lazy(() => import('./html_mail').then((m) => ({ default: m.HtmlMail })));

export function size_text(bytes: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = bytes < 1000 ? 0 : bytes < 1_000_000 ? 1 : bytes < 1_000_000_000 ? 2 : 3;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[step],
    unitDisplay: 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(bytes / 1000 ** step);
}

/** Text with addresses one can follow, and colleagues named in it; never HTML. */
function Linked({ text, names }: { text: string; names: readonly string[] }): ReactNode {
  const escaped = names.map((name) => `@${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
  const marks = new RegExp(`(${[/https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/.source, ...escaped].join('|')})`, 'g');
  return text.split(marks).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : part.startsWith('@') ? (
      <b key={index}>{part}</b>
    ) : (
      <a key={index} href={part} target="_blank" rel="noopener noreferrer nofollow">
        {part}
      </a>
    ),
  );
}

function Quoted({ text }: { text: string }) {
  const { t } = useText();
  const [open, set_open] = useState(false);
  return (
    <div className={styles.quoted}>
      <button
        type="button"
        className={styles.fold}
        aria-expanded={open}
        onClick={() => set_open(!open)}
        title={open ? t('inbox:hide_quoted') : t('inbox:show_quoted')}
      >
        <IconDots size={16} stroke={1.5} aria-hidden="true" />
        <span className="visually-hidden">{open ? t('inbox:hide_quoted') : t('inbox:show_quoted')}</span>
      </button>
      {open && (
        <blockquote dir="auto" className={styles.quote}>
          {text}
        </blockquote>
      )}
    </div>
  );
}

export function AttachmentLink({ item, language }: { item: Schemas['Attachment']; language: string }) {
  return (
    <a className={styles.file} href={`${base}/api/attachments/${item.id}`} download={item.name}>
      <IconPaperclip size={14} stroke={1.5} aria-hidden="true" />
      <span className={styles.file_name}>{item.name}</span>
      <span className={`${styles.file_size} num`}>{size_text(item.size, language)}</span>
    </a>
  );
}

function Delivery({ message, actions }: { message: Message; actions: CaseActions }) {
  const { t } = useText();
  const now = useNow();
  const { delivery } = message;
  if (!delivery) return null;
  const { state } = delivery;
  const can_undo = state === 'queued' && delivery.leaves_at !== null && Date.parse(delivery.leaves_at) > now;
  if (state === 'failed' || state === 'bounced') {
    return (
      <span className={styles.failed}>
        <IconAlertTriangle size={14} stroke={1.5} aria-hidden="true" />
        {t(`inbox:delivery.${state}`)}
        {known_text(delivery.reason) && `: ${known_text(delivery.reason)}`}
        <Button
          look="quiet"
          small
          icon={<IconRefresh size={14} stroke={1.5} />}
          onClick={() => void actions.retry(message)}
        >
          {t('inbox:retry')}
        </Button>
      </span>
    );
  }
  if (state === 'held' || (state === 'queued' && delivery.scheduled_local)) {
    return <Scheduled message={message} actions={actions} held={state === 'held'} />;
  }
  return (
    <span className={styles.state}>
      {state === 'sent' ? (
        <IconCheck size={14} stroke={1.8} className={styles.sent} aria-hidden="true" />
      ) : state === 'cancelled' ? null : (
        <IconClock size={14} stroke={1.5} aria-hidden="true" />
      )}
      {delivery.attempts > 1 && state !== 'sent'
        ? t('inbox:delivery.trying', { count: delivery.attempts })
        : t(`inbox:delivery.${state}`)}
      {can_undo && (
        <button type="button" className={styles.undo} onClick={() => void actions.cancel(message)}>
          {t('app:undo')}
        </button>
      )}
    </span>
  );
}

/** A reply that leaves later, or does not leave by itself because the patient wrote first. */
function Scheduled({ message, actions, held }: { message: Message; actions: CaseActions; held: boolean }) {
  const { t, language } = useText();
  const leaves = message.delivery?.leaves_at;
  return (
    <span className={held ? styles.failed : styles.state}>
      {held ? (
        <IconAlertTriangle size={14} stroke={1.5} aria-hidden="true" />
      ) : (
        <IconClock size={14} stroke={1.5} aria-hidden="true" />
      )}
      {held ? t('inbox:later.held') : t('inbox:later.leaves', { time: leaves ? short_time(leaves, language) : '' })}
      <button type="button" className={styles.undo} onClick={() => void actions.send_now(message)}>
        {t('inbox:later.now')}
      </button>
      <button type="button" className={styles.undo} onClick={() => void actions.cancel(message)}>
        {t('inbox:later.withdraw')}
      </button>
    </span>
  );
}

/** One message or note: patient left, staff right, notes on yellow. */
export function Bubble({
  message,
  actions,
  may_write,
  on_split,
}: {
  message: Message;
  actions: CaseActions;
  may_write: boolean;
  /** Absent where it is the whole conversation. */
  on_split?: (message: Message) => void;
}) {
  const { t, language } = useText();
  const user_name = useUserName();
  const [html, show_html] = useState(false);
  const own = message.direction === 'out' || message.kind === 'note';
  const note = message.kind === 'note';
  const look = channel_look(message.channel);
  const author =
    message.author_kind === 'staff'
      ? (user_name(message.author_id) ?? t('inbox:someone'))
      : message.author_kind === 'bot'
        ? t('inbox:bot')
        : message.person?.display_name || message.from?.name || message.from?.value || t('inbox:unknown_sender');
  const files = message.attachments.filter((one) => !one.inline || !html);
  const cc = [...message.cc].map((party) => party.name || party.value);
  return (
    <article
      data-message={message.id}
      className={`${styles.message} ${own ? styles.own : ''} ${note ? styles.note : ''} ${html ? styles.wide : ''}`}
      aria-label={t(note ? 'inbox:note_by' : 'inbox:message_by', {
        name: author,
        time: long_time(message.happened_at, language),
      })}
    >
      {message.warning && (
        <Banner tone="late" icon={<IconShieldX size={18} stroke={1.5} />}>
          {known_text(message.warning) ?? t('inbox:sender_not_proven')}
        </Banner>
      )}
      <div className={styles.bubble}>
        {message.erased ? (
          <em className={styles.erased}>{t('inbox:erased')}</em>
        ) : html ? (
          <Suspense fallback={<p>{t('app:loading')}</p>}>
            <HtmlMail message={message} />
          </Suspense>
        ) : (
          <div className={styles.text} dir="auto" lang={message.language ?? undefined}>
            {message.text ? (
              <Linked text={message.text} names={message.mentions.map((id) => user_name(id) ?? '').filter(Boolean)} />
            ) : (
              <em className={styles.erased}>{message.has_html ? t('inbox:only_html') : t('inbox:no_text')}</em>
            )}
          </div>
        )}
        {!html && message.quoted && <Quoted text={message.quoted} />}
        {message.attachments
          .filter((one) => one.content_type === 'text/calendar')
          .slice(0, 3)
          .map((one) => (
            <Suspense key={one.id} fallback={null}>
              <InvitationCard item={one} />
            </Suspense>
          ))}
        {files.length > 0 && (
          <ul className={styles.files} aria-label={t('inbox:attachments')}>
            {files.map((one) => (
              <li key={one.id}>
                <AttachmentLink item={one} language={language} />
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className={styles.meta}>
        {!note && <look.Icon size={14} stroke={1.5} aria-label={t(look.name)} />}
        {note && <span>{t('inbox:note')} ·</span>}
        <bdi>{author}</bdi>
        <span>·</span>
        <time dateTime={message.happened_at} title={long_time(message.happened_at, language)} className="num">
          {clock_time(message.happened_at, language)}
        </time>
        {cc.length > 0 && <span title={cc.join(', ')}>· {t('inbox:cc_count', { count: cc.length })}</span>}
        {message.auto_reply && (
          <span className={styles.mark}>
            <IconRobot size={14} stroke={1.5} aria-hidden="true" /> {t('inbox:auto_reply')}
          </span>
        )}
        {message.ack && (
          <span className={styles.mark}>
            <IconHeart size={14} stroke={1.5} aria-hidden="true" /> {t('inbox:thank_you')}
          </span>
        )}
        {message.direction === 'out' && <Delivery message={message} actions={actions} />}
        {message.has_html && !message.erased && (
          <button type="button" className={styles.link} onClick={() => show_html(!html)}>
            {html ? t('inbox:as_text') : t('inbox:as_html')}
          </button>
        )}
        {(message.direction === 'in' || message.has_original) && (
          <Menu
            side="bottom-start"
            target={
              <IconButton small label={t('inbox:message_more')} className={styles.more}>
                <IconDots size={16} stroke={1.5} />
              </IconButton>
            }
          >
            {message.direction === 'in' && may_write && (
              <MenuItem icon={<IconHeart size={16} stroke={1.5} />} onClick={() => void actions.ack(message)}>
                {message.ack ? t('inbox:needs_answer') : t('inbox:mark_thank_you')}
              </MenuItem>
            )}
            {may_write && on_split && message.kind === 'message' && (
              <MenuItem icon={<IconArrowsSplit2 size={16} stroke={1.5} />} onClick={() => on_split(message)}>
                {t('inbox:split.title')}
              </MenuItem>
            )}
            {message.has_original && (
              <MenuItem
                href={`${base}/api/messages/${message.id}/original`}
                icon={<IconDownload size={16} stroke={1.5} />}
              >
                {t('inbox:original')}
              </MenuItem>
            )}
          </Menu>
        )}
      </div>
    </article>
  );
}

/** What happened to the case, in one line between the messages. */
export function EventLine({ message }: { message: Message }) {
  const { language } = useText();
  const user_name = useUserName();
  const event_text = useEventText();
  if (!message.event) return null;
  const by = user_name(message.author_id) ?? message.person?.display_name ?? '';
  return (
    <p className={styles.event}>
      <span>
        {event_text(message.event, by)} ·{' '}
        <time dateTime={message.happened_at} className="num" data-tip={long_time(message.happened_at, language)}>
          {clock_time(message.happened_at, language)}
        </time>
      </span>
    </p>
  );
}
