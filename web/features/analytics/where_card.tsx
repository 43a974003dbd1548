import { useText } from '@/i18n';
import { ChartCard } from './chart_card';
import styles from './figures.module.css';
import type { Figure } from './queries';
import { useWords } from './words';

const owners = ['clinic', 'patient', 'third_party'] as const;

interface Props {
  /** Null until they have come. */
  figures: Figure[] | null;
  on_drill: (kpi: string, name: string, narrow: Record<string, never>) => void;
  wide?: boolean;
}

/** Whose time a resolved case took: the three parts add up to the full resolution. */
export function WhereCard({ figures, on_drill, wide }: Props) {
  const { t } = useText();
  const words = useWords();
  const full = figures?.find((one) => one.key === 'full_resolution_time');
  const parts = owners.map((owner) => ({
    owner,
    kpi: `${owner}_time`,
    figure: figures?.find((one) => one.key === `${owner}_time`),
  }));
  const total = parts.reduce((sum, { figure }) => sum + (figure?.value ?? 0), 0);
  const title = t('figures:where.title');
  return (
    <ChartCard
      wide={wide}
      kpi="full_resolution_time"
      title={title}
      hint={full && t('figures:where.caption', { total: words.duration(full.value), n: words.count(full.n) })}
      state={!figures ? 'waiting' : !full || full.n === 0 || total === 0 ? 'empty' : 'shown'}
      empty={t('figures:where.empty')}
      height={190}
      file="auricle-where-the-time-went"
      on_cases={() => on_drill('full_resolution_time', words.kpi('full_resolution_time'), {})}
      csv={() => [
        ['owner', 'mean_seconds', 'p50', 'p90', 'n'],
        ...parts.map(({ owner, figure }) => [owner, figure?.value, figure?.p50, figure?.p90, figure?.n]),
      ]}
      chart={
        <div className={styles.where_body}>
          <div className={styles.where} aria-hidden="true">
            {parts.map(({ owner, figure }) => (
              <i
                key={owner}
                className={styles[owner]}
                style={{ flexGrow: (figure?.value ?? 0) / (total || 1), flexBasis: 0 }}
              />
            ))}
          </div>
          <section className={styles.scroll} tabIndex={0} aria-label={title}>
            <table className={styles.table}>
              <thead>
                <tr>
                  <td />
                  <th scope="col">{t('figures:columns.value')}</th>
                  <th scope="col">{t('figures:spread.share')}</th>
                  <th scope="col">{t('figures:columns.p50')}</th>
                  <th scope="col">{t('figures:columns.p90')}</th>
                </tr>
              </thead>
              <tbody>
                {parts.map(({ owner, kpi, figure }) => (
                  <tr key={owner}>
                    <th scope="row">
                      <i className={`${styles.swatch} ${styles[owner]}`} aria-hidden="true" />
                      {t(`figures:where.${owner}`)}
                    </th>
                    <td>
                      <button
                        type="button"
                        className={styles.number_button}
                        onClick={() => on_drill(kpi, words.kpi(kpi), {})}
                      >
                        {words.duration(figure?.value ?? null)}
                      </button>
                    </td>
                    <td>{words.share((figure?.value ?? 0) / (total || 1))}</td>
                    <td>{words.duration(figure?.p50 ?? null)}</td>
                    <td>{words.duration(figure?.p90 ?? null)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </div>
      }
    />
  );
}
