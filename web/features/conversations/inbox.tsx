import { useMediaQuery } from '@mantine/hooks';
import { IconPencilPlus } from '@tabler/icons-react';
import {
  lazy,
  type ReactNode,
  type RefObject,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useMay, useSession } from '@/api/session';
import { useText } from '@/i18n';
import { IconButton, useCommands, useKeys, Opening } from '@/ui';
import { type CaseActions, useCaseActions } from './actions';
import { CaseList, useRows } from './case_list';
import type { RowVerb } from './case_row';
import { Conversation, NoCase } from './conversation';
import styles from './inbox.module.css';
import { useArrivals, useLiveCases, useReadElsewhere, useRiskRefresh } from './live_cases';
import { moments } from './moments';
import { type Picked, usePicked } from './picked';
import type { Place } from './place';
import type { Row } from './queries';
import { Views } from './views';

const NewCaseDialog = lazy(() => import('./new_case').then((m) => ({ default: m.NewCaseDialog })));

interface Props {
  place: Place;
  case_id: number | null;
  /** The message to open at: what a search found. */
  message_id?: number;
  on_go: (place: Place, case_id: number | null) => void;
  href: (place: Place, case_id: number) => string;
  on_search: () => void;
  /** What an inbox says that cannot fill yet. */
  empty?: ReactNode;
  /** The patient beside the conversation, composed by the app. */
  panel: (case_id: number, close: () => void) => ReactNode;
}

const go_keys: [string, Place['view']][] = [
  ['g m', 'mine'],
  ['g w', 'longest_waiting'],
  ['g r', 'at_risk'],
  ['g u', 'unassigned'],
  ['g f', 'follow_ups'],
  ['g a', 'all'],
  ['g z', 'snoozed'],
  ['g d', 'resolved'],
];

type Open = (id: number | null) => void;

/** Where one is in the list: the open case, or the row the keys stand on. */
function useCursor(rows: Row[], case_id: number | null, list: RefObject<HTMLOListElement | null>, open: Open) {
  const [cursor_id, set_cursor] = useState<number | null>(null);
  const current = case_id ?? cursor_id;
  const cursor = useMemo(() => (current === null ? -1 : rows.findIndex((row) => row.id === current)), [rows, current]);
  useEffect(() => {
    if (case_id !== null) set_cursor(case_id);
  }, [case_id]);
  // Where one was, so that "next" works although the resolved case has left the list.
  const last_index = useRef(0);
  if (cursor >= 0) last_index.current = cursor;
  const move = (step: number): Row | undefined => {
    const from = cursor >= 0 ? cursor : step > 0 ? last_index.current - 1 : rows.length;
    const row = rows[Math.min(rows.length - 1, Math.max(0, from + step))];
    if (!row) return undefined;
    if (case_id === null) set_cursor(row.id);
    else open(row.id);
    const link = list.current?.querySelector<HTMLElement>(`[data-case="${row.id}"]`);
    if (link && (list.current?.contains(document.activeElement) || document.activeElement === document.body))
      link.focus({ preventScroll: true });
    return row;
  };
  return { cursor, move };
}

/** What a row's own verbs do; the case one works on gives way to the next. */
function useVerbs(rows: Row[], case_id: number | null, actions: CaseActions, open: Open) {
  const me = useSession()?.user?.id ?? 0;
  const done = (id: number) => {
    const index = rows.findIndex((row) => row.id === id);
    if (id !== case_id) return;
    const next = rows[index + 1] ?? rows[index - 1];
    open(next && window.innerWidth > 720 ? next.id : null);
  };
  const verb = (what: RowVerb, row: Row) => {
    const tomorrow = moments().find((one) => one.key === 'tomorrow' || one.key === 'monday')?.when ?? new Date();
    if (what === 'open') open(row.id);
    else if (what === 'resolve') {
      done(row.id);
      void actions.resolve(row.id, undefined, row.id === case_id ? () => open(row.id) : undefined);
    } else if (what === 'assign_me') void actions.assign(row.id, me);
    else if (what === 'unread') void actions.unread(row.id);
    else if (row.state === 'snoozed') void actions.snooze(row.id, null);
    else {
      done(row.id);
      void actions.snooze(row.id, tomorrow.toISOString());
    }
  };
  return { done, verb };
}

/** The patient's panel: beside the case, or over it where there is little room. */
function usePanel(case_id: number | null) {
  const [beside, set_beside] = useState(() => localStorage.getItem('auricle.panel') !== 'closed');
  const [over, set_over] = useState(false);
  const narrow = useMediaQuery('(max-width: 1180px)', undefined, { getInitialValueInEffect: false }) ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another case starts with the panel folded
  useEffect(() => set_over(false), [case_id]);
  const fold = () => {
    if (narrow) set_over(!over);
    else {
      localStorage.setItem('auricle.panel', beside ? 'closed' : 'open');
      set_beside(!beside);
    }
  };
  return { beside, over, shown: narrow ? over : beside, fold };
}

interface KeysOf {
  rows: Row[];
  case_id: number | null;
  cursor: number;
  move: (step: number) => Row | undefined;
  open: Open;
  verb: (what: RowVerb, row: Row) => void;
  picked: Picked;
  panel: ReturnType<typeof usePanel>;
  on_go: (place: Place) => void;
  on_new: () => void;
}

