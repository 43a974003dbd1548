import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Card, Dialog, short_time, Tag, toast } from '@/ui';
import styles from './auth.module.css';
import { OneTimeLink } from './one_time_link';
import { invitations_query } from './people_queries';

/** Invitations nobody has accepted yet: a new link, or withdrawn (and, as undo, invited again with a new link). */
export function PendingInvitations() {
  const { t, language } = useText();
  const client = useQueryClient();
  const { data } = useQuery(invitations_query);
  const [made, set_made] = useState<Schemas['InvitationCreated'] | null>(null);
  const refresh = () => void client.invalidateQueries({ queryKey: invitations_query.queryKey });
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      toast(form_errors(error).form ?? t('settings:failed'), { tone: 'failed' });
    }
    refresh();
  };
  const renew = (one: Schemas['Invitation']) =>
    attempt(async () =>
      set_made(await call(api.POST('/api/invitations/{id}/link', { params: { path: { id: one.id } } }))),
    );
  const invite_again = ({ email, name, language: chosen, memberships }: Schemas['Invitation']) =>
    attempt(async () =>
      set_made(await call(api.POST('/api/invitations', { body: { email, name, language: chosen, memberships } }))),
    );
  const withdraw = (one: Schemas['Invitation']) =>
    attempt(async () => {
      await call(api.DELETE('/api/invitations/{id}', { params: { path: { id: one.id } } }));
      toast(t('settings:people.withdrawn', { name: one.name || one.email }), { undo: () => void invite_again(one) });
    });
  const dialog = made && (
    <Dialog
      open
      on_close={() => set_made(null)}
      close_label={t('settings:close')}
      title={t('settings:invite.done_title', { name: made.invitation.name || made.invitation.email })}
    >
      <OneTimeLink
        name={made.invitation.name || made.invitation.email}
        url={made.url}
        expires_at={made.invitation.expires_at}
        mailed={made.mailed}
      />
    </Dialog>
  );
  if (!data || data.length === 0) return dialog;
  return (
    <Card title={t('settings:people.pending_title')}>
      <ul className={styles.list}>
        {data.map((one) => (
          <li key={one.id} className={styles.session}>
            <div>
              <b>{one.name || one.email}</b> {one.expired && <Tag tone="soon">{t('settings:people.expired')}</Tag>}
              <p>
                {one.email} · {t('settings:people.invited_by', { name: one.invited_by })} ·{' '}
                {t('settings:people.expires', { when: short_time(one.expires_at, language) })}
              </p>
            </div>
            <Button
              small
              aria-label={t('settings:people.new_link_label', { name: one.name || one.email })}
              onClick={() => void renew(one)}
            >
              {t('settings:people.new_link')}
            </Button>
            <Button
              small
              aria-label={t('settings:people.withdraw_label', { name: one.name || one.email })}
              onClick={() => void withdraw(one)}
            >
              {t('settings:people.withdraw')}
            </Button>
          </li>
        ))}
      </ul>
      {dialog}
    </Card>
  );
}
