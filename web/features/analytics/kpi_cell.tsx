import { Popover } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight, IconInfoCircle } from '@tabler/icons-react';
import { useText } from '@/i18n';
import { IconButton } from '@/ui';
import styles from './figures.module.css';
import { better, type Figure, is_count, is_duration, is_rate, type KpiKey } from './queries';
import { useWords } from './words';

interface Props {
  figure: Figure;
  /** The same of the days compared with. */
  before: Figure | null;
  series: (number | null)[];
  on: boolean;
  on_select: () => void;
  on_cases: () => void;
}

/** One figure: what it is, how much, of how many, and whether it may still change. */
export function KpiCell({ figure, before, series, on, on_select, on_cases }: Props) {
  const { t } = useText();
  const words = useWords();
  const key = figure.key as KpiKey;
  const name = words.kpi(key);
  const main = words.main(figure);
  const sub = [
    is_duration(key) && figure.value !== null && t('figures:mean_value', { value: words.duration(figure.value) }),
    is_duration(key) && figure.p90 !== null && t('figures:p90_value', { value: words.duration(figure.p90) }),
    is_rate(key) &&
      t('figures:of_value', {
        numerator: words.count(figure.numerator ?? 0),
        denominator: words.count(figure.denominator ?? 0),
      }),
    !is_rate(key) && !is_count(key) && t('figures:n_value', { n: words.count(figure.n) }),
  ].filter(Boolean);
  return (
    <article className={styles.kpi} data-on={on} data-kpi={key} aria-label={name}>
      <div className={styles.kpi_head}>
        <h2>
          <button
            type="button"
            className={styles.select}
            aria-pressed={on}
            title={t('figures:trend.select', { name })}
            onClick={on_select}
          >
            {name}
          </button>
        </h2>
        <Definition kpi={key} name={name} version={figure.version} />
      </div>
      <p className={styles.value}>
        {main === null ? (
          <span
            className={styles.none}
            data-tip={t(figure.clock === 'business' ? 'figures:none_business' : 'figures:none_why')}
          >
            –
          </span>
        ) : (
          words.value(key, main)
        )}
        {main !== null && is_duration(key) && <small>{t('figures:median')}</small>}
        {main !== null && before && <Change kpi={key} now={main} then={words.main(before)} text={words.value} />}
      </p>
      <Spark values={series} />
      <div>
        <p className={styles.sub}>
          {main === null && figure.clock === 'business' ? t('figures:no_calendar') : sub.join(' · ')}
        </p>
        {figure.provisional !== null && figure.provisional > 0 && (
          <p className={`${styles.sub} ${styles.provisional}`}>
            {t('figures:provisional', { count: figure.provisional })}
          </p>
        )}
      </div>
      {figure.n > 0 && (
        <button
          type="button"
          className={styles.cases}
          aria-label={t('figures:cases.open_label', { name })}
          onClick={on_cases}
        >
          {t('figures:cases.open')}
        </button>
      )}
    </article>
  );
}

/** How much more or less than in the days compared with; good or bad only where a figure has a better side. */
function Change({
  kpi,
  now,
  then,
  text,
}: {
  kpi: KpiKey;
  now: number;
  then: number | null;
  text: (key: string, value: number | null) => string;
}) {
  const { t, language } = useText();
  if (then === null || (then === 0 && now === 0)) return null;
  const points = is_rate(kpi);
  const change = points ? (now - then) * 100 : then === 0 ? null : (now / then - 1) * 100;
  if (change === null) return null;
  const size = Math.abs(change) < 10 ? 1 : 0;
  const amount = new Intl.NumberFormat(language, { maximumFractionDigits: size, signDisplay: 'exceptZero' }).format(
    change,
  );
  const flat = Math.abs(change) < 0.05;
  const side = better(kpi);
  const tone = flat || !side ? undefined : change < 0 === (side === 'less') ? 'good' : 'bad';
  const Arrow = change < 0 ? IconArrowDownRight : IconArrowUpRight;
  const said = t(points ? 'figures:compare.points' : 'figures:compare.percent', { amount });
  return (
    <span className={styles.change} data-tone={tone} data-tip={t('figures:compare.was', { value: text(kpi, then) })}>
      {!flat && <Arrow size={14} stroke={1.5} aria-hidden />}
      {said}
      {tone && <span className="visually-hidden">{t(`figures:compare.${tone}`)}</span>}
    </span>
  );
}

export function Definition({ kpi, name, version }: { kpi: KpiKey | 'backlog'; name: string; version: number }) {
  const { t } = useText();
  const words = useWords();
  return (
    <Popover width={320} position="bottom-end" withinPortal trapFocus>
      <Popover.Target>
        <IconButton small label={`${t('figures:definition_label')}: ${name}`} className={styles.info}>
          <IconInfoCircle size={16} stroke={1.5} aria-hidden />
        </IconButton>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={styles.definition}>
          <strong>{name}</strong>
          <p>{words.definition(kpi)}</p>
          <p>{t('figures:definition_version', { version })}</p>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The shape of the period, from zero; the chart below says the numbers. */
function Spark({ values }: { values: (number | null)[] }) {
  const top = Math.max(0, ...values.map((one) => one ?? 0));
  if (values.length < 2 || top === 0) return <svg className={styles.spark} aria-hidden="true" />;
  let path = '';
  let pen = 'M';
  values.forEach((one, i) => {
    if (one === null) {
      pen = 'M';
      return;
    }
    path += `${pen}${((i / (values.length - 1)) * 100).toFixed(2)} ${(26 - (one / top) * 24).toFixed(2)}`;
    pen = 'L';
  });
  return (
    <svg className={styles.spark} viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
