import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { announce, Button } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import styles from './auth.module.css';
import { PasswordField } from './password_field';
import { Qr } from './qr';
import { RecoveryCodes } from './recovery_codes';

/** Turning two-step verification on: password, picture to scan, first code, recovery codes. */
export function TotpSetup({ on_done, done_label }: { on_done: () => void; done_label?: string }) {
  const { t } = useText();
  const [secret, set_secret] = useState<Schemas['SecondFactorSecret'] | null>(null);
  const [codes, set_codes] = useState<string[] | null>(null);
  const start = useForm({
    initial: { password: '' },
    check: ({ password }): Record<string, string> =>
      password ? {} : { password: t('account:password.current_missing') },
    submit: async (values) => {
      try {
        set_secret(await call(api.POST('/api/account/second-factor', { body: values })));
        return undefined;
      } catch (error) {
        return form_errors(error);
      }
    },
  });
  const confirm = useForm({
    initial: { code: '' },
    check: ({ code }): Record<string, string> =>
      /^\d{6}$/.test(code.replace(/\s/g, '')) ? {} : { code: t('sign_in:factor.code_missing') },
    submit: async ({ code }) => {
      try {
        const answer = await call(
          api.POST('/api/account/second-factor/confirm', { body: { code: code.replace(/\s/g, '') } }),
        );
        set_codes(answer.codes);
        announce(t('account:factor.on'));
        return undefined;
      } catch (error) {
        const errors = form_errors(error);
        return errors.offline || errors.fields?.code ? errors : { fields: { code: t('account:factor.code_wrong') } };
      }
    },
  });
  if (codes) return <RecoveryCodes codes={codes} on_kept={on_done} kept_label={done_label} />;
  if (!secret) {
    return (
      <form {...start.form_props} className={styles.fields}>
        <FormError errors={start.errors} offline={t('settings:offline')} />
        <p className={styles.hint}>{t('account:factor.start_text')}</p>
        <PasswordField
          label={t('account:password.current')}
          autoComplete="current-password"
          {...start.text('password')}
        />
        <div className={styles.actions}>
          <Button type="submit" look="primary" busy={start.busy}>
            {t('account:factor.start')}
          </Button>
        </div>
      </form>
    );
  }
  return (
    <form {...confirm.form_props} className={styles.fields}>
      <FormError errors={confirm.errors} offline={t('settings:offline')} />
      <p>{t('account:factor.scan')}</p>
      <div className={styles.scan}>
        <Qr text={secret.otpauth_url} label={t('account:factor.qr')} />
        <div>
          <div>
            <p className={styles.hint}>{t('account:factor.by_hand')}</p>
            <p className={styles.key}>{secret.secret.replace(/(.{4})/g, '$1 ').trim()}</p>
          </div>
          <TextInput
            label={t('account:factor.code')}
            className={styles.code}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={7}
            autoFocus
            {...confirm.text('code')}
          />
        </div>
      </div>
      <div className={styles.actions}>
        <Button type="submit" look="primary" busy={confirm.busy}>
          {t('account:factor.confirm')}
        </Button>
      </div>
    </form>
  );
}
