import { IconArrowMerge } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call } from '@/api/client';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { Button, Card, date_text, IconButton } from '@/ui';
import { MatchRow } from './match_row';
import { useMerge } from './merge';
import { MergeDialog } from './merge_dialog';
import styles from './patients.module.css';
import type { Patient } from './queries';

/** Records that may be of the same person, and those already joined. */
export function SimilarCard({ patient }: { patient: Patient }) {
  const { t } = useText();
  const may_write = useMay('patients_write');
  const [compared, compare] = useState<{ other?: number } | null>(null);
  const path = { params: { path: { id: patient.id } } };
  const similar = useQuery({
    queryKey: ['patient', patient.id, 'similar', patient.version],
    queryFn: () => call(api.GET('/api/patients/{id}/similar', path)).then((list) => list.items),
  });
  const merges = useQuery({
    queryKey: ['patient', patient.id, 'merges', patient.version],
    queryFn: () => call(api.GET('/api/patients/{id}/merges', path)).then((list) => list.items),
  });
  const found = similar.data ?? [];
  return (
    <Card
      title={t('duplicates:card')}
      action={
        may_write && (
          <IconButton small label={t('duplicates:join_with')} onClick={() => compare({})}>
            <IconArrowMerge size={16} stroke={1.5} />
          </IconButton>
        )
      }
    >
      {similar.data && found.length === 0 && (merges.data ?? []).length === 0 && (
        <p className={styles.hint}>{t('duplicates:card_empty')}</p>
      )}
      {found.length > 0 && (
        <ul className={styles.matches}>
          {found.map((match) => (
            <MatchRow key={match.id} match={match}>
              {may_write && (
                <Button
                  small
                  aria-label={t('duplicates:compare_label', { name: match.display_name })}
                  onClick={() => compare({ other: match.id })}
                >
                  {t('duplicates:compare')}
                </Button>
              )}
            </MatchRow>
          ))}
        </ul>
      )}
      <Joined patient={patient} merges={merges.data ?? []} may_write={may_write} />
      {compared && <MergeDialog patient={patient} other_id={compared.other} on_close={() => compare(null)} />}
    </Card>
  );
}

function Joined({
  patient,
  merges,
  may_write,
}: {
  patient: Patient;
  merges: { id: number; gone_id: number; gone_name: string; merged_at: string; undoable: boolean }[];
  may_write: boolean;
}) {
  const { t, language } = useText();
  const { undo } = useMerge();
  if (merges.length === 0) return null;
  return (
    <ul className={styles.rows}>
      {merges.map((one) => (
        <li key={one.id} className={styles.row}>
          <IconArrowMerge size={18} stroke={1.5} aria-hidden />
          <div>
            <b>{one.gone_name}</b>
            <p>
              {t('duplicates:joined_on', { date: date_text(one.merged_at.slice(0, 10), language) })}
              {!one.undoable && ` · ${t('duplicates:later_first')}`}
            </p>
          </div>
          {may_write && one.undoable && (
            <div className={styles.tools}>
              <Button
                small
                look="quiet"
                aria-label={t('duplicates:undo_label', { name: one.gone_name })}
                onClick={() => void undo(patient.id, one.gone_id, one.id)}
              >
                {t('duplicates:undo')}
              </Button>
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
