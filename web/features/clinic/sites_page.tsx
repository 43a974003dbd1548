import { TextInput } from '@mantine/core';
import { IconBuildingHospital } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call } from '@/api/client';
import { sites_query } from '@/api/lists';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Dialog, Tag } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import { To, useGo } from '@/ui/link';
import styles from './clinic.module.css';
import { ListPage } from './list_page';
import { local_now, ZoneSelect } from './zone_select';

export function SitesPage() {
  const { t, language } = useText();
  const query = useQuery(sites_query);
  const [adding, add] = useState(false);
  const words = {
    title: t('settings:sites.title'),
    lead: t('settings:sites.text'),
    add: t('settings:sites.add'),
    empty_title: t('settings:sites.empty_title'),
    empty_text: t('settings:sites.empty_text'),
  };
  return (
    <ListPage
      words={words}
      icon={<IconBuildingHospital size={22} stroke={1.5} />}
      query={query}
      on_add={() => add(true)}
      row={(site) => (
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
      )}
    >
      {adding && <AddSite on_close={() => add(false)} />}
    </ListPage>
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
