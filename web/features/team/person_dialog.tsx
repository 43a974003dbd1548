import { TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { users_query } from '@/api/lists';
import { useSession } from '@/api/session';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Dialog, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import styles from './auth.module.css';
import { access_of, access_problem, MembershipsField, memberships_of } from './memberships_field';
import { OneTimeLink } from './one_time_link';

type User = Schemas['User'];

/** Deactivates or activates again; either can be taken back. */
export function useActivity() {
  const { t } = useText();
  const client = useQueryClient();
  const change = async (user: User, active: boolean, quiet = false) => {
    const path = { params: { path: { id: user.id } } };
    try {
      await call(active ? api.POST('/api/users/{id}/reactivate', path) : api.POST('/api/users/{id}/deactivate', path));
    } catch (error) {
      toast(form_errors(error).form ?? t('settings:failed'), { tone: 'failed' });
      return;
    } finally {
      void client.invalidateQueries({ queryKey: users_query.queryKey });
    }
    const words = t(active ? 'settings:people.activated' : 'settings:people.deactivated', { name: user.name });
    toast(words, quiet ? {} : { undo: () => void change(user, !active, true) });
  };
  return change;
}

export function PersonDialog({ user, on_close }: { user: User; on_close: () => void }) {
  const { t } = useText();
  const client = useQueryClient();
  const session = useSession();
  const [link, set_link] = useState<Schemas['OneTimeLink'] | null>(null);
  const me = session?.user?.id === user.id;
  const form = useForm({
    initial: { name: user.name, email: user.email, access: access_of(user.memberships) },
    check: ({ name, email, access }) => {
      const problem = access_problem(access);
      return {
        ...(name.trim() ? {} : { name: t('settings:people.name_missing') }),
        ...(/^\S+@\S+$/.test(email.trim()) ? {} : { email: t('settings:people.email_invalid') }),
        ...(problem ? { access: t(problem) } : {}),
      };
    },
    submit: async ({ name, email, access }) => {
      try {
        const body = {
          name: name.trim(),
          email: email.trim(),
          memberships: memberships_of(access),
          version: user.version,
        };
        await call(api.PATCH('/api/users/{id}', { params: { path: { id: user.id } }, body }));
        toast(t('settings:people.saved', { name: name.trim() }));
        on_close();
        return undefined;
      } catch (error) {
        return form_errors(error, { memberships: 'access' });
      } finally {
        void client.invalidateQueries({ queryKey: users_query.queryKey });
      }
    },
  });
  if (link) {
    return (
      <Dialog
        open
        on_close={on_close}
        close_label={t('settings:close')}
        title={t('settings:people.reset_title', { name: user.name })}
      >
        <OneTimeLink name={user.name} url={link.url} expires_at={link.expires_at} mailed={link.mailed} />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      on_close={on_close}
      close_label={t('settings:close')}
      title={t('settings:people.edit_title', { name: user.name })}
      size="lg"
    >
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('settings:offline')} />
        <div className={styles.pair}>
          <TextInput label={t('settings:people.name')} {...form.text('name')} />
          <TextInput label={t('settings:people.email')} type="email" autoCapitalize="none" {...form.text('email')} />
        </div>
        <MembershipsField
          value={form.values.access}
          on_change={(access) => form.set('access', access)}
          error={form.errors.fields?.access}
        />
        <div className={styles.actions}>
          <Button type="submit" look="primary" busy={form.busy}>
            {t('settings:save')}
          </Button>
          <Button onClick={on_close}>{t('settings:cancel')}</Button>
        </div>
      </form>
      <AccountActs user={user} me={me} on_link={set_link} on_close={on_close} />
    </Dialog>
  );
}

/** What can be done with the account besides its roles. */
function AccountActs({
  user,
  me,
  on_link,
  on_close,
}: {
  user: User;
  me: boolean;
  on_link: (link: Schemas['OneTimeLink']) => void;
  on_close: () => void;
}) {
  const { t } = useText();
  const client = useQueryClient();
  const activity = useActivity();
  const path = { params: { path: { id: user.id } } };
  const refresh = () => void client.invalidateQueries({ queryKey: users_query.queryKey });
  const reset = useMutation({
    mutationFn: () => call(api.POST('/api/users/{id}/reset-link', path)),
    onSuccess: on_link,
  });
  const drop_factor = useMutation({
    mutationFn: () => call(api.DELETE('/api/users/{id}/second-factor', path)),
    onSuccess: () => toast(t('settings:people.second_factor_reset_done', { name: user.name })),
    onSettled: refresh,
  });
  const end = useMutation({
    mutationFn: () => call(api.DELETE('/api/users/{id}/sessions', path)),
    onSuccess: () => toast(t('settings:people.signed_out', { name: user.name })),
  });
  return (
    <div className={styles.danger}>
      <Button small busy={reset.isPending} onClick={() => reset.mutate()}>
        {t('settings:people.reset_link')}
      </Button>
      {!me && (
        <Button small busy={end.isPending} onClick={() => end.mutate()}>
          {t('settings:people.sign_out_everywhere')}
        </Button>
      )}
      {user.second_factor_enabled && !me && (
        <Button
          small
          busy={drop_factor.isPending}
          title={t('settings:people.second_factor_reset_hint')}
          onClick={() => drop_factor.mutate()}
        >
          {t('settings:people.second_factor_reset')}
        </Button>
      )}
      {!me && (
        <Button
          small
          look={user.active ? 'danger' : 'default'}
          onClick={() => {
            on_close();
            void activity(user, !user.active);
          }}
        >
          {t(user.active ? 'settings:people.deactivate' : 'settings:people.activate')}
        </Button>
      )}
    </div>
  );
}
