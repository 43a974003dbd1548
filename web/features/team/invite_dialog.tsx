import { Select, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { type Language, language_names, languages, useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Dialog } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import styles from './auth.module.css';
import { type Access, access_problem, MembershipsField, memberships_of } from './memberships_field';
import { OneTimeLink } from './one_time_link';
import { invitations_query } from './people_queries';

export function InviteDialog({ on_close }: { on_close: () => void }) {
  const { t, language } = useText();
  const client = useQueryClient();
  const [made, set_made] = useState<Schemas['InvitationCreated'] | null>(null);
  const form = useForm({
    initial: { name: '', email: '', language: language as string, access: { agent: 'all' } as Access },
    check: ({ name, email, access }) => {
      const problem = access_problem(access);
      return {
        ...(name.trim() ? {} : { name: t('settings:people.name_missing') }),
        ...(email.trim() === ''
          ? { email: t('settings:people.email_missing') }
          : /^\S+@\S+$/.test(email.trim())
            ? {}
            : { email: t('settings:people.email_invalid') }),
        ...(problem ? { access: t(problem) } : {}),
      };
    },
    submit: async (values) => {
      try {
        const body = {
          name: values.name.trim(),
          email: values.email.trim(),
          language: values.language as Language,
          memberships: memberships_of(values.access),
        };
        set_made(await call(api.POST('/api/invitations', { body })));
        void client.invalidateQueries({ queryKey: invitations_query.queryKey });
        return undefined;
      } catch (error) {
        return form_errors(error, { memberships: 'access' });
      }
    },
  });
  const another = () => {
    set_made(null);
    form.reset();
  };
  if (made) {
    const name = made.invitation.name || made.invitation.email;
    return (
      <Dialog
        open
        on_close={on_close}
        close_label={t('settings:close')}
        title={t('settings:invite.done_title', { name })}
        actions={
          <>
            <Button onClick={another}>{t('settings:invite.another')}</Button>
            <Button onClick={on_close}>{t('settings:close')}</Button>
          </>
        }
      >
        <OneTimeLink name={name} url={made.url} expires_at={made.invitation.expires_at} mailed={made.mailed} />
      </Dialog>
    );
  }
  return (
    <Dialog open on_close={on_close} close_label={t('settings:close')} title={t('settings:invite.title')} size="lg">
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('settings:offline')} />
        <div className={styles.pair}>
          <TextInput label={t('settings:people.name')} data-autofocus {...form.text('name')} />
          <TextInput label={t('settings:people.email')} type="email" autoCapitalize="none" {...form.text('email')} />
        </div>
        <MembershipsField
          value={form.values.access}
          on_change={(access) => form.set('access', access)}
          error={form.errors.fields?.access}
        />
        <Select
          label={t('settings:invite.language')}
          data={languages.map((one) => ({ value: one, label: language_names[one] }))}
          allowDeselect={false}
          {...form.pick('language')}
        />
        <div className={styles.actions}>
          <Button type="submit" look="primary" busy={form.busy}>
            {t('settings:invite.submit')}
          </Button>
          <Button onClick={on_close}>{t('settings:cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
