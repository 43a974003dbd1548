import type { ReactNode } from 'react';
import styles from './tag.module.css';

export type Tone = 'neutral' | 'accent' | 'late' | 'soon' | 'good';

export function Tag({
  tone = 'neutral',
  icon,
  title,
  children,
}: {
  tone?: Tone;
  icon?: ReactNode;
  title?: string;
  children: ReactNode;
}) {
  return (
    <span className={`${styles.tag} ${styles[tone]}`} title={title}>
      {icon}
      <span className={styles.text}>{children}</span>
    </span>
  );
}

export function Tags({ children }: { children: ReactNode }) {
  return <div className={styles.tags}>{children}</div>;
}
