import { IconAlertTriangle, IconCircleCheck, IconMailCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, call } from '@/api/client';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { Card, Failure, Loading, long_time, Page, short_time } from '@/ui';
import { To } from '@/ui/link';
import { JobsCard } from './jobs_card';
import { operations_query } from './queries';
import styles from './system.module.css';

/** What IT looks at: is it well, what waits, what was given up. */
export function SystemPage() {
  const { t } = useText();
  const audit = useMay('audit_read');
  const mail = useMay('mailboxes_manage');
  return (
    <Page title={t('system:title')} wide>
      <HealthCard />
      <div className={styles.grid}>
        <JobsCard />
        {mail && <MailCard />}
        {audit && <ChainCard />}
      </div>
    </Page>
  );
}

function Pairs({ rows, across = false }: { rows: (readonly [string, ReactNode] | false)[]; across?: boolean }) {
  return (
    <dl className={across ? styles.across : styles.pairs}>
      {rows.map(
        (row) =>
          row && (
            <div key={row[0]}>
              <dt>{row[0]}</dt>
              <dd>{row[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

function State({ good, children }: { good: boolean; children: ReactNode }) {
  const Icon = good ? IconCircleCheck : IconAlertTriangle;
  return (
    <p className={`${styles.state} ${good ? styles.good : styles.bad}`} role="status">
      <Icon size={24} stroke={1.6} aria-hidden /> {children}
    </p>
  );
}

function HealthCard() {
  const { t, language } = useText();
  const count = new Intl.NumberFormat(language);
  const ready = useQuery({
    queryKey: ['health'],
    // 503 is an answer here, not a failure: it says that writing does not work.
    queryFn: () => fetch('/health/ready', { cache: 'no-store' }).then((answer) => answer.ok),
    refetchInterval: 15_000,
  });
  const { data, error, refetch } = useQuery(operations_query);
  const good = ready.data === true && (data?.jobs_parked ?? 0) === 0;
  if (error && !data)
    return <Failure title={t('system:load_failed')} retry_label={t('system:retry')} on_retry={() => void refetch()} />;
  if (!data || ready.data === undefined) return <Loading label={t('system:health.title')} lines={3} />;
  return (
    <Card
      title={t('system:health.title')}
      hint={t('system:health.uptime', { when: long_time(data.started_at, language) })}
    >
      <State good={good}>{t(good ? 'system:health.good' : 'system:health.attention')}</State>
      <Pairs
        across
        rows={[
          [t('system:health.version'), data.version],
          [t('system:health.database'), { sqlite: 'SQLite', postgresql: 'PostgreSQL' }[data.database]],
          [t('system:health.writable'), t(ready.data ? 'system:health.ok' : 'system:health.failed')],
          [t('system:live.title'), count.format(data.live_connections)],
          [t('system:outbox.sequence'), count.format(data.sequence)],
          data.search_lag !== null && [t('system:search_index.lag'), count.format(data.search_lag)],
        ]}
      />
    </Card>
  );
}

function MailCard() {
  const { t, language } = useText();
  const count = new Intl.NumberFormat(language);
  const { data, error, refetch } = useQuery({
    queryKey: ['mailboxes'],
    queryFn: () => call(api.GET('/api/mailboxes')).then((list) => list.items),
    meta: { live: 'mailbox' },
  });
  const sum = (name: 'waiting_in' | 'waiting_out' | 'quarantined' | 'sent_again') =>
    (data ?? []).reduce((total, one) => total + one[name], 0);
  const held = sum('quarantined');
  return (
    <Card title={t('system:outbox.title')}>
      {error && !data ? (
        <Failure title={t('system:load_failed')} retry_label={t('system:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('system:outbox.title')} lines={3} />
      ) : (
        <>
          <Pairs rows={[[t('system:outbox.pending'), count.format(sum('waiting_out'))]]} />
          {held > 0 ? (
            <p>
              {t('system:quarantine.held', { count: held })}
              <br />
              <To href="/settings/quarantine">{t('system:quarantine.open')}</To>
            </p>
          ) : (
            <p className={styles.hint}>
              <IconMailCheck size={16} stroke={1.5} aria-hidden style={{ verticalAlign: '-3px' }} />{' '}
              {t('system:quarantine.title')}: {t('system:quarantine.empty')}
            </p>
          )}
        </>
      )}
    </Card>
  );
}

function ChainCard() {
  const { t, language } = useText();
  const count = new Intl.NumberFormat(language);
  const { data, error, refetch } = useQuery({
    queryKey: ['audit_chain'],
    queryFn: () => call(api.GET('/api/audit/chain')),
  });
  return (
    <Card
      title={t('system:chain.title')}
      hint={
        data?.last_sealed_at
          ? t('system:chain.last_sealed', { when: short_time(data.last_sealed_at, language) })
          : undefined
      }
    >
      {error && !data ? (
        <Failure title={t('system:load_failed')} retry_label={t('system:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('system:chain.title')} lines={3} />
      ) : (
        <>
          <State good={data.whole}>{t(data.whole ? 'system:chain.whole' : 'system:chain.broken')}</State>
          <Pairs
            rows={[
              [t('system:chain.blocks'), count.format(data.blocks)],
              [t('system:chain.rows'), count.format(data.rows)],
              [t('system:chain.unsealed'), count.format(data.unsealed)],
            ]}
          />
        </>
      )}
    </Card>
  );
}
