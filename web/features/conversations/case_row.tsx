import {
  IconAlertTriangle,
  IconCheck,
  IconClock,
  IconClockShare,
  IconMailOpened,
  IconMoon,
  IconPaperclip,
  IconSend,
  IconUserPlus,
  IconUserQuestion,
} from '@tabler/icons-react';
import type { MouseEvent } from 'react';
import { useUserName } from '@/api/lists';
import { channel_look } from '@/channels/channels';
import { useText } from '@/i18n';
import { Avatar, IconButton } from '@/ui';
import styles from './case_row.module.css';
import type { Picked } from './picked';
import type { Row } from './queries';
import { WaitClock } from './wait_clock';
import { who } from './words';

export type RowVerb = 'open' | 'resolve' | 'assign_me' | 'snooze' | 'unread';

const small = { size: 16, stroke: 1.5 };

/** Two lines: who and how long; what about. The rest shows on hover. */
export function CaseRow({
  row,
  on,
  cursor,
  me,
  picked,
  href,
  on_verb,
}: {
  row: Row;
  on: boolean;
  cursor: boolean;
  me: number;
  picked?: Picked;
  href: string;
  on_verb: (verb: RowVerb, row: Row) => void;
}) {
  const { t } = useText();
  const user_name = useUserName();
  const look = channel_look(row.channel);
  const chosen = picked?.ids.has(row.id) ?? false;
  const name = who(row) || t('inbox:unknown_sender');
  const about = row.patient && row.sender && row.patient.id !== row.sender.id ? row.sender.display_name : undefined;
  const subject = row.title || row.preview || t('inbox:no_subject');
  const verb = (what: RowVerb) => (event: MouseEvent) => {
    event.stopPropagation();
    on_verb(what, row);
  };
  const assignee = row.assignee_id !== null && row.assignee_id !== me ? user_name(row.assignee_id) : undefined;
  const open = (event: MouseEvent) => {
    if (event.button !== 0) return;
    event.preventDefault();
    if (picked && event.shiftKey) picked.extend(row.id);
    else if (picked && (event.metaKey || event.ctrlKey)) picked.toggle(row.id);
    else on_verb('open', row);
  };
  return (
    <div
      className={`${styles.row} ${on ? styles.on : ''} ${row.unread ? styles.unread : ''} ${chosen ? styles.chosen : ''} ${picked && picked.ids.size > 0 ? styles.choosing : ''}`}
    >
      {picked && (
        <input
          type="checkbox"
          className={styles.pick}
          tabIndex={-1}
          checked={chosen}
          aria-label={t('inbox:bulk.pick', { name })}
          onClick={(event) => event.shiftKey && picked.extend(row.id)}
          onChange={(event) => !(event.nativeEvent as globalThis.MouseEvent).shiftKey && picked.toggle(row.id)}
        />
      )}
      <a
        href={href}
        data-case={row.id}
        tabIndex={cursor ? 0 : -1}
        aria-current={on ? 'true' : undefined}
        className={`${styles.link} ${cursor && !on ? styles.cursor : ''}`}
        onClick={open}
        draggable={false}
      >
        {row.unread && <span className="visually-hidden">{t('inbox:unread')} </span>}
        <span className={styles.channel} title={t(look.name)}>
          <look.Icon size={18} stroke={1.5} aria-hidden="true" />
          {row.unread && <span className={styles.dot} aria-hidden="true" />}
        </span>
        <span className={styles.who}>
          <bdi>{name}</bdi>
          {about && <span className={styles.via}>{t('inbox:via', { name: about })}</span>}
        </span>
        <span className={styles.side}>
          {row.failed && (
            <IconAlertTriangle {...small} className={styles.bad} aria-label={t('inbox:delivery_failed')} />
          )}
          {(row.priority === 'urgent' || row.priority === 'high') && (
            <span
              className={row.priority === 'urgent' ? styles.urgent : styles.high}
              title={t(`inbox:priority.${row.priority}`)}
            >
              {row.priority === 'urgent' ? '!!' : '!'}
              <span className="visually-hidden">{t(`inbox:priority.${row.priority}`)}</span>
            </span>
          )}
          <WaitClock row={row} />
        </span>
        <span className={styles.second}>
          <span className={styles.subject} dir="auto">
            {row.needs_patient && (
              <IconUserQuestion
                size={14}
                stroke={1.5}
                className={styles.inline}
                aria-label={t('inbox:needs_patient')}
              />
            )}
            {row.title ? (
              <>
                <span className={styles.title}>{subject}</span>
                {row.preview && <span className={styles.preview}> · {row.preview}</span>}
              </>
            ) : (
              subject
            )}
          </span>
          <span className={styles.marks}>
            {row.held && (
              <IconAlertTriangle size={14} stroke={1.5} className={styles.bad} aria-label={t('inbox:later.held')} />
            )}
            {row.scheduled && <IconClock size={14} stroke={1.5} aria-label={t('inbox:later.row')} />}
            {row.sending && <IconSend size={14} stroke={1.5} aria-label={t('inbox:sending')} />}
            {row.has_attachments && <IconPaperclip size={14} stroke={1.5} aria-label={t('inbox:has_attachments')} />}
            {assignee && (
              <span title={t('inbox:assigned_to', { name: assignee })}>
                <Avatar name={assignee} size={18} />
                <span className="visually-hidden">{t('inbox:assigned_to', { name: assignee })}</span>
              </span>
            )}
          </span>
        </span>
      </a>
      <span className={styles.hover}>
        {row.assignee_id !== me && row.state !== 'resolved' && (
          <IconButton small tabIndex={-1} label={t('inbox:assign_me')} onClick={verb('assign_me')}>
            <IconUserPlus {...small} />
          </IconButton>
        )}
        {row.state !== 'resolved' && (
          <IconButton
            small
            tabIndex={-1}
            label={row.state === 'snoozed' ? t('inbox:wake') : t('inbox:snooze_tomorrow')}
            onClick={verb('snooze')}
          >
            {row.state === 'snoozed' ? <IconClockShare {...small} /> : <IconMoon {...small} />}
          </IconButton>
        )}
        <IconButton small tabIndex={-1} label={t('inbox:mark_unread')} onClick={verb('unread')}>
          <IconMailOpened {...small} />
        </IconButton>
        {row.state !== 'resolved' && (
          <IconButton small tabIndex={-1} label={t('inbox:resolve')} onClick={verb('resolve')}>
            <IconCheck {...small} />
          </IconButton>
        )}
      </span>
    </div>
  );
}
