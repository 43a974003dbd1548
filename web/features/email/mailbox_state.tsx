import { IconCircleCheck, IconCircleX, IconClock, IconPlayerPause, IconRefresh } from '@tabler/icons-react';
import { problem_text, useText } from '@/i18n';
import { short_time, Tag, type Tone } from '@/ui';
import styles from './email.module.css';
import type { Mailbox } from './mailbox_values';

const looks: Record<Mailbox['state'], [Tone, typeof IconClock]> = {
  connected: ['good', IconCircleCheck],
  connecting: ['neutral', IconRefresh],
  waiting: ['soon', IconClock],
  failed: ['late', IconCircleX],
  stopped: ['neutral', IconPlayerPause],
};

export function StateTag({ mailbox }: { mailbox: Mailbox }) {
  const { t } = useText();
  const [tone, Icon] = looks[mailbox.state];
  return (
    <Tag tone={tone} icon={<Icon size={13} stroke={1.8} aria-hidden />}>
      {t(`settings:mailboxes.state.${mailbox.state}`)}
    </Tag>
  );
}

/** What there is to know about the mailbox right now, worst first. */
export function StateLines({ mailbox }: { mailbox: Mailbox }) {
  const { t, language } = useText();
  const whole = new Intl.NumberFormat(language);
  const parts = [
    mailbox.sync_found !== null &&
      t('mail_history:state.reading', {
        read: whole.format(mailbox.sync_read ?? 0),
        found: whole.format(mailbox.sync_found),
      }),
    mailbox.last_sync_at && t('settings:mailboxes.last_seen', { when: short_time(mailbox.last_sync_at, language) }),
    mailbox.state !== 'connected' &&
      mailbox.next_attempt_at &&
      t('settings:mailboxes.next_attempt', { when: short_time(mailbox.next_attempt_at, language) }),
    mailbox.waiting_in > 0 && t('settings:mailboxes.waiting_in', { count: mailbox.waiting_in }),
    mailbox.waiting_out > 0 && t('settings:mailboxes.waiting_out', { count: mailbox.waiting_out }),
    mailbox.sent_again > 0 && t('settings:mailboxes.sent_again', { count: mailbox.sent_again }),
  ].filter(Boolean);
  return (
    <>
      {mailbox.error_key && (
        <p className={styles.bad}>
          {problem_text({ key: mailbox.error_key, detail: mailbox.error_detail ?? '', title: '' })}
        </p>
      )}
      {mailbox.error_key && mailbox.error_detail && (
        <p>{t('settings:mailboxes.server_said', { detail: mailbox.error_detail })}</p>
      )}
      {parts.length > 0 && <p className="num">{parts.join(' · ')}</p>}
    </>
  );
}
