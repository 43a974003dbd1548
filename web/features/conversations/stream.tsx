import { IconArrowDown } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment, lazy, type RefObject, Suspense, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { ApiError } from '@/api/client';
import { problem_text, useText } from '@/i18n';
import { Button, day_text, Failure, Skeleton, Opening } from '@/ui';
import type { CaseActions } from './actions';
import { Bubble, EventLine } from './messages';
import { type Message, messages_query } from './queries';
import styles from './stream.module.css';

const SplitDialog = lazy(() => import('./split_dialog'));

export function useMessages(id: number) {
  const query = useInfiniteQuery(messages_query(id));
  // What was taken back never left: its words are in the composer again.
  const messages = useMemo(() => {
    const all = query.data?.pages.flatMap((page) => page.items) ?? [];
    return all.filter((one) => one.delivery?.state !== 'cancelled').reverse();
  }, [query.data]);
  return { ...query, messages };
}

function Placeholders() {
  return (
    <div className={styles.stream} aria-hidden="true">
      <Skeleton width="55%" height={86} style={{ borderRadius: 10 }} />
      <Skeleton width="48%" height={56} style={{ borderRadius: 10, alignSelf: 'flex-end' }} />
      <Skeleton width="60%" height={70} style={{ borderRadius: 10 }} />
    </div>
  );
}

/** Brings the message one came for into sight, however long ago it was written, and marks it for a moment. */
function useFound(
  scroller: RefObject<HTMLElement | null>,
  at: number | undefined,
  { messages, hasNextPage, isFetchingNextPage, fetchNextPage, isPending }: ReturnType<typeof useMessages>,
) {
  const shown = useRef(false);
  useEffect(() => {
    if (at === undefined || shown.current || isPending) return;
    const element = scroller.current?.querySelector<HTMLElement>(`[data-message="${at}"]`);
    if (!element) {
      if (hasNextPage && !isFetchingNextPage && messages.length < 2000) void fetchNextPage();
      return;
    }
    shown.current = true;
    element.scrollIntoView({ block: 'center' });
    element.classList.add(styles.found ?? '');
  }, [at, messages, hasNextPage, isFetchingNextPage, fetchNextPage, isPending, scroller]);
}

/** Everything of the case in order: messages of every channel, notes, and what happened. */
export function Stream({
  at,
  linked_case_id,
  query,
  actions,
  may_write,
  on_open,
}: {
  on_open: (case_id: number) => void;
  /** The message to begin with instead of the newest. */
  at?: number;
  query: ReturnType<typeof useMessages>;
  actions: CaseActions;
  may_write: boolean;
  linked_case_id: number | null;
}) {
  const { t, language } = useText();
  const { messages, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const scroller = useRef<HTMLDivElement>(null);
  const at_end = useRef(at === undefined);
  useFound(scroller, at, query);
  const last_top = useRef(0);
  const before_height = useRef(0);
  const [below, set_below] = useState(false);
  const [splitting, split] = useState<Message | null>(null);
  const newest = messages.at(-1)?.id;
  const oldest = messages[0]?.id;
  const shown = !query.isPending;

  // biome-ignore lint/correctness/useExhaustiveDependencies: when a message comes at the end
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    if (at_end.current) box.scrollTop = box.scrollHeight;
    else set_below(true);
  }, [newest]);
  // Earlier messages come in above: what one reads stays where it is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when messages come at the start
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box && before_height.current > 0) box.scrollTop += box.scrollHeight - before_height.current;
    before_height.current = 0;
  }, [oldest]);
  useEffect(() => {
    const box = shown ? scroller.current : null;
    if (!box) return undefined;
    const observer = new ResizeObserver(() => {
      if (at_end.current) box.scrollTop = box.scrollHeight;
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, [shown]);
  const on_scroll = () => {
    const box = scroller.current;
    if (!box) return;
    // Only going up leaves the end; a box that shrinks (the composer grows) does not.
    const near = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
    if (near) at_end.current = true;
    else if (box.scrollTop < last_top.current - 2) at_end.current = false;
    last_top.current = box.scrollTop;
    if (at_end.current) set_below(false);
  };
  const earlier = () => {
    before_height.current = scroller.current?.scrollHeight ?? 0;
    void fetchNextPage();
  };
  const written = (conversation_id: number | null) =>
    messages.filter((one) => one.kind === 'message' && one.conversation_id === conversation_id).length;
  const may_split = (message: Message) => message.kind === 'message' && written(message.conversation_id) > 1;
  const row = (message: Message, index: number) => {
    const day = new Date(message.happened_at).toDateString();
    const previous = messages[index - 1];
    const new_day = !previous || new Date(previous.happened_at).toDateString() !== day;
    return (
      <Fragment key={message.id}>
        {new_day && <h3 className={styles.day}>{day_text(message.happened_at, language)}</h3>}
        {message.kind === 'event' ? (
          <EventLine message={message} />
        ) : (
          <Bubble
            message={message}
            actions={actions}
            may_write={may_write}
            on_split={may_split(message) ? split : undefined}
          />
        )}
      </Fragment>
    );
  };
  if (query.isPending) {
    return (
      <div className={styles.scroller} role="status">
        <span className="visually-hidden">{t('app:loading')}</span>
        <Placeholders />
      </div>
    );
  }
  if (query.isError && messages.length === 0) {
    return (
      <div className={styles.scroller}>
        <Failure
          title={t('inbox:messages_failed')}
          hint={query.error instanceof ApiError ? problem_text(query.error.problem) : undefined}
          retry_label={t('app:try_again')}
          on_retry={() => void query.refetch()}
        />
      </div>
    );
  }
  return (
    <div className={styles.frame}>
      <div
        className={styles.scroller}
        ref={scroller}
        onScroll={on_scroll}
        role="log"
        aria-live="off"
        aria-label={t('inbox:stream')}
        tabIndex={0}
      >
        <div className={styles.stream}>
          {hasNextPage && (
            <Button look="quiet" small busy={isFetchingNextPage} onClick={earlier} className={styles.earlier}>
              {t('inbox:earlier')}
            </Button>
          )}
          {linked_case_id !== null && !hasNextPage && (
            <p className={styles.linked}>
              <Link to="/cases/$case_id" params={{ case_id: String(linked_case_id) }}>
                {t('inbox:linked_case')}
              </Link>
            </p>
          )}
          {messages.map(row)}
        </div>
      </div>
      {splitting && (
        <Suspense fallback={<Opening />}>
          <SplitDialog
            message={splitting}
            later={messages.filter(
              (one) =>
                one.kind === 'message' && one.id > splitting.id && one.conversation_id === splitting.conversation_id,
            )}
            actions={actions}
            on_close={() => split(null)}
            on_open={on_open}
          />
        </Suspense>
      )}
      {below && (
        <Button
          small
          className={styles.jump}
          icon={<IconArrowDown size={14} stroke={1.8} />}
          onClick={() => {
            scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: 'smooth' });
          }}
        >
          {t('inbox:new_below')}
        </Button>
      )}
    </div>
  );
}
