import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas, take_back } from '@/api/client';
import { known_text, useText } from '@/i18n';
import { toast } from '@/ui';
import { failed, refresh_lists } from './actions';
import type { Row } from './queries';

type Changes = Schemas['BulkChanges']['changes'];
type Done = Schemas['BulkDone'];
export type BulkChange = Omit<Changes[number], 'case_id'> & {
  action: 'assign' | 'topic' | 'priority' | 'snooze' | 'resolve';
};
const most = 200; // cases in one request

/** One change of many cases by one request; said once and taken back as one. */
export function useBulk() {
  const client = useQueryClient();
  const { t } = useText();
  const [busy, set_busy] = useState(false);
  const refresh = () => {
    refresh_lists(client);
    for (const key of ['case', 'messages']) void client.invalidateQueries({ queryKey: [key] });
  };
  const report = (all: Done[]) => {
    const refused = all.flatMap((done) => done.items).filter((one) => one.error);
    const reason = known_text(refused[0]?.error) ?? '';
    if (refused.length > 0) toast(t('inbox:bulk.failed', { count: refused.length, reason }), { tone: 'failed' });
  };
  const back = async (undos: Schemas['CaseUndo'][]) => {
    try {
      const all: Done[] = [];
      for (const undo of undos) all.push((await take_back(undo)) as Done);
      report(all);
    } catch (error) {
      failed(error);
    }
    refresh();
  };
  const run = async (rows: readonly Row[], change: BulkChange) => {
    set_busy(true);
    const all: Done[] = [];
    try {
      for (let from = 0; from < rows.length; from += most) {
        const changes = rows.slice(from, from + most).map((row) => ({ ...change, case_id: row.id }));
        all.push(await call(api.POST('/api/cases/bulk', { body: { changes } })));
      }
    } catch (error) {
      failed(error);
    }
    const count = all.flatMap((done) => done.items).filter((one) => one.changed).length;
    const undos = all.flatMap((done) => done.undo ?? []);
    const text = t(`inbox:bulk.said_${change.action}`, { count });
    if (count > 0) toast(text, { undo: undos.length > 0 ? () => void back(undos) : undefined });
    report(all);
    set_busy(false);
    refresh();
  };
  return { run, busy };
}
