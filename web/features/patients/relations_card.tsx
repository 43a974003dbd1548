import { Select, TextInput } from '@mantine/core';
import { IconPlus, IconTrash, IconUsers } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Card, date_text, Dialog, IconButton, Tag, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import { To } from '@/ui/link';
import styles from './patients.module.css';
import { PersonPicker } from './person_picker';
import { type Hit, keep, type Patient, useRecordChange } from './queries';

type Relationship = Schemas['Relationship'];
const small = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;
const relations = ['parent', 'child', 'partner', 'carer', 'guardian', 'other'] as const;
const authorities = ['full', 'appointments', 'billing', 'none'] as const;

/** Who may act for this patient, and for whom this person may act. */
export function RelationsCard({ patient }: { patient: Patient }) {
  const { t } = useText();
  const may_write = useMay('patients_write');
  const [adding, add] = useState(false);
  return (
    <Card
      title={t('patients:relations.title')}
      action={
        may_write && (
          <IconButton small label={t('patients:relations.add')} onClick={() => add(true)}>
            <IconPlus {...small} />
          </IconButton>
        )
      }
    >
      {patient.relationships.length === 0 && <p className={styles.hint}>{t('patients:relations.empty')}</p>}
      <ul className={styles.rows}>
        {patient.relationships.map((one) => (
          <RelationRow key={one.id} patient={patient} one={one} may_write={may_write} />
        ))}
      </ul>
      {adding && <RelationDialog patient={patient} on_close={() => add(false)} />}
    </Card>
  );
}

function RelationRow({ patient, one, may_write }: { patient: Patient; one: Relationship; may_write: boolean }) {
  const { t, language } = useText();
  const change = useRecordChange();
  const acts_for_this = one.patient.id === patient.id;
  const other = acts_for_this ? one.person : one.patient;
  const name = other.display_name || t('patients:record.unknown_name');
  const path = { params: { path: { id: patient.id, relationship_id: one.id } } };
  const { relation, authority, valid_from, valid_to, evidence } = one;
  const put = (to: string | null) =>
    call(
      api.PUT('/api/patients/{id}/relationships/{relationship_id}', {
        ...path,
        body: { relation, authority, valid_from, valid_to: to, evidence },
      }),
    );
  const today = new Date().toISOString().slice(0, 10);
  const end = () =>
    void change(
      () => put(today),
      t('patients:relations.ended_done'),
      () => put(valid_to),
    );
  const remove = () =>
    void change(
      () => call(api.DELETE('/api/patients/{id}/relationships/{relationship_id}', path)),
      t('patients:removed'),
      () =>
        call(
          api.POST('/api/patients/{id}/relationships', {
            params: { path: { id: one.patient.id } },
            body: { person_id: one.person.id, relation, authority, valid_from, valid_to, evidence },
          }),
        ),
    );
  const words = t(acts_for_this ? 'patients:relations.acts_for_this' : 'patients:relations.this_acts_for', {
    relation: t(`patients:relation.${relation}`),
  });
  return (
    <li className={styles.row}>
      <IconUsers size={18} stroke={1.5} aria-hidden />
      <div>
        <To href={`/patients/${other.id}`}>
          <b>{name}</b>
        </To>{' '}
        <Tag tone={one.active && authority !== 'none' ? 'accent' : 'neutral'}>
          {one.active ? t(`patients:authority.${authority}`) : t('patients:relations.ended')}
        </Tag>
        <p>
          {words}
          {valid_to && one.active && ` · ${t('patients:relations.until', { date: date_text(valid_to, language) })}`}
        </p>
        {evidence && <p>{evidence}</p>}
      </div>
      {may_write && (
        <div className={styles.tools}>
          {one.active && (
            <Button small look="quiet" aria-label={t('patients:relations.end_label', { name })} onClick={end}>
              {t('patients:relations.end')}
            </Button>
          )}
          <IconButton small label={t('patients:contact.remove_label', { value: name })} onClick={remove}>
            <IconTrash {...small} />
          </IconButton>
        </div>
      )}
    </li>
  );
}

function RelationDialog({ patient, on_close }: { patient: Patient; on_close: () => void }) {
  const { t } = useText();
  const client = useQueryClient();
  const form = useForm({
    initial: {
      person_id: null as Hit | null,
      relation: 'parent' as string,
      authority: 'full' as string,
      valid_from: '',
      valid_to: '',
      evidence: '',
    },
    check: ({ person_id }): Record<string, string> =>
      person_id ? {} : { person_id: t('patients:relations.person_missing') },
    submit: async ({ person_id, relation, authority, valid_from, valid_to, evidence }) => {
      try {
        const body: Schemas['NewRelationship'] = {
          person_id: person_id?.id,
          relation: relation as Relationship['relation'],
          authority: authority as Relationship['authority'],
          valid_from: valid_from || null,
          valid_to: valid_to || null,
          evidence: evidence.trim() || null,
        };
        keep(
          client,
          await call(api.POST('/api/patients/{id}/relationships', { params: { path: { id: patient.id } }, body })),
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
    <Dialog open on_close={on_close} close_label={t('patients:close')} title={t('patients:relations.add')} size="lg">
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('patients:offline')} />
        <PersonPicker
          label={t('patients:relations.person')}
          except={patient.id}
          chosen={form.values.person_id}
          on_choose={(hit) => form.set('person_id', hit)}
          error={form.errors.fields?.person_id}
        />
        <div className={styles.pair}>
          <Select
            label={t('patients:relations.relation')}
            data={relations.map((one) => ({ value: one, label: t(`patients:relation.${one}`) }))}
            allowDeselect={false}
            {...form.pick('relation')}
          />
          <Select
            label={t('patients:relations.authority')}
            data={authorities.map((one) => ({ value: one, label: t(`patients:authority.${one}`) }))}
            allowDeselect={false}
            {...form.pick('authority')}
          />
        </div>
        <div className={styles.pair}>
          <TextInput type="date" label={t('patients:relations.valid_from')} {...form.text('valid_from')} />
          <TextInput type="date" label={t('patients:relations.valid_to')} {...form.text('valid_to')} />
        </div>
        <TextInput
          label={t('patients:relations.evidence')}
          description={t('patients:relations.evidence_hint')}
          {...form.text('evidence')}
        />
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
