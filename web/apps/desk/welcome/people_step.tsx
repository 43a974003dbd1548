import { IconUserPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { users_query } from '@/api/lists';
import { InviteDialog } from '@/features/team/invite_dialog';
import { roles, useRoleName } from '@/features/team/memberships_field';
import { PendingInvitations } from '@/features/team/pending_invitations';
import { useText } from '@/i18n';
import { Avatar, Button, Card } from '@/ui';
import { welcome_query } from './queries';
import styles from './welcome.module.css';

/** Who works here, and what each role is for. */
export function PeopleStep() {
  const { t } = useText();
  const client = useQueryClient();
  const role_name = useRoleName();
  const users = (useQuery(users_query).data ?? []).filter((one) => one.active);
  const [inviting, invite] = useState(false);
  const close = () => {
    invite(false);
    void client.invalidateQueries({ queryKey: welcome_query.queryKey });
  };
  return (
    <>
      <Card title={t('settings:people.roles')}>
        <dl className={styles.roles}>
          {roles.map((role) => (
            <div key={role}>
              <dt>{role_name(role)}</dt>
              <dd>{t(`settings:role_hint.${role}`)}</dd>
            </div>
          ))}
        </dl>
        <div className={styles.people}>
          {users.slice(0, 8).map((one) => (
            <span key={one.id}>
              <Avatar name={one.name} size={26} /> {one.name}
            </span>
          ))}
        </div>
        <div>
          <Button
            look="primary"
            icon={<IconUserPlus size={18} stroke={1.5} aria-hidden />}
            onClick={() => invite(true)}
          >
            {t('settings:people.invite')}
          </Button>
        </div>
      </Card>
      <PendingInvitations />
      {inviting && <InviteDialog on_close={close} />}
    </>
  );
}
