import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { ApiError } from '@/api/client';
import { problem_text, useText } from '@/i18n';
import { Empty, Failure } from '@/ui';
import { IconCompass } from '@tabler/icons-react';
import styles from './crash.module.css';

export function Crash({ error, reset }: ErrorComponentProps) {
  const { t } = useText();
  const router = useRouter();
  const stale = /dynamically imported module|Importing a module script failed|error loading/i.test(String(error));
  const known = error instanceof ApiError ? problem_text(error.problem) : undefined;
  return (
    <main className={styles.whole}>
      <Failure
        title={stale ? t('app:updated_title') : (known ?? t('app:crash_title'))}
        hint={stale ? t('app:updated_hint') : t('app:crash_hint')}
        retry_label={stale ? t('app:reload') : t('app:try_again')}
        on_retry={() => {
          if (stale) return location.reload();
          reset();
          return void router.invalidate();
        }}
      />
    </main>
  );
}

export function NotFound() {
  const { t } = useText();
  return (
    <main className={styles.whole}>
      <Empty
        icon={<IconCompass size={24} stroke={1.5} />}
        title={t('app:not_found_title')}
        hint={t('app:not_found_hint')}
        action={<Link to="/">{t('app:to_inbox')}</Link>}
      />
    </main>
  );
}
