import { IconUsers } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiError, api, call, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { problem_text, useText } from '@/i18n';
import { announce, Button, Card, Empty, Failure, Loading, Page, toast, useKeys } from '@/ui';
import { CompareRecords } from './compare_records';
import { Likeliness, Reasons } from './match_row';
import { type Field, fetch_patient, useMerge } from './merge';
import styles from './patients.module.css';
import { patient_query } from './queries';

type Suspect = Schemas['PatientSuspect'];

const suspects = () => call(api.GET('/api/patient-suspects', { params: { query: { limit: 50 } } }));

/** Pairs that may be one person, one at a time, by keyboard. */
export function DuplicatesPage() {
  const { t } = useText();
  const { data, error, refetch } = useQuery({
    queryKey: ['patient-suspects'],
    queryFn: suspects,
    meta: { live: 'patient' },
    refetchInterval: (query) => (query.state.data?.searching ? 3000 : false),
  });
  const [later, set_later] = useState<number[]>([]);
  const items = data?.items ?? [];
  const waiting = items.filter((one) => !later.includes(one.id));
  const current = waiting[0] ?? items[0];
  return (
    <Page title={t('duplicates:title')} lead={t('duplicates:lead')} wide>
      {data && (
        <p className={styles.hint} aria-live="polite">
          {t('duplicates:left', { count: data.total })}
          {data.searching && ` · ${t('duplicates:searching')}`}
        </p>
      )}
      {error && !data ? (
        <Failure title={t('duplicates:failed')} retry_label={t('patients:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('duplicates:title')} lines={8} />
      ) : current ? (
        <Pair
          key={current.id}
          suspect={current}
          on_later={() => set_later(waiting.length > 1 ? [...later, current.id] : [])}
        />
      ) : (
        <Empty
          icon={<IconUsers size={22} stroke={1.5} />}
          title={t('duplicates:empty_title')}
          hint={t('duplicates:empty_text')}
        />
      )}
    </Page>
  );
}

function useDecision() {
  const { t } = useText();
  const client = useQueryClient();
  return async (suspect: Suspect) => {
    const put = (state: 'different' | 'open') =>
      call(
        api.PUT('/api/patient-suspects/{suspect_id}', {
          params: { path: { suspect_id: suspect.id } },
          body: { state },
        }),
      ).then(() => client.invalidateQueries({ queryKey: ['patient-suspects'] }));
    try {
      await put('different');
      toast(t('duplicates:told_apart'), { undo: () => void put('open') });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast(problem_text(error.problem), { tone: 'failed' });
    }
  };
}

function Pair({ suspect, on_later }: { suspect: Suspect; on_later: () => void }) {
  const { t } = useText();
  const may_write = useMay('patients_write');
  const first = useQuery({ ...patient_query(suspect.first_id), queryFn: () => fetch_patient(suspect.first_id) });
  const second = useQuery({ ...patient_query(suspect.second_id), queryFn: () => fetch_patient(suspect.second_id) });
  const [take, set_take] = useState<Field[]>([]);
  const [busy, set_busy] = useState(false);
  const { join } = useMerge();
  const decide = useDecision();
  const run = (work: () => Promise<unknown>) => {
    if (busy || !may_write) return;
    set_busy(true);
    void work().finally(() => set_busy(false));
  };
  const merge = () => {
    const [kept, other] = [first.data, second.data];
    if (kept && other) run(() => join(kept, other, take));
  };
  const tell_apart = () => run(() => decide(suspect));
  const group = t('duplicates:group');
  useKeys([
    { keys: 'm', label: t('duplicates:join'), group, run: merge },
    { keys: 'd', label: t('duplicates:different'), group, run: tell_apart },
    { keys: 'j', label: t('duplicates:later'), group, run: on_later },
  ]);
  useEffect(() => announce(`${suspect.first_name}, ${suspect.second_name}`), [suspect]);
  return (
    <Card
      title={t(`duplicates:verdict.${suspect.verdict}`)}
      action={<Likeliness score={suspect.score} verdict={suspect.verdict} />}
    >
      <Reasons evidence={suspect.evidence} />
      {first.data && second.data ? (
        <CompareRecords kept={first.data} other={second.data} take={take} on_take={set_take} />
      ) : (
        <Loading label={t('duplicates:title')} lines={6} />
      )}
      <div className={styles.actions}>
        {may_write && (
          <>
            <Button look="primary" keys="m" busy={busy} onClick={merge}>
              {t('duplicates:join')}
            </Button>
            <Button keys="d" onClick={tell_apart}>
              {t('duplicates:different')}
            </Button>
          </>
        )}
        <Button look="quiet" keys="j" onClick={on_later}>
          {t('duplicates:later')}
        </Button>
      </div>
    </Card>
  );
}
