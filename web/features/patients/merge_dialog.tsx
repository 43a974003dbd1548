import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '@/i18n';
import { Button, Dialog, Loading } from '@/ui';
import { useGo } from '@/ui/link';
import { CompareRecords } from './compare_records';
import { type Field, fetch_patient, useMerge } from './merge';
import styles from './patients.module.css';
import { PersonPicker } from './person_picker';
import { type Hit, type Patient, patient_query } from './queries';

/** Joins another record to this person's; the older one keeps its id. */
export function MergeDialog({
  patient,
  other_id,
  on_close,
}: {
  patient: Patient;
  /** None: it is searched for here. */
  other_id?: number;
  on_close: () => void;
}) {
  const { t } = useText();
  const go = useGo();
  const [chosen, choose] = useState<Hit | null>(null);
  const [take, set_take] = useState<Field[]>([]);
  const [busy, set_busy] = useState(false);
  const id = other_id ?? chosen?.id ?? 0;
  const { data: other } = useQuery({ ...patient_query(id), queryFn: () => fetch_patient(id), enabled: id > 0 });
  const { join } = useMerge();
  const [kept, gone] = !other || patient.id < other.id ? [patient, other] : [other, patient];
  const submit = async () => {
    if (!gone) return;
    set_busy(true);
    const now = await join(kept, gone, take);
    set_busy(false);
    if (!now) return;
    on_close();
    if (now.id !== patient.id) go(`/patients/${now.id}`);
  };
  return (
    <Dialog open on_close={on_close} close_label={t('patients:close')} title={t('duplicates:join_title')} size="lg">
      <div className={styles.fields}>
        {!other_id && (
          <PersonPicker
            label={t('duplicates:other')}
            except={patient.id}
            chosen={chosen}
            on_choose={(hit) => {
              choose(hit);
              set_take([]);
            }}
          />
        )}
        {gone ? (
          <CompareRecords kept={kept} other={gone} take={take} on_take={set_take} />
        ) : (
          id > 0 && <Loading label={t('duplicates:join_title')} lines={6} />
        )}
        <div className={styles.dialog_actions}>
          <Button onClick={on_close}>{t('duplicates:cancel')}</Button>
          <Button look="primary" busy={busy} disabled={!gone} onClick={() => void submit()}>
            {t('duplicates:join')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
