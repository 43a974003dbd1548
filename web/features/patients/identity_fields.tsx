import { Select, Switch, TextInput } from '@mantine/core';
import type { Schemas } from '@/api/client';
import { language_text, useText } from '@/i18n';
import type { useForm } from '@/ui/form';
import styles from './patients.module.css';
import type { Patient } from './queries';

export interface Identity {
  given_name: string;
  family_name: string;
  birth_date: string;
  sex: string;
  pronouns: string;
  language: string;
  preferred_channel: string;
  is_patient: boolean;
  address: string;
  postal_code: string;
  city: string;
}

export const identity_of = (patient?: Patient): Identity => ({
  given_name: patient?.given_name ?? '',
  family_name: patient?.family_name ?? '',
  birth_date: patient?.birth_date ?? '',
  sex: patient?.sex ?? 'unknown',
  pronouns: patient?.pronouns ?? '',
  language: patient?.language ?? '',
  preferred_channel: patient?.preferred_channel ?? '',
  is_patient: patient?.is_patient ?? true,
  address: patient?.address ?? '',
  postal_code: patient?.postal_code ?? '',
  city: patient?.city ?? '',
});

export function check_identity(values: Identity, t: (key: string) => string): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (!values.given_name.trim() && !values.family_name.trim()) wrong.given_name = t('patients:identity.name_missing');
  const today = new Date().toISOString().slice(0, 10);
  if (values.birth_date && (values.birth_date > today || values.birth_date < '1890-01-01'))
    wrong.birth_date = t('patients:identity.birth_date_invalid');
  return wrong;
}

export const channels: readonly Schemas['ContactSystem'][] = ['phone', 'email', 'whatsapp'];
const spoken = [
  'es',
  'ca',
  'en',
  'fr',
  'de',
  'it',
  'pt',
  'gl',
  'eu',
  'ar',
  'ur',
  'ro',
  'ru',
  'uk',
  'zh',
  'nl',
  'pl',
  'tl',
  'hi',
  'bn',
  'wo',
  'pa',
];

export function IdentityFields<T extends Identity>({ form }: { form: ReturnType<typeof useForm<T>> }) {
  const { t, language } = useText();
  const f = form as unknown as ReturnType<typeof useForm<Identity>>;
  const current = f.values.language;
  const options = [...new Set([...spoken, ...(current ? [current] : [])])]
    .map((one) => ({ value: one, label: language_text(one, language) }))
    .sort((a, b) => a.label.localeCompare(b.label, language));
  const unset = { value: '', label: t('patients:identity.unset') };
  return (
    <>
      <div className={styles.pair}>
        <TextInput
          label={t('patients:identity.given_name')}
          autoComplete="off"
          data-autofocus
          {...f.text('given_name')}
        />
        <TextInput label={t('patients:identity.family_name')} autoComplete="off" {...f.text('family_name')} />
      </div>
      <div className={styles.pair}>
        <TextInput
          type="date"
          label={t('patients:identity.birth_date')}
          max={new Date().toISOString().slice(0, 10)}
          {...f.text('birth_date')}
        />
        <Select
          label={t('patients:identity.sex')}
          data={(['female', 'male', 'other', 'unknown'] as const).map((one) => ({
            value: one,
            label: t(`patients:sex.${one}`),
          }))}
          allowDeselect={false}
          {...f.pick('sex')}
        />
        <TextInput
          label={t('patients:identity.pronouns')}
          description={t('patients:identity.pronouns_hint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="off"
          {...f.text('pronouns')}
        />
      </div>
      <div className={styles.pair}>
        <Select
          label={t('patients:identity.language')}
          data={[unset, ...options]}
          searchable
          allowDeselect={false}
          {...f.pick('language')}
        />
        <Select
          label={t('patients:identity.preferred_channel')}
          data={[unset, ...channels.map((one) => ({ value: one, label: t(`patients:channel.${one}`) }))]}
          allowDeselect={false}
          {...f.pick('preferred_channel')}
        />
      </div>
      <div className={styles.pair}>
        <TextInput label={t('patients:identity.address')} autoComplete="off" {...f.text('address')} />
        <TextInput label={t('patients:identity.postal_code')} autoComplete="off" {...f.text('postal_code')} />
        <TextInput label={t('patients:identity.city')} autoComplete="off" {...f.text('city')} />
      </div>
      <Switch
        label={t('patients:identity.is_patient')}
        description={t('patients:identity.is_patient_hint')}
        {...f.tick('is_patient')}
      />
    </>
  );
}
