import { TextInput } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Card, Failure, Loading, Page, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import { To, useGo } from '@/ui/link';
import styles from './email.module.css';
import { History } from './history';
import { AddressFields, check_values, ServersFields, SignatureField } from './mailbox_fields';
import { StateLines, StateTag } from './mailbox_state';
import { input_of, type Mailbox, renames, valid_port, values_of } from './mailbox_values';
import { usePause } from './mailboxes_page';
import { NewMailbox } from './new_mailbox';
import { mailbox_query, mailboxes_query } from './queries';
import { SignInReturn, TokenSignIn } from './sign_in';
import { TestResult } from './test_result';

export function MailboxPage() {
  const { t } = useText();
  const id = useParams({ strict: false }).id ?? 'new';
  const back = (
    <To href="/settings/mailboxes" className={styles.back}>
      <IconArrowLeft size={14} aria-hidden /> {t('settings:mailboxes.back')}
    </To>
  );
  if (id === 'new') {
    return (
      <Page title={t('settings:mailboxes.add')} lead={back}>
        <NewMailbox />
      </Page>
    );
  }
  if (id === 'sign-in') {
    return (
      <Page title={t('mail_sign_in:title')} lead={back}>
        <SignInReturn />
      </Page>
    );
  }
  return <Saved id={Number(id)} back={back} />;
}

function Saved({ id, back }: { id: number; back: React.ReactNode }) {
  const { t } = useText();
  const { data, error, refetch } = useQuery(mailbox_query(id));
  return (
    <Page
      title={data?.address ?? t('settings:mailboxes.title')}
      lead={back}
      actions={data && <StateTag mailbox={data} />}
    >
      {error && !data ? (
        <Failure title={t('settings:load_failed')} retry_label={t('settings:retry')} on_retry={() => void refetch()} />
      ) : data ? (
        <Edit mailbox={data} />
      ) : (
        <Loading label={t('settings:mailboxes.title')} lines={10} />
      )}
    </Page>
  );
}

function Edit({ mailbox }: { mailbox: Mailbox }) {
  const { t, language } = useText();
  const client = useQueryClient();
  const pause = usePause();
  const [result, set_result] = useState<Schemas['MailboxTest'] | null>(null);
  const path = { params: { path: { id: mailbox.id } } };
  const refresh = () => void client.invalidateQueries({ queryKey: mailboxes_query.queryKey });
  const form = useForm({
    initial: values_of(mailbox, undefined, language),
    check: (values) => check_values(values, t, valid_port),
    submit: async (values) => {
      try {
        const saved = await call(api.PUT('/api/mailboxes/{id}', { ...path, body: input_of(values, mailbox.active) }));
        client.setQueryData(mailbox_query(mailbox.id).queryKey, saved);
        form.reset(values_of(saved, undefined, language));
        toast(t('settings:saved'));
        refresh();
        return undefined;
      } catch (error) {
        return form_errors(error, renames);
      }
    },
  });
  const test = useMutation({
    mutationFn: () =>
      call(api.POST('/api/mailboxes/{id}/test', { ...path, body: input_of(form.values, mailbox.active) })),
    onSuccess: set_result,
  });
  const fetch_now = useMutation({
    mutationFn: () => call(api.POST('/api/mailboxes/{id}/fetch', path)),
    onSuccess: () => toast(t('settings:mailboxes.fetched')),
    onSettled: refresh,
  });
  const by_token = mailbox.sign_in === 'token';
  const waits_for_consent = !by_token && !mailbox.imap.has_secret;
  return (
    <>
      <Card>
        <div className={styles.grow}>
          <StateLines mailbox={mailbox} />
        </div>
        <div className={styles.actions}>
          {mailbox.active && (
            <Button small busy={fetch_now.isPending} onClick={() => fetch_now.mutate()}>
              {t('settings:mailboxes.fetch')}
            </Button>
          )}
          <Button small onClick={() => void pause(mailbox, !mailbox.active)}>
            {t(mailbox.active ? 'settings:mailboxes.pause' : 'settings:mailboxes.resume')}
          </Button>
        </div>
      </Card>
      {waits_for_consent ? <TokenSignIn mailbox={mailbox} /> : <History id={mailbox.id} />}
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('settings:offline')} />
        <Card title={t('settings:mailboxes.step_address')}>
          <AddressFields form={form} />
          <SignatureField form={form} />
        </Card>
        <Card title={t('settings:mailboxes.step_servers')}>
          <ServersFields
            form={form}
            kept={{ imap: mailbox.imap.has_secret, smtp: mailbox.smtp.has_secret }}
            by_token={by_token}
            folders={() =>
              call(api.POST('/api/mailboxes/{id}/folders', { ...path, body: input_of(form.values, mailbox.active) }))
            }
          />
          <div className={styles.actions}>
            <Button busy={test.isPending} onClick={() => test.mutate()}>
              {t(test.isPending ? 'settings:mailboxes.testing' : 'settings:mailboxes.test')}
            </Button>
          </div>
          {result && <TestResult result={result} />}
        </Card>
        <div className={styles.actions}>
          <Button type="submit" look="primary" busy={form.busy} disabled={!form.dirty}>
            {t('settings:save')}
          </Button>
          {form.dirty && <Button onClick={() => form.reset()}>{t('settings:cancel')}</Button>}
        </div>
      </form>
      {!waits_for_consent && <TokenSignIn mailbox={mailbox} />}
      <Remove mailbox={mailbox} />
    </>
  );
}

/** Removing cannot be taken back, so one types the address. */
function Remove({ mailbox }: { mailbox: Mailbox }) {
  const { t } = useText();
  const client = useQueryClient();
  const go = useGo();
  const [typed, type] = useState('');
  const remove = useMutation({
    mutationFn: () => call(api.DELETE('/api/mailboxes/{id}', { params: { path: { id: mailbox.id } } })),
    onSuccess: () => {
      toast(t('settings:mailboxes.removed', { address: mailbox.address }));
      void client.invalidateQueries({ queryKey: mailboxes_query.queryKey });
      go('/settings/mailboxes');
    },
  });
  return (
    <Card title={t('settings:mailboxes.remove')} hint={t('settings:mailboxes.remove_hint')}>
      <div className={styles.pair}>
        <TextInput
          label={t('settings:mailboxes.address')}
          value={typed}
          onChange={(event) => type(event.currentTarget.value)}
          autoComplete="off"
        />
      </div>
      <div className={styles.actions}>
        <Button
          look="danger"
          busy={remove.isPending}
          disabled={typed.trim() !== mailbox.address}
          onClick={() => remove.mutate()}
        >
          {t('settings:mailboxes.remove')}
        </Button>
      </div>
    </Card>
  );
}
