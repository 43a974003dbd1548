import { IconLock } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, call } from '@/api/client';
import { session_query } from '@/api/session';
import { useText } from '@/i18n';
import { Banner } from '@/ui';
import styles from './auth.module.css';
import { useIdle } from './idle';

/** Locks after the time the clinic has set, and says so a little before. */
export function IdleNotice({ limit_s }: { limit_s: number }) {
  const { t } = useText();
  const client = useQueryClient();
  const lock = useCallback(async () => {
    await call(api.POST('/api/session/lock')).catch(() => undefined);
    await client.invalidateQueries({ queryKey: session_query.queryKey });
  }, [client]);
  const left = useIdle(limit_s, lock, true);
  if (left === null) return null;
  return (
    <div className={styles.idle} role="status">
      <Banner tone="soon" icon={<IconLock size={18} stroke={1.5} aria-hidden />}>
        <span className="num">{t('sign_in:lock.soon', { count: left })}</span>
      </Banner>
    </div>
  );
}
