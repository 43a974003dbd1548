import { IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react';
import type { Schemas } from '@/api/client';
import { problem_text, useText } from '@/i18n';
import { Banner } from '@/ui';
import styles from './email.module.css';

const icons = { ok: IconCircleCheck, failed: IconCircleX, skipped: IconCircleDashed };

/** The connection test, step by step; a failed step says what to do. */
export function TestResult({ result }: { result: Schemas['MailboxTest'] }) {
  const { t } = useText();
  return (
    <section aria-label={t('settings:mailboxes.step_test')}>
      <div role="status">
        <Banner tone={result.ok ? 'accent' : 'late'}>
          {t(result.ok ? 'settings:mailboxes.test_ok' : 'settings:mailboxes.test_bad')}
        </Banner>
      </div>
      <ol className={styles.steps}>
        {result.steps.map((one) => {
          const Icon = icons[one.state];
          return (
            <li key={one.step} className={styles.step} data-state={one.state}>
              <Icon size={20} stroke={1.6} aria-hidden />
              <span>{t(`settings:mailboxes.test_step.${one.step}`)}</span>
              <span className={styles.state}>{t(`settings:mailboxes.test_step_${one.state}`)}</span>
              {one.error_key && (
                <p className={styles.fix}>{problem_text({ key: one.error_key, detail: '', title: '' })}</p>
              )}
              {one.detail && one.state === 'failed' && (
                <p className={styles.said}>{t('settings:mailboxes.server_said', { detail: one.detail })}</p>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
