import { Checkbox, Progress, SegmentedControl } from '@mantine/core';
import { IconChartBar, IconCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { problem_text, useText } from '@/i18n';
import { Button, button_class, Card, toast } from '@/ui';
import { To } from '@/ui/link';
import styles from './email.module.css';
import { FirstFigures } from './first_figures';
import own from './history.module.css';
import { history_query } from './queries';

type MailHistory = Schemas['MailHistory'];
const spans = [30, 90, 180, 365];

/** What came before the mailbox was connected: taken in as history, so that the figures show it at once. */
export function History({ id }: { id: number }) {
  const { t } = useText();
  const { data } = useQuery(history_query(id));
  if (!data) return null;
  const begun = data.state !== 'none' && data.state !== 'failed';
  return (
    <Card title={t('mail_history:title')} hint={begun ? undefined : t('mail_history:hint')}>
      {!begun ? <Begin history={data} /> : data.state === 'done' ? <Done history={data} /> : <Running history={data} />}
    </Card>
  );
}

/** The same in one line, for the list of mailboxes. */
export function HistoryLine({ id }: { id: number }) {
  const { t } = useText();
  const counts = useCounts();
  const { data } = useQuery(history_query(id));
  if (!data || data.state === 'undoing') return null;
  const at = `/settings/mailboxes/${id}`;
  if (data.state === 'done') return <To href="/figures/yourself">{t('mail_history:figures')}</To>;
  if (data.state === 'none' || data.state === 'failed') {
    return (
      <To href={at} className={own.offer}>
        <IconChartBar size={16} stroke={1.5} aria-hidden /> {t('mail_history:offer')}
      </To>
    );
  }
  return (
    <To href={at} className="num">
      {t(`mail_history:state.${data.state}`, counts(data))}
    </To>
  );
}

/** The counts of a history as one reads them. */
function useCounts(): (history: MailHistory) => Record<'read' | 'found' | 'cases' | 'messages' | 'replies', string> {
  const { language } = useText();
  const whole = new Intl.NumberFormat(language);
  return ({ read, found, cases, messages, replies }) => ({
    read: whole.format(read),
    found: whole.format(found),
    cases: whole.format(cases),
    messages: whole.format(messages),
    replies: whole.format(replies),
  });
}

function useChange(id: number) {
  const client = useQueryClient();
  const path = { params: { path: { id } } };
  const keep = (history: MailHistory) => client.setQueryData(history_query(id).queryKey, history);
  const begin = useMutation({
    mutationFn: (body: Schemas['MailHistoryInput']) => call(api.POST('/api/mailboxes/{id}/history', { ...path, body })),
    onSuccess: keep,
  });
  const undo = useMutation({
    mutationFn: () => call(api.DELETE('/api/mailboxes/{id}/history', path)),
    onSuccess: keep,
  });
  return { begin, undo };
}

function Begin({ history }: { history: MailHistory }) {
  const { t } = useText();
  const [days, set_days] = useState(90);
  const [keep_open, set_keep_open] = useState(false);
  const { begin } = useChange(history.mailbox_id);
  return (
    <div className={styles.fields}>
      {history.state === 'failed' && history.error_key && (
        <p className={styles.fix} role="alert">
          {problem_text({ key: history.error_key, detail: '', title: '' })}
        </p>
      )}
      {history.kept > 0 && <p className={styles.hint}>{t('mail_history:kept', { count: history.kept })}</p>}
      <div className={own.span}>
        <p className={own.label}>{t('mail_history:days')}</p>
        <SegmentedControl
          aria-label={t('mail_history:days')}
          value={String(days)}
          onChange={(value) => set_days(Number(value))}
          data={spans.map((one) => ({ value: String(one), label: t('mail_history:span', { count: one }) }))}
        />
      </div>
      <Checkbox
        label={t('mail_history:keep_open')}
        description={t('mail_history:keep_open_hint')}
        checked={keep_open}
        onChange={(event) => set_keep_open(event.currentTarget.checked)}
      />
      <div className={styles.actions}>
        <Button
          look="primary"
          busy={begin.isPending}
          icon={<IconChartBar size={18} stroke={1.5} aria-hidden />}
          onClick={() => begin.mutate({ days, keep_open })}
        >
          {t('mail_history:begin')}
        </Button>
      </div>
    </div>
  );
}

const phases = ['reading', 'importing', 'done'] as const;
type Phase = (typeof phases)[number];

/** How far the phase in hand is, from 0 to 100. */
function part_of({ state, read, found, skipped, messages, replies }: MailHistory): number {
  const of = state === 'reading' ? found : found - skipped;
  const done = state === 'reading' ? read : messages + replies;
  return of > 0 ? Math.min(100, Math.round((100 * done) / of)) : 0;
}

function Running({ history }: { history: MailHistory }) {
  const { t } = useText();
  const counts = useCounts();
  const { undo } = useChange(history.mailbox_id);
  if (history.state === 'undoing') {
    return (
      <div className={styles.fields}>
        <p aria-live="polite" className="num">
          {t('mail_history:state.undoing', counts(history))}
        </p>
        <Progress value={100} animated aria-label={t('mail_history:undo')} />
      </div>
    );
  }
  return (
    <div className={styles.fields}>
      <Phases history={history} />
      <Progress
        value={part_of(history)}
        transitionDuration={200}
        aria-label={t(`mail_history:phase.${history.state === 'importing' ? 'importing' : 'reading'}`)}
      />
      {history.state === 'importing' && history.cases > 0 && <FirstFigures cases={history.cases} running />}
      <div className={styles.actions}>
        <Button busy={undo.isPending} onClick={() => undo.mutate()}>
          {t('mail_history:stop')}
        </Button>
        <p className={styles.hint}>{t('mail_history:leave')}</p>
      </div>
    </div>
  );
}

/** What is being done, what has been found. */
function Phases({ history }: { history: MailHistory }) {
  const { t } = useText();
  const counts = useCounts();
  const now: Phase = history.state === 'queued' ? 'reading' : (history.state as Phase);
  const found: Record<Phase, string | false> = {
    reading: history.found > 0 && t('mail_history:state.reading', counts(history)),
    importing: now === 'importing' && t('mail_history:found', counts(history)),
    done: false,
  };
  return (
    <ol className={own.phases} aria-live="polite">
      {phases.map((phase, i) => {
        const past = i < phases.indexOf(now);
        return (
          <li key={phase} aria-current={phase === now ? 'step' : undefined} data-done={past || undefined}>
            <span className={own.mark}>{past && <IconCheck size={14} stroke={2} aria-hidden />}</span>
            <span>
              {t(`mail_history:phase.${phase}`)}
              {found[phase] && <small className="num">{found[phase]}</small>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function Done({ history }: { history: MailHistory }) {
  const { t } = useText();
  const counts = useCounts();
  const { undo } = useChange(history.mailbox_id);
  return (
    <div className={styles.fields}>
      <p className="num">{t('mail_history:done', counts(history))}</p>
      <FirstFigures cases={history.cases} />
      {history.skipped > 0 && <p className={styles.hint}>{t('mail_history:skipped', { count: history.skipped })}</p>}
      <div className={styles.actions}>
        <To href="/figures/yourself" className={button_class('primary')}>
          <IconChartBar size={18} stroke={1.5} aria-hidden />
          <span>{t('mail_history:figures')}</span>
        </To>
        <Button
          busy={undo.isPending}
          onClick={() => undo.mutate(undefined, { onSuccess: () => toast(t('mail_history:undo_begun')) })}
        >
          {t('mail_history:undo')}
        </Button>
      </div>
      <p className={styles.hint}>{t('mail_history:undo_hint')}</p>
    </div>
  );
}
