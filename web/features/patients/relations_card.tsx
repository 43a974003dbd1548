import { Select, TextInput } from '@mantine/core';
import { IconTrash, IconUsers } from '@tabler/icons-react';
import { api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { Button, date_text, IconButton, Tag } from '@/ui';
import { To } from '@/ui/link';
import styles from './patients.module.css';
import { PersonPicker } from './person_picker';
import { type Hit, type Patient, useRecordChange } from './queries';
import { PartDialog, RecordPart, usePartForm } from './record_part';

type Relationship = Schemas['Relationship'];
const small = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;
const relations = ['parent', 'child', 'partner', 'carer', 'guardian', 'other'] as const;
const authorities = ['full', 'appointments', 'billing', 'none'] as const;

/** Who may act for this patient, and for whom this person may act. */
export function RelationsCard({ patient }: { patient: Patient }) {
  const { t } = useText();
  return (
    <RecordPart
      title={t('patients:relations.title')}
      empty={t('patients:relations.empty')}
      verb={t('patients:relations.add')}
      items={patient.relationships}
      row={(one, may_write) => <RelationRow key={one.id} patient={patient} one={one} may_write={may_write} />}
      dialog={(_one, close) => <RelationDialog patient={patient} on_close={close} />}
    />
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
  const form = usePartForm({
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
    save: ({ person_id, relation, authority, valid_from, valid_to, evidence }) =>
      call(
        api.POST('/api/patients/{id}/relationships', {
          params: { path: { id: patient.id } },
          body: {
            person_id: person_id?.id,
            relation: relation as Relationship['relation'],
            authority: authority as Relationship['authority'],
            valid_from: valid_from || null,
            valid_to: valid_to || null,
            evidence: evidence.trim() || null,
          },
        }),
      ),
    on_close,
  });
  return (
    <PartDialog title={t('patients:relations.add')} size="lg" form={form} on_close={on_close}>
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
    </PartDialog>
  );
}
