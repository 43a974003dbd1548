import { useQueryClient } from '@tanstack/react-query';
import { useMediaQuery } from '@mantine/hooks';
import { IconPencilPlus } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { in_background } from '@/api/client';
import { live } from '@/api/live';
import { useMay, useSession } from '@/api/session';
import { useText } from '@/i18n';
import { announce, IconButton, useCommands, useKeys } from '@/ui';
import { useCaseActions } from './actions';
import type { RowVerb } from './case_row';
import { CaseList, useRows } from './case_list';
import { Conversation, NoCase } from './conversation';
import styles from './inbox.module.css';
import { moments } from './moments';
import { case_query, counts_query, type Row, rows_key } from './queries';
import { type Place, Views } from './views';
import { who } from './words';

const NewCaseDialog = lazy(() => import('./new_case').then((m) => ({ default: m.NewCaseDialog })));

interface Props {
  place: Place;
  case_id: number | null;
  on_go: (place: Place, case_id: number | null) => void;
  href: (place: Place, case_id: number) => string;
  on_search: () => void;
  /** The patient beside the conversation, composed by the app. */
  panel: (case_id: number, close: () => void) => ReactNode;
}

const go_keys: [string, Place['view']][] = [
  ['g m', 'mine'],
  ['g w', 'longest_waiting'],
  ['g u', 'unassigned'],
  ['g f', 'follow_ups'],
  ['g a', 'all'],
  ['g z', 'snoozed'],
  ['g d', 'resolved'],
];

/** Refetches what is on screen when the live channel says a case changed; many changes at once become one refetch. */
function useLiveCases(case_id: number | null): void {
  const client = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ids = new Map<number, number>();
    const flush = () => {
      timer = undefined;
      const changed = new Map(ids);
      ids.clear();
      void in_background(async () => {
        const work: Promise<unknown>[] = [
          client.invalidateQueries({ queryKey: rows_key }),
          client.invalidateQueries({ queryKey: counts_query.queryKey }),
        ];
        for (const [id, version] of changed) {
          const key = case_query(id).queryKey;
          const have = client.getQueryData(key);
          if (have && have.version >= version && id !== case_id) continue;
          work.push(
            client.invalidateQueries({ queryKey: key }),
            client.invalidateQueries({ queryKey: ['messages', id] }),
          );
        }
        await Promise.all(work);
      });
    };
    const off = live.changes((change) => {
      if (change.kind !== 'case') return;
      ids.set(change.id, change.version);
      timer ??= setTimeout(flush, 150);
    });
    return () => {
      clearTimeout(timer);
      off();
    };
  }, [client, case_id]);
}

/** Says once when somebody's message arrives in the list on screen. */
function useArrivals(rows: Row[], case_id: number | null): void {
  const { t } = useText();
  const known = useRef<Map<number, string | null> | undefined>(undefined);
  useEffect(() => {
    const before = known.current;
    known.current = new Map(rows.map((row) => [row.id, row.last_message_at]));
    if (!before || before.size === 0) return;
    const fresh = rows.filter(
      (row) =>
        row.unread &&
        row.waiting_on === 'clinic' &&
        row.id !== case_id &&
        (before.get(row.id) ?? '') < (row.last_message_at ?? ''),
    );
    if (fresh.length === 1 && fresh[0])
      announce(t('inbox:announce_single', { name: who(fresh[0]) || t('inbox:unknown_sender') }));
    else if (fresh.length > 1) announce(t('inbox:announce_many', { count: fresh.length }));
  }, [rows, case_id, t]);
}

