import { IconChevronDown, IconCoffee, IconInbox, IconRefresh } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { lazy, type ReactNode, type RefObject, Suspense, useEffect, useMemo, useRef } from 'react';
import { ApiError } from '@/api/client';
import { channel_look } from '@/channels/channels';
import { problem_text, useText } from '@/i18n';
import { Button, Empty, Failure, Menu, MenuItem, Skeleton } from '@/ui';
import styles from './case_list.module.css';
import { CaseRow, type RowVerb } from './case_row';
import { FilterChips, FilterMenu } from './filter_menu';
import type { Picked } from './picked';
import type { Place } from './place';
import { type Row, rows_query } from './queries';
import { useSavedView } from './saved_views';
import { useCount, view_icons, view_order, view_rest } from './views';

const BulkBar = lazy(() => import('./bulk_bar'));
const height = 60;

export function useRows(place: Place) {
  const query = useInfiniteQuery(rows_query(place));
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  return { ...query, rows };
}

interface Props {
  place: Place;
  query: ReturnType<typeof useRows>;
  open_id: number | null;
  cursor: number;
  me: number;
  /** Absent for those who may only read. */
  picked?: Picked;
  on_verb: (verb: RowVerb, row: Row) => void;
  on_go: (place: Place) => void;
  list_ref: RefObject<HTMLOListElement | null>;
  href: (row: Row) => string;
  new_case?: ReactNode;
  /** In place of what is usually said where nothing waits. */
  empty?: ReactNode;
}

function Skeletons() {
  return (
    <div aria-hidden="true">
      {Array.from({ length: 9 }, (_, i) => (
        <div key={i} className={styles.skeleton}>
          <Skeleton width={18} height={18} round />
          <div>
            <Skeleton width={`${[58, 44, 66, 50, 38][i % 5]}%`} />
            <Skeleton width={`${[88, 70, 94, 62, 80][i % 5]}%`} height={12} />
          </div>
        </div>
      ))}
    </div>
  );
}

const waits: readonly string[] = ['mine', 'unassigned', 'longest_waiting', 'all'];

/** The cases of a view, those to answer first on top. Only what is on screen is rendered. */
export function CaseList({
  place,
  query,
  open_id,
  cursor,
  me,
  picked,
  on_verb,
  on_go,
  list_ref,
  href,
  new_case,
  empty,
}: Props) {
  const { t } = useText();
  const count = useCount();
  const { rows, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - 15) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  // Not before the list knows its height: until then every row seems out of sight.
  const measured = (virtual.scrollRect?.height ?? 0) > 0;
  useEffect(() => {
    if (cursor >= 0 && measured) virtual.scrollToIndex(cursor, { align: 'auto' });
  }, [cursor, virtual, measured]);

  const saved = useSavedView(place.saved);
  const nothing =
    place.filter || place.saved !== undefined ? 'filter' : place.channel !== undefined ? 'channel' : place.view;
  const title = saved?.name ?? (place.channel ? t(channel_look(place.channel).name) : t(`inbox:view.${place.view}`));
  const shown_count = `${rows.length}${hasNextPage ? '+' : ''}`;
  return (
    <section className={styles.list} aria-label={title}>
      {picked && picked.rows.length > 0 && (
        <Suspense fallback={null}>
          <BulkBar picked={picked} />
        </Suspense>
      )}
      <header className={styles.header} hidden={picked && picked.rows.length > 0}>
        <Menu
          side="bottom-start"
          width={230}
          target={
            <button type="button" className={styles.switch}>
              <h1>{title}</h1>
              <IconChevronDown size={16} stroke={1.5} aria-label={t('inbox:change_view')} />
            </button>
          }
        >
          {[...view_order, ...view_rest].map((view) => (
            <MenuItem key={view} icon={view_icons[view]} end={count(view)} onClick={() => on_go({ view })}>
              {t(`inbox:view.${view}`)}
            </MenuItem>
          ))}
        </Menu>
        <h1 className={styles.title}>{title}</h1>
        <span className={`${styles.n} num`}>
          {rows.length > 0 &&
            (place.view === 'mine' ? t('inbox:open_count', { count: rows.length, text: shown_count }) : shown_count)}
        </span>
        {query.isFetching && !query.isPending && (
          <IconRefresh size={14} stroke={1.5} className={styles.busy} aria-hidden="true" />
        )}
        <span className={styles.space} />
        <FilterMenu place={place} on_go={on_go} />
        {new_case}
      </header>
      <FilterChips place={place} on_go={on_go} />
      {query.isPending ? (
        <div role="status">
          <span className="visually-hidden">{t('app:loading')}</span>
          <Skeletons />
        </div>
      ) : query.isError && rows.length === 0 ? (
        <Failure
          title={t('inbox:list_failed')}
          hint={query.error instanceof ApiError ? problem_text(query.error.problem) : undefined}
          retry_label={t('app:try_again')}
          on_retry={() => void query.refetch()}
        />
      ) : rows.length === 0 && empty && waits.includes(nothing) ? (
        empty
      ) : rows.length === 0 ? (
        <Empty
          icon={
            place.view === 'mine' || place.view === 'longest_waiting' ? (
              <IconCoffee size={24} stroke={1.5} />
            ) : (
              <IconInbox size={24} stroke={1.5} />
            )
          }
          title={t(`inbox:empty.${nothing}`)}
          hint={t(`inbox:empty_hint.${nothing}`)}
          action={
            place.filter && (
              <Button onClick={() => on_go({ view: 'all', channel: place.channel })}>{t('inbox:filter.clear')}</Button>
            )
          }
        />
      ) : (
        <div className={styles.scroller} ref={scroller}>
          <ol ref={list_ref} aria-label={title} className={styles.rows} style={{ height: virtual.getTotalSize() }}>
            {shown.map((item) => {
              const row = rows[item.index];
              if (!row) return null;
              return (
                <li
                  key={item.key}
                  aria-setsize={hasNextPage ? -1 : rows.length}
                  aria-posinset={item.index + 1}
                  className={styles.slot}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <CaseRow
                    row={row}
                    on={row.id === open_id}
                    cursor={item.index === Math.max(0, cursor)}
                    me={me}
                    picked={picked}
                    href={href(row)}
                    on_verb={on_verb}
                  />
                </li>
              );
            })}
          </ol>
          {isFetchingNextPage && <Skeletons />}
        </div>
      )}
    </section>
  );
}
