import { Select, TextInput } from '@mantine/core';
import { api, ApiError, call, type Schemas } from '@/api/client';
import { choose_language, type Language, language_names, languages, useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button } from '@/ui';
import { type FormErrors, useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import styles from './auth.module.css';
import { AuthLayout } from './auth_layout';
import { NewPasswordField } from './password_field';
import { shortest_password } from './strength';

interface Props {
  link: Schemas['Link'];
  token: string;
  on_accepted: (answer: Schemas['SignInAnswer']) => void;
  on_bad: () => void;
}

function useAccept({ token, on_accepted, on_bad }: Props) {
  return async (input: Omit<Schemas['LinkAccept'], 'token'>): Promise<FormErrors | undefined> => {
    try {
      on_accepted(await call(api.POST('/api/links/accept', { body: { token, ...input } })));
      return undefined;
    } catch (error) {
      if (
        error instanceof ApiError &&
        [404, 409, 410].includes(error.problem.status) &&
        error.problem.fields.length === 0
      ) {
        on_bad();
        return undefined;
      }
      return form_errors(error);
    }
  };
}

function LanguageSelect({ value, on_choose }: { value: string; on_choose: (language: Language) => void }) {
  const { t } = useText();
  return (
    <Select
      label={t('sign_in:language')}
      data={languages.map((one) => ({ value: one, label: language_names[one] }))}
      value={value}
      allowDeselect={false}
      onChange={(one) => {
        if (!one) return;
        on_choose(one as Language);
        void choose_language(one as Language);
      }}
    />
  );
}

export function InvitationForm(props: Props) {
  const { t, language } = useText();
  const accept = useAccept(props);
  const form = useForm({
    initial: { name: props.link.name, password: '', language: language as string },
    retry_online: true,
    check: ({ name, password }) => ({
      ...(name.trim() === '' ? { name: t('sign_in:invitation.name_missing') } : {}),
      ...(password.length < shortest_password
        ? { password: t('sign_in:strength.rule', { count: shortest_password }) }
        : {}),
    }),
    submit: ({ name, password, language: chosen }) =>
      accept({ name: name.trim(), password, language: chosen as Language }),
  });
  return (
    <AuthLayout
      title={t('sign_in:invitation.title_plain')}
      lead={t('sign_in:invitation.text', { email: props.link.email })}
    >
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('sign_in:offline')} />
        <input type="hidden" name="username" autoComplete="username" value={props.link.email} />
        <TextInput
          label={t('sign_in:invitation.name')}
          description={t('sign_in:invitation.name_hint')}
          autoComplete="name"
          autoFocus
          {...form.text('name')}
        />
        <NewPasswordField
          label={t('sign_in:password')}
          autoComplete="new-password"
          personal={[form.values.name, props.link.email]}
          {...form.text('password')}
        />
        <LanguageSelect value={form.values.language} on_choose={(one) => form.set('language', one)} />
        <Button type="submit" look="primary" className={styles.big} busy={form.busy}>
          {t('sign_in:invitation.submit')}
        </Button>
      </form>
    </AuthLayout>
  );
}

export function ResetForm(props: Props) {
  const { t } = useText();
  const accept = useAccept(props);
  const form = useForm({
    initial: { password: '' },
    retry_online: true,
    check: ({ password }): Record<string, string> =>
      password.length < shortest_password ? { password: t('sign_in:strength.rule', { count: shortest_password }) } : {},
    submit: ({ password }) => accept({ password }),
  });
  return (
    <AuthLayout title={t('sign_in:reset.title')} lead={t('sign_in:reset.text', { email: props.link.email })}>
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('sign_in:offline')} />
        <input type="hidden" name="username" autoComplete="username" value={props.link.email} />
        <NewPasswordField
          label={t('sign_in:new_password')}
          autoComplete="new-password"
          autoFocus
          personal={[props.link.name, props.link.email]}
          {...form.text('password')}
        />
        <Button type="submit" look="primary" className={styles.big} busy={form.busy}>
          {t('sign_in:reset.submit')}
        </Button>
      </form>
    </AuthLayout>
  );
}

const zones = (): string[] =>
  Intl.supportedValuesOf?.('timeZone') ?? [Intl.DateTimeFormat().resolvedOptions().timeZone];

export function SetupForm(props: Props) {
  const { t, language } = useText();
  const accept = useAccept(props);
  const form = useForm({
    initial: {
      organisation_name: '',
      site_name: '',
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone as string | null,
      name: '',
      email: '',
      password: '',
    },
    retry_online: true,
    check: (values) => ({
      ...(values.organisation_name.trim() === '' ? { organisation_name: t('sign_in:setup.organisation_missing') } : {}),
      ...(values.site_name.trim() === '' ? { site_name: t('sign_in:setup.site_missing') } : {}),
      ...(values.name.trim() === '' ? { name: t('sign_in:invitation.name_missing') } : {}),
      ...(/^\S+@\S+$/.test(values.email.trim()) ? {} : { email: t('sign_in:email_invalid') }),
      ...(values.password.length < shortest_password
        ? { password: t('sign_in:strength.rule', { count: shortest_password }) }
        : {}),
    }),
    submit: ({ time_zone, ...values }) =>
      accept({ ...values, email: values.email.trim(), time_zone: time_zone ?? 'Europe/Madrid', language }),
  });
  return (
    <AuthLayout title={t('sign_in:setup.title')} lead={t('sign_in:setup.text')}>
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('sign_in:offline')} />
        <TextInput
          label={t('sign_in:setup.organisation')}
          description={t('sign_in:setup.organisation_hint')}
          autoComplete="organization"
          autoFocus
          {...form.text('organisation_name')}
        />
        <TextInput
          label={t('sign_in:setup.site')}
          description={t('sign_in:setup.site_hint')}
          {...form.text('site_name')}
        />
        <Select
          label={t('sign_in:setup.zone')}
          data={zones()}
          searchable
          limit={80}
          allowDeselect={false}
          {...form.pick('time_zone')}
        />
        <TextInput label={t('sign_in:invitation.name')} autoComplete="name" {...form.text('name')} />
        <TextInput
          label={t('sign_in:email')}
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          {...form.text('email')}
        />
        <NewPasswordField
          label={t('sign_in:password')}
          autoComplete="new-password"
          personal={[form.values.name, form.values.email]}
          {...form.text('password')}
        />
        <Button type="submit" look="primary" className={styles.big} busy={form.busy}>
          {t('sign_in:setup.submit')}
        </Button>
      </form>
    </AuthLayout>
  );
}

/** One press, so that programs that look ahead at links do not use it up. */
export function SignInLinkForm(props: Props) {
  const { t } = useText();
  const accept = useAccept(props);
  const form = useForm({ initial: {}, submit: () => accept({}) });
  return (
    <AuthLayout title={t('sign_in:link.title')} lead={t('sign_in:link.text')}>
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('sign_in:offline')} />
        <div className={styles.who}>
          <div>
            <b>{props.link.name}</b>
            <span>{props.link.email}</span>
          </div>
        </div>
        <Button type="submit" look="primary" className={styles.big} busy={form.busy} autoFocus>
          {t('sign_in:link.submit')}
        </Button>
      </form>
    </AuthLayout>
  );
}
