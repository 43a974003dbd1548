import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { api, call } from '@/api/client';
import { useText } from '@/i18n';
import { short_time, Tag } from '@/ui';
import styles from './case_picker.module.css';
import form from './form_dialog.module.css';
import type { Case } from './queries';

export interface CaseChoice {
  id: number;
  number: number;
  title: string;
  name: string;
  state: string;
  at: string;
}

/** Cases of the same person, until words are typed; then what is found for them. */
function useChoices(one: Case, text: string): { choices: CaseChoice[]; busy: boolean } {
  const [query, set_query] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => set_query(text.trim()), 160);
    return () => clearTimeout(timer);
  }, [text]);
  const patient_id = one.patient?.id ?? one.sender?.id;
  const near = useQuery({
    queryKey: ['case-picker', 'of', patient_id],
    queryFn: ({ signal }) =>
      call(api.GET('/api/cases', { params: { query: { view: 'all', patient_id, limit: 20 } }, signal })),
    enabled: patient_id !== undefined,
    gcTime: 30_000,
  });
  const found = useQuery({
    queryKey: ['case-picker', query],
    queryFn: ({ signal }) =>
      call(api.POST('/api/search', { body: { query, kinds: ['case', 'message', 'note'], limit: 20 }, signal })),
    enabled: query.length >= 2,
    gcTime: 30_000,
  });
  const searching = query.length >= 2;
  const all = searching
    ? (found.data?.items ?? []).flatMap((hit) =>
        hit.case_id === null
          ? []
          : [
              {
                id: hit.case_id,
                number: hit.case_number ?? 0,
                title: hit.title,
                name: hit.patient?.display_name ?? '',
                state: hit.state ?? 'open',
                at: hit.happened_at,
              },
            ],
      )
    : (near.data?.items ?? []).map((row) => ({
        id: row.id,
        number: row.number,
        title: row.title || row.preview,
        name: row.patient?.display_name ?? row.sender?.display_name ?? '',
        state: row.state,
        at: row.last_message_at ?? row.opened_at,
      }));
  const once = all.filter((row, i) => row.id !== one.id && all.findIndex((other) => other.id === row.id) === i);
  return { choices: once.slice(0, 8), busy: searching ? found.isFetching || query !== text.trim() : near.isFetching };
}

/** Finds a case as one types; those of the same person are offered first. */
export function CasePicker({
  one,
  chosen,
  on_choose,
}: {
  one: Case;
  chosen: CaseChoice | null;
  on_choose: (choice: CaseChoice | null) => void;
}) {
  const { t, language } = useText();
  const [text, set_text] = useState('');
  const { choices, busy } = useChoices(one, text);
  const id = useId();
  const at = choices.findIndex((choice) => choice.id === chosen?.id);
  const on_key = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || choices.length === 0) return;
    event.preventDefault();
    on_choose(
      choices[at < 0 ? (step > 0 ? 0 : choices.length - 1) : (at + step + choices.length) % choices.length] ?? null,
    );
  };
  return (
    <div className={styles.picker}>
      <label htmlFor={id}>{t('inbox:join.case')}</label>
      <input
        id={id}
        data-autofocus
        className={form.input}
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={at >= 0 ? `${id}-${chosen?.id}` : undefined}
        value={text}
        autoComplete="off"
        placeholder={t('inbox:join.find')}
        onChange={(event) => {
          set_text(event.currentTarget.value);
          on_choose(null);
        }}
        onKeyDown={on_key}
      />
      <div id={`${id}-list`} role="listbox" aria-label={t('inbox:join.case')} className={styles.list} aria-busy={busy}>
        {choices.map((choice) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the combobox's
          <div
            key={choice.id}
            id={`${id}-${choice.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={choice.id === chosen?.id}
            className={styles.option}
            onClick={() => on_choose(choice)}
          >
            <span className={styles.title}>
              <bdi>{choice.title || t('inbox:no_subject')}</bdi>
              <span className={styles.sub}>
                {t('inbox:case_number', { number: choice.number })} · {choice.name} · {short_time(choice.at, language)}
              </span>
            </span>
            {choice.state === 'resolved' && <Tag>{t('inbox:view.resolved')}</Tag>}
          </div>
        ))}
        {choices.length === 0 && (
          <p className={styles.none} role="status">
            {t(busy ? 'app:palette_searching' : text ? 'app:palette_none' : 'inbox:join.no_other')}
          </p>
        )}
      </div>
    </div>
  );
}
