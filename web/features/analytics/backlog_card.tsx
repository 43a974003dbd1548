import { useQuery } from '@tanstack/react-query';
import { useText } from '@/i18n';
import { Card, Failure, Loading, short_time, Skeleton } from '@/ui';
import styles from './figures.module.css';
import { Definition } from './kpi_cell';
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
      ? undefined
      : { background: `color-mix(in srgb, var(--accent) ${Math.round(8 + (n / top) * 26)}%, transparent)` };
  return (
    <Card
      title={t('figures:backlog.title')}
      hint={
        data &&
        (data.n === 0
          ? t('figures:backlog.empty')
          : t('figures:backlog.caption', { n: words.count(data.n), when: short_time(data.as_of, language) }))
      }
      action={<Definition kpi="backlog" name={t('figures:backlog.title')} version={1} />}
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
                    <th key={owner} scope="col" title={t(`figures:owner.${owner}`)}>
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

/** The same count as one of the figures on top. */
export function BacklogCell({ site }: { site: number | null }) {
  const { t } = useText();
  const words = useWords();
  const { data } = useQuery(backlog_query(site));
  const clinic = data?.bands.filter((one) => one.owner === 'clinic').reduce((total, one) => total + one.n, 0) ?? 0;
  return (
    <article className={styles.kpi} data-kpi="backlog" aria-label={t('figures:kpi.backlog')}>
      <div className={styles.kpi_head}>
        <h2>{t('figures:kpi.backlog')}</h2>
        <Definition kpi="backlog" name={t('figures:kpi.backlog')} version={1} />
      </div>
      <p className={styles.value}>{data ? words.count(data.n) : <Skeleton width={60} height={24} />}</p>
      {data && data.n > 0 && (
        <>
          <div className={styles.where} style={{ height: 8, margin: '12px 0 8px' }} aria-hidden="true">
            {owners.map((owner) => (
              <i
                key={owner}
                className={styles[owner]}
                style={{ flexGrow: owners_sum(data.bands, owner), flexBasis: 0 }}
              />
            ))}
          </div>
          <p className={styles.sub}>
            {t('figures:owner.clinic')}: {words.count(clinic)}
          </p>
        </>
      )}
    </article>
  );
}

const owners_sum = (bands: { owner: string; n: number }[], owner: string) =>
  bands.filter((one) => one.owner === owner).reduce((total, one) => total + one.n, 0);
