import { Select, TextInput } from '@mantine/core';
import { IconAccessible, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
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
import { keep, type Patient } from './queries';

type Need = Schemas['Need'];
const kinds = ['interpreter', 'hearing', 'vision', 'mobility', 'cognitive', 'communication', 'other'] as const;
const small = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

export function NeedsCard({ patient }: { patient: Patient }) {
  const { t } = useText();
  const may_write = useMay('patients_write');
  const [editing, edit] = useState(false);
  return (
    <Card
      title={t('patients:needs.title')}
      action={
        may_write && (
          <IconButton small label={t('patients:needs.edit')} onClick={() => edit(true)}>
            <IconPencil {...small} />
          </IconButton>
        )
      }
    >
      {patient.needs.length === 0 && <p className={styles.hint}>{t('patients:needs.empty')}</p>}
      <ul className={styles.rows}>
        {patient.needs.map((one) => (
          <li key={one.kind + one.detail} className={styles.row}>
            <IconAccessible size={18} stroke={1.5} aria-hidden />
            <div>
              <b>{t(`patients:need.${one.kind}`)}</b>
              {one.detail && <p>{one.detail}</p>}
            </div>
          </li>
        ))}
      </ul>
      {editing && <NeedsDialog patient={patient} on_close={() => edit(false)} />}
    </Card>
  );
}

function NeedsDialog({ patient, on_close }: { patient: Patient; on_close: () => void }) {
  const { t } = useText();
  const client = useQueryClient();
  const put = (items: Need[]) =>
    call(api.PUT('/api/patients/{id}/needs', { params: { path: { id: patient.id } }, body: { items } }));
  const form = useForm({
    initial: { items: patient.needs.length > 0 ? patient.needs : [{ kind: 'interpreter', detail: '' } as Need] },
    submit: async ({ items }) => {
      try {
        keep(client, await put(items.map((one) => ({ ...one, detail: one.detail.trim() }))));
        toast(t('patients:saved'), { undo: () => void put(patient.needs).then((now) => keep(client, now)) });
        on_close();
        return undefined;
      } catch (error) {
        return form_errors(error);
      }
    },
  });
  const { items } = form.values;
  const set = (index: number, change: Partial<Need>) =>
    form.set(
      'items',
      items.map((one, i) => (i === index ? { ...one, ...change } : one)),
    );
  return (
    <Dialog open on_close={on_close} close_label={t('patients:close')} title={t('patients:needs.title')} size="lg">
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('patients:offline')} />
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
