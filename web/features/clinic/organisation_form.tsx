import { Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';
import { useSites } from '@/api/lists';
import { type Language, language_names, languages, useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Card, Failure, Loading, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import styles from './clinic.module.css';

const organisation_query = { queryKey: ['organisation'], queryFn: () => call(api.GET('/api/organisation')) };

export function OrganisationForm() {
  const { t } = useText();
  const { data, error, refetch } = useQuery(organisation_query);
  return (
    <Card>
      {error && !data ? (
        <Failure title={t('settings:load_failed')} retry_label={t('settings:retry')} on_retry={() => void refetch()} />
      ) : data ? (
        <Form key={data.version} organisation={data} />
      ) : (
        <Loading label={t('settings:organisation.title')} lines={3} />
      )}
    </Card>
  );
}

function Form({ organisation }: { organisation: Schemas['Organisation'] }) {
  const { t } = useText();
  const client = useQueryClient();
  const sites = useSites();
  const form = useForm({
    initial: {
      name: organisation.name,
      default_language: organisation.default_language as string,
      first_site_id: organisation.first_site_id === null ? '' : String(organisation.first_site_id),
    },
    check: ({ name }): Record<string, string> => (name.trim() ? {} : { name: t('settings:organisation.name_missing') }),
    submit: async ({ name, default_language, first_site_id }) => {
      try {
        const body = {
          name: name.trim(),
          default_language: default_language as Language,
          first_site_id: first_site_id ? Number(first_site_id) : null,
          version: organisation.version,
        };
        client.setQueryData(organisation_query.queryKey, await call(api.PUT('/api/organisation', { body })));
        toast(t('settings:saved'));
        return undefined;
      } catch (error) {
        void client.invalidateQueries({ queryKey: organisation_query.queryKey });
        return form_errors(error);
      }
    },
  });
  return (
    <form {...form.form_props} className={styles.fields}>
      <FormError errors={form.errors} offline={t('settings:offline')} />
      <TextInput label={t('settings:organisation.name')} {...form.text('name')} />
      <div className={styles.pair}>
        <Select
          label={t('settings:organisation.language')}
          data={languages.map((one) => ({ value: one, label: language_names[one] }))}
          allowDeselect={false}
          {...form.pick('default_language')}
        />
        <Select
          label={t('settings:organisation.first_site')}
          data={[
            { value: '', label: t('settings:organisation.first_site_none') },
            ...sites.map((site) => ({ value: String(site.id), label: site.name })),
          ]}
          allowDeselect={false}
          {...form.pick('first_site_id')}
        />
      </div>
      <div className={styles.actions}>
        <Button type="submit" look="primary" busy={form.busy} disabled={!form.dirty}>
          {t('settings:save')}
        </Button>
      </div>
    </form>
  );
}
