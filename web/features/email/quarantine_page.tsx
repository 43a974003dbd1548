import { IconArrowLeft, IconMailCheck } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { problem_text, useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, button_class, Empty, Failure, Loading, Page, short_time, toast } from '@/ui';
import { To } from '@/ui/link';
import styles from './email.module.css';
import { mailboxes_query, quarantine_query } from './queries';

type Mail = Schemas['QuarantinedMail'];
const grace_ms = 10_000;

/** Discarding waits ten seconds, so that it can be undone; leaving the page means it. */
function useDiscard(refresh: () => void) {
  const { t } = useText();
  const [leaving, set_leaving] = useState<ReadonlySet<number>>(new Set());
  const timers = useRef(new Map<number, ReturnType<typeof setTimeout>>());
  const really_discard = async (id: number) => {
    timers.current.delete(id);
    await call(api.DELETE('/api/quarantine/{id}', { params: { path: { id } } })).catch(() =>
      toast(t('settings:failed'), { tone: 'failed' }),
    );
    refresh();
  };
  // Leaving the page means it: what was discarded goes at once.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the page goes
  useEffect(
    () => () => {
      for (const [id, timer] of timers.current) {
        clearTimeout(timer);
        void really_discard(id);
      }
    },
    [],
  );
  const discard = (mail: Mail) => {
    set_leaving((old) => new Set(old).add(mail.id));
    timers.current.set(
      mail.id,
      setTimeout(() => void really_discard(mail.id), grace_ms),
    );
    toast(t('settings:quarantine.discarded'), {
      undo: () => {
        clearTimeout(timers.current.get(mail.id));
        timers.current.delete(mail.id);
        set_leaving((old) => new Set([...old].filter((one) => one !== mail.id)));
      },
    });
  };
  return { leaving, discard };
}

/** Mail that could not be read: kept whole until somebody decides. */
export function QuarantinePage() {
  const { t, language } = useText();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(quarantine_query);
  const refresh = () => {
    void client.invalidateQueries({ queryKey: quarantine_query.queryKey });
    void client.invalidateQueries({ queryKey: mailboxes_query.queryKey });
  };
  const { leaving, discard } = useDiscard(refresh);
  const retry = async (mail: Mail) => {
    try {
      await call(api.POST('/api/quarantine/{id}/retry', { params: { path: { id: mail.id } } }));
      toast(t('settings:quarantine.retried'));
    } catch (problem) {
      toast(form_errors(problem).form ?? t('settings:failed'), { tone: 'failed' });
    }
    refresh();
  };
  const shown = (data ?? []).filter((one) => one.state === 'quarantined' && !leaving.has(one.id));
  const size = (bytes: number) =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: bytes < 1_000_000 ? 'kilobyte' : 'megabyte',
      maximumFractionDigits: 1,
    }).format(bytes / (bytes < 1_000_000 ? 1000 : 1_000_000));
  const back = (
    <To href="/settings/mailboxes" className={styles.back}>
      <IconArrowLeft size={14} aria-hidden /> {t('settings:mailboxes.back')}
    </To>
  );
  return (
    <Page title={t('settings:quarantine.title')} lead={back}>
      <p>{t('settings:quarantine.text')}</p>
      {error && !data ? (
        <Failure title={t('settings:load_failed')} retry_label={t('settings:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('settings:quarantine.title')} />
      ) : shown.length === 0 ? (
        <Empty icon={<IconMailCheck size={22} stroke={1.5} />} title={t('settings:quarantine.empty')} />
      ) : (
        <ul className={styles.list}>
          {shown.map((mail) => (
            <li key={mail.id} className={styles.row}>
              <div className={styles.grow}>
                {(mail.from || mail.subject) && (
                  <b>
                    <bdi>{mail.subject || t('settings:quarantine.no_subject')}</bdi> · <bdi>{mail.from}</bdi>
                  </b>
                )}
                <p>{problem_text({ key: mail.reason_key, detail: mail.detail ?? '', title: '' })}</p>
                <p className="num">
                  {mail.mailbox_name} ·{' '}
                  {t('settings:quarantine.received', { when: short_time(mail.received_at, language) })} ·{' '}
                  {size(mail.size)} · {t('settings:quarantine.attempts', { count: mail.attempts })}
                </p>
              </div>
              <div className={styles.actions}>
                {mail.kept && (
                  <>
                    <Button small onClick={() => void retry(mail)}>
                      {t('settings:quarantine.retry')}
                    </Button>
                    <a className={button_class('default', true)} href={`/api/quarantine/${mail.id}/raw`} download>
                      {t('settings:quarantine.download')}
                    </a>
                  </>
                )}
                <Button small look="quiet" onClick={() => discard(mail)}>
                  {t('settings:quarantine.discard')}
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}
