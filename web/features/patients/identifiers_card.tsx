import { Select, TextInput } from '@mantine/core';
import { IconId, IconTrash } from '@tabler/icons-react';
import { api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { IconButton } from '@/ui';
import styles from './patients.module.css';
import { type Patient, useRecordChange } from './queries';
import { PartDialog, RecordPart, usePartForm } from './record_part';

const known = ['record', 'national_id', 'insurance'] as const;
const small = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

export function IdentifiersCard({ patient }: { patient: Patient }) {
  const { t } = useText();
  const change = useRecordChange();
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
    <RecordPart
      title={t('patients:identifiers.title')}
      empty={t('patients:identifiers.empty')}
      verb={t('patients:identifiers.add')}
      items={patient.identifiers}
      row={(one, may_write) => (
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
      )}
      dialog={(_one, close) => <IdentifierDialog patient={patient} on_close={close} />}
    />
  );
}

function IdentifierDialog({ patient, on_close }: { patient: Patient; on_close: () => void }) {
  const { t } = useText();
  const form = usePartForm({
    initial: { system: 'record' as string, value: '' },
    check: ({ value }): Record<string, string> =>
      value.trim() ? {} : { value: t('patients:identifiers.value_missing') },
    save: ({ system, value }) =>
      call(
        api.POST('/api/patients/{id}/identifiers', {
          params: { path: { id: patient.id } },
          body: { system, value: value.trim() },
        }),
      ),
    on_close,
  });
  return (
    <PartDialog title={t('patients:identifiers.add')} form={form} on_close={on_close}>
      <div className={styles.pair}>
        <Select
          label={t('patients:identifiers.kind')}
          data={known.map((one) => ({ value: one, label: t(`patients:identifier.${one}`) }))}
          allowDeselect={false}
          {...form.pick('system')}
        />
        <TextInput label={t('patients:identifiers.value')} autoComplete="off" data-autofocus {...form.text('value')} />
      </div>
    </PartDialog>
  );
}
