import { IconMessages } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { ApiError } from '@/api/client';
import { live } from '@/api/live';
import { useMay, useSession } from '@/api/session';
import { problem_text, useText } from '@/i18n';
import { announce, Empty, Failure, Skeleton, useCommands, useKeys, Opening } from '@/ui';
import type { CaseActions, Outcome } from './actions';
import { CaseHeader, type HeaderMenu } from './case_header';
import { CaseLinks } from './case_links';
import type { Join } from './join_dialog';

import styles from './conversation.module.css';
import { type Case, case_query } from './queries';
import { PrintHead } from './print_head';
import { Stream, useMessages } from './stream';
import type { ComposerHandle } from './use_composer';
import { WaitLedger } from './wait_ledger';
import { local_text } from './moments';
import { outcomes } from './words';

const Composer = lazy(() => import('./composer').then((m) => ({ default: m.Composer })));
const JoinDialog = lazy(() => import('./join_dialog'));
const HandOverDialog = lazy(() => import('./hand_over_dialog'));
const WhenDialog = lazy(() => import('./when').then((m) => ({ default: m.WhenDialog })));

interface Props {
  id: number;
  message_id?: number;
  actions: CaseActions;
  on_back: () => void;
  /** The case leaves the view (resolved, snoozed): go on with the next. */
  on_done: (id: number) => void;
  on_reopen: (id: number) => void;
  panel_open: boolean;
  on_panel: () => void;
}

export function NoCase() {
  const { t } = useText();
  return (
    <div className={styles.none}>
      <Empty
        icon={<IconMessages size={24} stroke={1.5} />}
        title={t('inbox:choose_title')}
        hint={t('inbox:choose_hint')}
      />
    </div>
  );
}

function HeaderSkeleton() {
  return (
    <div className={styles.head_skeleton} aria-hidden="true">
      <Skeleton width="40%" height={16} />
      <Skeleton width="60%" height={10} />
    </div>
  );
}

/** One case: header, wait ledger, stream, composer. */
export function Conversation(props: Props) {
  const { t } = useText();
  const { data: one, error, refetch } = useQuery(case_query(props.id));
  useEffect(() => {
    live.view(props.id, false);
    return () => live.view(null, false);
  }, [props.id]);
  if (error && !one) {
    const gone = error instanceof ApiError && error.problem.status === 404;
    return (
      <section className={styles.conversation} aria-label={t('inbox:conversation')}>
        <Failure
          title={gone ? t('inbox:case_gone') : t('inbox:case_failed')}
          hint={gone ? t('inbox:case_gone_hint') : error instanceof ApiError ? problem_text(error.problem) : undefined}
          retry_label={gone ? t('inbox:back') : t('app:try_again')}
          on_retry={() => (gone ? props.on_back() : void refetch())}
        />
      </section>
    );
  }
  return <Open key={props.id} {...props} one={one} />;
}

