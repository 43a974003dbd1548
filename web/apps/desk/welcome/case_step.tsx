import { IconMailForward, IconPencilPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, in_background } from '@/api/client';
import { useMay } from '@/api/session';
import { NewCaseDialog } from '@/features/conversations/new_case';
import { mailboxes_query } from '@/features/email/queries';
import { useText } from '@/i18n';
import { Button, button_class, Card } from '@/ui';
import { To, useGo } from '@/ui/link';
import styles from './welcome.module.css';

const newest_query = {
  queryKey: ['cases', 'welcome'],
  queryFn: () =>
    in_background(() => call(api.GET('/api/cases', { params: { query: { view: 'all', limit: 1 } } }))).then(
      (page) => page.items[0] ?? null,
    ),
  refetchInterval: 3_000,
};

/** A mail to oneself, or a case by hand: either way it ends in the inbox. */
export function FirstCaseStep() {
  const { t } = useText();
  const go = useGo();
  const [creating, create] = useState(false);
  const may_read = useMay('cases_read');
  const mailbox = useQuery(mailboxes_query).data?.[0];
  const newest = useQuery({ ...newest_query, enabled: may_read }).data;
  if (!may_read) return <Card>{t('welcome_page:step.first_case.other')}</Card>;
  return (
    <Card>
      {newest ? (
        <div className={styles.arrived} role="status">
          <p>{t('welcome_page:step.first_case.arrived')}</p>
          <To href={`/inbox/all/${newest.id}`} className={button_class('primary')}>
            {t('welcome_page:step.first_case.open')}
          </To>
        </div>
      ) : (
        mailbox && (
          <div className={styles.arrived} role="status">
            <IconMailForward size={22} stroke={1.5} aria-hidden />
            <p>
              {t('welcome_page:step.first_case.write')} <b className={styles.address}>{mailbox.address}</b>
              <br />
              <span className={styles.aside}>{t('welcome_page:step.first_case.waiting')}</span>
            </p>
          </div>
        )
      )}
      <div className={styles.by_hand}>
        <p>{t(mailbox ? 'welcome_page:step.first_case.by_hand' : 'welcome_page:step.first_case.by_hand_only')}</p>
        <Button icon={<IconPencilPlus size={18} stroke={1.5} aria-hidden />} onClick={() => create(true)}>
          {t('inbox:new_case')}
        </Button>
      </div>
      {creating && <NewCaseDialog on_close={() => create(false)} on_created={(id) => go(`/inbox/mine/${id}`)} />}
    </Card>
  );
}
