import { useQuery } from '@tanstack/react-query';
import { useText } from '@/i18n';
import { short_time } from '@/ui';
import { useGo } from '@/ui/link';
import { ChartCard } from './chart_card';
import styles from './figures.module.css';
import { backlog_query } from './queries';
import { useWords } from './words';

const bands = [
  'under_4_hours',
  'under_1_day',
  'under_3_days',
  'under_7_days',
  'under_30_days',
  'over_30_days',
] as const;
const owners = ['clinic', 'patient', 'third_party'] as const;

/** What is unresolved right now: how old, and whose turn it is. */
export function BacklogCard({ site, wide }: { site: number | null; wide?: boolean }) {
  const go = useGo();
  const { t, language } = useText();
  const words = useWords();
  const { data, error, refetch } = useQuery(backlog_query(site));
  const count = (owner: string, band: string) =>
    data?.bands.find((one) => one.owner === owner && one.band === band)?.n ?? 0;
  const sum = (band: string) => owners.reduce((total, owner) => total + count(owner, band), 0);
  const top = Math.max(1, ...(data?.bands.map((one) => one.n) ?? []));
  const shade = (n: number) =>
    n === 0
      ? { paddingRight: 8 }
      : {
          paddingRight: 8,
          background: `color-mix(in srgb, var(--accent) ${Math.round(8 + (n / top) * 26)}%, transparent)`,
        };
  const title = t('figures:backlog.title');
  return (
    <ChartCard
      wide={wide}
      kpi="backlog"
      title={title}
      hint={data && t('figures:backlog.caption', { n: words.count(data.n), when: short_time(data.as_of, language) })}
      state={error && !data ? 'failed' : !data ? 'waiting' : data.n === 0 ? 'empty' : 'shown'}
      empty={t('figures:backlog.empty')}
      on_retry={() => void refetch()}
      height={240}
      file="auricle-backlog"
      on_cases={() => go('/inbox/all')}
      csv={() => [['owner', 'age', 'n'], ...(data?.bands ?? []).map((one) => [one.owner, one.band, one.n])]}
      chart={
        <section className={styles.scroll} tabIndex={0} aria-label={title}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('figures:backlog.age')}</th>
                {owners.map((owner) => (
                  <th key={owner} scope="col" style={{ paddingRight: 8 }} title={t(`figures:owner.${owner}`)}>
                    {t(`figures:where.${owner}`)}
                  </th>
                ))}
                <th scope="col">{t('figures:backlog.total')}</th>
              </tr>
            </thead>
            <tbody>
              {bands.map((band) => (
                <tr key={band}>
                  <th scope="row">{t(`figures:band.${band}`)}</th>
                  {owners.map((owner) => (
                    <td key={owner} style={shade(count(owner, band))}>
                      {words.count(count(owner, band))}
                    </td>
                  ))}
                  <td className={styles.heat}>{words.count(sum(band))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      }
    />
  );
}
