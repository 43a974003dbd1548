import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { in_background } from '@/api/client';
import { live } from '@/api/live';
import { useSession } from '@/api/session';
import { type TabWord, useTabs } from '@/api/tabs';
import { useText } from '@/i18n';
import { announce } from '@/ui';
import { case_query, counts_query, patch_case, type Row, rows_key } from './queries';
import { who } from './words';

/** Refetches what is on screen when the live channel says a case changed; many changes at once become one refetch. */
export function useLiveCases(case_id: number | null): void {
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
    /** The open case says whose address it is and whether anything arrives there. */
    const concerns = (person: number) => {
      const open = case_id === null ? undefined : client.getQueryData(case_query(case_id).queryKey);
      return open?.conversations.some((one) => one.contact_point?.person_id === person);
    };
    const off = live.changes((change) => {
      if (change.kind === 'patient' && case_id !== null && concerns(change.id))
        ids.set(case_id, Number.POSITIVE_INFINITY);
      else if (change.kind === 'case') ids.set(change.id, change.version);
      else return;
      timer ??= setTimeout(flush, 150);
    });
    return () => {
      clearTimeout(timer);
      off();
    };
  }, [client, case_id]);
}

/** Time alone puts cases at risk: nothing tells of it, so one looks again now and then. */
export function useRiskRefresh(): void {
  const client = useQueryClient();
  useEffect(() => {
    const look = () => {
      if (document.hidden) return;
      void in_background(() =>
        Promise.all([
          client.invalidateQueries({ queryKey: [...rows_key, 'at_risk'] }),
          client.invalidateQueries({ queryKey: counts_query.queryKey }),
        ]),
      );
    };
    const timer = setInterval(look, 60_000);
    return () => clearInterval(timer);
  }, [client]);
}

/** What I read in one tab is read in the others. */
export function useReadElsewhere(): void {
  const client = useQueryClient();
  const me = useSession()?.user?.id ?? 0;
  const on_word = useCallback(
    (word: TabWord) => {
      if (word.kind !== 'read') return;
      patch_case(client, word.case_id, { unread: word.unread }, me);
      void in_background(() => client.invalidateQueries({ queryKey: counts_query.queryKey }));
    },
    [client, me],
  );
  useTabs(on_word);
}

/** Says once when somebody's message arrives in the list on screen. */
export function useArrivals(rows: Row[], case_id: number | null): void {
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
