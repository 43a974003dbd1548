import { useText } from '@/i18n';
import { Card } from '@/ui';
import styles from './bottlenecks.module.css';
import type { Report } from './queries';
import { useWords } from './words';

/** All time of the period's cases, split over stages. */
export function StagesCard({ report }: { report: Report }) {
  const { t } = useText();
  const words = useWords();
  const total = report.stages.reduce((sum, one) => sum + one.total_s, 0);
  const share = (seconds: number) => (total > 0 ? seconds / total : 0);
  return (
    <Card title={t('bottlenecks:stages.title')} hint={t('bottlenecks:stages.hint', { n: words.count(report.cases) })}>
      <div className={styles.stages} aria-hidden="true">
        {report.stages.map((one) => (
          <i key={one.stage} className={styles[one.stage]} style={{ flexGrow: share(one.total_s) }} />
        ))}
      </div>
      <ul className={styles.legend}>
        {report.stages.map((one) => (
          <li key={one.stage}>
            <i className={styles[one.stage]} aria-hidden="true" />
            <span>{t(`bottlenecks:stage.${one.stage}`)}</span>
            <b>
              {words.sum(one.total_s)} · {words.share(share(one.total_s))}
            </b>
          </li>
        ))}
      </ul>
    </Card>
  );
}
