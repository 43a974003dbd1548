import { TextInput } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Card, Page, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import { To, useGo } from '@/ui/link';
import { check_identity, type Identity, identity_of, IdentityFields } from './identity_fields';
import styles from './patients.module.css';
import { KnownPersons, useMatches } from './known_persons';
import type { PatientMatch } from './match_row';
import { keep } from './queries';

interface Values extends Identity {
  phone: string;
  email: string;
  record: string;
}

function input_of(values: Values, confirmed: boolean): Schemas['NewPatient'] {
  const contact_points: Schemas['NewContactPoint'][] = [];
  if (values.phone.trim())
    contact_points.push({
      system: 'phone',
      value: values.phone.trim(),
      preferred: values.preferred_channel === 'phone',
    });
  if (values.email.trim())
    contact_points.push({
      system: 'email',
      value: values.email.trim(),
      preferred: values.preferred_channel === 'email',
    });
  return {
    given_name: values.given_name.trim(),
    family_name: values.family_name.trim(),
    birth_date: values.birth_date || null,
    sex: values.sex as Schemas['Sex'],
    pronouns: values.pronouns.trim() || null,
    language: values.language || null,
    preferred_channel: (values.preferred_channel || null) as Schemas['PreferredChannel'],
    is_patient: values.is_patient,
    address: values.address.trim() || null,
    postal_code: values.postal_code.trim() || null,
    city: values.city.trim() || null,
    contact_points,
    identifiers: values.record.trim() ? [{ system: 'record', value: values.record.trim() }] : [],
    confirmed,
  };
}

/** A new record, with those that may be the same person shown while one types. */
export function NewPatientPage() {
  const { t } = useText();
  const client = useQueryClient();
  const go = useGo();
  const [confirmed, set_confirmed] = useState(false);
  const [stopped, set_stopped] = useState(false);
  const form = useForm<Values>({
    initial: { ...identity_of(), phone: '', email: '', record: '' },
    check: (values) => check_identity(values, t),
    submit: async (values) => {
      try {
        const made = await call(api.POST('/api/patients', { body: input_of(values, confirmed) }));
        keep(client, made);
        toast(t('patients:create.created', { name: made.display_name }));
        go(`/patients/${made.id}`);
        return undefined;
      } catch (error) {
        if (error instanceof ApiError && error.problem.key.includes('similar')) {
          set_stopped(true);
          return {};
        }
        return form_errors(
          error,
          Object.fromEntries(
            [0, 1].map((i) => [`contact_points.${i}.value`, i === 0 && values.phone.trim() ? 'phone' : 'email']),
          ),
        );
      }
    },
  });
  const similar = useSimilar(form.values);
  const alike = similar.length > 0;
  const create = () => {
    set_confirmed(true);
    requestAnimationFrame(() => void form.send());
  };
  return (
    <Page
      title={t('patients:create.title')}
      lead={
        <To href="/patients" className={styles.back}>
          <IconArrowLeft size={14} aria-hidden /> {t('patients:back')}
        </To>
      }
    >
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('patients:offline')} />
        <Card>
          <IdentityFields form={form} />
          <div className={styles.pair}>
            <TextInput label={t('patients:create.phone')} type="tel" autoComplete="off" {...form.text('phone')} />
            <TextInput
              label={t('patients:create.email')}
              type="email"
              autoComplete="off"
              autoCapitalize="none"
              {...form.text('email')}
            />
            <TextInput label={t('patients:create.record')} autoComplete="off" {...form.text('record')} />
          </div>
        </Card>
        {alike && (
          <section
            className={styles.similar}
            role={stopped ? 'alert' : 'status'}
            aria-label={t('patients:create.similar_title', { count: similar.length })}
          >
            <h2>{t('patients:create.similar_title', { count: similar.length })}</h2>
            <p>{t('patients:create.similar_text')}</p>
            <KnownPersons matches={similar} typed={input_of(form.values, false)} />
          </section>
        )}
        <div className={styles.actions}>
          {alike || stopped ? (
            <Button busy={form.busy} onClick={create}>
              {t('patients:create.anyway')}
            </Button>
          ) : (
            <Button type="submit" look="primary" busy={form.busy}>
              {t('patients:create.submit')}
            </Button>
          )}
          <To href="/patients">{t('patients:cancel')}</To>
        </div>
      </form>
    </Page>
  );
}

/** Likely duplicates of what has been typed so far. */
function useSimilar(values: Values): PatientMatch[] {
  const { given_name, family_name, birth_date, phone, email, record } = values;
  const enough =
    (given_name.trim().length > 1 && family_name.trim().length > 1) ||
    phone.trim().length > 6 ||
    /@.+\./.test(email) ||
    record.trim().length > 2;
  return useMatches(enough ? input_of(values, false) : null, [
    given_name,
    family_name,
    birth_date,
    phone,
    email,
    record,
  ]);
}
