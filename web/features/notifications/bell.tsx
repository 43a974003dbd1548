import { IconBell } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call } from '@/api/client';
import { useUserName } from '@/api/lists';
import { useText } from '@/i18n';
import { Menu, MenuDivider, MenuItem, MenuLabel, short_time, useCommands, useKeys } from '@/ui';
import styles from './bell.module.css';
import { type Notification, type Notifications, notifications_query } from './queries';

/** Marks as read, shown at once; the server's number comes back with the answer. */
function useRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: number[] | null) => call(api.POST('/api/notifications/read', { body: { ids } })),
    onMutate: (ids) =>
      client.setQueryData<Notifications>(notifications_query.queryKey, (old) => {
        if (!old) return old;
        const now = new Date().toISOString();
        const seen = (one: Notification) => one.read_at === null && (ids === null || ids.includes(one.id));
        const items = old.items.map((one) => (seen(one) ? { ...one, read_at: now } : one));
        const unread = ids === null ? 0 : Math.max(0, old.unread - old.items.filter(seen).length);
        return { ...old, items, unread };
      }),
    onSettled: () => client.invalidateQueries({ queryKey: notifications_query.queryKey }),
  });
}

/** What concerns me since I last looked: given to me, named in a note, due, held back. */
export function Bell({
  on_case,
  className,
  label_class,
  wide,
}: {
  on_case: (case_id: number) => void;
  className?: string;
  label_class?: string;
  wide: boolean;
}) {
  const { t, language } = useText();
  const user_name = useUserName();
  const { data } = useQuery(notifications_query);
  const read = useRead();
  const [open, set_open] = useState(false);
  const unread = data?.unread ?? 0;
  const items = data?.items ?? [];
  useKeys([{ keys: 'g n', label: t('app:bell.title'), group: t('app:keys_go'), run: () => set_open(true) }]);
  useCommands([
    { id: 'notifications', title: t('app:bell.title'), group: t('app:you'), keys: 'g n', run: () => set_open(true) },
  ]);
  const choose = (one: Notification) => {
    if (one.read_at === null) read.mutate([one.id]);
    if (one.case_number !== null) on_case(one.case_id);
  };
  const name = unread > 0 ? t('app:bell.unread', { count: unread }) : t('app:bell.title');
  return (
    <Menu
      opened={open}
      on_change={set_open}
      side="right-end"
      width={360}
      target={
        <button
          type="button"
          className={`${className ?? ''} ${styles.bell}`}
          aria-label={name}
          aria-keyshortcuts="g n"
          {...(wide ? {} : { 'data-tip': name, 'data-tip-side': 'right' })}
        >
          <IconBell size={20} stroke={1.5} aria-hidden="true" />
          <span className={label_class}>{t('app:bell.title')}</span>
          {unread > 0 && (
            <span className={`${styles.count} num`} aria-hidden="true">
              {unread > 99 ? '99+' : unread}
            </span>
          )}
        </button>
      }
    >
      <MenuLabel>{t('app:bell.title')}</MenuLabel>
      {items.length === 0 && <MenuLabel>{t('app:bell.none')}</MenuLabel>}
      {items.slice(0, 30).map((one) => (
        <MenuItem
          key={one.id}
          icon={<span className={one.read_at === null ? styles.new : styles.old} />}
          end={<time dateTime={one.created_at}>{short_time(one.created_at, language)}</time>}
          onClick={() => choose(one)}
        >
          <span className={styles.text}>
            {one.read_at === null && <span className="visually-hidden">{t('inbox:unread')} </span>}
            <span>{t(`app:bell.kind_${one.kind}`, { name: user_name(one.by_user_id) ?? t('inbox:someone') })}</span>
            <span className={styles.about}>
              {one.case_number === null
                ? t('app:bell.case_gone')
                : `${t('inbox:case_number', { number: one.case_number })}${one.title ? ` · ${one.title}` : ''}`}
            </span>
          </span>
        </MenuItem>
      ))}
      {unread > 0 && (
        <>
          <MenuDivider />
          <MenuItem onClick={() => read.mutate(null)}>{t('app:bell.all_read')}</MenuItem>
        </>
      )}
    </Menu>
  );
}