function Open({
  id,
  message_id,
  one,
  actions,
  on_back,
  on_done,
  on_reopen,
  panel_open,
  on_panel,
}: Props & { one: Case | undefined }) {
  const { t } = useText();
  const me = useSession()?.user?.id ?? 0;
  const may_write = useMay('cases_write');
  const query = useMessages(id);
  const composer = useRef<ComposerHandle>(null);
  const wanted = useRef<'reply' | 'note' | null>(null);
  // The composer loads with the first case: a key pressed before it is there waits for it.
  const write = (kind: 'reply' | 'note') => {
    if (composer.current) composer.current.focus(kind);
    else wanted.current = kind;
  };
  const [menu, set_menu] = useState<HeaderMenu>();
  const [asking, ask] = useState<'snooze' | 'follow_up' | 'hand_over' | Join>();

  // Seen: once, when case and messages are there. "Unread" afterwards stays until the case is opened again.
  const seen = useRef<number | null>(null);
  const last = query.messages.findLast((message) => message.kind === 'message' && message.id > 0)?.id;
  const loaded = one !== undefined;
  const unread = one?.unread ?? false;
  useEffect(() => {
    if (!loaded || last === undefined || seen.current === last || document.hidden) return;
    if (unread || seen.current !== null) void actions.read(id, last);
    seen.current = last;
  }, [loaded, last, unread, actions, id]);

  // Says politely when the patient or a colleague writes while one looks at the case.
  const known = useRef<number | undefined>(undefined);
  const newest = query.messages.at(-1);
  useEffect(() => {
    if (!newest) return;
    if (
      known.current !== undefined &&
      newest.id > known.current &&
      newest.kind === 'message' &&
      newest.author_id !== me
    )
      announce(
        t('inbox:announce_here', { name: newest.person?.display_name ?? newest.from?.name ?? t('inbox:someone') }),
      );
    known.current = newest.id;
  }, [newest, me, t]);

  const resolve = (outcome?: Outcome) => {
    set_menu(undefined);
    on_done(id);
    void actions.resolve(id, outcome, () => on_reopen(id));
  };
  // The whole case, not only what has been fetched so far.
  const print = async () => {
    for (let more = query.hasNextPage; more; ) more = (await query.fetchNextPage()).hasNextPage;
    requestAnimationFrame(() => window.print());
  };
  const open = one !== undefined && one.state !== 'resolved';
  const ready = one !== undefined && may_write;
  useKeys(
    [
      { keys: 'r', label: t('inbox:reply'), group: t('inbox:keys_case'), run: () => write('reply') },
      { keys: 'n', label: t('inbox:note'), group: t('inbox:keys_case'), run: () => write('note') },
      {
        keys: 'e',
        label: t('inbox:resolve'),
        group: t('inbox:keys_case'),
        run: () => (open ? resolve() : void actions.reopen(id)),
      },
      {
        keys: 'Shift+e',
        label: t('inbox:resolve_how'),
        group: t('inbox:keys_case'),
        run: () => open && set_menu('resolve'),
      },
      { keys: 'a', label: t('inbox:assign'), group: t('inbox:keys_case'), run: () => set_menu('assign') },
      { keys: 'm', label: t('inbox:assign_me'), group: t('inbox:keys_case'), run: () => void actions.assign(id, me) },
      {
        keys: 's',
        label: t('inbox:snooze'),
        group: t('inbox:keys_case'),
        run: () => (one?.state === 'snoozed' ? void actions.snooze(id, null) : open && ask('snooze')),
      },
      { keys: 'h', label: t('inbox:hand_over.title'), group: t('inbox:keys_case'), run: () => ask('hand_over') },
      { keys: 'g c', label: t('inbox:join.merge'), group: t('inbox:keys_case'), run: () => ask('merge') },
      { keys: 'l', label: t('inbox:join.link'), group: t('inbox:keys_case'), run: () => ask('link') },
      { keys: 'f', label: t('inbox:follow_up'), group: t('inbox:keys_case'), run: () => ask('follow_up') },
      { keys: 'u', label: t('inbox:mark_unread'), group: t('inbox:keys_case'), run: () => void actions.unread(id) },
    ],
    ready,
  );
  useKeys([{ keys: 'p', label: t('inbox:panel_toggle'), group: t('inbox:keys_case'), run: on_panel }]);
  useCommands(
    ready
      ? [
          {
            id: 'reply',
            title: t('inbox:reply'),
            group: t('inbox:keys_case'),
            keys: 'r',
            run: () => write('reply'),
          },
          {
            id: 'note',
            title: t('inbox:note'),
            group: t('inbox:keys_case'),
            keys: 'n',
            run: () => write('note'),
          },
          ...(open
            ? [
                {
                  id: 'resolve',
                  title: t('inbox:resolve'),
                  group: t('inbox:keys_case'),
                  keys: 'e',
                  run: () => resolve(),
                },
                ...outcomes.map((outcome) => ({
                  id: `resolve-${outcome}`,
                  title: `${t('inbox:resolve')}: ${t(`inbox:outcome.${outcome}`)}`,
                  group: t('inbox:keys_case'),
                  run: () => resolve(outcome),
                })),
              ]
            : [
                {
                  id: 'reopen',
                  title: t('inbox:reopen'),
                  group: t('inbox:keys_case'),
                  run: () => void actions.reopen(id),
                },
              ]),
          {
            id: 'assign-me',
            title: t('inbox:assign_me'),
            group: t('inbox:keys_case'),
            keys: 'm',
            run: () => void actions.assign(id, me),
          },
          {
            id: 'unassign',
            title: t('inbox:unassign'),
            group: t('inbox:keys_case'),
            run: () => void actions.assign(id, null),
          },
          { id: 'snooze', title: t('inbox:snooze'), group: t('inbox:keys_case'), keys: 's', run: () => ask('snooze') },
          {
            id: 'follow-up',
            title: t('inbox:follow_up'),
            group: t('inbox:keys_case'),
            keys: 'f',
            run: () => ask('follow_up'),
          },
          {
            id: 'hand-over',
            title: t('inbox:hand_over.title'),
            group: t('inbox:keys_case'),
            keys: 'h',
            run: () => ask('hand_over'),
          },
          ...(['merge', 'link', 'move'] as const).map((how) => ({
            id: how,
            title: t(`inbox:join.${how}`),
            group: t('inbox:keys_case'),
            run: () => ask(how),
          })),
          { id: 'print', title: t('inbox:print'), group: t('inbox:keys_case'), run: () => void print() },
          {
            id: 'wait-third',
            title: t('inbox:wait_on_third_party'),
            group: t('inbox:keys_case'),
            run: () => void actions.wait(id, 'third_party'),
          },
          {
            id: 'wait-patient',
            title: t('inbox:wait_on_patient'),
            group: t('inbox:keys_case'),
            run: () => void actions.wait(id, 'patient'),
          },
          {
            id: 'urgent',
            title: `${t('inbox:priority_label')}: ${t('inbox:priority.urgent')}`,
            group: t('inbox:keys_case'),
            run: () => void actions.priority(id, 'urgent'),
          },
        ]
      : [],
  );

  return (
    <section className={styles.conversation} aria-label={t('inbox:conversation')}>
      {one ? (
        <>
          <CaseHeader
            one={one}
            actions={actions}
            may_write={may_write}
            menu={menu}
            on_menu={set_menu}
            on_resolve={resolve}
            on_snooze={() => ask('snooze')}
            on_follow_up={() => ask('follow_up')}
            on_join={ask}
            on_hand_over={() => ask('hand_over')}
            on_print={() => void print()}
            on_back={on_back}
            panel_open={panel_open}
            on_panel={on_panel}
          />
          <PrintHead one={one} complete={!query.hasNextPage} />
          <WaitLedger one={one} />
          <CaseLinks one={one} actions={actions} may_write={may_write} />
        </>
      ) : (
        <HeaderSkeleton />
      )}
      <Stream
        on_open={on_reopen}
        key={message_id}
        at={message_id}
        query={query}
        actions={actions}
        may_write={may_write}
        linked_case_id={one?.linked_case_id ?? null}
      />
      {one && may_write && (
        <Suspense fallback={<Skeleton height={148} style={{ margin: '0 20px 16px', width: 'auto' }} />}>
          <Composer
            one={one}
            messages={query.messages}
            actions={actions}
            handle={composer}
            wanted={wanted}
            on_sent={(resolved) => resolved && on_done(id)}
          />
        </Suspense>
      )}
      <Suspense fallback={<Opening />}>
        {asking === 'snooze' && (
          <WhenDialog
            title={t('inbox:snooze_title')}
            hint={t('inbox:snooze_hint')}
            on_close={() => ask(undefined)}
            on_choose={(when) => {
              ask(undefined);
              on_done(id);
              void actions.snooze(id, when.toISOString(), () => on_reopen(id));
            }}
          />
        )}
        {one && (asking === 'merge' || asking === 'link' || asking === 'move') && (
          <JoinDialog one={one} how={asking} actions={actions} on_close={() => ask(undefined)} on_open={on_reopen} />
        )}
        {one && asking === 'hand_over' && (
          <HandOverDialog one={one} actions={actions} on_close={() => ask(undefined)} />
        )}
        {asking === 'follow_up' && (
          <WhenDialog
            title={t('inbox:follow_up_title')}
            hint={t('inbox:follow_up_hint')}
            on_close={() => ask(undefined)}
            on_choose={(when) => {
              ask(undefined);
              void actions.follow_up(id, local_text(when));
            }}
            clear_label={one?.follow_up ? t('inbox:follow_up_clear') : undefined}
            on_clear={
              one?.follow_up
                ? () => {
                    ask(undefined);
                    void actions.follow_up(id, null);
                  }
                : undefined
            }
          />
        )}
      </Suspense>
    </section>
  );
}
