import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { in_practice } from '@/api/base';
import { type Permission, useSession } from '@/api/session';
import { useText } from '@/i18n';
import styles from './settings_page.module.css';

const sections = [
  { to: '/settings/account', key: 'settings:nav.account', permission: undefined },
  { to: '/settings/people', key: 'settings:nav.people', permission: 'staff_manage' },
  { to: '/settings/sites', key: 'settings:nav.sites', permission: 'sites_manage' },
  { to: '/settings/topics', key: 'settings:nav.topics', permission: 'sites_manage' },
  { to: '/settings/standards', key: 'settings:nav.standards', permission: 'sites_manage' },
  { to: '/settings/mailboxes', key: 'settings:nav.mailboxes', permission: 'mailboxes_manage' },
  { to: '/settings/keys', key: 'settings:nav.keys', permission: 'api_keys_manage' },
  { to: '/settings/organisation', key: 'settings:nav.organisation', permission: 'sites_manage' },
  { to: '/settings/practice', key: 'app:practice.title', permission: undefined },
  { to: '/settings/audit', key: 'audit:title', permission: 'audit_read' },
] as const satisfies readonly { to: string; key: string; permission: Permission | undefined }[];

/** The frame of all settings: what one may change, on the left; the page itself beside it. */
export function SettingsPage() {
  const { t } = useText();
  const session = useSession();
  // Practice is ended from the clinic.
  const known = sections.filter((one) => !in_practice || one.to !== '/settings/practice');
  const shown = known.filter((one) => one.permission === undefined || session?.permissions.includes(one.permission));
  const nav = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // On a narrow screen the entries stand in one line that is longer than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page has its entry
  useEffect(() => {
    nav.current?.querySelector('[aria-current=page]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [path]);
  return (
    <div className={styles.settings}>
      <nav ref={nav} className={styles.nav} aria-label={t('app:settings')}>
        <h1 className={styles.title}>{t('app:settings')}</h1>
        {shown.map((one) => (
          <Link
            key={one.to}
            to={one.to}
            className={styles.link}
            activeProps={{ className: styles.active, 'aria-current': 'page' }}
          >
            {t(one.key)}
          </Link>
        ))}
      </nav>
      <div className={styles.content}>
        <Outlet />
      </div>
    </div>
  );
}
