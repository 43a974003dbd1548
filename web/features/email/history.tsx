import { Checkbox, NumberInput, Progress } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { problem_text, useText } from '@/i18n';
import { Button, Card, toast } from '@/ui';
import { To } from '@/ui/link';
import styles from './email.module.css';
import { history_query } from './queries';

type MailHistory = Schemas['MailHistory'];

/** What came before the mailbox was connected: taken in as history, so that the figures show it at once. */
export function History({ id }: { id: number }) {
  const { t } = useText();
  const { data } = useQuery(history_query(id));
  if (!data) return null;
  return (
    <Card title={t('mail_history:title')} hint={t('mail_history:hint')}>
      {data.state === 'none' || data.state === 'failed' ? (
        <Begin history={data} />
      ) : data.state === 'done' ? (
        <Done history={data} />
      ) : (
        <Running history={data} />
      )}
    </Card>
  );
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
  const [days, set_days] = useState<number | string>(90);
  const [keep_open, set_keep_open] = useState(false);
  const { begin } = useChange(history.mailbox_id);
  const valid = typeof days === 'number' && days >= 1 && days <= 730;
  return (
    <div className={styles.fields}>
      {history.state === 'failed' && history.error_key && (
        <p className={styles.fix} role="alert">
          {problem_text({ key: history.error_key, detail: '', title: '' })}
        </p>
      )}
      {history.kept > 0 && <p className={styles.hint}>{t('mail_history:kept', { count: history.kept })}</p>}
      <div className={styles.pair}>
        <NumberInput
          label={t('mail_history:days')}
          value={days}
          onChange={set_days}
          min={1}
          max={730}
          allowDecimal={false}
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
          disabled={!valid}
          onClick={() => begin.mutate({ days: Number(days), keep_open })}
        >
          {t('mail_history:begin')}
        </Button>
      </div>
    </div>
  );
}

function Running({ history }: { history: MailHistory }) {
  const { t } = useText();
  const { undo } = useChange(history.mailbox_id);
  const undoing = history.state === 'undoing';
  const part = history.found > 0 ? Math.round((100 * history.read) / history.found) : 0;
  const label = t(`mail_history:state.${history.state}` as 'mail_history:state.reading', {
    read: history.read,
    found: history.found,
    cases: history.cases,
  });
  return (
    <div className={styles.fields}>
      <p aria-live="polite" className="num">
        {label}
      </p>
      <Progress
        value={history.state === 'reading' ? part : 100}
        animated={history.state !== 'reading'}
        aria-label={t('mail_history:title')}
      />
      {!undoing && (
        <div className={styles.actions}>
          <Button busy={undo.isPending} onClick={() => undo.mutate()}>
            {t('mail_history:stop')}
          </Button>
        </div>
      )}
    </div>
  );
}

function Done({ history }: { history: MailHistory }) {
  const { t } = useText();
  const { undo } = useChange(history.mailbox_id);
  return (
    <div className={styles.fields}>
      <p className="num">
        {t('mail_history:done', { cases: history.cases, messages: history.messages, replies: history.replies })}
      </p>
      {history.skipped > 0 && <p className={styles.hint}>{t('mail_history:skipped', { count: history.skipped })}</p>}
      <div className={styles.actions}>
        <To href="/figures/yourself" className={styles.link}>
          {t('mail_history:figures')}
        </To>
        <Button
          small
          busy={undo.isPending}
          onClick={() => undo.mutate(undefined, { onSuccess: () => toast(t('mail_history:undo_begun')) })}
        >
          {t('mail_history:undo')}
        </Button>
      </div>
    </div>
  );
}
