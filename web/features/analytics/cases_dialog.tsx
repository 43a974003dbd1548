import { SegmentedControl } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useChannelName } from '@/channels/name';
import { useText } from '@/i18n';
import { Button, Dialog, Empty, Failure, Loading, short_time, Tag } from '@/ui';
import { To } from '@/ui/link';
import styles from './figures.module.css';
import type { Filters } from './filters';
import { cases_page, type Narrow } from './queries';
import { useGroupName, useWords } from './words';

export interface Drill {
  kpi: string;
  name: string;
  narrow: Narrow;
}

/** What a figure was made of (cases, calls, surveys, appointments), so that nobody has to believe it. */
export function CasesDialog({ drill, filters, on_close }: { drill: Drill; filters: Filters; on_close: () => void }) {
  const { t, language } = useText();
  const words = useWords();
  const group_name = useGroupName();
  const channel_name = useChannelName();
  const [sort, set_sort] = useState<'longest' | 'newest'>('longest');
  const query = { ...drill.narrow, sort };
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['figures', 'cases', drill.kpi, filters, query],
    queryFn: ({ pageParam }) => cases_page(filters, drill.kpi, query, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
  const cases = data?.pages.flatMap((page) => page.items) ?? [];
  const n = data?.pages[0]?.n ?? 0;
  const kind = words.kind(drill.kpi);
  const long = kind === 'duration';
  const rows = words.find(drill.kpi)?.rows ?? 'cases';
  const scored = rows === 'surveys' || rows === 'person_days';
  const value = (amount: number | null) =>
    amount === null
      ? '–'
      : long
        ? words.duration(amount)
        : rows === 'person_days'
          ? words.share(amount)
          : words.count(amount);
  return (
    <Dialog open on_close={on_close} close_label={t('figures:cases.close')} title={drill.name} size="lg">
      <div className={styles.cases_head}>
        <p className={styles.caption}>{data ? t(`figures:rows.${rows}`, { count: n }) : t('figures:cases.title')}</p>
        {long && (
          <SegmentedControl
            aria-label={t('figures:cases.title')}
            value={sort}
            onChange={(value) => set_sort(value as typeof sort)}
            data={[
              { value: 'longest', label: t('figures:cases.sort_longest') },
              { value: 'newest', label: t('figures:cases.sort_newest') },
            ]}
          />
        )}
      </div>
      {error && !data ? (
        <Failure title={t('figures:load_failed')} retry_label={t('figures:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('figures:cases.title')} lines={6} />
      ) : cases.length === 0 ? (
        <Empty title={t('figures:cases.empty')} />
      ) : (
        <section className={styles.scroll} tabIndex={0} aria-label={t('figures:cases.title')}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('figures:cases.column_case')}</th>
                {(long || scored) && <th scope="col">{t('figures:cases.column_value')}</th>}
                {kind === 'rate' && <th scope="col">{t('figures:cases.column_counted')}</th>}
                <th scope="col">{t('figures:cases.column_channel')}</th>
                <th scope="col">{t('figures:cases.column_person')}</th>
                <th scope="col">{t('figures:cases.column_when')}</th>
              </tr>
            </thead>
            <tbody>
              {cases.map((one) => (
                <tr key={`${one.case_id}-${one.row_id}-${one.ended_at}`}>
                  <td>
                    {one.case_id ? (
                      <To href={`/cases/${one.case_id}`}>{t('figures:cases.number', { number: one.number })}</To>
                    ) : (
                      t(`figures:row.${rows}`)
                    )}{' '}
                    {(one.detail || one.topic) && (
                      <span className={styles.sub}>
                        {one.detail
                          ? t(`figures:detail.${one.detail}`, { defaultValue: one.detail.replaceAll('_', ' ') })
                          : group_name('topic', { topic: one.topic })}
                      </span>
                    )}{' '}
                    {one.provisional && <Tag tone="soon">{t('figures:cases.provisional')}</Tag>}
                  </td>
                  {(long || scored) && <td>{value(one.value)}</td>}
                  {kind === 'rate' && (
                    <td>{t(one.counted ? 'figures:cases.counted_yes' : 'figures:cases.counted_no')}</td>
                  )}
                  <td>{one.channel ? channel_name(one.channel) : '–'}</td>
                  <td>{one.agent ? group_name('agent', { agent: one.agent }) : '–'}</td>
                  <td>
                    <time dateTime={one.ended_at}>{short_time(one.ended_at, language)}</time>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
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