export function Inbox({ place, case_id, on_go, href, on_search, panel }: Props) {
  const { t } = useText();
  const me = useSession()?.user?.id ?? 0;
  const may_write = useMay('cases_write');
  const actions = useCaseActions();
  const query = useRows(place);
  const { rows } = query;
  const list = useRef<HTMLOListElement>(null);
  const [cursor_id, set_cursor] = useState<number | null>(null);
  const [panel_open, set_panel] = useState(() => localStorage.getItem('auricle.panel') !== 'closed');
  const [panel_over, set_panel_over] = useState(false);
  const [creating, create] = useState(false);
  const narrow = useMediaQuery('(max-width: 1180px)', undefined, { getInitialValueInEffect: false }) ?? false;
  useLiveCases(case_id);
  useArrivals(rows, case_id);

  useEffect(() => {
    document.title = `${t(`inbox:view.${place.view}`)} · Auricle`;
  }, [t, place.view]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another case starts with the panel folded
  useEffect(() => set_panel_over(false), [case_id]);

  const current = case_id ?? cursor_id;
  const cursor = useMemo(() => (current === null ? -1 : rows.findIndex((row) => row.id === current)), [rows, current]);
  const open = useCallback(
    (id: number | null) => {
      if (id !== null) set_cursor(id);
      on_go(place, id);
    },
    [on_go, place],
  );

  // Where one was, so that "next" works although the resolved case has left the list.
  const last_index = useRef(0);
  if (cursor >= 0) last_index.current = cursor;
  const move = (step: number) => {
    if (rows.length === 0) return;
    const from = cursor >= 0 ? cursor : step > 0 ? -1 : rows.length;
    const row = rows[Math.min(rows.length - 1, Math.max(0, from + step))];
    if (!row) return;
    if (case_id === null) set_cursor(row.id);
    else open(row.id);
    const link = list.current?.querySelector<HTMLElement>(`[data-case="${row.id}"]`);
    if (link && (list.current?.contains(document.activeElement) || document.activeElement === document.body))
      link.focus({ preventScroll: true });
  };
  const done = (id: number) => {
    const index = rows.findIndex((row) => row.id === id);
    if (id !== case_id) return;
    const next = rows[index + 1] ?? rows[index - 1];
    open(next && window.innerWidth > 720 ? next.id : null);
  };
  const on_verb = (verb: RowVerb, row: Row) => {
    const tomorrow = moments().find((one) => one.key === 'tomorrow' || one.key === 'monday')?.when ?? new Date();
    if (verb === 'open') open(row.id);
    else if (verb === 'resolve') {
      done(row.id);
      void actions.resolve(row.id, undefined, row.id === case_id ? () => open(row.id) : undefined);
    } else if (verb === 'assign_me') void actions.assign(row.id, me);
    else if (verb === 'unread') void actions.unread(row.id);
    else if (row.state === 'snoozed') void actions.snooze(row.id, null);
    else {
      done(row.id);
      void actions.snooze(row.id, tomorrow.toISOString());
    }
  };
  const fold_panel = () => {
    if (narrow) set_panel_over(!panel_over);
    else {
      localStorage.setItem('auricle.panel', panel_open ? 'closed' : 'open');
      set_panel(!panel_open);
    }
  };
  const list_keys = t('inbox:keys_list');
  useKeys([
    { keys: 'j', label: t('inbox:key_next'), group: list_keys, run: () => move(1) },
    { keys: 'k', label: t('inbox:key_previous'), group: list_keys, run: () => move(-1) },
    {
      keys: 'Enter',
      label: t('inbox:key_open'),
      group: list_keys,
      run: () => {
        const row = rows[Math.max(0, cursor)];
        if (row && case_id === null) open(row.id);
      },
    },
    {
      keys: 'Escape',
      label: t('inbox:key_close'),
      group: list_keys,
      run: () => {
        if (panel_over) set_panel_over(false);
        else if (case_id !== null) open(null);
      },
    },
    { keys: 'c', label: t('inbox:new_case'), group: list_keys, run: () => may_write && create(true) },
    ...go_keys.map(([keys, view]) => ({
      keys,
      label: t(`inbox:view.${view}`),
      group: t('app:keys_go'),
      run: () => on_go({ view }, null),
    })),
  ]);
  useKeys(
    [
      { keys: 'ArrowDown', label: '', group: '', hidden: true, run: () => move(1) },
      { keys: 'ArrowUp', label: '', group: '', hidden: true, run: () => move(-1) },
    ],
    case_id === null,
  );
  useKeys(
    [
      {
        keys: 'e',
        label: t('inbox:resolve'),
        group: list_keys,
        hidden: true,
        run: () => {
          const row = rows[cursor];
          if (row && row.state !== 'resolved') on_verb('resolve', row);
        },
      },
      {
        keys: 'm',
        label: t('inbox:assign_me'),
        group: list_keys,
        hidden: true,
        run: () => {
          const row = rows[cursor];
          if (row) on_verb('assign_me', row);
        },
      },
      {
        keys: 'u',
        label: t('inbox:mark_unread'),
        group: list_keys,
        hidden: true,
        run: () => {
          const row = rows[cursor];
          if (row) on_verb('unread', row);
        },
      },
    ],
    case_id === null && may_write,
  );
  useCommands([
    ...(may_write
      ? [{ id: 'new-case', title: t('inbox:new_case'), group: t('inbox:title'), keys: 'c', run: () => create(true) }]
      : []),
    ...go_keys.map(([keys, view]) => ({
      id: `view-${view}`,
      title: `${t('inbox:title')}: ${t(`inbox:view.${view}`)}`,
      group: t('inbox:title'),
      keys,
      run: () => on_go({ view }, null),
    })),
  ]);

  const new_case = may_write && (
    <IconButton label={t('inbox:new_case')} keys="c" onClick={() => create(true)}>
      <IconPencilPlus size={18} stroke={1.5} />
    </IconButton>
  );
  return (
    <main
      className={`${styles.inbox} ${case_id === null ? styles.without_case : styles.with_case} ${panel_open ? '' : styles.panel_closed} ${panel_over ? styles.panel_over : ''}`}
    >
      <div className={styles.views}>
        <Views place={place} on_go={(next) => on_go(next, null)} on_search={on_search} />
      </div>
      <div className={styles.list}>
        <CaseList
          place={place}
          query={query}
          open_id={case_id}
          cursor={cursor}
          me={me}
          on_verb={on_verb}
          on_go={(next) => on_go(next, null)}
          list_ref={list}
          href={(row) => href(place, row.id)}
          new_case={new_case}
        />
      </div>
      <div className={styles.pane}>
        {case_id === null ? (
          <NoCase />
        ) : (
          <Conversation
            id={case_id}
            actions={actions}
            on_back={() => open(null)}
            on_done={done}
            on_reopen={open}
            panel_open={narrow ? panel_over : panel_open}
            on_panel={fold_panel}
          />
        )}
      </div>
      {case_id !== null && (narrow ? panel_over : panel_open) && (
        <div className={styles.panel}>{panel(case_id, fold_panel)}</div>
      )}
      <Suspense fallback={null}>
        {creating && (
          <NewCaseDialog
            on_close={() => create(false)}
            on_created={(id) => {
              create(false);
              on_go({ view: 'mine' }, id);
            }}
          />
        )}
      </Suspense>
    </main>
  );
}
