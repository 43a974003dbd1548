import {
  IconHelp,
  IconKeyboard,
  IconLanguage,
  IconListCheck,
  IconLock,
  IconLogout,
  IconMask,
  IconMoon,
  IconUserCircle,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { in_practice } from '@/api/base';
import { api, call, type Schemas } from '@/api/client';
import { type Session, session_query } from '@/api/session';
import { choose_language, language_names, languages, useText } from '@/i18n';
import { Avatar, choose_theme, Kbd, Menu, MenuDivider, MenuItem, MenuLabel, MenuSub, useCommands, useKeys } from '@/ui';
import styles from './user_menu.module.css';

type User = NonNullable<Session['user']>;
const presences = ['available', 'busy', 'break', 'offline'] as const;
const themes = ['system', 'light', 'dark'] as const;
const small = { size: 18, stroke: 1.5 };

/** Own presence, language, theme, account, lock and sign out. */
export function UserMenu({
  session,
  user,
  wide,
  on_shortcuts,
  on_help,
}: {
  session: Session;
  user: User;
  wide: boolean;
  on_shortcuts: () => void;
  on_help: () => void;
}) {
  const { t, language } = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const sets_up = session.permissions.includes('sites_manage');
  const refresh = () => client.invalidateQueries({ queryKey: session_query.queryKey });
  const change_user = (change: Partial<User>) =>
    client.setQueryData(session_query.queryKey, { ...session, user: { ...user, ...change } });
  const account = useMutation({
    mutationFn: (body: Schemas['AccountInput']) => call(api.PATCH('/api/account', { body })),
    onMutate: (body) => change_user(body as Partial<User>),
    onSettled: refresh,
  });
  const presence = useMutation({
    mutationFn: (body: Schemas['PresenceInput']) => call(api.PUT('/api/account/presence', { body })),
    onMutate: (body) => change_user(body),
    onSettled: refresh,
  });
  const lock = useMutation({ mutationFn: () => call(api.POST('/api/session/lock')), onSettled: refresh });
  const sign_out = useMutation({ mutationFn: () => call(api.DELETE('/api/session')), onSettled: refresh });

  useKeys([
    {
      keys: 'Control+Shift+l',
      label: t('app:lock'),
      group: t('app:keys_everywhere'),
      run: () => lock.mutate(),
      typing: true,
    },
  ]);
  useCommands([
    ...presences.map((one) => ({
      id: `presence-${one}`,
      title: `${t('app:presence')}: ${t(`app:presence_${one}`)}`,
      group: t('app:you'),
      run: () => presence.mutate({ presence: one }),
    })),
    ...themes.map((one) => ({
      id: `theme-${one}`,
      title: `${t('app:theme')}: ${t(`app:theme_${one}`)}`,
      group: t('app:you'),
      run: () => {
        choose_theme(one);
        account.mutate({ theme: one });
      },
    })),
    ...languages.map((one) => ({
      id: `language-${one}`,
      title: `${t('app:language')}: ${language_names[one]}`,
      group: t('app:you'),
      run: () => {
        void choose_language(one);
        account.mutate({ language: one });
      },
    })),
    { id: 'lock', title: t('app:lock'), group: t('app:you'), run: () => lock.mutate() },
    { id: 'sign-out', title: t('app:sign_out'), group: t('app:you'), run: () => sign_out.mutate() },
    { id: 'shortcuts', title: t('app:shortcuts'), group: t('app:you'), keys: '?', run: on_shortcuts },
    { id: 'help', title: t('app:help'), group: t('app:you'), keys: 'F1', run: on_help },
  ]);

  const name = t('app:user_menu', { name: user.name, presence: t(`app:presence_${user.presence}`) });
  return (
    <Menu
      side="right-end"
      width={248}
      target={
        <button
          type="button"
          className={`${styles.me} ${wide ? styles.wide : ''}`}
          aria-label={name}
          {...(wide
            ? {}
            : { 'data-tip': `${user.name} · ${t(`app:presence_${user.presence}`)}`, 'data-tip-side': 'right' })}
        >
          <Avatar name={user.name} size={30} own presence={user.presence} />
          {wide && <span className={styles.name}>{user.name}</span>}
        </button>
      }
    >
      <div className={styles.head}>
        <strong>{user.name}</strong>
        <span>{user.email}</span>
      </div>
      <MenuDivider />
      <MenuLabel>{t('app:presence')}</MenuLabel>
      {presences.map((one) => (
        <MenuItem key={one} checked={user.presence === one} onClick={() => presence.mutate({ presence: one })}>
          <span className={styles.presence}>
            <span className={`${styles.dot} ${styles[one]}`} />
            {t(`app:presence_${one}`)}
          </span>
        </MenuItem>
      ))}
      <MenuDivider />
      <MenuSub side="right-end" label={t('app:language')} icon={<IconLanguage {...small} />}>
        {languages.map((one) => (
          <MenuItem
            key={one}
            lang={one}
            checked={language === one}
            onClick={() => {
              void choose_language(one);
              account.mutate({ language: one });
            }}
          >
            {language_names[one]}
          </MenuItem>
        ))}
      </MenuSub>
      <MenuSub side="right-end" label={t('app:theme')} icon={<IconMoon {...small} />}>
        {themes.map((one) => (
          <MenuItem
            key={one}
            checked={user.theme === one}
            onClick={() => {
              choose_theme(one);
              account.mutate({ theme: one });
            }}
          >
            {t(`app:theme_${one}`)}
          </MenuItem>
        ))}
      </MenuSub>
      <MenuItem icon={<IconUserCircle {...small} />} onClick={() => void navigate({ to: '/settings/account' })}>
        {t('app:account')}
      </MenuItem>
      {!in_practice && (
        <MenuItem icon={<IconMask {...small} />} onClick={() => void navigate({ to: '/settings/practice' })}>
          {t('app:practice.enter')}
        </MenuItem>
      )}
      {sets_up && (
        <MenuItem icon={<IconListCheck {...small} />} onClick={() => void navigate({ to: '/welcome' })}>
          {t('welcome:title')}
        </MenuItem>
      )}
      <MenuItem icon={<IconHelp {...small} />} end={<Kbd keys="F1" />} onClick={on_help}>
        {t('app:help')}
      </MenuItem>
      <MenuItem icon={<IconKeyboard {...small} />} end={<Kbd keys="?" />} onClick={on_shortcuts}>
        {t('app:shortcuts')}
      </MenuItem>
      <MenuDivider />
      <MenuItem icon={<IconLock {...small} />} onClick={() => lock.mutate()}>
        {t('app:lock')}
      </MenuItem>
      <MenuItem icon={<IconLogout {...small} />} onClick={() => sign_out.mutate()}>
        {t('app:sign_out')}
      </MenuItem>
    </Menu>
  );
}
