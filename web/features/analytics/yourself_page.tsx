import { IconChartBar, IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { api, call } from '@/api/client';
import { useTopics, useUserName } from '@/api/lists';
import { useText } from '@/i18n';
import { Button, button_class, Card, Empty, Failure, Page, Skeleton, short_time } from '@/ui';
import { To } from '@/ui/link';
import { CasesDialog, type Drill } from './cases_dialog';
import styles from './figures.module.css';
import type { Filters } from './filters';
import { HoursCard } from './hours_card';
import { Definition } from './kpi_parts';
import { add_days, period_text, today } from './period';
import { type Figure, figures_query, type Narrow, period_query } from './queries';
import { SpreadCard } from './spread_card';
import { TakingIn, useTakingIn } from './taking_in';
import { useGroupName, useWords } from './words';
import own from './yourself.module.css';

const days = 90;
const keys = ['first_response_time', 'next_reply_time', 'cases_opened', 'contacts', 'resolved_unanswered'];

/** The first look in the mirror: what the last ninety days say of the clinic, in sentences before charts. */
export function YourselfPage() {
  const { t, language } = useText();
  const [drill, set_drill] = useState<Drill | null>(null);
  const filters = useMemo<Filters>(
    () => ({
      preset: 'custom',
      period: { from: add_days(today(), 1 - days), to: add_days(today(), 1) },
      compare: 'none',
      clock: 'elapsed',
      by: 'topic',
      kpi: 'first_response_time',
      site: null,
      channel: null,
      agent: null,
      topic: null,
      language: null,
      queue: null,
      own: false,
    }),
    [],
  );
  const taking = useTakingIn();
  const { data, error, refetch } = useQuery({
    ...figures_query(filters, { keys }),
    // While mail is being taken in, the figures grow before one’s eyes.
    refetchInterval: taking.length > 0 ? 3_000 : false,
  });
  const figure = (key: string) => data?.items.find((one) => one.key === key);
  const nothing = data?.items.every((one) => one.n === 0);
  const words = useWords();
  const open = (kpi: string, name: string, narrow: Narrow) => set_drill({ kpi, name, narrow });
  return (
    <Page
      wide
      title={t('figures:yourself.title')}
      lead={t('figures:yourself.lead', { period: period_text(filters.period, language) })}
      actions={
        <>
          <To href="/figures/all" className={button_class()}>
            <IconChartBar size={16} stroke={1.5} aria-hidden />
            <span>{t('figures:yourself.all')}</span>
          </To>
          <Button icon={<IconPrinter size={16} stroke={1.5} aria-hidden />} onClick={() => window.print()}>
            {t('figures:print')}
          </Button>
        </>
      }
    >
      <TakingIn mailboxes={taking} />
      {error && !data ? (
        <Failure title={t('figures:load_failed')} retry_label={t('figures:retry')} on_retry={() => void refetch()} />
      ) : nothing ? (
        <Empty
          icon={<IconChartBar size={22} stroke={1.5} />}
          title={t('figures:yourself.empty_title')}
          hint={t('figures:yourself.empty_text')}
          action={<To href="/settings/mailboxes">{t('figures:yourself.connect')}</To>}
        />
      ) : (
        <>
          <Sentences figure={figure} on_cases={(kpi) => set_drill({ kpi, name: words.kpi(kpi), narrow: {} })} />
          <div className={styles.grid}>
            <div className={styles.column}>
              <SpreadCard
                kpi="first_response_time"
                filters={filters}
                figure={figure('first_response_time')}
                on_drill={open}
              />
              <Topics filters={filters} on_cell={(narrow, name) => set_drill({ kpi: 'cases_opened', name, narrow })} />
            </div>
            <div className={styles.column}>
              <Longest
                filters={filters}
                on_all={() =>
                  set_drill({ kpi: 'first_response_time', name: words.kpi('first_response_time'), narrow: {} })
                }
              />
            </div>
          </div>
          <HoursCard kpi="contacts" filters={filters} on_drill={open} />
          <p className={styles.caption}>
            {t('figures:yourself.undo')} <To href="/settings/mailboxes">{t('figures:yourself.mailboxes')}</To>
          </p>
        </>
      )}
      {drill && <CasesDialog drill={drill} filters={filters} on_close={() => set_drill(null)} />}
    </Page>
  );
}

interface Fact {
  kpi: string;
  big: string | undefined;
  text: ReactNode;
}

function Sentences({
  figure,
  on_cases,
}: {
  figure: (key: string) => Figure | undefined;
  on_cases: (kpi: string) => void;
}) {
  const { t } = useText();
  const words = useWords();
  const answers = (key: 'first_response_time' | 'next_reply_time', text: string): Fact => {
    const one = figure(key);
    const values = { n: words.count(one?.n ?? 0), p90: words.duration(one?.p90 ?? null) };
    return { kpi: key, big: one && words.duration(one.p50), text: t(text, values) };
  };
  const contacts = figure('contacts');
  const unanswered = figure('resolved_unanswered');
  const facts: Fact[] = [
    answers('first_response_time', 'figures:yourself.first'),
    answers('next_reply_time', 'figures:yourself.next'),
    {
      kpi: 'contacts',
      big: contacts && words.count(contacts.n),
      text: t('figures:yourself.contacts', {
        day: words.count(Math.round((contacts?.n ?? 0) / days)),
        cases: words.count(figure('cases_opened')?.n ?? 0),
      }),
    },
    {
      kpi: 'resolved_unanswered',
      big: unanswered && words.count(unanswered.n),
      text: t('figures:yourself.unanswered'),
    },
  ];
  return (
    <section className={own.sentences} aria-label={t('figures:yourself.title')}>
      {facts.map(({ kpi, big, text }) => (
        <div key={kpi} className={own.sentence} data-kpi={kpi}>
          {big === undefined ? <Skeleton width="50%" height={36} /> : <p className={own.big}>{big}</p>}
          <p>{text}</p>
          <p className={own.foot}>
            {(figure(kpi)?.n ?? 0) > 0 && (
              <button
                type="button"
                className={own.cases}
                aria-label={t('figures:cases.open_label', { name: words.kpi(kpi) })}
                onClick={() => on_cases(kpi)}
              >
                {t('figures:cases.open')}
              </button>
            )}
            <Definition kpi={kpi} n={figure(kpi)?.n} />
          </p>
        </div>
      ))}
    </section>
  );
}

/** What patients write about, in which language; a shaded table, each cell leading to its cases. */
function Topics({ filters, on_cell }: { filters: Filters; on_cell: (narrow: Narrow, name: string) => void }) {
  const { t } = useText();
  const words = useWords();
  const name_of = useGroupName();
  const topics = useTopics();
  const { data } = useQuery(figures_query(filters, { by: 'topic,language', keys: ['cases_opened'] }));
  const items = data?.items ?? [];
  const sum = (wanted: (one: Figure) => boolean) => items.filter(wanted).reduce((all, one) => all + one.n, 0);
  const languages = [...new Set(items.map((one) => one.group?.language ?? null))].sort(
    (a, b) => sum((one) => one.group?.language === b) - sum((one) => one.group?.language === a),
  );
  const rows = [...new Set(items.map((one) => one.group?.topic ?? null))].sort(
    (a, b) => sum((one) => one.group?.topic === b) - sum((one) => one.group?.topic === a),
  );
  const top = Math.max(1, ...items.map((one) => one.n));
  const title = t('figures:yourself.topics');
  const total = sum(() => true);
  return (
    <Card title={title} hint={data && t('figures:yourself.topics_caption', { n: words.count(total) })}>
      {!data || topics === undefined ? (
        <Skeleton height={200} />
      ) : (
        <section className={styles.scroll} tabIndex={0} aria-label={title}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('figures:by.topic')}</th>
                {languages.map((one) => (
                  <th key={one ?? ''} scope="col" style={{ paddingRight: 8 }}>
                    {name_of('language', { language: one })}
                  </th>
                ))}
                <th scope="col">{t('figures:backlog.total')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((topic) => {
                const topic_name = name_of('topic', { topic });
                return (
                  <tr key={topic ?? ''}>
                    <td>{topic_name}</td>
                    {languages.map((language) => {
                      const n = sum((one) => one.group?.topic === topic && one.group?.language === language);
                      const share = Math.round(6 + (n / top) * 34);
                      return (
                        <td
                          key={language ?? ''}
                          style={{
                            paddingRight: 8,
                            ...(n && { background: `color-mix(in srgb, var(--accent) ${share}%, transparent)` }),
                          }}
                        >
                          {n > 0 ? (
                            <button
                              type="button"
                              className={styles.row_button}
                              aria-label={`${topic_name}, ${name_of('language', { language })}: ${words.count(n)}`}
                              onClick={() =>
                                on_cell(
                                  { topic: topic ?? 'none', language: language ?? 'none' },
                                  `${topic_name} · ${name_of('language', { language })}`,
                                )
                              }
                            >
                              {words.count(n)}
                            </button>
                          ) : (
                            '–'
                          )}
                        </td>
                      );
                    })}
                    <td className={styles.heat}>{words.count(sum((one) => one.group?.topic === topic))}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
      )}
    </Card>
  );
}

/** The longest anybody waited for the first answer. */
function Longest({ filters, on_all }: { filters: Filters; on_all: () => void }) {
  const { t, language } = useText();
  const words = useWords();
  const user_name = useUserName();
  const name_of = useGroupName();
  const query = { ...period_query(filters), sort: 'longest' as const, limit: 7 };
  const { data } = useQuery({
    queryKey: ['figures', 'longest', query],
    queryFn: () =>
      call(api.GET('/api/figures/{key}/cases', { params: { path: { key: 'first_response_time' }, query } })),
  });
  const top = Math.max(1, data?.items[0]?.value ?? 1);
  return (
    <Card
      title={t('figures:yourself.longest')}
      hint={t('figures:yourself.longest_caption')}
      action={
        <Button small onClick={on_all}>
          {t('figures:yourself.longest_all')}
        </Button>
      }
    >
      {!data ? (
        <Skeleton height={200} />
      ) : (
        <ol className={own.longest}>
          {data.items.map((one) => (
            <li key={`${one.case_id}-${one.ended_at}`}>
              <div className={own.wait}>
                <To href={`/cases/${one.case_id}`}>{t('figures:cases.number', { number: one.number })}</To>
                <b>{words.duration(one.value)}</b>
              </div>
              <div className={own.bar} aria-hidden="true">
                <i style={{ width: `${Math.max(2, ((one.value ?? 0) / top) * 100)}%` }} />
              </div>
              <p className={styles.sub}>
                {[
                  one.topic && name_of('topic', { topic: one.topic }),
                  user_name(one.agent),
                  short_time(one.ended_at, language),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
