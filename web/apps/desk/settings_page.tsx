import { Link, Outlet } from '@tanstack/react-router';
import { type Permission, useSession } from '@/api/session';
import { useText } from '@/i18n';
import styles from './settings_page.module.css';

const sections = [
  { to: '/settings/account', key: 'app:settings_account', permission: undefined },
  { to: '/settings/people', key: 'app:settings_people', permission: 'staff_read' },
  { to: '/settings/sites', key: 'app:settings_sites', permission: 'sites_manage' },
  { to: '/settings/mailboxes', key: 'app:settings_mailboxes', permission: 'mailboxes_manage' },
  { to: '/settings/audit', key: 'app:settings_audit', permission: 'audit_read' },
] as const satisfies readonly { to: string; key: string; permission: Permission | undefined }[];

/** The frame of all settings: what one may change, on the left; the page itself beside it. */
export function SettingsPage() {
  const { t } = useText();
  const session = useSession();
  const shown = sections.filter((one) => one.permission === undefined || session?.permissions.includes(one.permission));
  return (
    <div className={styles.settings}>
      <nav className={styles.nav} aria-label={t('app:settings')}>
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
