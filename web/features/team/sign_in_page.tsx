import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { api, ApiError, call } from '@/api/client';
import { useSession, useTakeSession } from '@/api/session';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Banner, Button } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import { useGo } from '@/ui/link';
import styles from './auth.module.css';
import { AuthLayout } from './auth_layout';
import { PasswordField } from './password_field';
import { SecondFactorForm } from './second_factor_form';
import { useCountdown, WaitNotice } from './wait_notice';

/** Where one wanted to go: a path of this desk, nothing else. */
function next_of_address(): string {
  const next = new URLSearchParams(location.search).get('next')?.replace(/^"|"$/g, '') ?? '/';
  return /^\/(?![/\\])[\w/-]*$/.test(next) && !next.startsWith('/sign-in') ? next : '/';
}

/** E-mail and password, then the second factor; the page one is asked to see stays in the address bar. */
export function SignInPage() {
  const { t } = useText();
  const session = useSession();
  const go = useGo();
  const next = next_of_address();
  const state = session?.state;
  useEffect(() => {
    if (state === 'signed_in' || state === 'locked' || state === 'second_factor_setup') go(next, 'replace');
  }, [state, go, next]);
  const [challenge, set_challenge] = useState<string | null>(null);
  const [notice, set_notice] = useState(next !== '/');
  if (session?.needs_setup) {
    return (
      <AuthLayout title={t('sign_in:setup.needed_title')} lead={t('sign_in:setup.needed_text')}>
        {null}
      </AuthLayout>
    );
  }
  if (challenge) {
    const again = () => set_challenge(null);
    return (
      <AuthLayout title={t('sign_in:factor.title')}>
        <SecondFactorForm challenge={challenge} on_expired={again} />
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={t('sign_in:title')} lead={t('sign_in:lead_plain')}>
      {notice && (
        <div role="status">
          <Banner tone="accent">{t('sign_in:expired')}</Banner>
        </div>
      )}
      <PasswordForm on_challenge={set_challenge} on_try={() => set_notice(false)} />
    </AuthLayout>
  );
}

function PasswordForm({ on_challenge, on_try }: { on_challenge: (challenge: string) => void; on_try: () => void }) {
  const { t } = useText();
  const take = useTakeSession();
  const by_mail = useSession()?.can_reset_by_mail ?? false;
  const [until, set_until] = useState<number | null>(null);
  const [help, set_help] = useState(false);
  const left = useCountdown(until);
  const form = useForm({
    initial: { email: '', password: '' },
    retry_online: true,
    check: ({ email, password }) => ({
      ...(email.trim() === ''
        ? { email: t('sign_in:email_missing') }
        : /^\S+@\S+$/.test(email.trim())
          ? {}
          : { email: t('sign_in:email_invalid') }),
      ...(password === '' ? { password: t('sign_in:password_missing') } : {}),
    }),
    submit: async ({ email, password }) => {
      on_try();
      try {
        const answer = await call(api.POST('/api/session', { body: { email: email.trim(), password } }));
        if (answer.challenge) on_challenge(answer.challenge);
        else if (answer.session) take(answer.session);
        return undefined;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const { problem } = error;
        if (problem.status === 429) {
          set_until(Date.now() + 1000 * (problem.retry_after ?? 5));
          return {};
        }
        if ([400, 401, 403, 422].includes(problem.status)) return { form: t('sign_in:wrong') };
        return form_errors(error);
      }
    },
  });
  return (
    <form {...form.form_props} className={styles.fields}>
      {left > 0 ? <WaitNotice left={left} /> : <FormError errors={form.errors} offline={t('sign_in:offline')} />}
      {left === 0 && until !== null && !form.errors.form && (
        <p className={styles.hint} role="status">
          {t('sign_in:wait.over')}
        </p>
      )}
      <TextInput
        label={t('sign_in:email')}
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        {...form.text('email')}
      />
      <PasswordField label={t('sign_in:password')} autoComplete="current-password" {...form.text('password')} />
      <Button type="submit" look="primary" className={styles.big} busy={form.busy} disabled={left > 0}>
        {t(form.busy ? 'sign_in:submitting' : 'sign_in:submit')}
      </Button>
      <button type="button" className={styles.text_button} aria-expanded={help} onClick={() => set_help(!help)}>
        {t('sign_in:forgot')}
      </button>
      {help &&
        (by_mail ? (
          <AskByMail email={form.values.email} />
        ) : (
          <p className={styles.help}>{t('sign_in:forgot_answer')}</p>
        ))}
    </form>
  );
}

/** A link to a new password, to the address above; the answer never tells whether somebody has it. */
function AskByMail({ email }: { email: string }) {
  const { t } = useText();
  const [state, set_state] = useState<'' | 'busy' | 'sent' | 'often' | 'failed'>('');
  const address = email.trim();
  const ask = async () => {
    set_state('busy');
    try {
      await call(api.POST('/api/session/forgotten', { body: { email: address } }));
      set_state('sent');
    } catch (error) {
      set_state(error instanceof ApiError && error.problem.status === 429 ? 'often' : 'failed');
    }
  };
  if (state === 'sent')
    return (
      <p className={styles.help} role="status">
        {t('sign_in:by_mail.sent')}
      </p>
    );
  return (
    <div className={styles.help}>
      <p>{t('sign_in:by_mail.text')}</p>
      {(state === 'often' || state === 'failed') && <p role="alert">{t(`sign_in:by_mail.${state}`)}</p>}
      <Button type="button" busy={state === 'busy'} disabled={!/^\S+@\S+$/.test(address)} onClick={() => void ask()}>
        {t('sign_in:by_mail.ask')}
      </Button>
    </div>
  );
}
