import { Checkbox, TextInput } from '@mantine/core';
import { IconSearch, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '@/api/client';
import { sites_query, users_query } from '@/api/lists';
import { useSession } from '@/api/session';
import { useText } from '@/i18n';
import { Avatar, Button, Empty, Failure, Loading, Page, short_time, Tag } from '@/ui';
import styles from './auth.module.css';
import { InviteDialog } from './invite_dialog';
import { access_of, type Role, useRoleName } from './memberships_field';
import { PendingInvitations } from './pending_invitations';
import { PersonDialog } from './person_dialog';

const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export function PeoplePage() {
  const { t } = useText();
  const users = useQuery(users_query);
  const [inviting, invite] = useState(false);
  const [editing, edit] = useState<number | null>(null);
  const [filter, set_filter] = useState('');
  const [inactive, show_inactive] = useState(false);
  const all = users.data ?? [];
  const shown = all.filter(
    (one) => (inactive || one.active) && fold(`${one.name} ${one.email}`).includes(fold(filter.trim())),
  );
  const edited = all.find((one) => one.id === editing);
  const invite_button = (
    <Button look="primary" icon={<IconUserPlus size={18} stroke={1.5} aria-hidden />} onClick={() => invite(true)}>
      {t('settings:people.invite')}
    </Button>
  );
  return (
    <Page title={t('settings:people.title')} lead={t('settings:people.text')} actions={invite_button}>
      {users.error && !users.data ? (
        <Failure
          title={t('settings:load_failed')}
          retry_label={t('settings:retry')}
          on_retry={() => void users.refetch()}
        />
      ) : !users.data ? (
        <Loading label={t('settings:people.title')} lines={6} />
      ) : (
        <>
          <div className={styles.toolbar}>
            <TextInput
              aria-label={t('settings:people.filter')}
              placeholder={t('settings:people.filter')}
              leftSection={<IconSearch size={16} stroke={1.5} aria-hidden />}
              value={filter}
              onChange={(event) => set_filter(event.currentTarget.value)}
            />
            {all.some((one) => !one.active) && (
              <Checkbox
                label={t('settings:people.show_inactive')}
                checked={inactive}
                onChange={(event) => show_inactive(event.currentTarget.checked)}
              />
            )}
          </div>
          {shown.length > 0 ? (
            <ul className={styles.table}>
              {shown.map((one) => (
                <PersonRow key={one.id} user={one} on_edit={() => edit(one.id)} />
              ))}
            </ul>
          ) : (
            <Empty title={t('settings:people.none_found')} />
          )}
          {all.length === 1 && !filter && (
            <Empty
              icon={<IconUsers size={22} stroke={1.5} />}
              title={t('settings:people.empty_title')}
              hint={t('settings:people.empty_text')}
            />
          )}
          <PendingInvitations />
        </>
      )}
      {inviting && <InviteDialog on_close={() => invite(false)} />}
      {edited && <PersonDialog key={edited.version} user={edited} on_close={() => edit(null)} />}
    </Page>
  );
}

function PersonRow({ user, on_edit }: { user: Schemas['User']; on_edit: () => void }) {
  const { t, language } = useText();
  const role_name = useRoleName();
  const sites = useQuery(sites_query).data ?? [];
  const me = useSession()?.user?.id === user.id;
  const access = access_of(user.memberships);
  const site_names = (ids: 'all' | number[] | undefined) =>
    ids === 'all' || ids === undefined || sites.length < 2
      ? ''
      : `: ${ids
          .map((id) => sites.find((site) => site.id === id)?.name ?? '')
          .filter(Boolean)
          .join(', ')}`;
  return (
    <li className={`${styles.person} ${user.active ? '' : styles.off}`}>
      <Avatar name={user.name} size={36} presence={user.active ? user.presence : undefined} own={me} />
      <div>
        <span className={styles.name}>
          {user.name} {me && <Tag>{t('settings:people.you')}</Tag>}{' '}
          {!user.active && <Tag tone="late">{t('settings:people.inactive')}</Tag>}
        </span>
        <p>{user.email}</p>
      </div>
      <div className={styles.roles_cell}>
        <div className={styles.tags}>
          {(Object.keys(access) as Role[]).map((role) => (
            <Tag key={role} tone="accent">
              {role_name(role)}
              {site_names(access[role])}
            </Tag>
          ))}
        </div>
        <p>
          {user.last_seen_at
            ? t('settings:people.last_seen', { when: short_time(user.last_seen_at, language) })
            : t('settings:people.never_seen')}{' '}
          · {t(user.second_factor_enabled ? 'settings:people.second_factor_on' : 'settings:people.second_factor_off')}
        </p>
      </div>
      <Button small onClick={on_edit} aria-label={t('settings:people.edit_label', { name: user.name })}>
        {t('settings:edit')}
      </Button>
    </li>
  );
}
