import { Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, ApiError, call } from '@/api/client';
import { type Session, useTakeSession } from '@/api/session';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import styles from './auth.module.css';

/** The second step of a sign-in: a code of the app, or a recovery code. */
export function SecondFactorForm({
  challenge,
  on_expired,
  on_done,
}: {
  challenge: string;
  on_expired: () => void;
  on_done?: (session: Session) => void;
}) {
  const { t } = useText();
  const [recovery, set_recovery] = useState(false);
  const take = useTakeSession();
  const form = useForm({
    initial: { code: '', trust: false },
    retry_online: true,
    check: ({ code }): Record<string, string> =>
      (recovery ? code.trim().length > 0 : /^\d{6}$/.test(code.replace(/\s/g, '')))
        ? {}
        : { code: t('sign_in:factor.code_missing') },
    submit: async ({ code, trust }) => {
      try {
        const clean = recovery ? code.trim() : code.replace(/\s/g, '');
        const body = { challenge, code: clean, trust_device: trust && !recovery };
        const answer = await call(api.POST('/api/session/second-factor', { body }));
        if (answer.session) (on_done ?? take)(answer.session);
        return undefined;
      } catch (error) {
        if (error instanceof ApiError && /expired|challenge/.test(error.problem.key)) {
          on_expired();
          return undefined;
        }
        if (error instanceof ApiError && [400, 401, 403, 422].includes(error.problem.status)) {
          return { fields: { code: t(recovery ? 'sign_in:factor.recovery_wrong' : 'sign_in:factor.wrong') } };
        }
        return form_errors(error);
      }
    },
  });
  const swap = () => {
    set_recovery(!recovery);
    form.reset();
  };
  return (
    <form {...form.form_props} className={styles.fields}>
      <FormError errors={form.errors} offline={t('sign_in:offline')} />
      <p className={styles.hint}>{t(recovery ? 'sign_in:factor.recovery_text' : 'sign_in:factor.text')}</p>
      {recovery ? (
        <TextInput
          key="recovery"
          label={t('sign_in:factor.recovery_code')}
          className={styles.recovery}
          autoComplete="off"
          autoCapitalize="none"
          autoFocus
          {...form.text('code')}
        />
      ) : (
        <>
          <TextInput
            key="code"
            label={t('sign_in:factor.code')}
            className={styles.code}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={7}
            autoFocus
            {...form.text('code')}
          />
          <Checkbox label={t('sign_in:factor.trust')} {...form.tick('trust')} />
        </>
      )}
      <Button type="submit" look="primary" className={styles.big} busy={form.busy}>
        {t('sign_in:factor.submit')}
      </Button>
      <div className={styles.row}>
        <button type="button" className={styles.text_button} onClick={swap}>
          {t(recovery ? 'sign_in:factor.use_code' : 'sign_in:factor.use_recovery')}
        </button>
        <button type="button" className={styles.text_button} onClick={on_expired}>
          {t('sign_in:factor.back')}
        </button>
      </div>
    </form>
  );
}
