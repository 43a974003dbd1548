import { Switch, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Card, Failure, Loading, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import styles from './auth.module.css';

const policy_query = { queryKey: ['team_policy'], queryFn: () => call(api.GET('/api/team-policy')) };

/** What every sign-in here has to satisfy. */
export function PolicyForm() {
  const { t } = useText();
  const { data, error, refetch } = useQuery(policy_query);
  return (
    <Card title={t('settings:policy.title')}>
      {error && !data ? (
        <Failure title={t('settings:load_failed')} retry_label={t('settings:retry')} on_retry={() => void refetch()} />
      ) : data ? (
        <Form key={data.version} policy={data} />
      ) : (
        <Loading label={t('settings:policy.title')} lines={3} />
      )}
    </Card>
  );
}

function Form({ policy }: { policy: Schemas['TeamPolicy'] }) {
  const { t } = useText();
  const client = useQueryClient();
  const within = (text: string, most: number) => /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= most;
  const form = useForm({
    initial: {
      required: policy.second_factor === 'required',
      idle_lock_minutes: String(policy.idle_lock_minutes),
      session_hours: String(policy.session_hours),
    },
    check: (values) => ({
      ...(within(values.idle_lock_minutes, 240) ? {} : { idle_lock_minutes: t('settings:policy.idle_invalid') }),
      ...(within(values.session_hours, 168) ? {} : { session_hours: t('settings:policy.hours_invalid') }),
    }),
    submit: async (values) => {
      try {
        const body: Schemas['TeamPolicyInput'] = {
          second_factor: values.required ? 'required' : 'optional',
          idle_lock_minutes: Number(values.idle_lock_minutes),
          session_hours: Number(values.session_hours),
          version: policy.version,
        };
        client.setQueryData(policy_query.queryKey, await call(api.PUT('/api/team-policy', { body })));
        toast(t('settings:saved'));
        return undefined;
      } catch (error) {
        return form_errors(error, { second_factor: 'required' });
      }
    },
  });
  return (
    <form {...form.form_props} className={styles.fields}>
      <FormError errors={form.errors} offline={t('settings:offline')} />
      <Switch
        label={t('settings:policy.second_factor')}
        description={t('settings:policy.second_factor_hint')}
        {...form.tick('required')}
      />
      <div className={styles.pair}>
        <TextInput label={t('settings:policy.idle')} inputMode="numeric" {...form.text('idle_lock_minutes')} />
        <TextInput label={t('settings:policy.hours')} inputMode="numeric" {...form.text('session_hours')} />
      </div>
      <div className={styles.actions}>
        <Button type="submit" look="primary" busy={form.busy} disabled={!form.dirty}>
          {t('settings:save')}
        </Button>
      </div>
    </form>
  );
}
