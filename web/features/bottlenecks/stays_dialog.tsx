import { useInfiniteQuery } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { useText } from '@/i18n';
import { Button, Dialog, Empty, Failure, Loading, short_time } from '@/ui';
import { To } from '@/ui/link';
import styles from './bottlenecks.module.css';
import { type Asked, type Finding, type Stay, stays_asked } from './queries';
import { useWords } from './words';

/** The cases behind a finding, so that nobody has to believe it. */
export function StaysDialog({ asked, finding, on_close }: { asked: Asked; finding: Finding; on_close: () => void }) {
  const { t } = useText();
  const words = useWords();
  const query = stays_asked(asked, finding);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['bottlenecks', 'stays', query],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/api/bottlenecks/stays', {
          params: { query: { ...query, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
  const stays = data?.pages.flatMap((page) => page.items) ?? [];
  const title = t('bottlenecks:finding.title', {
    stage: t(`bottlenecks:stage.${finding.stage}`),
    where: words.segment(finding.segment),
  });
  return (
    <Dialog open on_close={on_close} close_label={t('figures:cases.close')} title={title} size="lg">
      <p className={styles.note}>{t('bottlenecks:stays.hint', { count: data?.pages[0]?.n ?? finding.stays })}</p>
      {error && !data ? (
        <Failure
          title={t('bottlenecks:load_failed')}
          retry_label={t('bottlenecks:retry')}
          on_retry={() => void refetch()}
        />
      ) : !data ? (
        <Loading label={t('bottlenecks:loading')} lines={6} />
      ) : stays.length === 0 ? (
        <Empty title={t('figures:cases.empty')} />
      ) : (
        <Rows stays={stays} />
      )}
      {hasNextPage && (
        <div>
          <Button small busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('figures:cases.more')}
          </Button>
        </div>
      )}
    </Dialog>
  );
}

function Rows({ stays }: { stays: Stay[] }) {
  const { t, language } = useText();
  const words = useWords();
  const promised = stays.some((one) => one.late_s !== null);
  return (
    <section className={styles.scroll} tabIndex={0} aria-label={t('figures:cases.title')}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('figures:cases.column_case')}</th>
            <th scope="col">{t('bottlenecks:stays.time')}</th>
            {promised && <th scope="col">{t('bottlenecks:stays.late')}</th>}
            <th scope="col">{t('bottlenecks:stays.where')}</th>
            <th scope="col">{t('bottlenecks:stays.began')}</th>
          </tr>
        </thead>
        <tbody>
          {stays.map((one) => (
            <tr key={`${one.case_id}-${one.row_id}-${one.began_at}`}>
              <th scope="row">
                {one.case_id ? (
                  <To href={`/cases/${one.case_id}`}>{t('figures:cases.number', { number: one.number })}</To>
                ) : (
                  t(one.gave_up ? 'bottlenecks:stays.hung_up' : 'figures:row.calls')
                )}
              </th>
              <td>{words.duration(one.seconds)}</td>
              {promised && <td>{one.late_s ? words.duration(one.late_s) : '–'}</td>}
              <td>{words.where({ site_id: one.site, channel: one.channel, topic: one.topic })}</td>
              <td>
                <time dateTime={one.began_at}>{short_time(one.began_at, language)}</time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
