import { Modal } from '@mantine/core';
import { IconCommand, IconFileText, IconInbox, IconNote, IconSearch, IconUser } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { Avatar, Kbd, short_time, useCommandList } from '@/ui';
import styles from './palette.module.css';

interface Item {
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

/** People, cases and commands. Search text travels in a body, never in a URL. */
export function Palette({ on_close }: { on_close: () => void }) {
  const { t, language } = useText();
  const navigate = useNavigate();
  const may_patients = useMay('patients_read');
  const may_cases = useMay('cases_read');
  const [text, set_text] = useState('');
  const [at, set_at] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const query = useDebounced(text.trim(), 140);
  const commands = useCommandList();
  const deferred = useDeferredValue(text);

  const people = useQuery({
    queryKey: ['palette', 'people', query],
    queryFn: ({ signal }) => call(api.POST('/api/patients/search', { body: { query, limit: 6 }, signal })),
    enabled: may_patients && query.length >= 2,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 60_000,
  });
  const cases = useQuery({
    queryKey: ['palette', 'cases', query],
    queryFn: ({ signal }) =>
      call(api.POST('/api/search', { body: { query, kinds: ['case', 'message', 'note'], limit: 8 }, signal })),
    enabled: may_cases && query.length >= 2,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 60_000,
  });

  // What was found for other words is not offered: Enter must never open somebody one no longer searches for.
  const typed = deferred.trim();
  const people_fit = useFits(typed, query, people.data !== undefined && !people.isPlaceholderData);
  const cases_fit = useFits(typed, query, cases.data !== undefined && !cases.isPlaceholderData);

  const items = useMemo<Item[]>(() => {
    const words = fold(deferred).split(/\s+/).filter(Boolean);
    const fitting = commands.filter((one) => words.every((word) => fold(one.title).includes(word)));
    const found: Item[] = [];
    if (people_fit || cases_fit) {
      for (const one of people_fit ? (people.data?.items ?? []) : []) {
        found.push({
          id: `person-${one.id}`,
          group: t('app:palette_people'),
          title: <bdi>{one.display_name}</bdi>,
          sub: [one.contact, one.birth_date].filter(Boolean).join(' · '),
          icon: <Avatar name={one.display_name} size={26} />,
          run: () => void navigate({ to: '/patients/$id', params: { id: String(one.id) } }),
        });
      }
      for (const one of cases_fit ? (cases.data?.items ?? []) : []) {
        const { case_id } = one;
        if (case_id === null) continue;
        found.push({
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
            }),
        });
      }
    }
    const shown = words.length === 0 ? fitting.slice(0, 14) : fitting.slice(0, 8);
    return [
      ...found,
      ...shown.map((one) => ({
        id: `command-${one.id}`,
        group: words.length === 0 ? one.group : t('app:palette_commands'),
        title: one.title,
        icon: one.icon ?? <IconCommand {...small} />,
        side: one.keys && <Kbd keys={one.keys} />,
        run: one.run,
      })),
    ];
  }, [deferred, people_fit, cases_fit, commands, people.data, cases.data, language, t, navigate]);

  const current = Math.min(at, Math.max(0, items.length - 1));
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  });
  const choose = (item: Item | undefined) => {
    if (!item) return;
    on_close();
    item.run();
  };
  const on_key = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || (event.key === 'n' && event.ctrlKey))
      set_at((current + 1) % Math.max(1, items.length));
    else if (event.key === 'ArrowUp' || (event.key === 'p' && event.ctrlKey))
      set_at((current - 1 + items.length) % Math.max(1, items.length));
    else if (event.key === 'Enter') choose(items[current]);
    else return;
    event.preventDefault();
  };
  const busy = people.isFetching || cases.isFetching || query !== text.trim();
  return (
    <Modal
      opened
      onClose={on_close}
      withCloseButton={false}
      size={620}
      padding={0}
      centered={false}
      yOffset="12vh"
      aria-label={t('app:search')}
      classNames={{ body: styles.body }}
    >
      <div className={styles.field}>
        <IconSearch size={18} stroke={1.5} aria-hidden="true" />
        <input
          data-autofocus
          className={styles.input}
          value={text}
          onChange={(event) => {
            set_text(event.currentTarget.value);
            set_at(0);
          }}
          onKeyDown={on_key}
          placeholder={t('app:palette_placeholder')}
          aria-label={t('app:palette_placeholder')}
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={items[current] ? `palette-${items[current].id}` : undefined}
          autoComplete="off"
          spellCheck={false}
        />
        <Kbd keys="Escape" />
      </div>
      <div
        className={styles.list}
        id="palette-list"
        role="listbox"
        aria-label={t('app:palette_results')}
        ref={list}
        aria-busy={busy}
      >
        {items.map((item, index) => (
          <div key={item.id} role="presentation">
            {item.group !== items[index - 1]?.group && (
              <div className={styles.group} role="presentation">
                {item.group}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the combobox */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: focus stays in the combobox */}
            <div
              id={`palette-${item.id}`}
              role="option"
              aria-selected={index === current}
              className={styles.item}
              onClick={() => choose(item)}
              onMouseMove={() => set_at(index)}
            >
              <span className={styles.icon}>{item.icon}</span>
              <span className={styles.texts}>
                <span className={styles.title}>{item.title}</span>
                {item.sub && <span className={styles.sub}>{item.sub}</span>}
              </span>
              {item.side && <span className={`${styles.side} num`}>{item.side}</span>}
            </div>
          </div>
        ))}
        {items.length === 0 && (
          <p className={styles.none} role="status">
            {busy ? t('app:palette_searching') : t('app:palette_none')}
          </p>
        )}
      </div>
    </Modal>
  );
}