/** Keys that move about the list; those of the chosen row only while no case is open. */
function useListKeys({ rows, case_id, cursor, move, open, verb, picked, panel, on_go, on_new }: KeysOf) {
  const { t } = useText();
  const may_write = useMay('cases_write');
  const group = t('inbox:keys_list');
  const here = rows[Math.max(0, cursor)];
  const also = (step: number) => {
    if (here && !picked.ids.has(here.id)) picked.toggle(here.id);
    const row = move(step);
    if (row && !picked.ids.has(row.id)) picked.toggle(row.id);
  };
  const close = () => (panel.over ? panel.fold() : case_id !== null && open(null));
  useKeys([
    { keys: 'j', label: t('inbox:key_next'), group, run: () => void move(1) },
    { keys: 'k', label: t('inbox:key_previous'), group, run: () => void move(-1) },
    { keys: 'Enter', label: t('inbox:key_open'), group, run: () => here && case_id === null && open(here.id) },
    { keys: 'Escape', label: t('inbox:key_close'), group, run: close },
    ...go_keys.map(([keys, view]) => ({
      keys,
      label: t(`inbox:view.${view}`),
      group: t('app:keys_go'),
      run: () => on_go({ view }),
    })),
  ]);
  useKeys(
    [
      { keys: 'c', label: t('inbox:new_case'), group, run: on_new },
      { keys: 'x', label: t('inbox:bulk.key_pick'), group, run: () => here && picked.toggle(here.id) },
      { keys: 'Shift+j', label: t('inbox:bulk.key_extend'), group, run: () => also(1) },
      { keys: 'Shift+k', label: '', group, hidden: true, run: () => also(-1) },
      { keys: '*', label: t('inbox:bulk.key_all'), group, run: picked.all },
    ],
    may_write,
  );
  useKeys(
    [
      { keys: 'ArrowDown', label: '', group: '', hidden: true, run: () => void move(1) },
      { keys: 'ArrowUp', label: '', group: '', hidden: true, run: () => void move(-1) },
    ],
    case_id === null,
  );
  const on_row = (what: RowVerb) => () => cursor >= 0 && here && verb(what, here);
  useKeys(
    [
      {
        keys: 'e',
        label: t('inbox:resolve'),
        group,
        hidden: true,
        run: () => here?.state !== 'resolved' && on_row('resolve')(),
      },
      { keys: 'm', label: t('inbox:assign_me'), group, hidden: true, run: on_row('assign_me') },
      { keys: 'u', label: t('inbox:mark_unread'), group, hidden: true, run: on_row('unread') },
    ],
    case_id === null && may_write,
  );
}

function useListCommands(picked: Picked, on_go: (place: Place) => void, on_new: () => void) {
  const { t } = useText();
  const may_write = useMay('cases_write');
  const group = t('inbox:title');
  useCommands([
    ...(may_write
      ? [
          { id: 'new-case', title: t('inbox:new_case'), group, keys: 'c', run: on_new },
          { id: 'pick-all', title: t('inbox:bulk.key_all'), group, keys: '*', run: picked.all },
        ]
      : []),
    ...go_keys.map(([keys, view]) => ({
      id: `view-${view}`,
      title: `${group}: ${t(`inbox:view.${view}`)}`,
      group,
      keys,
      run: () => on_go({ view }),
    })),
  ]);
}

/** Views, the list of cases, the case, the patient: everything one needs to answer. */
export function Inbox({ place, case_id, message_id, on_go, href, on_search, panel, empty }: Props) {
  const { t } = useText();
  const me = useSession()?.user?.id ?? 0;
  const may_write = useMay('cases_write');
  const actions = useCaseActions();
  const query = useRows(place);
  const { rows } = query;
  const list = useRef<HTMLOListElement>(null);
  const [creating, create] = useState(false);
  const open = useCallback((id: number | null) => on_go(place, id), [on_go, place]);
  const { cursor, move } = useCursor(rows, case_id, list, open);
  const { done, verb } = useVerbs(rows, case_id, actions, open);
  const side = usePanel(case_id);
  const picked = usePicked(rows);
  const go = (to: Place) => {
    picked.clear();
    on_go(to, null);
  };
  const on_new = () => create(true);
  useLiveCases(case_id);
  useReadElsewhere();
  useRiskRefresh();
  useArrivals(rows, case_id);
  useListKeys({ rows, case_id, cursor, move, open, verb, picked, panel: side, on_go: go, on_new });
  useListCommands(picked, go, on_new);
  useEffect(() => {
    document.title = `${t(`inbox:view.${place.view}`)} · Auricle`;
  }, [t, place.view]);
  const new_case = may_write && (
    <IconButton label={t('inbox:new_case')} keys="c" onClick={on_new}>
      <IconPencilPlus size={18} stroke={1.5} />
    </IconButton>
  );
  return (
    <main
      className={`${styles.inbox} ${case_id === null ? styles.without_case : styles.with_case} ${side.beside ? '' : styles.panel_closed} ${side.over ? styles.panel_over : ''}`}
    >
      <div className={styles.views}>
        <Views place={place} on_go={go} on_search={on_search} />
      </div>
      <div className={styles.list}>
        <CaseList
          place={place}
          query={query}
          open_id={case_id}
          cursor={cursor}
          me={me}
          picked={may_write ? picked : undefined}
          on_verb={verb}
          on_go={go}
          list_ref={list}
          href={(row) => href(place, row.id)}
          new_case={new_case}
          empty={empty}
        />
      </div>
      <div className={styles.pane}>
        {case_id === null ? (
          <NoCase />
        ) : (
          <Conversation
            id={case_id}
            message_id={message_id}
            actions={actions}
            on_back={() => open(null)}
            on_done={done}
            on_reopen={open}
            panel_open={side.shown}
            on_panel={side.fold}
          />
        )}
      </div>
      {case_id !== null && side.shown && <div className={styles.panel}>{panel(case_id, side.fold)}</div>}
      <Suspense fallback={<Opening />}>
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
