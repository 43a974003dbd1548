import { useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { Button, toast } from '@/ui';
import { useGo } from '@/ui/link';
import { MatchRow, type PatientMatch } from './match_row';
import { fetch_patient } from './merge';
import styles from './patients.module.css';
import { keep } from './queries';

type NewPatient = Schemas['NewPatient'];

/** Records like what has been typed, a little after the last key; `deps` name what identifies a person. */
export function useMatches(typed: NewPatient | null, deps: unknown[]): PatientMatch[] {
  const [matches, set_matches] = useState<PatientMatch[]>([]);
  const enough = typed !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what identifies a person
  useEffect(() => {
    if (!typed) {
      set_matches([]);
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      const found = await call(api.POST('/api/patients/similar', { body: typed, signal: stop.signal })).catch(
        () => null,
      );
      if (found && !stop.signal.aborted) set_matches(found.items.slice(0, 5));
    }, 300);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [enough, ...deps]);
  return matches;
}

/** "This is them": what was typed and the record does not have yet is added to it. */
export function KnownPersons({ matches, typed }: { matches: PatientMatch[]; typed: NewPatient }) {
  const { t } = useText();
  const client = useQueryClient();
  const go = useGo();
  const choose = async (match: PatientMatch) => {
    for (const point of typed.contact_points ?? []) {
      const before = await fetch_patient(match.id);
      const answer = await api.POST('/api/patients/{id}/contact-points', {
        params: { path: { id: match.id } },
        body: { ...point, preferred: false },
      });
      if (!answer.data) continue;
      keep(client, answer.data);
      const added = answer.data.contact_points.find((one) => !before.contact_points.some((old) => old.id === one.id));
      if (added) toast(t('duplicates:added_to', { value: added.display }));
    }
    go(`/patients/${match.id}`);
  };
  return (
    <ul className={styles.matches}>
      {matches.map((match) => (
        <MatchRow key={match.id} match={match}>
          <Button
            small
            aria-label={t('duplicates:this_is_them_label', { name: match.display_name })}
            onClick={() => void choose(match)}
          >
            {t('duplicates:this_is_them')}
          </Button>
        </MatchRow>
      ))}
    </ul>
  );
}
