import { Select, TextInput } from '@mantine/core';
import { IconId, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Card, Dialog, IconButton, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import styles from './patients.module.css';
import { keep, type Patient, useRecordChange } from './queries';

const known = ['record', 'national_id', 'insurance'] as const;
const small = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

export function IdentifiersCard({ patient }: { patient: Patient }) {
  const { t } = useText();
  const may_write = useMay('patients_write');
  const change = useRecordChange();
  const [adding, add] = useState(false);
  const words = (system: string) =>
    (known as readonly string[]).includes(system)
      ? t(`patients:identifier.${system as (typeof known)[number]}`)
      : system;
  const remove = (one: Schemas['Identifier']) =>
    void change(
      () =>
        call(
          api.DELETE('/api/patients/{id}/identifiers/{identifier_id}', {
            params: { path: { id: patient.id, identifier_id: one.id } },
          }),
        ),
      t('patients:removed'),
      () =>
        call(
          api.POST('/api/patients/{id}/identifiers', {
            params: { path: { id: patient.id } },
            body: { system: one.system, value: one.value },
          }),
        ),
    );
  return (
    <Card
      title={t('patients:identifiers.title')}
      action={
        may_write && (
          <IconButton small label={t('patients:identifiers.add')} onClick={() => add(true)}>
            <IconPlus {...small} />
          </IconButton>
        )
      }
    >
      {patient.identifiers.length === 0 && <p className={styles.hint}>{t('patients:identifiers.empty')}</p>}
      <ul className={styles.rows}>
        {patient.identifiers.map((one) => (
          <li key={one.id} className={styles.row}>
            <IconId size={18} stroke={1.5} aria-hidden />
            <div>
              <b className="num">{one.value}</b>
              <p>{words(one.system)}</p>
            </div>
            {may_write && (
              <IconButton
                small
                label={t('patients:identifiers.remove_label', { kind: words(one.system), value: one.value })}
                onClick={() => remove(one)}
              >
                <IconTrash {...small} />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      {adding && <IdentifierDialog patient={patient} on_close={() => add(false)} />}
    </Card>
  );
}

function IdentifierDialog({ patient, on_close }: { patient: Patient; on_close: () => void }) {
  const { t } = useText();
  const client = useQueryClient();
  const form = useForm({
    initial: { system: 'record' as string, value: '' },
    check: ({ value }): Record<string, string> =>
      value.trim() ? {} : { value: t('patients:identifiers.value_missing') },
    submit: async ({ system, value }) => {
      try {
        const body = { system, value: value.trim() };
        keep(
          client,
          await call(api.POST('/api/patients/{id}/identifiers', { params: { path: { id: patient.id } }, body })),
        );
        toast(t('patients:saved'));
        on_close();
        return undefined;
      } catch (error) {
        return form_errors(error);
      }
    },
  });
  return (
    <Dialog open on_close={on_close} close_label={t('patients:close')} title={t('patients:identifiers.add')}>
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('patients:offline')} />
        <div className={styles.pair}>
          <Select
            label={t('patients:identifiers.kind')}
            data={known.map((one) => ({ value: one, label: t(`patients:identifier.${one}`) }))}
            allowDeselect={false}
            {...form.pick('system')}
          />
          <TextInput
            label={t('patients:identifiers.value')}
            autoComplete="off"
            data-autofocus
            {...form.text('value')}
          />
        </div>
        <div className={styles.actions}>
          <Button type="submit" look="primary" busy={form.busy}>
            {t('patients:save')}
          </Button>
          <Button onClick={on_close}>{t('patients:cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
