import { TextInput } from '@mantine/core';
import { IconBuildingHospital, IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call } from '@/api/client';
import { sites_query } from '@/api/lists';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Dialog, Empty, Failure, Loading, Page, Tag } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import { To, useGo } from '@/ui/link';
import styles from './clinic.module.css';
import { local_now, ZoneSelect } from './zone_select';

export function SitesPage() {
  const { t, language } = useText();
  const { data, error, refetch } = useQuery(sites_query);
  const [adding, add] = useState(false);
  const button = (
    <Button look="primary" icon={<IconPlus size={18} stroke={1.5} aria-hidden />} onClick={() => add(true)}>
      {t('settings:sites.add')}
    </Button>
  );
  return (
    <Page title={t('settings:sites.title')} lead={t('settings:sites.text')} actions={data?.length ? button : undefined}>
      {error && !data ? (
        <Failure title={t('settings:load_failed')} retry_label={t('settings:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('settings:sites.title')} />
      ) : data.length === 0 ? (
        <Empty
          icon={<IconBuildingHospital size={22} stroke={1.5} />}
          title={t('settings:sites.empty_title')}
          hint={t('settings:sites.empty_text')}
          action={button}
        />
      ) : (
        <ul className={styles.list}>
          {data.map((site) => (
            <li key={site.id} className={styles.row}>
              <div className={styles.grow}>
                <To href={`/settings/sites/${site.id}`} className={styles.link}>
                  <b>{site.name}</b>
                </To>
                <p className="num">
                  {site.time_zone.replace(/_/g, ' ')} ·{' '}
                  {t('settings:sites.now', { time: local_now(site.time_zone, language) })}
                </p>
              </div>
              {!site.has_calendar && site.active && <Tag tone="soon">{t('settings:sites.no_calendar')}</Tag>}
              {!site.active && <Tag>{t('settings:sites.inactive')}</Tag>}
            </li>
          ))}
        </ul>
      )}
      {adding && <AddSite on_close={() => add(false)} />}
    </Page>
  );
}

function AddSite({ on_close }: { on_close: () => void }) {
  const { t } = useText();
  const client = useQueryClient();
  const go = useGo();
  const form = useForm({
    initial: { name: '', time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone as string | null },
    check: ({ name, time_zone }) => ({
      ...(name.trim() ? {} : { name: t('settings:sites.name_missing') }),
      ...(time_zone ? {} : { time_zone: t('settings:sites.zone_missing') }),
    }),
    submit: async ({ name, time_zone }) => {
      try {
        const site = await call(api.POST('/api/sites', { body: { name: name.trim(), time_zone: time_zone ?? '' } }));
        void client.invalidateQueries({ queryKey: sites_query.queryKey });
        go(`/settings/sites/${site.id}`);
        return undefined;
      } catch (error) {
        return form_errors(error);
      }
    },
  });
  return (
    <Dialog open on_close={on_close} close_label={t('settings:close')} title={t('settings:sites.add')}>
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('settings:offline')} />
        <TextInput label={t('settings:sites.name')} data-autofocus {...form.text('name')} />
        <ZoneSelect {...form.pick('time_zone')} />
        <div className={styles.actions}>
          <Button type="submit" look="primary" busy={form.busy}>
            {t('settings:save')}
          </Button>
          <Button onClick={on_close}>{t('settings:cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
