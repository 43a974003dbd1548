import { Select, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck, IconShieldSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { useUsers } from '@/api/lists';
import { useText } from '@/i18n';
import { Button, Card, Empty, Failure, Loading, long_time, Page, short_time } from '@/ui';
import { To } from '@/ui/link';
import styles from './audit.module.css';
import { ErasuresCard } from './erasures_card';

const actions = [
  'read',
  'list',
  'search',
  'create',
  'change',
  'send',
  'erase',
  'export',
  'sign_in',
  'sign_out',
  'refuse',
] as const;
type Action = (typeof actions)[number];

interface Filters {
  user: string;
  action: string;
  patient: string;
  from: string;
  to: string;
}
const none: Filters = { user: '', action: '', patient: '', from: '', to: '' };

function query_of(filters: Filters) {
  const next_day = (day: string) => new Date(new Date(`${day}T00:00:00`).getTime() + 86_400_000).toISOString();
  return {
    ...(filters.user ? { user_id: Number(filters.user) } : {}),
    ...(filters.action ? { action: filters.action as Action } : {}),
    ...(/^\d+$/.test(filters.patient.trim()) ? { patient_id: Number(filters.patient) } : {}),
    ...(filters.from ? { from: new Date(`${filters.from}T00:00:00`).toISOString() } : {}),
    ...(filters.to ? { to: next_day(filters.to) } : {}),
  };
}

/** Who saw or changed what, for the data protection officer. */
export function AuditPage() {
  const { t } = useText();
  const users = useUsers();
  const [filters, set_filters] = useState(none);
  const set = (change: Partial<Filters>) => set_filters({ ...filters, ...change });
  const query = query_of(filters);
  const list = useInfiniteQuery({
    queryKey: ['audit', query],
    queryFn: ({ pageParam }) =>
      call(api.GET('/api/audit', { params: { query: { ...query, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = JSON.stringify(filters) !== JSON.stringify(none);
  return (
    <Page title={t('audit:title')} lead={t('audit:text')} wide>
      <ChainCard />
      <div className={styles.bar}>
        <Select
          label={t('audit:filter.person')}
          data={[
            { value: '', label: t('audit:filter.anybody') },
            ...users.map((one) => ({ value: String(one.id), label: one.name })),
          ]}
          value={filters.user}
          searchable
          allowDeselect={false}
          onChange={(user) => set({ user: user ?? '' })}
        />
        <Select
          label={t('audit:filter.action')}
          data={[
            { value: '', label: t('audit:filter.any_action') },
            ...actions.map((one) => ({ value: one, label: t(`audit:action.${one}`) })),
          ]}
          value={filters.action}
          allowDeselect={false}
          onChange={(action) => set({ action: action ?? '' })}
        />
        <TextInput
          label={t('audit:filter.patient')}
          title={t('audit:filter.patient_hint')}
          inputMode="numeric"
          value={filters.patient}
          onChange={(event) => set({ patient: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label={t('audit:filter.from')}
          value={filters.from}
          onChange={(event) => set({ from: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label={t('audit:filter.to')}
          value={filters.to}
          onChange={(event) => set({ to: event.currentTarget.value })}
        />
        {filtered && <Button onClick={() => set_filters(none)}>{t('audit:filter.clear')}</Button>}
      </div>
      {list.error && !list.data ? (
        <Failure title={t('audit:load_failed')} retry_label={t('audit:retry')} on_retry={() => void list.refetch()} />
      ) : !list.data ? (
        <Loading label={t('audit:title')} lines={8} />
      ) : rows.length === 0 ? (
        <Empty
          icon={<IconShieldSearch size={22} stroke={1.5} />}
          title={t('audit:empty_title')}
          hint={t('audit:empty_text')}
        />
      ) : (
        <AuditTable rows={rows} />
      )}
      {list.hasNextPage && (
        <div>
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('audit:more')}
          </Button>
        </div>
      )}
      <ErasuresCard />
    </Page>
  );
}

function AuditTable({ rows }: { rows: Schemas['AuditEntry'][] }) {
  const { t, language } = useText();
  const action = (name: string) => {
    const known = actions.find((one) => one === name);
    return known ? t(`audit:action.${known}`) : name;
  };
  const named = (what: 'record' | 'why', name: string) =>
    t(`audit:${what}.${name}`, { defaultValue: name.replaceAll('_', ' ') });
  const ids = (list: number[]) =>
    list.length <= 3
      ? list.join(', ')
      : t('audit:ids_more', { ids: list.slice(0, 3).join(', '), more: list.length - 3 });
  return (
    <section className={styles.scroll} tabIndex={0} aria-label={t('audit:title')}>
      <table className={styles.table}>
        <thead>
          <tr>
            {(['when', 'who', 'action', 'record', 'fields', 'purpose', 'sealed'] as const).map((name) => (
              <th key={name} scope="col">
                {t(`audit:column.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                <time dateTime={row.happened_at} title={long_time(row.happened_at, language)}>
                  {short_time(row.happened_at, language)}
                </time>
              </td>
              <td>{row.user_id === null ? t('audit:program') : row.user_name}</td>
              <td>
                {action(row.action)}{' '}
                {row.count > 1 && <span className={styles.faint}>{t('audit:times', { count: row.count })}</span>}
              </td>
              <td>
                {row.patient_id === null ? (
                  <>
                    {named('record', row.record)} <span className={styles.faint}>{ids(row.ids)}</span>
                  </>
                ) : (
                  <To href={`/patients/${row.patient_id}`}>{t('audit:patient_link', { id: row.patient_id })}</To>
                )}
              </td>
              <td className={styles.faint}>{row.fields.map((name) => name.replaceAll('_', ' ')).join(', ')}</td>
              <td className={styles.faint}>{row.reason || named('why', row.purpose)}</td>
              <td>{t(row.sealed ? 'audit:sealed_yes' : 'audit:sealed_no')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ChainCard() {
  const { t, language } = useText();
  const count = new Intl.NumberFormat(language);
  const { data, error, refetch } = useQuery({
    queryKey: ['audit_chain'],
    queryFn: () => call(api.GET('/api/audit/chain')),
  });
  if (error && !data)
    return <Failure title={t('audit:load_failed')} retry_label={t('audit:retry')} on_retry={() => void refetch()} />;
  if (!data) return <Loading label={t('audit:chain.title')} lines={2} />;
  const Icon = data.whole ? IconShieldCheck : IconAlertTriangle;
  return (
    <Card title={t('audit:chain.title')}>
      <p className={`${styles.state} ${data.whole ? styles.good : styles.bad}`} role="status">
        <Icon size={20} stroke={1.6} aria-hidden />
        {data.whole
          ? t('audit:chain.whole', { rows: count.format(data.rows), blocks: count.format(data.blocks) })
          : t('audit:chain.broken')}
      </p>
      {data.problems.length > 0 && (
        <ul>
          {data.problems.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}
