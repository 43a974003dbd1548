import { IconListSearch } from '@tabler/icons-react';
import { useText } from '@/i18n';
import { Button, long_time, Skeleton } from '@/ui';
import styles from './detail.module.css';
import { Change } from './kpi_parts';
import type { Figure } from './queries';
import { useWords } from './words';

interface Props {
  kpi: string;
  figure: Figure | undefined;
  /** The same of the days compared with. */
  before: Figure | undefined;
  on_cases: () => void;
}

/** One figure: how much, of how many, whether it may still change, and what exactly is counted. */
export function KpiDetail({ kpi, figure, before, on_cases }: Props) {
  const { t, language } = useText();
  const words = useWords();
  const main = figure ? words.main(figure) : null;
  const name = words.kpi(kpi);
  return (
    <section className={styles.card} aria-label={name} data-figure={kpi}>
      <div className={styles.head}>
        <div className={styles.what}>
          <h2>{name}</h2>
          <p className={styles.definition}>
            {words.definition(kpi)}{' '}
            <span className={styles.version}>
              {t('figures:definition_version', { version: figure?.version ?? words.find(kpi)?.version ?? 1 })}
            </span>
          </p>
        </div>
        {figure && figure.n > 0 && (
          <Button
            className={styles.action}
            icon={<IconListSearch size={16} stroke={1.5} aria-hidden />}
            aria-label={t('figures:cases.open_label', { name })}
            onClick={on_cases}
          >
            {t('figures:cases.open')}
          </Button>
        )}
      </div>
      <div className={styles.numbers}>
        {figure ? <p className={styles.big}>{words.value(kpi, main)}</p> : <Skeleton width={120} height={36} />}
        {figure && main !== null && <Parts figure={figure} />}
        {figure && main === null && (
          <p className={styles.part}>{t(figure.clock === 'business' ? 'figures:none_business' : 'figures:none_why')}</p>
        )}
        {main !== null && before && words.main(before) !== null && (
          <p className={styles.part}>
            <Change kpi={kpi} now={main} then={words.main(before)} />{' '}
            {t('figures:compare.was', { value: words.value(kpi, words.main(before)) })}
          </p>
        )}
      </div>
      {figure?.provisional ? (
        <p className={styles.provisional}>{t('figures:provisional', { count: figure.provisional })}</p>
      ) : null}
      {figure?.restated && (
        <p className={styles.provisional}>
          {t('figures:restated', {
            when: long_time(figure.restated.at, language),
            n: words.count(figure.restated.n),
            value: words.value(kpi, figure.restated.value),
          })}
        </p>
      )}
    </section>
  );
}

/** Mean and tail of a duration, parts of a rate, and always of how many. */
function Parts({ figure }: { figure: Figure }) {
  const { t } = useText();
  const words = useWords();
  const kind = words.kind(figure.key);
  // The parts of the occupancy are seconds.
  const part = words.find(figure.key)?.rows === 'person_days' ? words.duration : words.count;
  const parts =
    kind === 'duration'
      ? [
          t('figures:median'),
          t('figures:mean_value', { value: words.duration(figure.value) }),
          t('figures:p90_value', { value: words.duration(figure.p90) }),
          t('figures:longest_value', { value: words.duration(figure.longest) }),
        ]
      : kind === 'rate'
        ? [
            t('figures:of_value', {
              numerator: part(figure.numerator ?? 0),
              denominator: part(figure.denominator ?? 0),
            }),
          ]
        : [];
  if (kind === 'duration' || kind === 'points') parts.push(t('figures:n_value', { n: words.count(figure.n) }));
  if (figure.low !== null && figure.high !== null) {
    const between = { low: words.value(figure.key, figure.low), high: words.value(figure.key, figure.high) };
    parts.push(t('figures:interval', between));
  }
  return parts.length > 0 ? <p className={styles.part}>{parts.join(' · ')}</p> : null;
}
