import { useState } from 'react';
import { useText } from '@/i18n';
import { Button } from '@/ui';
import styles from './bottlenecks.module.css';
import type { Finding } from './queries';
import { useWords } from './words';

type Bin = Finding['bins'][number];

/** How the times lie against those of the other cases: shares, as there are many more of the others. */
export function Spread({ finding }: { finding: Finding }) {
  const { t } = useText();
  const words = useWords();
  const [as_table, show_table] = useState(false);
  const { bins } = finding;
  const all = bins.reduce((sum, one) => sum + one.n, 0);
  const all_others = bins.reduce((sum, one) => sum + one.others, 0);
  const share = (n: number, of: number) => (of > 0 ? n / of : 0);
  const top = Math.max(...bins.flatMap((one) => [share(one.n, all), share(one.others, all_others)]), 0.01);
  const range = ({ from, to }: Bin) =>
    to === null
      ? t('figures:spread.over', { from: words.duration(from) })
      : from === 0
        ? t('figures:spread.under', { to: words.duration(to) })
        : t('figures:spread.between', { from: words.duration(from), to: words.duration(to) });
  const summary = t('bottlenecks:spread.summary', {
    median: words.duration(finding.time.median_s),
    others: words.duration(finding.others.median_s),
  });
  return (
    <div className={styles.spread}>
      <div className={styles.spread_head}>
        <h3>{t('bottlenecks:spread.title')}</h3>
        <Button small onClick={() => show_table(!as_table)}>
          {t(as_table ? 'figures:trend.chart' : 'figures:trend.table')}
        </Button>
      </div>
      {as_table ? (
        <section className={styles.scroll} tabIndex={0} aria-label={t('bottlenecks:spread.title')}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('bottlenecks:spread.time')}</th>
                <th scope="col">{t('bottlenecks:compare.these')}</th>
                <th scope="col">{t('bottlenecks:compare.others')}</th>
              </tr>
            </thead>
            <tbody>
              {bins.map((one) => (
                <tr key={one.from}>
                  <th scope="row">{range(one)}</th>
                  <td>
                    {words.count(one.n)} · {words.share(share(one.n, all))}
                  </td>
                  <td>
                    {words.count(one.others)} · {words.share(share(one.others, all_others))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : (
        <div className={styles.bins} role="img" aria-label={summary}>
          {bins.map((one) => (
            <div key={one.from} data-tip={`${range(one)}: ${words.count(one.n)} · ${words.count(one.others)}`}>
              <span className={styles.pair}>
                <i className={styles.these} style={{ height: `${(share(one.n, all) / top) * 100}%` }} />
                <i className={styles.others} style={{ height: `${(share(one.others, all_others) / top) * 100}%` }} />
              </span>
              <small>{one.to === null ? `> ${words.duration(one.from)}` : `< ${words.duration(one.to)}`}</small>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
