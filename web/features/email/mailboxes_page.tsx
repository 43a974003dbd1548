import { IconMail, IconPlus, IconShieldExclamation } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Banner, Button, button_class, Empty, Failure, Loading, Page, toast } from '@/ui';
import { To } from '@/ui/link';
import styles from './email.module.css';
import { HistoryLine } from './history';
import { StateLines, StateTag } from './mailbox_state';
import { input_of_saved, type Mailbox } from './mailbox_values';
import { mailboxes_query } from './queries';

/** Pauses or resumes reading; either can be taken back. */
export function usePause() {
  const { t } = useText();
  const client = useQueryClient();
  const change = async (mailbox: Mailbox, active: boolean, quiet = false) => {
    try {
      const body = input_of_saved(mailbox, { active });
      const saved = await call(api.PUT('/api/mailboxes/{id}', { params: { path: { id: mailbox.id } }, body }));
      const words = t(active ? 'settings:mailboxes.resumed' : 'settings:mailboxes.paused', {
        address: mailbox.address,
      });
      toast(words, quiet ? {} : { undo: () => void change(saved, !active, true) });
    } catch (error) {
      toast(form_errors(error).form ?? t('settings:failed'), { tone: 'failed' });
    }
    void client.invalidateQueries({ queryKey: mailboxes_query.queryKey });
  };
  return change;
}

export function MailboxesPage() {
  const { t } = useText();
  const { data, error, refetch } = useQuery(mailboxes_query);
  const pause = usePause();
  const held = (data ?? []).reduce((sum, one) => sum + one.quarantined, 0);
  const add = (
    <To href="/settings/mailboxes/new" className={button_class('primary')}>
      <IconPlus size={18} stroke={1.5} aria-hidden />
      {t('settings:mailboxes.add')}
    </To>
  );
  return (
    <Page
      title={t('settings:mailboxes.title')}
      lead={t('settings:mailboxes.text')}
      actions={data?.length ? add : undefined}
    >
      {held > 0 && (
        <Banner
          tone="soon"
          icon={<IconShieldExclamation size={18} stroke={1.5} aria-hidden />}
          action={<To href="/settings/quarantine">{t('settings:quarantine.title')}</To>}
        >
          {t('settings:quarantine.count', { count: held })}
        </Banner>
      )}
      {error && !data ? (
        <Failure title={t('settings:load_failed')} retry_label={t('settings:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('settings:mailboxes.title')} />
      ) : data.length === 0 ? (
        <Empty
          icon={<IconMail size={22} stroke={1.5} />}
          title={t('settings:mailboxes.empty_title')}
          hint={t('settings:mailboxes.empty_text')}
          action={add}
        />
      ) : (
        <ul className={styles.list}>
          {data.map((one) => (
            <li key={one.id} className={styles.row}>
              <div className={styles.grow}>
                <To
                  href={`/settings/mailboxes/${one.id}`}
                  className={styles.link}
                  aria-label={t('settings:mailboxes.open_label', { address: one.address })}
                >
                  <b>{one.address}</b>
                </To>
                {one.name !== one.address && <p>{one.name}</p>}
                <StateLines mailbox={one} />
                {one.last_sync_at && <HistoryLine id={one.id} />}
              </div>
              <StateTag mailbox={one} />
              <Button small onClick={() => void pause(one, !one.active)}>
                {t(one.active ? 'settings:mailboxes.pause' : 'settings:mailboxes.resume')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {data && data.length > 0 && held === 0 && (
        <p className={styles.hint}>
          <To href="/settings/quarantine">{t('settings:quarantine.title')}</To>
        </p>
      )}
    </Page>
  );
}
