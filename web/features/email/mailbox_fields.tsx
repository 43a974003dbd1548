import { Autocomplete, Checkbox, PasswordInput, Select, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ApiError, type Schemas } from '@/api/client';
import { useSites } from '@/api/lists';
import { language_names, languages, problem_text, useText } from '@/i18n';
import { Button } from '@/ui';
import type { useForm } from '@/ui/form';
import styles from './email.module.css';
import { usual_port, type Values } from './mailbox_values';

type Form = ReturnType<typeof useForm<Values>>;

export function AddressFields({ form, focus = false }: { form: Form; focus?: boolean }) {
  const { t } = useText();
  const sites = useSites();
  return (
    <div className={styles.fields}>
      <div className={styles.pair}>
        <TextInput
          label={t('settings:mailboxes.address')}
          type="email"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus={focus}
          {...form.text('address')}
        />
        <TextInput
          label={t('settings:mailboxes.name')}
          description={t('settings:mailboxes.name_hint')}
          {...form.text('from_name')}
        />
      </div>
      <div className={styles.pair}>
        <TextInput label={t('settings:mailboxes.staff_name')} {...form.text('name')} />
        <Select
          label={t('settings:mailboxes.site')}
          data={sites.map((site) => ({ value: String(site.id), label: site.name }))}
          allowDeselect={false}
          {...form.pick('site_id')}
        />
        <Select
          label={t('settings:mailboxes.language')}
          data={languages.map((one) => ({ value: one, label: language_names[one] }))}
          allowDeselect={false}
          {...form.pick('language')}
        />
      </div>
    </div>
  );
}

function ServerFields({ form, kind }: { form: Form; kind: 'imap' | 'smtp' }) {
  const { t } = useText();
  const choose = (security: string | null) => {
    if (!security) return;
    const ports = usual_port[kind];
    const old = ports[form.values[`${kind}_security`]];
    form.set(`${kind}_security`, security as Values['imap_security']);
    if (form.values[`${kind}_port`] === String(old))
      form.set(`${kind}_port`, String(ports[security as Values['imap_security']]));
  };
  return (
    <div className={styles.server}>
      <TextInput
        label={t('settings:mailboxes.host')}
        autoCapitalize="none"
        spellCheck={false}
        {...form.text(`${kind}_host`)}
      />
      <TextInput label={t('settings:mailboxes.port')} inputMode="numeric" {...form.text(`${kind}_port`)} />
      <Select
        label={t('settings:mailboxes.security')}
        data={[
          { value: 'tls', label: t('settings:mailboxes.security_tls') },
          { value: 'starttls', label: t('settings:mailboxes.security_starttls') },
          { value: 'none', label: t('settings:mailboxes.security_none') },
        ]}
        allowDeselect={false}
        {...form.pick(`${kind}_security`)}
        onChange={choose}
      />
    </div>
  );
}

interface LoginProps {
  form: Form;
  kind: 'imap' | 'smtp';
  kept: boolean;
  by_token: boolean;
}

