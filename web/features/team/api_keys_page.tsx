import { Checkbox, Select, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconKey, IconPlus } from '@tabler/icons-react';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { sites_query } from '@/api/lists';
import { useSession } from '@/api/session';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { announce, Banner, Button, Dialog, Empty, Failure, Loading, long_time, Page, Tag, toast } from '@/ui';
import { copy_text } from '@/ui/copy';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import styles from './api_keys.module.css';

type ApiKey = Schemas['ApiKey'];
const keys_query = queryOptions({
  queryKey: ['api_keys'],
  queryFn: () => call(api.GET('/api/api-keys')).then((list) => list.items),
});
/** What a key is never given: staff and keys are managed by people. */
const for_people = ['staff_manage', 'api_keys_manage'];
const lives = ['90', '365', '30', ''] as const;

/** Keys of other programs: what each may do, when it was last used, and its end. */
export function ApiKeysPage() {
  const { t } = useText();
  const query = useQuery(keys_query);
  const [making, make] = useState(false);
  const [ending, end] = useState<ApiKey | null>(null);
  const { data, error, refetch } = query;
  const add = (
    <Button look="primary" icon={<IconPlus size={18} stroke={1.5} aria-hidden />} onClick={() => make(true)}>
      {t('settings:keys.add')}
    </Button>
  );
  return (
    <Page title={t('settings:keys.title')} lead={t('settings:keys.text')} actions={data?.length ? add : undefined}>
      {error && !data ? (
        <Failure title={t('settings:load_failed')} retry_label={t('settings:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('settings:keys.title')} />
      ) : data.length === 0 ? (
        <Empty
          icon={<IconKey size={22} stroke={1.5} />}
          title={t('settings:keys.empty_title')}
          hint={t('settings:keys.empty_text')}
          action={add}
        />
      ) : (
        <ul className={styles.list}>
          {data.map((one) => (
            <KeyRow key={one.id} one={one} on_end={() => end(one)} />
          ))}
        </ul>
      )}
      {making && <NewKey on_close={() => make(false)} />}
      {ending && <EndKey one={ending} on_close={() => end(null)} />}
    </Page>
  );
}

function KeyRow({ one, on_end }: { one: ApiKey; on_end: () => void }) {
  const { t, language } = useText();
  const sites = useQuery(sites_query).data ?? [];
  const over = one.revoked_at !== null || (one.expires_at !== null && Date.parse(one.expires_at) <= Date.now());
  const where = one.site_ids
    ? one.site_ids.map((id) => sites.find((site) => site.id === id)?.name ?? '').join(', ')
    : t('settings:people.all_sites');
  const used = one.last_used_at
    ? t('settings:keys.used', { when: long_time(one.last_used_at, language) })
    : t('settings:keys.unused');
  return (
    <li className={styles.row}>
      <div className={styles.grow}>
        <b>{one.name}</b> <code className={styles.faint}>{one.prefix}…</code>{' '}
        {over && <Tag>{t(one.revoked_at ? 'settings:keys.revoked' : 'settings:keys.expired')}</Tag>}
        <p className={styles.faint}>
          {one.permissions.map((name) => t(`settings:keys.permission.${name}`)).join(' · ')} ({where})
        </p>
        <p className={styles.faint}>
          {used}
          {one.expires_at && ` · ${t('settings:keys.until', { when: long_time(one.expires_at, language) })}`}
        </p>
      </div>
      {!one.revoked_at && (
        <Button small look="quiet" aria-label={t('settings:keys.revoke_label', { name: one.name })} onClick={on_end}>
          {t('settings:keys.revoke')}
        </Button>
      )}
    </li>
  );
}

function EndKey({ one, on_close }: { one: ApiKey; on_close: () => void }) {
  const { t } = useText();
  const client = useQueryClient();
  const revoke = async () => {
    try {
      await call(api.DELETE('/api/api-keys/{id}', { params: { path: { id: one.id } } }));
      toast(t('settings:keys.revoked_now', { name: one.name }));
      on_close();
    } catch (error) {
      toast(form_errors(error).form ?? t('settings:failed'), { tone: 'failed' });
    } finally {
      void client.invalidateQueries({ queryKey: keys_query.queryKey });
    }
  };
  return (
    <Dialog open on_close={on_close} close_label={t('settings:close')} title={t('settings:keys.revoke_title')}>
      <p>{t('settings:keys.revoke_text', { name: one.name })}</p>
      <div className={styles.actions}>
        <Button look="primary" onClick={() => void revoke()}>
          {t('settings:keys.revoke')}
        </Button>
        <Button onClick={on_close}>{t('settings:cancel')}</Button>
      </div>
    </Dialog>
  );
}

function NewKey({ on_close }: { on_close: () => void }) {
  const { t } = useText();
  const [token, show] = useState<string | null>(null);
  return (
    <Dialog open on_close={on_close} close_label={t('settings:close')} title={t('settings:keys.add')}>
      {token ? <Token token={token} on_close={on_close} /> : <KeyForm on_made={show} on_close={on_close} />}
    </Dialog>
  );
}

function Token({ token, on_close }: { token: string; on_close: () => void }) {
  const { t } = useText();
  const [copied, set_copied] = useState(false);
  const copy = async () => {
    await copy_text(token);
    set_copied(true);
    announce(t('settings:invite.copied'));
  };
  return (
    <div className={styles.fields}>
      <Banner tone="accent">{t('settings:keys.once')}</Banner>
      <TextInput
        label={t('settings:keys.token')}
        value={token}
        readOnly
        data-autofocus
        onFocus={(event) => event.currentTarget.select()}
      />
      <div className={styles.actions}>
        <Button
          look="primary"
          icon={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          onClick={() => void copy()}
        >
          {t(copied ? 'settings:invite.copied' : 'settings:keys.copy')}
        </Button>
        <Button onClick={on_close}>{t('settings:close')}</Button>
      </div>
    </div>
  );
}

function KeyForm({ on_made, on_close }: { on_made: (token: string) => void; on_close: () => void }) {
  const { t } = useText();
  const client = useQueryClient();
  const mine = (useSession()?.permissions ?? []).filter((name) => !for_people.includes(name));
  const sites = useQuery(sites_query).data ?? [];
  const [permissions, choose] = useState<string[]>([]);
  const [where, stand] = useState<string[]>([]);
  const [life, live] = useState<string>(lives[0]);
  const form = useForm({
    initial: { name: '' },
    check: ({ name }) => ({
      ...(name.trim() ? {} : { name: t('settings:keys.name_missing') }),
      ...(permissions.length ? {} : { permissions: t('settings:keys.permissions_missing') }),
    }),
    submit: async ({ name }) => {
      const expires_at = life ? new Date(Date.now() + Number(life) * 86_400_000).toISOString() : null;
      const site_ids = where.length ? where.map(Number) : null;
      try {
        const made = await call(
          api.POST('/api/api-keys', { body: { name: name.trim(), permissions, site_ids, expires_at } }),
        );
        on_made(made.token);
        return undefined;
      } catch (error) {
        return form_errors(error);
      } finally {
        void client.invalidateQueries({ queryKey: keys_query.queryKey });
      }
    },
  });
  return (
    <form {...form.form_props} className={styles.fields}>
      <FormError errors={form.errors} offline={t('settings:offline')} />
      <TextInput
        label={t('settings:keys.name')}
        description={t('settings:keys.name_hint')}
        data-autofocus
        {...form.text('name')}
      />
      <Checkbox.Group
        label={t('settings:keys.permissions')}
        description={t('settings:keys.permissions_hint')}
        value={permissions}
        onChange={choose}
        error={form.errors.fields?.permissions}
      >
        <div className={styles.checks}>
          {mine.map((name) => (
            <Checkbox key={name} value={name} label={t(`settings:keys.permission.${name}`)} />
          ))}
        </div>
      </Checkbox.Group>
      {sites.length > 1 && (
        <Checkbox.Group
          label={t('settings:keys.sites')}
          description={t('settings:keys.sites_hint')}
          value={where}
          onChange={stand}
        >
          <div className={styles.checks}>
            {sites.map((site) => (
              <Checkbox key={site.id} value={String(site.id)} label={site.name} />
            ))}
          </div>
        </Checkbox.Group>
      )}
      <Select
        label={t('settings:keys.life')}
        value={life}
        onChange={(value) => live(value ?? '')}
        allowDeselect={false}
        data={lives.map((days) => ({
          value: days,
          label: days ? t('settings:keys.days', { count: Number(days) }) : t('settings:keys.forever'),
        }))}
      />
      <div className={styles.actions}>
        <Button type="submit" look="primary" busy={form.busy}>
          {t('settings:keys.make')}
        </Button>
        <Button onClick={on_close}>{t('settings:cancel')}</Button>
      </div>
    </form>
  );
}
