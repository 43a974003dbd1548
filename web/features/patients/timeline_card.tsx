import { IconCircleCheck, IconCircleDot, IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { useText } from '@/i18n';
import { Button, Card, Failure, Loading, short_time } from '@/ui';
import { To } from '@/ui/link';
import styles from './patients.module.css';

/** What happened with this person over all channels, newest first. */
export function TimelineCard({ patient_id }: { patient_id: number }) {
  const { t, language } = useText();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['patient', patient_id, 'timeline'],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/api/patients/{id}/timeline', {
          params: { path: { id: patient_id }, query: pageParam ? { cursor: pageParam } : {} },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    meta: { live: 'patient' },
  });
  const entries = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title={t('patients:timeline.title')}>
      {error && !data ? (
        <Failure title={t('patients:load_failed')} retry_label={t('patients:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('patients:timeline.title')} />
      ) : entries.length === 0 ? (
        <p className={styles.hint}>{t('patients:timeline.empty')}</p>
      ) : (
        <>
          <ol className={styles.rows}>
            {entries.map((one) => {
              const of_case = one.kind === 'case';
              const over = of_case && one.state === 'resolved';
              const Icon = over ? IconCircleCheck : of_case ? IconCircleDot : IconHistory;
              const word = over ? 'case_resolved' : of_case ? 'case_opened' : 'other';
              const title = one.title || t('patients:cases.untitled');
              return (
                <li key={one.id} className={styles.row}>
                  <Icon size={18} stroke={1.5} aria-hidden />
                  <div>
                    <b>{t(`patients:timeline.${word}`)}</b>{' '}
                    <p className={styles.subject} dir="auto">
                      {one.record_kind === 'case' ? <To href={`/cases/${one.record_id}`}>{title}</To> : title}
                    </p>
                  </div>
                  <time dateTime={one.happened_at}>{short_time(one.happened_at, language)}</time>
                </li>
              );
            })}
          </ol>
          {hasNextPage && (
            <div>
              <Button small busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                {t('patients:timeline.more')}
              </Button>
            </div>
          )}
        </>
      )}
    </Card>
  );
}
