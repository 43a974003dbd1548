import { useQuery } from '@tanstack/react-query';
import { useText } from '@/i18n';
import { Card, Failure, Loading, short_time } from '@/ui';
import { To } from '@/ui/link';
import styles from './figures.module.css';
import { Definition } from './kpi_parts';
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
export function BacklogCard({ site }: { site: number | null }) {
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
  return (
    <Card
      title={t('figures:backlog.title')}
      hint={
        data &&
        (data.n === 0
          ? t('figures:backlog.empty')
          : t('figures:backlog.caption', { n: words.count(data.n), when: short_time(data.as_of, language) }))
      }
      action={
        <span className={styles.toggle}>
          {data && data.n > 0 && <To href="/inbox/all">{t('figures:cases.open')}</To>}
          <Definition kpi="backlog" name={t('figures:backlog.title')} version={1} />
        </span>
      }
    >
      {error && !data ? (
        <Failure title={t('figures:load_failed')} retry_label={t('figures:retry')} on_retry={() => void refetch()} />
      ) : !data ? (
        <Loading label={t('figures:backlog.title')} />
      ) : (
        data.n > 0 && (
          <section className={styles.scroll} tabIndex={0} aria-label={t('figures:backlog.title')}>
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
                    <td>{t(`figures:band.${band}`)}</td>
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
        )
      )}
    </Card>
  );
}