function LoginFields({ form, kind, kept, by_token }: LoginProps) {
  const { t } = useText();
  return (
    <div className={styles.pair}>
      <TextInput
        label={t('settings:mailboxes.user')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        {...form.text(`${kind}_user`)}
      />
      {!by_token && (
        <PasswordInput
          label={t('settings:mailboxes.password')}
          description={t(kept ? 'settings:mailboxes.password_kept' : 'settings:mailboxes.password_hint')}
          autoComplete="off"
          visibilityToggleButtonProps={{ 'aria-label': t('sign_in:show_password'), tabIndex: 0 }}
          {...form.text(`${kind}_secret`)}
        />
      )}
    </div>
  );
}

interface ServersProps {
  form: Form;
  kept: { imap: boolean; smtp: boolean };
  /** Signed in to with a token of the provider instead of a password. */
  by_token: boolean;
  on_by_token?: (on: boolean) => void;
  folders: () => Promise<Schemas['MailFolderList']>;
}

export function ServersFields({ form, kept, by_token, on_by_token, folders }: ServersProps) {
  const { t } = useText();
  const list = useMutation({
    mutationFn: folders,
    onSuccess: ({ items }) => {
      const sent = items.find((one) => one.use === 'sent');
      if (sent && !form.values.sent_folder) form.set('sent_folder', sent.name);
    },
  });
  const names = list.data?.items.map((one) => one.name) ?? [];
  return (
    <div className={styles.fields}>
      <fieldset className={styles.fieldset}>
        <legend className={styles.legend}>{t('settings:mailboxes.incoming')}</legend>
        <ServerFields form={form} kind="imap" />
        <LoginFields form={form} kind="imap" kept={kept.imap} by_token={by_token} />
        {on_by_token && (
          <Checkbox
            label={t('mail_sign_in:instead')}
            description={t('mail_sign_in:instead_hint')}
            checked={by_token}
            onChange={(event) => on_by_token(event.currentTarget.checked)}
          />
        )}
      </fieldset>
      <fieldset className={styles.fieldset}>
        <legend className={styles.legend}>{t('settings:mailboxes.outgoing')}</legend>
        <ServerFields form={form} kind="smtp" />
        <Checkbox label={t('settings:mailboxes.same_login')} {...form.tick('same_login')} />
        {!form.values.same_login && <LoginFields form={form} kind="smtp" kept={kept.smtp} by_token={by_token} />}
      </fieldset>
      <details
        open={Boolean(form.values.sent_folder || form.values.auth_host || form.values.ca_certificate) || undefined}
      >
        <summary>{t('settings:mailboxes.advanced')}</summary>
        <div className={styles.fields} style={{ marginTop: 12 }}>
          <div className={styles.pair}>
            <Autocomplete
              label={t('settings:mailboxes.folder')}
              data={names}
              value={form.values.folder}
              onChange={(value) => form.set('folder', value)}
            />
            <Autocomplete
              label={t('settings:mailboxes.sent_folder')}
              data={names}
              value={form.values.sent_folder}
              onChange={(value) => form.set('sent_folder', value)}
            />
            <TextInput
              type="date"
              label={t('settings:mailboxes.import_since')}
              description={t('settings:mailboxes.import_since_hint')}
              {...form.text('import_since')}
            />
          </div>
          <div className={styles.actions}>
            <Button small busy={list.isPending} onClick={() => list.mutate()}>
              {t('mail_sign_in:folders')}
            </Button>
            {list.error instanceof ApiError && (
              <span role="alert" className={styles.hint}>
                {problem_text(list.error.problem)}
              </span>
            )}
          </div>
          <TextInput
            label={t('settings:mailboxes.authserv')}
            description={t('settings:mailboxes.authserv_hint')}
            autoCapitalize="none"
            {...form.text('auth_host')}
          />
          <Textarea
            label={t('settings:mailboxes.ca')}
            description={t('settings:mailboxes.ca_hint')}
            autosize
            minRows={2}
            maxRows={8}
            spellCheck={false}
            {...form.text('ca_certificate')}
          />
        </div>
      </details>
    </div>
  );
}

export function SignatureField({ form }: { form: Form }) {
  const { t } = useText();
  return (
    <Textarea
      label={t('settings:mailboxes.signature')}
      description={t('settings:mailboxes.signature_hint')}
      autosize
      minRows={3}
      maxRows={12}
      {...form.text('signature')}
    />
  );
}

/** What can be said without asking the server; `step` narrows it to what is on the screen. */
export function check_values(
  values: Values,
  t: (key: string) => string,
  valid_port: (port: string) => boolean,
  step?: 'address' | 'servers',
): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (step !== 'servers') {
    if (!values.address.trim()) wrong.address = t('settings:mailboxes.address_missing');
    else if (!/^\S+@\S+\.\S+$/.test(values.address.trim())) wrong.address = t('settings:mailboxes.address_invalid');
    if (!values.site_id) wrong.site_id = t('settings:people.sites_missing');
  }
  if (step !== 'address') {
    for (const kind of ['imap', 'smtp'] as const) {
      if (!values[`${kind}_host`].trim()) wrong[`${kind}_host`] = t('settings:mailboxes.host_missing');
      if (!valid_port(values[`${kind}_port`])) wrong[`${kind}_port`] = t('settings:mailboxes.port_invalid');
    }
    if (!values.imap_user.trim()) wrong.imap_user = t('settings:mailboxes.user_missing');
  }
  return wrong;
}
