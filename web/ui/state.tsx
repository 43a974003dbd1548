import { IconAlertTriangle } from '@tabler/icons-react';
import type { CSSProperties, ReactNode } from 'react';
import { Button } from './button';
import styles from './state.module.css';

/** Nothing here, and what that means. */
export function Empty({
  icon,
  title,
  hint,
  action,
}: {
  icon?: ReactNode;
  title: string;
  hint?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      {icon && <span className={styles.icon}>{icon}</span>}
      <p className={styles.title}>{title}</p>
      {hint && <p className={styles.hint}>{hint}</p>}
      {action}
    </div>
  );
}

/** It did not work: what happened and the way on. */
export function Failure({
  title,
  hint,
  retry_label,
  on_retry,
}: {
  title: string;
  hint?: ReactNode;
  retry_label?: string;
  on_retry?: () => void;
}) {
  return (
    <div className={styles.empty} role="alert">
      <span className={`${styles.icon} ${styles.bad}`}>
        <IconAlertTriangle size={22} stroke={1.5} />
      </span>
      <p className={styles.title}>{title}</p>
      {hint && <p className={styles.hint}>{hint}</p>}
      {on_retry && retry_label && <Button onClick={on_retry}>{retry_label}</Button>}
    </div>
  );
}

export function Skeleton({
  width = '100%',
  height = 14,
  round = false,
  style,
}: {
  width?: number | string;
  height?: number;
  round?: boolean;
  style?: CSSProperties;
}) {
  return (
    <span
      className={styles.skeleton}
      style={{ width, height, borderRadius: round ? '50%' : 4, ...style }}
      aria-hidden="true"
    />
  );
}

/** Placeholder lines for a block that is loading; says so once to a screen reader. */
export function Loading({ label, lines = 4 }: { label: string; lines?: number }) {
  return (
    <div className={styles.loading} role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: lines }, (_, i) => (
        <Skeleton key={i} width={`${[92, 74, 83, 60][i % 4]}%`} />
      ))}
    </div>
  );
}

export function Banner({
  tone = 'neutral',
  icon,
  children,
  action,
}: {
  tone?: 'neutral' | 'late' | 'soon' | 'accent';
  icon?: ReactNode;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={`${styles.banner} ${styles[`banner_${tone}`]}`}>
      {icon}
      <div className={styles.banner_text}>{children}</div>
      {action}
    </div>
  );
}
