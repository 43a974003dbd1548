import { useText } from '@/i18n';
import { ChartCard } from './chart_card';
import styles from './figures.module.css';
import { Definition } from './kpi_parts';
import type { Figure, Narrow } from './queries';
import { useWords } from './words';

interface Props {
  kpis: readonly string[];
  /** Null until they have come. */
  figures: Figure[] | null;
  on_drill: (kpi: string, name: string, narrow: Narrow) => void;
  wide?: boolean;
}

/** One thing as different systems count it, each under its own name, so that nobody compares what is not the same. */
export function VariantsCard({ kpis, figures, on_drill, wide }: Props) {
  const { t } = useText();
  const words = useWords();
  const rows = kpis.flatMap((kpi) => figures?.find((one) => one.key === kpi) ?? []);
  const some = rows.some((one) => one.n > 0);
  return (
    <ChartCard
      wide={wide}
      title={t('boards:variants_title', { name: words.kpi(kpis[0] ?? '') })}
      hint={t('boards:variants_hint')}
      state={!figures ? 'waiting' : some ? 'shown' : 'empty'}
      height={240}
      file={`auricle-${kpis[0]}-variants`}
      csv={() => [
        ['key', 'value', 'numerator', 'denominator'],
        ...rows.map((one) => [one.key, one.value, one.numerator, one.denominator]),
      ]}
      chart={
        <ul className={styles.variants}>
          {rows.map((one) => (
            <li key={one.key}>
              <span>
                {words.kpi(one.key)}
                <span data-no-picture>
                  <Definition kpi={one.key} n={one.n} />
                </span>
              </span>
              <span className={styles.variant_bar} aria-hidden="true">
                <i style={{ width: `${(one.value ?? 0) * 100}%` }} />
              </span>
              <span className={styles.variant_value}>
                <button
                  type="button"
                  className={styles.number_button}
                  aria-label={t('boards:cell', {
                    name: words.kpi(one.key),
                    group: t('figures:cases.open'),
                    value: words.value(one.key, one.value),
                  })}
                  onClick={() => on_drill(one.key, words.kpi(one.key), {})}
                >
                  {words.value(one.key, one.value)}
                </button>
                <span className={styles.sub}>
                  {t('figures:of_value', {
                    numerator: words.count(one.numerator ?? 0),
                    denominator: words.count(one.denominator ?? 0),
                  })}
                </span>
              </span>
            </li>
          ))}
        </ul>
      }
    />
  );
}
