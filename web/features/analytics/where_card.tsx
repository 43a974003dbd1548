import { useText } from '@/i18n';
import { Card } from '@/ui';
import styles from './figures.module.css';
import type { Figure } from './queries';
import { useWords } from './words';

const owners = ['clinic', 'patient', 'third_party'] as const;

/** Whose time a resolved case took: the three parts add up to the full resolution. */
export function WhereCard({ figures }: { figures: Figure[] }) {
  const { t } = useText();
  const words = useWords();
  const full = figures.find((one) => one.key === 'full_resolution_time');
  const parts = owners.map((owner) => ({
    owner,
    mean: figures.find((one) => one.key === `${owner}_time`)?.value ?? 0,
  }));
  const total = parts.reduce((sum, one) => sum + one.mean, 0);
  const empty = !full || full.n === 0 || total === 0;
  return (
    <Card
      title={t('figures:where.title')}
      hint={
        empty
          ? t('figures:where.empty')
          : t('figures:where.caption', { total: words.duration(full.value), n: words.count(full.n) })
      }
    >
      {!empty && (
        <>
          <div className={styles.where} aria-hidden="true">
            {parts.map(({ owner, mean }) => (
              <i key={owner} className={styles[owner]} style={{ flexGrow: mean / total, flexBasis: 0 }} />
            ))}
          </div>
          <ul className={styles.legend}>
            {parts.map(({ owner, mean }) => (
              <li key={owner}>
                <i className={styles[owner]} aria-hidden="true" />
                {t(`figures:where.${owner}`)} <b>{words.duration(mean)}</b>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
