import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiError, call } from '@/api/client';
import { type Session, session_query, useTakeSession } from '@/api/session';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Avatar, Button, Logo } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import styles from './auth.module.css';
import { PasswordField } from './password_field';
import { SecondFactorForm } from './second_factor_form';
import { useCountdown, WaitNotice } from './wait_notice';

/** Covers the desk of whoever left; another colleague of this computer continues with one click and a password. */
export function LockScreen({ session }: { session: Session }) {
  const { t } = useText();
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: () => call(api.DELETE('/api/session')),
    onSettled: () => client.invalidateQueries({ queryKey: session_query.queryKey }),
  });
  const me = session.user;
  const [chosen, choose] = useState<{ id: number; name: string } | null>(me);
  const [challenge, set_challenge] = useState<string | null>(null);
  const others = [...(me ? [{ id: me.id, name: me.name }] : []), ...session.recent_users].filter(
    (one, index, all) => one.id !== chosen?.id && all.findIndex((other) => other.id === one.id) === index,
  );
  return (
    <div className={styles.lock}>
      <main className={styles.lock_card}>
        <div className={styles.who}>
          {chosen ? <Avatar name={chosen.name} size={44} own={chosen.id === me?.id} /> : <Logo size={36} />}
          <div>
            <h1>{t('sign_in:lock.title')}</h1>
            {chosen && <span>{t('sign_in:lock.text', { name: chosen.name })}</span>}
          </div>
        </div>
        {challenge ? (
          <SecondFactorForm challenge={challenge} on_expired={() => set_challenge(null)} />
        ) : (
          chosen && (
            <UnlockForm key={chosen.id} user={chosen} same={chosen.id === me?.id} on_challenge={set_challenge} />
          )
        )}
        <div className={styles.others}>
          <p className={styles.hint}>{t('sign_in:lock.switch')}</p>
          {others.map((one) => (
            <button key={one.id} type="button" className={styles.other} onClick={() => choose(one)}>
              <Avatar name={one.name} size={28} />
              {t('sign_in:lock.as', { name: one.name })}
            </button>
          ))}
          <button type="button" className={styles.other} onClick={() => leave.mutate()}>
            {t('sign_in:lock.other')}
          </button>
        </div>
      </main>
    </div>
  );
}

function UnlockForm({
  user,
  same,
  on_challenge,
}: {
  user: { id: number };
  same: boolean;
  on_challenge: (challenge: string) => void;
}) {
  const { t } = useText();
  const take = useTakeSession();
  const [until, set_until] = useState<number | null>(null);
  const left = useCountdown(until);
  const form = useForm({
    initial: { password: '' },
    retry_online: true,
    check: ({ password }): Record<string, string> => (password ? {} : { password: t('sign_in:password_missing') }),
    submit: async ({ password }) => {
      try {
        const answer = same
          ? await call(api.POST('/api/session/unlock', { body: { password } }))
          : await call(api.POST('/api/session', { body: { user_id: user.id, password } }));
        if (answer.challenge) on_challenge(answer.challenge);
        else if (answer.session) take(answer.session);
        return undefined;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.problem.status === 429) {
          set_until(Date.now() + 1000 * (error.problem.retry_after ?? 5));
          return {};
        }
        if ([400, 401, 403, 422].includes(error.problem.status)) return { fields: { password: t('sign_in:wrong') } };
        return form_errors(error);
      }
    },
  });
  return (
    <form {...form.form_props} className={styles.fields}>
      {left > 0 ? <WaitNotice left={left} /> : <FormError errors={form.errors} offline={t('sign_in:offline')} />}
      <PasswordField
        label={t('sign_in:password')}
        autoComplete="current-password"
        autoFocus
        {...form.text('password')}
      />
      <Button type="submit" look="primary" className={styles.big} busy={form.busy} disabled={left > 0}>
        {t('sign_in:lock.submit')}
      </Button>
    </form>
  );
}
