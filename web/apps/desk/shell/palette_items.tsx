import { IconCommand, IconFileText, IconInbox, IconNote, IconUser } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { Avatar, type Command, Kbd, short_time, useCommandList } from '@/ui';
import styles from './palette.module.css';

export interface Item {
  id: string;
  group: string;
  title: ReactNode;
  sub?: ReactNode;
  icon: ReactNode;
  side?: ReactNode;
  run: () => void;
}

const small = { size: 18, stroke: 1.5 };
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function useDebounced(value: string, ms: number): string {
  const [late, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return late;
}

/** Whether results on screen belong to what is typed: to the same words, or to their beginning. */
function useFits(typed: string, query: string, fresh: boolean): boolean {
  const answered = useRef('');
  if (fresh) answered.current = query;
  return typed.length >= 2 && answered.current.length >= 2 && typed.startsWith(answered.current);
}

const kind_icon: Record<Schemas['SearchKind'], ReactNode> = {
  message: <IconFileText {...small} />,
  note: <IconNote {...small} />,
  case: <IconInbox {...small} />,
  patient: <IconUser {...small} />,
};

type Go = ReturnType<typeof useNavigate>;

/** People whose name, number or address fits; nothing while it is not yet the answer to what is typed. */
function usePeople(typed: string, query: string): Schemas['PatientHit'][] {
  const may = useMay('patients_read');
  const people = useQuery({
    queryKey: ['palette', 'people', query],
    queryFn: ({ signal }) => call(api.POST('/api/patients/search', { body: { query, limit: 6 }, signal })),
    enabled: may && query.length >= 2,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 60_000,
  });
  // What was found for other words is not offered: Enter must never open somebody one no longer searches for.
  const fit = useFits(typed, query, people.data !== undefined && !people.isPlaceholderData);
  return useMemo(() => (fit ? (people.data?.items ?? []) : []), [fit, people.data]);
}

function useHits(typed: string, query: string): { hits: Schemas['SearchResult'][]; busy: boolean } {
  const may = useMay('cases_read');
  const cases = useQuery({
    queryKey: ['palette', 'cases', query],
    queryFn: ({ signal }) =>
      call(api.POST('/api/search', { body: { query, kinds: ['case', 'message', 'note'], limit: 8 }, signal })),
    enabled: may && query.length >= 2,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 60_000,
  });
  const fit = useFits(typed, query, cases.data !== undefined && !cases.isPlaceholderData);
  const hits = useMemo(() => (fit ? (cases.data?.items ?? []) : []), [fit, cases.data]);
  return { hits, busy: cases.isFetching };
}

function useWords() {
  const { t, language } = useText();
  const navigate: Go = useNavigate();
  return useMemo(() => {
    const person = (one: Schemas['PatientHit']): Item => ({
      id: `person-${one.id}`,
      group: t('app:palette_people'),
      title: <bdi>{one.display_name}</bdi>,
      sub: [one.contact, one.birth_date].filter(Boolean).join(' · '),
      icon: <Avatar name={one.display_name} size={26} />,
      run: () => void navigate({ to: '/patients/$id', params: { id: String(one.id) } }),
    });
    const hit = (one: Schemas['SearchResult'], case_id: number): Item => ({
      id: `${one.kind}-${one.id}`,
      group: t('app:palette_cases'),
      title: (
        <>
          <bdi>{one.patient?.display_name ?? t('app:palette_unknown')}</bdi>{' '}
          <span className={styles.quiet}>· {one.title || t('app:palette_case', { number: one.case_number })}</span>
        </>
      ),
      sub: one.snippet.map((part, i) =>
        part.hit ? <mark key={i}>{part.text}</mark> : <span key={i}>{part.text}</span>,
      ),
      icon: kind_icon[one.kind],
      side: short_time(one.happened_at, language),
      run: () =>
        void navigate({
          to: '/inbox/$view/$case_id',
          params: { view: one.state === 'resolved' ? 'resolved' : 'all', case_id: String(case_id) },
          search: one.kind === 'message' || one.kind === 'note' ? { message: one.id } : {},
        }),
    });
    const command = (one: Command, alone: boolean): Item => ({
      id: `command-${one.id}`,
      group: alone ? one.group : t('app:palette_commands'),
      title: one.title,
      icon: one.icon ?? <IconCommand {...small} />,
      side: one.keys && <Kbd keys={one.keys} />,
      run: one.run,
    });
    return { person, hit, command };
  }, [t, language, navigate]);
}

/** What fits the words typed: people, then cases, then commands. */
export function usePaletteItems(text: string): { items: Item[]; busy: boolean } {
  const query = useDebounced(text.trim(), 140);
  const commands = useCommandList();
  const deferred = useDeferredValue(text);
  const typed = deferred.trim();
  const people = usePeople(typed, query);
  const { hits, busy } = useHits(typed, query);
  const make = useWords();
  const items = useMemo<Item[]>(() => {
    const words = fold(deferred).split(/\s+/).filter(Boolean);
    const fitting = commands.filter((one) => words.every((word) => fold(one.title).includes(word)));
    return [
      ...people.map(make.person),
      ...hits.flatMap((one) => (one.case_id === null ? [] : [make.hit(one, one.case_id)])),
      ...fitting.slice(0, words.length === 0 ? 14 : 8).map((one) => make.command(one, words.length === 0)),
    ];
  }, [deferred, people, hits, commands, make]);
  return { items, busy: busy || query !== text.trim() };
}
