import { PasswordInput, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Card, Loading, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import { To, useGo } from '@/ui/link';
import styles from './email.module.css';
import type { Mailbox } from './mailbox_values';
import { mailbox_query, mailboxes_query } from './queries';

type Provider = Schemas['TokenSignIn']['provider'];
const providers: Provider[] = ['microsoft', 'google', 'other'];
/** Whose servers they are; another provider's addresses are asked for. */
const provider_of = (host: string): Provider =>
  /(^|\.)(office365|outlook)\.com$/.test(host)
    ? 'microsoft'
    : /(^|\.)(gmail|google|googlemail)\.com$/.test(host)
      ? 'google'
      : 'other';
const redirect_url = () => `${window.location.origin}/settings/mailboxes/sign-in`;

/** Large providers let programs in with a token, given once by the person the mailbox belongs to. */
export function TokenSignIn({ mailbox }: { mailbox: Mailbox }) {
  const { t } = useText();
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () => call(api.DELETE('/api/mailboxes/{id}/sign-in', { params: { path: { id: mailbox.id } } })),
    onSuccess: (saved) => {
      client.setQueryData(mailbox_query(mailbox.id).queryKey, saved);
      void client.invalidateQueries({ queryKey: mailboxes_query.queryKey });
    },
  });
  return (
    <Card title={t('mail_sign_in:title')} hint={t('mail_sign_in:hint')}>
      {mailbox.sign_in === 'token' ? (
        <div className={styles.fields}>
          <p>{t('mail_sign_in:in_use')}</p>
          <div className={styles.actions}>
            <Button small busy={end.isPending} onClick={() => end.mutate()}>
              {t('mail_sign_in:end')}
            </Button>
          </div>
        </div>
      ) : null}
      {mailbox.sign_in === 'password' && !mailbox.imap.has_secret ? (
        <Consent mailbox={mailbox} />
      ) : (
        <details>
          <summary>{t(mailbox.sign_in === 'token' ? 'mail_sign_in:again' : 'mail_sign_in:rather')}</summary>
          <Consent mailbox={mailbox} />
        </details>
      )}
    </Card>
  );
}

function Consent({ mailbox }: { mailbox: Mailbox }) {
  const { t } = useText();
  const form = useForm({
    initial: {
      provider: provider_of(mailbox.imap.host) as string,
      client_id: '',
      client_secret: '',
      authorize_url: '',
      token_url: '',
      scope: '',
    },
    check: (values): Record<string, string> =>
      values.client_id.trim() ? {} : { client_id: t('mail_sign_in:client_id_missing') },
    submit: async (values) => {
      try {
        const other = values.provider === 'other';
        const { url } = await call(
          api.POST('/api/mailboxes/{id}/sign-in', {
            params: { path: { id: mailbox.id } },
            body: {
              provider: values.provider as Provider,
              client_id: values.client_id.trim(),
              client_secret: values.client_secret || null,
              authorize_url: other ? values.authorize_url.trim() : null,
              token_url: other ? values.token_url.trim() : null,
              scope: other ? values.scope.trim() : null,
              redirect_url: redirect_url(),
            },
          }),
        );
        window.location.assign(url);
        return undefined;
      } catch (error) {
        return form_errors(error, {});
      }
    },
  });
  return (
    <form {...form.form_props} className={styles.fields}>
      <FormError errors={form.errors} offline={t('settings:offline')} />
      <div className={styles.pair}>
        <Select
          label={t('mail_sign_in:provider')}
          data={providers.map((value) => ({ value, label: t(`mail_sign_in:provider_${value}`) }))}
          allowDeselect={false}
          {...form.pick('provider')}
        />
        <TextInput
          label={t('mail_sign_in:client_id')}
          autoComplete="off"
          spellCheck={false}
          {...form.text('client_id')}
        />
        <PasswordInput
          label={t('mail_sign_in:client_secret')}
          autoComplete="off"
          visibilityToggleButtonProps={{ 'aria-label': t('sign_in:show_password'), tabIndex: 0 }}
          {...form.text('client_secret')}
        />
      </div>
      {form.values.provider === 'other' && (
        <div className={styles.pair}>
          <TextInput label={t('mail_sign_in:authorize_url')} {...form.text('authorize_url')} />
          <TextInput label={t('mail_sign_in:token_url')} {...form.text('token_url')} />
          <TextInput label={t('mail_sign_in:scope')} {...form.text('scope')} />
        </div>
      )}
      <p className={styles.hint}>{t('mail_sign_in:redirect', { url: redirect_url() })}</p>
      <div className={styles.actions}>
        <Button type="submit" busy={form.busy}>
          {t('mail_sign_in:begin')}
        </Button>
      </div>
    </form>
  );
}

/** Where the provider sends the person back to, with the code that buys the tokens. */
export function SignInReturn() {
  const { t } = useText();
  const client = useQueryClient();
  const go = useGo();
  const [refused, set_refused] = useState<string | null>(null);
  const begun = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for the code is worth one exchange
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const query = new URLSearchParams(window.location.search);
    const state = query.get('state') ?? '';
    const code = query.get('code') ?? '';
    const id = Number(state.split('.')[0]);
    window.history.replaceState(null, '', window.location.pathname);
    if (!id || !code) {
      set_refused(t('mail_sign_in:not_given'));
      return;
    }
    call(api.POST('/api/mailboxes/{id}/sign-in/complete', { params: { path: { id } }, body: { state, code } }))
      .then((saved) => {
        client.setQueryData(mailbox_query(id).queryKey, saved);
        void client.invalidateQueries({ queryKey: mailboxes_query.queryKey });
        toast(t('mail_sign_in:done', { address: saved.address }));
        go(`/settings/mailboxes/${id}`, 'replace');
      })
      .catch((error: unknown) => set_refused(form_errors(error, {}).form ?? t('mail_sign_in:not_given')));
  }, []);
  return refused ? (
    <Card>
      <p role="alert">{refused}</p>
      <To href="/settings/mailboxes">{t('settings:mailboxes.back')}</To>
    </Card>
  ) : (
    <Loading label={t('mail_sign_in:completing')} lines={3} />
  );
}
