import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { History } from '@/features/email/history';
import { StateLines, StateTag } from '@/features/email/mailbox_state';
import { NewMailbox } from '@/features/email/new_mailbox';
import { history_query, mailboxes_query } from '@/features/email/queries';
import { useText } from '@/i18n';
import { button_class, Card, Empty, Loading } from '@/ui';
import { To } from '@/ui/link';
import { welcome_query } from './queries';
import styles from './welcome.module.css';

const refresh = welcome_query.queryKey;

export function MailboxStep() {
  const { t } = useText();
  const client = useQueryClient();
  const { data } = useQuery(mailboxes_query);
  if (!data) return <Loading label={t('app:loading')} lines={6} />;
  if (data.length === 0) return <NewMailbox on_saved={() => void client.invalidateQueries({ queryKey: refresh })} />;
  return (
    <Card>
      {data.map((one) => (
        <div key={one.id} className={styles.mailbox}>
          <div>
            <b>{one.address}</b>
            <StateLines mailbox={one} />
          </div>
          <StateTag mailbox={one} />
        </div>
      ))}
      <p className={styles.aside}>
        <To href="/settings/mailboxes">{t('welcome_page:step.mailbox.more')}</To>
      </p>
    </Card>
  );
}

/** The months before, taken in as history. */
export function YourselfStep() {
  const { t } = useText();
  const { data } = useQuery(mailboxes_query);
  const first = data?.[0];
  if (!data) return <Loading label={t('app:loading')} lines={4} />;
  if (!first)
    return (
      <Empty
        title={t('welcome_page:step.yourself.none')}
        action={
          <To href="/welcome/mailbox" className={button_class()}>
            {t('welcome:step.mailbox')}
          </To>
        }
      />
    );
  return <Past id={first.id} />;
}

function Past({ id }: { id: number }) {
  const client = useQueryClient();
  const state = useQuery(history_query(id)).data?.state;
  useEffect(() => {
    if (state) void client.invalidateQueries({ queryKey: refresh });
  }, [state, client]);
  return <History id={id} />;
}
