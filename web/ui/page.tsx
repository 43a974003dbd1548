import { type ReactNode, useEffect } from 'react';
import styles from './page.module.css';

/** A page other than the inbox: title, actions, content of a readable width. */
export function Page({
  title,
  lead,
  actions,
  wide = false,
  head,
  children,
}: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  wide?: boolean;
  /** Instead of title and lead on the page itself; must hold the h1. The title still names the window. */
  head?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Auricle`;
  }, [title]);
  return (
    <main className={styles.page}>
      <div className={`${styles.inner} ${wide ? styles.wide : ''}`}>
        {head ?? (
          <header className={styles.header}>
            <div className={styles.heading}>
              <h1 className={styles.title}>{title}</h1>
              {lead && <div className={styles.lead}>{lead}</div>}
            </div>
            {actions && <div className={styles.actions}>{actions}</div>}
          </header>
        )}
        {children}
      </div>
    </main>
  );
}

/** A titled part of a page or panel. */
export function Section({
  title,
  action,
  children,
  plain = false,
}: {
  title: string;
  action?: ReactNode;
  children: ReactNode;
  plain?: boolean;
}) {
  return (
    <section className={`${styles.section} ${plain ? styles.plain : ''}`} aria-label={title}>
      <div className={styles.section_head}>
        <h3>{title}</h3>
        {action}
      </div>
      {children}
    </section>
  );
}

export function Card({
  title,
  hint,
  action,
  children,
}: {
  title?: string;
  hint?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={styles.card} aria-label={title}>
      {(title || action) && (
        <div className={styles.card_head}>
          <div>
            {title && <h2>{title}</h2>}
            {hint && <p className={styles.lead}>{hint}</p>}
          </div>
          {action}
        </div>
      )}
      {children}
    </section>
  );
}
