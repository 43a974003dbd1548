import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { session_query } from '@/api/session';
import { choose_language, type Language, language_names, languages, useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Card, choose_theme, Failure, Loading, Page, Tag, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import { NotificationsCard } from './account_notifications';
import { OwnSessions } from './account_sessions';
import styles from './auth.module.css';
import { NewPasswordField, PasswordField } from './password_field';
import { RecoveryCodes } from './recovery_codes';
import { shortest_password } from './strength';
import { TotpSetup } from './totp_setup';

type Account = Schemas['Account'];
const account_query = { queryKey: ['account'], queryFn: () => call(api.GET('/api/account')) };

/** Own name, language, appearance, password, second factor and sessions. */
export function AccountPage() {
  const { t } = useText();
  const { data, error, refetch } = useQuery(account_query);
  return (
    <Page title={t('account:title')} lead={data?.email}>
      {error && !data ? (
        <Failure title={t('account:load_failed')} retry_label={t('settings:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('account:title')} lines={8} />
      ) : (
        <>
          <Profile account={data} />
          <NotificationsCard />
          <Password account={data} />
          <SecondFactor account={data} />
          <OwnSessions />
        </>
      )}
    </Page>
  );
}

function Profile({ account }: { account: Account }) {
  const { t } = useText();
  const client = useQueryClient();
  const save = async (input: Schemas['AccountInput']) => {
    const saved = await call(api.PATCH('/api/account', { body: input }));
    client.setQueryData(account_query.queryKey, saved);
    void client.invalidateQueries({ queryKey: session_query.queryKey });
    void client.invalidateQueries({ queryKey: ['users'] });
  };
  const form = useForm({
    initial: { name: account.name },
    check: ({ name }): Record<string, string> => (name.trim() ? {} : { name: t('account:profile.name_missing') }),
    submit: async ({ name }) => {
      try {
        await save({ name: name.trim() });
        form.reset({ name: name.trim() });
        toast(t('account:profile.saved'));
        return undefined;
      } catch (error) {
        return form_errors(error);
      }
    },
  });
  const choose = async (input: Schemas['AccountInput']) => {
    if (input.language) await choose_language(input.language as Language);
    if (input.theme) choose_theme(input.theme);
    await save(input).catch(() => toast(t('settings:failed'), { tone: 'failed' }));
  };
  return (
    <Card title={t('account:profile.title')}>
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('settings:offline')} />
        <div className={styles.pair}>
          <TextInput
            label={t('account:profile.name')}
            description={t('account:profile.name_hint')}
            autoComplete="name"
            {...form.text('name')}
          />
          <TextInput
            label={t('account:profile.email')}
            description={t('account:profile.email_hint')}
            value={account.email}
            readOnly
          />
        </div>
        {form.dirty && (
          <div className={styles.actions}>
            <Button type="submit" look="primary" busy={form.busy}>
              {t('settings:save')}
            </Button>
            <Button onClick={() => form.reset()}>{t('settings:cancel')}</Button>
          </div>
        )}
      </form>
      <div className={styles.pair}>
        <Select
          label={t('account:profile.language')}
          data={languages.map((one) => ({ value: one, label: language_names[one] }))}
          value={account.language}
          allowDeselect={false}
          onChange={(one) => one && void choose({ language: one as Language })}
        />
        <fieldset className={styles.fieldset}>
          <legend className={styles.legend}>{t('account:theme.title')}</legend>
          <SegmentedControl
            fullWidth
            aria-label={t('account:theme.title')}
            value={account.theme}
            onChange={(theme) => void choose({ theme: theme as Account['theme'] })}
            data={(['light', 'dark', 'system'] as const).map((value) => ({
              value,
              label: {
                light: t('account:theme.light'),
                dark: t('account:theme.dark'),
                system: t('account:theme.system'),
              }[value],
            }))}
          />
        </fieldset>
      </div>
    </Card>
  );
}

function Password({ account }: { account: Account }) {
  const { t } = useText();
  const client = useQueryClient();
  const form = useForm({
    initial: { current_password: '', new_password: '' },
    check: (values) => ({
      ...(values.current_password ? {} : { current_password: t('account:password.current_missing') }),
      ...(values.new_password.length < shortest_password
        ? { new_password: t('sign_in:strength.rule', { count: shortest_password }) }
        : {}),
    }),
    submit: async (values) => {
      try {
        await call(api.PUT('/api/account/password', { body: values }));
        form.reset();
        toast(t('account:password.saved'));
        void client.invalidateQueries({ queryKey: ['own_sessions'] });
        return undefined;
      } catch (error) {
        return form_errors(error);
      }
    },
  });
  return (
    <Card title={t('account:password.title')} hint={t('account:password.text')}>
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('settings:offline')} />
        <input type="hidden" name="username" autoComplete="username" value={account.email} />
        <div className={styles.pair}>
          <PasswordField
            label={t('account:password.current')}
            autoComplete="current-password"
            {...form.text('current_password')}
          />
          <NewPasswordField
            label={t('sign_in:new_password')}
            autoComplete="new-password"
            personal={[account.name, account.email]}
            {...form.text('new_password')}
          />
        </div>
        <div className={styles.actions}>
          <Button type="submit" busy={form.busy} disabled={!form.dirty}>
            {t('account:password.submit')}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function SecondFactor({ account }: { account: Account }) {
  const { t } = useText();
  const client = useQueryClient();
  const [doing, set_doing] = useState<'start' | 'stop' | 'renew' | null>(null);
  const [codes, set_codes] = useState<string[] | null>(null);
  const on = account.second_factor_enabled;
  const fresh = () => {
    set_doing(null);
    set_codes(null);
    void client.invalidateQueries({ queryKey: account_query.queryKey });
    void client.invalidateQueries({ queryKey: session_query.queryKey });
  };
  const proof = useForm({
    initial: { password: '' },
    check: ({ password }): Record<string, string> =>
      password ? {} : { password: t('account:password.current_missing') },
    submit: async (body) => {
      try {
        if (doing === 'stop') {
          await call(api.POST('/api/account/second-factor/disable', { body }));
          toast(t('account:factor.stopped'));
          fresh();
        } else {
          set_codes((await call(api.POST('/api/account/recovery-codes', { body }))).codes);
        }
        proof.reset();
        return undefined;
      } catch (error) {
        return form_errors(error);
      }
    },
  });
  const lead = on ? t('account:factor.on') : t('account:factor.off');
  return (
    <Card
      title={t('account:factor.title')}
      hint={account.second_factor_required ? `${lead} ${t('account:factor.required')}` : lead}
      action={
        on && (
          <Tag tone={account.recovery_codes_left < 3 ? 'soon' : 'good'}>
            {t('account:factor.codes_left', { count: account.recovery_codes_left })}
          </Tag>
        )
      }
    >
      {codes ? (
        <RecoveryCodes codes={codes} on_kept={fresh} />
      ) : doing === 'start' ? (
        <TotpSetup on_done={fresh} />
      ) : doing ? (
        <form {...proof.form_props} className={styles.fields}>
          <FormError errors={proof.errors} offline={t('settings:offline')} />
          <p className={styles.hint}>{t(doing === 'stop' ? 'account:factor.stop_text' : 'account:codes.renew_text')}</p>
          <PasswordField
            label={t('account:password.current')}
            autoComplete="current-password"
            autoFocus
            {...proof.text('password')}
          />
          <div className={styles.actions}>
            <Button type="submit" look={doing === 'stop' ? 'danger' : 'primary'} busy={proof.busy}>
              {t(doing === 'stop' ? 'account:factor.stop' : 'account:codes.renew')}
            </Button>
            <Button onClick={() => set_doing(null)}>{t('settings:cancel')}</Button>
          </div>
        </form>
      ) : (
        <div className={styles.actions}>
          {on ? (
            <>
              <Button onClick={() => set_doing('renew')}>{t('account:codes.renew')}</Button>
              {!account.second_factor_required && (
                <Button onClick={() => set_doing('stop')}>{t('account:factor.stop')}</Button>
              )}
            </>
          ) : (
            <Button look="primary" onClick={() => set_doing('start')}>
              {t('account:factor.start')}
            </Button>
          )}
        </div>
      )}
    </Card>
  );
}
