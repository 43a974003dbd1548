import {
  IconCalendarStats,
  IconChartBar,
  IconChevronsLeft,
  IconChevronsRight,
  IconDeviceTv,
  IconHelp,
  IconHourglassLow,
  IconInbox,
  IconSearch,
  IconServer2,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { type Permission, useSession } from '@/api/session';
import { Bell } from '@/features/notifications/bell';
import { useText } from '@/i18n';
import { Logo } from '@/ui';
import styles from './rail.module.css';
import { UserMenu } from './user_menu';

interface Entry {
  to: string;
  label: string;
  icon: ReactNode;
  permission?: Permission;
}
const icon = { size: 20, stroke: 1.5 };

/** The way from one part of the desk to another. Only what exists and what one may see. */
export function Rail({
  on_search,
  on_shortcuts,
  on_help,
  with_search,
}: {
  on_search: () => void;
  on_shortcuts: () => void;
  on_help: () => void;
  with_search: boolean;
}) {
  const { t } = useText();
  const session = useSession();
  const navigate = useNavigate();
  const [wide, set_wide] = useState(() => localStorage.getItem('auricle.rail') === 'wide');
  const toggle = () => {
    localStorage.setItem('auricle.rail', wide ? 'narrow' : 'wide');
    set_wide(!wide);
  };
  const may = (entry: Entry) => entry.permission === undefined || session?.permissions.includes(entry.permission);
  const main: Entry[] = [
    { to: '/inbox', label: t('app:inbox'), icon: <IconInbox {...icon} />, permission: 'cases_read' },
    { to: '/patients', label: t('app:patients'), icon: <IconUsers {...icon} />, permission: 'patients_read' },
    // Everybody's own, where not those of all.
    { to: '/figures', label: t('app:figures'), icon: <IconChartBar {...icon} />, permission: 'cases_read' },
    { to: '/wall', label: t('app:wall'), icon: <IconDeviceTv {...icon} />, permission: 'figures_read' },
    {
      to: '/bottlenecks',
      label: t('app:bottlenecks'),
      icon: <IconHourglassLow {...icon} />,
      permission: 'figures_read',
    },
    { to: '/staffing', label: t('app:staffing'), icon: <IconCalendarStats {...icon} />, permission: 'figures_read' },
  ];
  const rest: Entry[] = [
    { to: '/system', label: t('app:system'), icon: <IconServer2 {...icon} />, permission: 'operations_read' },
    { to: '/settings', label: t('app:settings'), icon: <IconSettings {...icon} /> },
  ];
  const tip = (label: string) => (wide ? {} : { 'data-tip': label, 'data-tip-side': 'right' });
  const link = (entry: Entry) => (
    <Link
      key={entry.to}
      {...tip(entry.label)}
      to={entry.to}
      className={styles.item}
      activeProps={{ className: styles.active, 'aria-current': 'page' }}
      aria-label={entry.label}
    >
      {entry.icon}
      <span className={styles.label}>{entry.label}</span>
    </Link>
  );
  return (
    <nav className={`${styles.rail} ${wide ? styles.wide : ''}`} aria-label={t('app:main_navigation')}>
      <Link to="/" className={styles.logo} aria-label={t('app:home')}>
        <Logo />
        <span className={styles.label}>Auricle</span>
      </Link>
      <button
        {...tip(t('app:search'))}
        type="button"
        className={`${styles.item} ${with_search ? '' : styles.only_narrow}`}
        onClick={on_search}
        aria-label={t('app:search')}
      >
        <IconSearch {...icon} />
        <span className={styles.label}>{t('app:search')}</span>
      </button>
      {main.filter(may).map(link)}
      <span className={styles.space} />
      {session?.state === 'signed_in' && (
        <Bell
          className={styles.item}
          label_class={styles.label}
          wide={wide}
          on_case={(case_id) => void navigate({ to: '/cases/$case_id', params: { case_id: String(case_id) } })}
        />
      )}
      {rest.filter(may).map(link)}
      <button
        {...tip(t('app:help'))}
        type="button"
        className={`${styles.item} ${styles.fold}`}
        onClick={on_help}
        aria-label={t('app:help')}
        aria-keyshortcuts="F1"
      >
        <IconHelp {...icon} />
        <span className={styles.label}>{t('app:help')}</span>
      </button>
      <button
        {...tip(t('app:rail_wide'))}
        type="button"
        className={`${styles.item} ${styles.fold}`}
        onClick={toggle}
        aria-expanded={wide}
        aria-label={wide ? t('app:rail_narrow') : t('app:rail_wide')}
      >
        {wide ? <IconChevronsLeft {...icon} /> : <IconChevronsRight {...icon} />}
        <span className={styles.label}>{t('app:rail_narrow')}</span>
      </button>
      {session?.user && (
        <UserMenu session={session} user={session.user} wide={wide} on_shortcuts={on_shortcuts} on_help={on_help} />
      )}
    </nav>
  );
}
