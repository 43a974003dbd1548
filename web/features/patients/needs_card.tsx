import { Select, TextInput } from '@mantine/core';
import { IconAccessible, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { Button, IconButton } from '@/ui';
import styles from './patients.module.css';
import type { Patient } from './queries';
import { PartDialog, RecordPart, usePartForm } from './record_part';

type Need = Schemas['Need'];
const kinds = ['interpreter', 'hearing', 'vision', 'mobility', 'cognitive', 'communication', 'other'] as const;
const small = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

export function NeedsCard({ patient }: { patient: Patient }) {
  const { t } = useText();
  return (
    <RecordPart
      title={t('patients:needs.title')}
      empty={t('patients:needs.empty')}
      verb={t('patients:needs.edit')}
      icon={<IconPencil {...small} />}
      items={patient.needs}
      row={(one) => (
        <li key={one.kind + one.detail} className={styles.row}>
          <IconAccessible size={18} stroke={1.5} aria-hidden />
          <div>
            <b>{t(`patients:need.${one.kind}`)}</b>
            {one.detail && <p>{one.detail}</p>}
          </div>
        </li>
      )}
      dialog={(_one, close) => <NeedsDialog patient={patient} on_close={close} />}
    />
  );
}

function NeedsDialog({ patient, on_close }: { patient: Patient; on_close: () => void }) {
  const { t } = useText();
  const put = (items: Need[]) =>
    call(api.PUT('/api/patients/{id}/needs', { params: { path: { id: patient.id } }, body: { items } }));
  const form = usePartForm({
    initial: { items: patient.needs.length > 0 ? patient.needs : [{ kind: 'interpreter', detail: '' } as Need] },
    save: ({ items }) => put(items.map((one) => ({ ...one, detail: one.detail.trim() }))),
    undo: () => put(patient.needs),
    on_close,
  });
  const { items } = form.values;
  const set = (index: number, change: Partial<Need>) =>
    form.set(
      'items',
      items.map((one, i) => (i === index ? { ...one, ...change } : one)),
    );
  return (
    <PartDialog title={t('patients:needs.title')} size="lg" form={form} on_close={on_close}>
      {items.map((one, index) => (
        <div key={index} className={styles.need}>
          <Select
            aria-label={t('patients:needs.title')}
            data={kinds.map((kind) => ({ value: kind, label: t(`patients:need.${kind}`) }))}
            value={one.kind}
            allowDeselect={false}
            onChange={(kind) => kind && set(index, { kind: kind as Need['kind'] })}
          />
          <TextInput
            aria-label={t('patients:needs.detail')}
            placeholder={t('patients:needs.detail')}
            value={one.detail}
            onChange={(event) => set(index, { detail: event.currentTarget.value })}
          />
          <IconButton
            label={t('patients:needs.remove', { need: t(`patients:need.${one.kind}`) })}
            onClick={() =>
              form.set(
                'items',
                items.filter((_, i) => i !== index),
              )
            }
          >
            <IconTrash {...small} />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          small
          icon={<IconPlus {...small} />}
          onClick={() => form.set('items', [...items, { kind: 'other', detail: '' }])}
        >
          {t('patients:needs.add')}
        </Button>
      </div>
    </PartDialog>
  );
}
