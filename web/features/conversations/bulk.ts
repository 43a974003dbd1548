import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, api, call, type Schemas, take_back } from '@/api/client';
import { useSession } from '@/api/session';
import { problem_text, useText } from '@/i18n';
import { toast } from '@/ui';
import { type Outcome, type Priority, refresh_lists } from './actions';
import { put_case, type Row } from './queries';

export type BulkChange =
  | { what: 'assign'; assignee_id: number | null }
  | { what: 'topic'; topic: string | null }
  | { what: 'priority'; priority: Priority }
  | { what: 'snooze'; until: string }
  | { what: 'resolve'; outcome?: Outcome };

type Changed = Schemas['CaseChanged'];

function request(id: number, change: BulkChange): Promise<Changed> {
  const params = { path: { id } };
  switch (change.what) {
    case 'assign':
      return call(api.POST('/api/cases/{id}/assign', { params, body: { assignee_id: change.assignee_id } }));
    case 'topic':
      return call(api.POST('/api/cases/{id}/topic', { params, body: { topic: change.topic } }));
    case 'priority':
      return call(api.POST('/api/cases/{id}/priority', { params, body: { priority: change.priority } }));
    case 'snooze':
      return call(api.POST('/api/cases/{id}/snooze', { params, body: { until: change.until } }));
    case 'resolve': {
      const body = change.outcome ? { outcome: change.outcome } : {};
      return call(api.POST('/api/cases/{id}/resolve', { params, body }));
    }
  }
}

/** A few at a time, in order; what fails does not stop the rest. */
async function each<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<unknown[]> {
  const errors: unknown[] = [];
  const queue = list.values();
  const run = async () => {
    for (const one of queue) {
      try {
        await work(one);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: 4 }, run));
  return errors;
}

/** One change of many cases, said once and taken back as one. */
export function useBulk() {
  const client = useQueryClient();
  const me = useSession()?.user?.id ?? 0;
  const { t } = useText();
  const [busy, set_busy] = useState(false);

  const report = (errors: unknown[]) => {
    const first = errors[0];
    if (first === undefined) return;
    if (!(first instanceof ApiError)) throw first;
    toast(t('inbox:bulk.failed', { count: errors.length, reason: problem_text(first.problem) }), { tone: 'failed' });
  };
  const apply = async (answers: Changed[], work: (one: Changed) => Promise<Changed>) => {
    const errors = await each(answers, async (one) => put_case(client, (await work(one)).case, me));
    refresh_lists(client);
    void client.invalidateQueries({ queryKey: ['messages'] });
    report(errors);
  };
  const run = async (rows: readonly Row[], change: BulkChange) => {
    set_busy(true);
    const done: Changed[] = [];
    const errors = await each(rows, async (row) => {
      const answer = await request(row.id, change);
      put_case(client, answer.case, me);
      done.push(answer);
    });
    set_busy(false);
    refresh_lists(client);
    void client.invalidateQueries({ queryKey: ['messages'] });
    const back = done.filter((one) => one.undo);
    const undo = () => void apply(back, async (one) => (await take_back(one.undo as Schemas['CaseUndo'])) as Changed);
    if (done.length > 0)
      toast(t(`inbox:bulk.said_${change.what}`, { count: done.length }), { undo: back.length > 0 ? undo : undefined });
    report(errors);
  };
  return { run, busy };
}
