import type { ReactNode } from 'react';
import { choose_language, language_names, languages, useText } from '@/i18n';
import { Logo } from '@/ui';
import styles from './auth.module.css';
import { EarArt } from './ear_art';

/** The page around everything one does before being signed in. */
export function AuthLayout({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const { t, language } = useText();
  return (
    <div className={styles.page}>
      <title>{`${title} · Auricle`}</title>
      <div className={styles.side}>
        <header className={styles.brand}>
          <Logo size={30} />
          Auricle
        </header>
        <main className={styles.main}>
          <div className={styles.form}>
            <div className={styles.heading}>
              <h1>{title}</h1>
              {lead && <p>{lead}</p>}
            </div>
            {children}
          </div>
        </main>
        <footer>
          <nav className={styles.languages} aria-label={t('sign_in:language')}>
            {languages.map((one) => (
              <button
                key={one}
                type="button"
                lang={one}
                className={styles.language}
                aria-pressed={one === language}
                onClick={() => void choose_language(one)}
              >
                {language_names[one]}
              </button>
            ))}
          </nav>
        </footer>
      </div>
      <aside className={styles.art} aria-label="Auricle">
        <EarArt />
        <p className={styles.motto}>{t('sign_in:motto')}</p>
        <p className={styles.motto_more}>{t('sign_in:motto_more')}</p>
      </aside>
    </div>
  );
}
