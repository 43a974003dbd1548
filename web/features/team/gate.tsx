import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconLock } from '@tabler/icons-react';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { api, call, when_session_lost } from '@/api/client';
import { session_query, useSession } from '@/api/session';
import { choose_language, useText } from '@/i18n';
import { Banner, choose_theme, Failure, useCommands } from '@/ui';
import styles from './auth.module.css';
import { AuthLayout } from './auth_layout';
import { useIdle } from './idle';
import { LockScreen } from './lock_screen';
import SignInPage, { type SignInReason } from './sign_in_page';
import { TotpSetup } from './totp_setup';

/**
 * Lets through who is signed in. The address stays, so after signing in one is where one wanted to be; while locked the
 * desk stays alive behind the cover, so that nothing typed is lost.
 */
export function Gate({ children, waiting }: { children: ReactNode; waiting: ReactNode }) {
  const { t } = useText();
  const { data: session, error, refetch } = useQuery(session_query);
  const client = useQueryClient();
  const [reason, set_reason] = useState<SignInReason | undefined>();
  const [was_in, set_was_in] = useState<number | null>(null);
  const user_id = session?.user?.id ?? null;

  useEffect(() => {
    when_session_lost((why) => {
      if (why === 'signed_out') set_reason('expired');
      void client.invalidateQueries({ queryKey: session_query.queryKey });
    });
  }, [client]);

  useEffect(() => {
    if (!session?.user || session.state !== 'signed_in') return;
    set_reason(undefined);
    void choose_language(session.user.language);
    choose_theme(session.user.theme);
    // Nothing of one person's screen is kept for the next.
    if (was_in !== null && was_in !== session.user.id) client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    set_was_in(session.user.id);
  }, [session, client, was_in]);

  const other = async () => {
    await call(api.DELETE('/api/session')).catch(() => undefined);
    set_reason(undefined);
    await client.invalidateQueries({ queryKey: session_query.queryKey });
  };

  if (!session) {
    if (error) {
      return (
        <AuthLayout title="Auricle">
          <Failure title={t('sign_in:failed')} retry_label={t('settings:retry')} on_retry={() => void refetch()} />
        </AuthLayout>
      );
    }
    return waiting;
  }
  if (session.state === 'signed_out') return <SignInPage reason={reason} />;
  if (session.state === 'second_factor_setup') {
    return (
      <AuthLayout title={t('sign_in:invitation.second_factor_title')} lead={t('sign_in:factor.required_text')}>
        <TotpSetup on_done={() => void client.invalidateQueries({ queryKey: session_query.queryKey })} />
      </AuthLayout>
    );
  }
  const locked = session.state === 'locked';
  const keep = !locked || was_in === user_id;
  return (
    <>
      {locked && <LockScreen session={session} on_other={() => void other()} />}
      {keep && (
        <div key={user_id} hidden={locked} inert={locked} style={{ display: locked ? 'none' : 'contents' }}>
          {children}
          {!locked && <IdleWatch />}
        </div>
      )}
    </>
  );
}

/** Locks after the time the clinic has set, warns before, and offers locking at once. */
function IdleWatch() {
  const { t } = useText();
  const session = useSession();
  const client = useQueryClient();
  const lock = useCallback(async () => {
    await call(api.POST('/api/session/lock')).catch(() => undefined);
    await client.invalidateQueries({ queryKey: session_query.queryKey });
  }, [client]);
  useCommands([{ id: 'lock', title: t('sign_in:lock.now'), group: 'Auricle', icon: <IconLock size={18} stroke={1.5} />, run: () => void lock() }]);
  const left = useIdle(session?.idle_lock_s ?? 0, lock, true);
  if (left === null) return null;
  return (
    <div style={{ position: 'fixed', left: '50%', top: 16, transform: 'translateX(-50%)', zIndex: 350, width: 'min(420px, calc(100vw - 32px))' }} role="status">
      <Banner tone="soon" icon={<IconLock size={18} stroke={1.5} aria-hidden />}>
        <span className={`num ${styles.hint}`}>{t('sign_in:lock.soon', { count: left })}</span>
      </Banner>
    </div>
  );
}
