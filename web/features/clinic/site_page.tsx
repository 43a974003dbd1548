import { TextInput } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api, call, type Schemas } from '@/api/client';
import { sites_query } from '@/api/lists';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Card, Failure, Loading, Page, Tag, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import { To } from '@/ui/link';
import { CalendarForm, calendars_query } from './calendar_form';
import styles from './clinic.module.css';
import { ZoneSelect } from './zone_select';

export function SitePage() {
  const { t } = useText();
  const id = Number(useParams({ strict: false }).id);
  const site = useQuery({
    queryKey: ['sites', id],
    queryFn: () => call(api.GET('/api/sites/{id}', { params: { path: { id } } })),
  });
  const calendars = useQuery(calendars_query(id));
  const failed = (site.error && !site.data) || (calendars.error && !calendars.data);
  const retry = () => void Promise.all([site.refetch(), calendars.refetch()]);
  return (
    <Page
      title={site.data?.name ?? t('settings:sites.title')}
      lead={
        <To href="/settings/sites" className={styles.back}>
          <IconArrowLeft size={14} aria-hidden /> {t('settings:sites.back')}
        </To>
      }
      actions={site.data && !site.data.active && <Tag>{t('settings:sites.inactive')}</Tag>}
    >
      {failed ? (
        <Failure title={t('settings:load_failed')} retry_label={t('settings:retry')} on_retry={retry} />
      ) : !site.data || !calendars.data ? (
        <Loading label={t('settings:sites.title')} lines={10} />
      ) : (
        <>
          <SiteForm key={site.data.version} site={site.data} />
          <CalendarForm site_id={id} calendars={calendars.data} />
        </>
      )}
    </Page>
  );
}

/** `first`: of a clinic that begins, so nothing is said of giving it up. */
export function SiteForm({ site, first = false }: { site: Schemas['Site']; first?: boolean }) {
  const { t } = useText();
  const client = useQueryClient();
  const put = async (input: Partial<Schemas['SiteInput']>) => {
    const { name, time_zone, active, version } = site;
    const body = { name, time_zone, active, version, ...input };
    const saved = await call(api.PUT('/api/sites/{id}', { params: { path: { id: site.id } }, body }));
    client.setQueryData(['sites', site.id], saved);
    void client.invalidateQueries({ queryKey: sites_query.queryKey });
    return saved;
  };
  const form = useForm({
    initial: { name: site.name, time_zone: site.time_zone as string | null },
    check: ({ name }): Record<string, string> => (name.trim() ? {} : { name: t('settings:sites.name_missing') }),
    submit: async ({ name, time_zone }) => {
      try {
        await put({ name: name.trim(), time_zone: time_zone ?? site.time_zone });
        toast(t('settings:saved'));
        return undefined;
      } catch (error) {
        void client.invalidateQueries({ queryKey: sites_query.queryKey });
        return form_errors(error);
      }
    },
  });
  const activity = async (active: boolean) => {
    try {
      const saved = await put({ active });
      toast(t(active ? 'settings:sites.reactivated' : 'settings:sites.deactivated', { name: saved.name }), {
        undo: () => void put({ active: !active, version: saved.version }),
      });
    } catch (error) {
      toast(form_errors(error).form ?? t('settings:failed'), { tone: 'failed' });
    }
  };
  return (
    <Card title={first ? t('settings:sites.first') : undefined}>
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('settings:offline')} />
        <div className={styles.pair}>
          <TextInput label={t('settings:sites.name')} {...form.text('name')} />
          <ZoneSelect {...form.pick('time_zone')} />
        </div>
        <div className={styles.actions}>
          <Button type="submit" look="primary" busy={form.busy} disabled={!form.dirty}>
            {t('settings:save')}
          </Button>
          {!first && (
            <Button look="quiet" onClick={() => void activity(!site.active)}>
              {t(site.active ? 'settings:sites.deactivate' : 'settings:sites.reactivate')}
            </Button>
          )}
        </div>
      </form>
    </Card>
  );
}
