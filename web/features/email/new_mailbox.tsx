import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useSites } from '@/api/lists';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Card, toast } from '@/ui';
import { type FormErrors, useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import { useGo } from '@/ui/link';
import styles from './email.module.css';
import { AddressFields, check_values, ServersFields, SignatureField } from './mailbox_fields';
import { input_of, renames, servers_of, valid_port, values_of } from './mailbox_values';
import { discovery_query, mailboxes_query } from './queries';
import { TestResult } from './test_result';

const steps = ['address', 'servers', 'test'] as const;

/** What is known of the servers of an address; the next step waits for it three seconds at most. */
const discovered = (client: QueryClient, address: string) =>
  Promise.race([
    client.fetchQuery(discovery_query(address.trim())).catch(() => undefined),
    new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 3_000)),
  ]);

/** Asks for it while the person goes on typing. */
function useDiscovery(address: string) {
  const client = useQueryClient();
  useEffect(() => {
    if (!/^\S+@\S+\.\S{2,}$/.test(address.trim())) return;
    const later = setTimeout(() => void client.prefetchQuery(discovery_query(address.trim())), 500);
    return () => clearTimeout(later);
  }, [address, client]);
}

type Work = () => Promise<FormErrors | undefined>;
/** What was refused leads back to the step where it was typed. */
async function attempt(set_step: (step: (typeof steps)[number]) => void, work: Work): Promise<FormErrors | undefined> {
  try {
    return await work();
  } catch (error) {
    const errors = form_errors(error, renames);
    const fields = Object.keys(errors.fields ?? {});
    if (fields.length > 0)
      set_step(fields.some((one) => /^(address|site_id|language|name|from_name)$/.test(one)) ? 'address' : 'servers');
    return errors;
  }
}

/** Address, then servers (guessed from it), then a test; saved when it works, or when one insists. */
export function NewMailbox({ on_saved }: { on_saved?: () => void }) {
  const { t, language } = useText();
  const client = useQueryClient();
  const go = useGo();
  const sites = useSites();
  const [step, set_step] = useState<(typeof steps)[number]>('address');
  const [result, set_result] = useState<Schemas['MailboxTest'] | null>(null);
  const [by_token, set_by_token] = useState(false);

  const save: Work = async () => {
    const secrets = by_token ? { imap_secret: '', smtp_secret: '' } : {};
    const body = input_of({ ...form.values, ...secrets }, true);
    const { id } = await call(api.POST('/api/mailboxes', { body }));
    void client.invalidateQueries({ queryKey: mailboxes_query.queryKey });
    if (by_token)
      go(`/settings/mailboxes/${id}`); // where one goes on to the provider
    else {
      toast(t('settings:mailboxes.connected', { address: body.address }));
      if (on_saved) on_saved();
      else go('/settings/mailboxes');
    }
    return undefined;
  };
  const test: Work = async () => {
    set_result(null);
    set_step('test');
    set_result(await call(api.POST('/api/mailboxes/test', { body: input_of(form.values, true) })));
    return undefined;
  };
  const form = useForm({
    initial: values_of(undefined, sites.find((one) => one.active)?.id, language),
    check: (values) => {
      const wrong = check_values(values, t, valid_port, step === 'address' ? 'address' : undefined);
      if (step !== 'address' && !by_token && !values.imap_secret)
        wrong.imap_secret = t('settings:mailboxes.password_missing');
      return wrong;
    },
    submit: async (values) => {
      if (step === 'address') {
        const found = await discovered(client, values.address);
        for (const [name, value] of Object.entries(servers_of(found, values.address.trim()))) {
          if (!values.imap_host || name === 'imap_user') form.set(name as 'imap_host', value as string);
        }
        if (found) set_by_token(found.token_provider !== null);
        set_step('servers');
        return undefined;
      }
      return attempt(set_step, by_token || (step === 'test' && result?.ok) ? save : test);
    },
  });
  const first_site = sites.find((one) => one.active)?.id;
  useDiscovery(form.values.address);
  const { set } = form;
  useEffect(() => {
    if (first_site && !form.values.site_id) set('site_id', String(first_site));
  }, [first_site, form.values.site_id, set]);
  const save_anyway = async () => form.set_errors((await attempt(set_step, save)) ?? {});
  const at = steps.indexOf(step);
  return (
    <Card>
      <ol className={styles.wizard}>
        {steps.map((one, i) => (
          <li key={one} aria-current={one === step ? 'step' : undefined} data-done={i < at || undefined}>
            {
              {
                address: t('settings:mailboxes.step_address'),
                servers: t('settings:mailboxes.step_servers'),
                test: t('settings:mailboxes.step_test'),
              }[one]
            }
          </li>
        ))}
      </ol>
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('settings:offline')} />
        {step === 'address' && (
          <>
            <AddressFields form={form} focus />
            <SignatureField form={form} />
          </>
        )}
        {step === 'servers' && (
          <ServersFields
            form={form}
            kept={{ imap: false, smtp: false }}
            by_token={by_token}
            on_by_token={set_by_token}
            folders={() => call(api.POST('/api/mailboxes/folders', { body: input_of(form.values, true) }))}
          />
        )}
        {step === 'test' &&
          (result ? <TestResult result={result} /> : <p role="status">{t('settings:mailboxes.testing')}</p>)}
        <div className={styles.actions}>
          <Button type="submit" look="primary" busy={form.busy}>
            {t(
              step === 'address'
                ? 'settings:mailboxes.next'
                : by_token
                  ? 'mail_sign_in:save_first'
                  : step === 'test' && result?.ok
                    ? 'settings:mailboxes.connect'
                    : 'settings:mailboxes.test',
            )}
          </Button>
          {at > 0 && (
            <Button onClick={() => set_step(steps[at - 1] ?? 'address')}>{t('settings:mailboxes.previous')}</Button>
          )}
          {step === 'test' && result && !result.ok && (
            <Button look="quiet" onClick={() => void save_anyway()}>
              {t('settings:mailboxes.save_untested')}
            </Button>
          )}
        </div>
      </form>
    </Card>
  );
}
