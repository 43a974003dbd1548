import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { useText } from '@/i18n';
import { Button, Card, Failure, Loading, short_time, Tag, toast } from '@/ui';
import { operations_query, parked_query } from './queries';
import styles from './system.module.css';

/** Jobs that were given up, with the reason, to be tried again once the cause is gone. */
export function JobsCard() {
  const { t, language } = useText();
  const client = useQueryClient();
  const count = new Intl.NumberFormat(language);
  const state = useQuery(operations_query).data;
  const { data, error, refetch } = useQuery(parked_query);
  const retry = useMutation({
    mutationFn: (id: number) => call(api.POST('/api/jobs/{id}/retry', { params: { path: { id } } })),
    onSuccess: () => toast(t('system:jobs.retried')),
    onSettled: () => client.invalidateQueries({ queryKey: operations_query.queryKey }),
  });
  return (
    <Card
      title={t('system:jobs.title')}
      hint={data && data.length > 0 ? t('system:jobs.parked_text') : undefined}
      action={
        state && (
          <Tag tone={state.jobs_parked > 0 ? 'late' : 'good'}>
            {t('system:jobs.parked')}: {count.format(state.jobs_parked)}
          </Tag>
        )
      }
    >
      {state && (
        <p className={`${styles.hint} num`}>
          {t('system:jobs.waiting')}: {count.format(state.jobs_waiting)} · {t('system:jobs.running')}:{' '}
          {count.format(state.jobs_running)}
        </p>
      )}
      {error && !data ? (
        <Failure title={t('system:load_failed')} retry_label={t('system:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('system:jobs.title')} lines={2} />
      ) : data.length === 0 ? (
        <p className={styles.hint}>{t('system:jobs.empty')}</p>
      ) : (
        <ul className={styles.rows}>
          {data.map((job) => (
            <li key={job.id} className={styles.row}>
              <div>
                <b>{job.kind}</b>
                <p>{job.reason}</p>
                <p className="num">
                  {t('system:jobs.attempts', { count: job.attempts })} ·{' '}
                  {t('system:jobs.parked_since', { when: short_time(job.parked_at, language) })}
                </p>
              </div>
              <Button
                small
                aria-label={t('system:jobs.retry_label', { kind: job.kind })}
                busy={retry.isPending}
                onClick={() => retry.mutate(job.id)}
              >
                {t('system:jobs.retry')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
