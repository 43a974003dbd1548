import { IconArrowLeft, IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiError, api, call } from '@/api/client';
import { useMay } from '@/api/session';
import { language_text, useText } from '@/i18n';
import { Avatar, Banner, Button, date_text, Empty, Failure, Loading, Page, Tag } from '@/ui';
import { To, useGo } from '@/ui/link';
import { AccessesCard } from './accesses_card';
import { CasesCard } from './cases_card';
import { ContactsCard } from './contacts_card';
import { EraseCard } from './erase_card';
import { IdentifiersCard } from './identifiers_card';
import { IdentityDialog } from './identity_dialog';
import { NeedsCard } from './needs_card';
import { NotesCard } from './notes_card';
import styles from './patients.module.css';
import { type Patient, patient_query, useRecordChange } from './queries';
import { RelationsCard } from './relations_card';
import { SimilarCard } from './similar_card';
import { TimelineCard } from './timeline_card';

/** The whole record of one person. */
export function PatientPage() {
  const { t } = useText();
  const id = Number(useParams({ strict: false }).id);
  const { data, error, refetch } = useQuery(patient_query(id));
  const go = useGo();
  const moved_to = data && data.id !== id ? data.id : undefined; // merged: the old address leads on
  useEffect(() => {
    if (moved_to) go(`/patients/${moved_to}`, 'replace');
  }, [moved_to, go]);
  const may_read_cases = useMay('cases_read');
  const may_erase = useMay('patients_erase');
  const back = (
    <To href="/patients" className={styles.back}>
      <IconArrowLeft size={14} aria-hidden /> {t('patients:back')}
    </To>
  );
  if (error && !data) {
    const gone = error instanceof ApiError && [403, 404, 410].includes(error.problem.status);
    return (
      <Page title={t(gone ? 'patients:not_found_title' : 'patients:title')} lead={back}>
        {gone ? (
          <Empty title={t('patients:not_found_title')} hint={t('patients:not_found_text')} />
        ) : (
          <Failure
            title={t('patients:load_failed')}
            retry_label={t('patients:retry')}
            on_retry={() => void refetch()}
          />
        )}
      </Page>
    );
  }
  if (!data) {
    return (
      <Page title={t('patients:title')} lead={back} wide>
        <Loading label={t('patients:title')} lines={10} />
      </Page>
    );
  }
  // The name stays out of the window title: it would stand in the history of a shared computer.
  return (
    <Page title={t('patients:title')} wide head={<Head patient={data} back={back} />}>
      <div className={styles.columns}>
        <div className={styles.column}>
          {may_read_cases && <CasesCard patient_id={id} />}
          <NotesCard patient_id={id} />
          <TimelineCard patient_id={id} />
        </div>
        <div className={styles.column}>
          <ContactsCard patient={data} />
          <SimilarCard patient={data} />
          <RelationsCard patient={data} />
          <NeedsCard patient={data} />
          <IdentifiersCard patient={data} />
          <AccessesCard patient_id={id} />
        </div>
      </div>
      {may_erase && <EraseCard patient={data} />}
    </Page>
  );
}

function Head({ patient, back }: { patient: Patient; back: ReactNode }) {
  const { t, language } = useText();
  const [editing, edit] = useState(false);
  const may_write = useMay('patients_write');
  const change = useRecordChange();
  const patch = (body: { provisional: boolean; version: number }) =>
    call(api.PATCH('/api/patients/{id}', { params: { path: { id: patient.id } }, body }));
  const name = patient.display_name || t('patients:record.unknown_name');
  const facts = [
    patient.age !== null && t('patients:record.age', { count: patient.age }),
    patient.birth_date && date_text(patient.birth_date, language),
    patient.pronouns,
    t('patients:record.since', { date: date_text(patient.created_at.slice(0, 10), language) }),
  ].filter(Boolean);
  return (
    <div className={styles.stack}>
      {back}
      <header className={styles.head}>
        <Avatar name={name} size={56} />
        <div>
          <h1>{name}</h1>
          <p className={`${styles.hint} num`}>{facts.join(' · ')}</p>
          <div className={styles.tags}>
            {patient.language && <Tag tone="accent">{language_text(patient.language, language)}</Tag>}
            {patient.preferred_channel && (
              <Tag>{t('patients:record.prefers', { channel: t(`patients:channel.${patient.preferred_channel}`) })}</Tag>
            )}
            {patient.needs.map((need) => (
              <Tag key={need.kind + need.detail}>
                {need.detail ? `${t(`patients:need.${need.kind}`)}: ${need.detail}` : t(`patients:need.${need.kind}`)}
              </Tag>
            ))}
            {!patient.is_patient && <Tag>{t('patients:record.not_patient')}</Tag>}
            {patient.provisional && <Tag tone="soon">{t('patients:record.provisional')}</Tag>}
          </div>
        </div>
        {may_write && (
          <Button icon={<IconPencil size={16} stroke={1.5} aria-hidden />} onClick={() => edit(true)}>
            {t('patients:record.edit')}
          </Button>
        )}
      </header>
      {patient.provisional && (
        <Banner
          tone="soon"
          action={
            may_write && (
              <Button
                small
                onClick={() =>
                  void change(
                    () => patch({ provisional: false, version: patient.version }),
                    t('patients:record.confirmed'),
                    () => patch({ provisional: true, version: patient.version + 1 }),
                  )
                }
              >
                {t('patients:record.confirm')}
              </Button>
            )
          }
        >
          {t('patients:record.provisional_text')}
        </Banner>
      )}
      {editing && <IdentityDialog patient={patient} on_close={() => edit(false)} />}
    </div>
  );
}
