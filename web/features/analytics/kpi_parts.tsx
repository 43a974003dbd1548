import { Popover } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight, IconInfoCircle } from '@tabler/icons-react';
import { useText } from '@/i18n';
import { IconButton } from '@/ui';
import styles from './figures.module.css';
import { useWords } from './words';

/** How much more or less than in the days compared with; good or bad only where a figure has a better side. */
export function Change({ kpi, now, then }: { kpi: string; now: number; then: number | null }) {
  const { t, language } = useText();
  const words = useWords();
  if (then === null || (then === 0 && now === 0)) return null;
  const kind = words.kind(kpi);
  const points = kind === 'rate' || kind === 'points';
  const change =
    kind === 'rate' ? (now - then) * 100 : kind === 'points' ? now - then : then === 0 ? null : (now / then - 1) * 100;
  if (change === null) return null;
  const size = Math.abs(change) < 10 ? 1 : 0;
  const amount = new Intl.NumberFormat(language, { maximumFractionDigits: size, signDisplay: 'exceptZero' }).format(
    change,
  );
  const flat = Math.abs(change) < 0.05;
  const side = words.find(kpi)?.better ?? 'neither';
  const tone = flat || side === 'neither' ? undefined : change < 0 === (side === 'less') ? 'good' : 'bad';
  const Arrow = change < 0 ? IconArrowDownRight : IconArrowUpRight;
  const said = t(points ? 'figures:compare.points' : 'figures:compare.percent', { amount });
  return (
    <span
      className={styles.change}
      data-tone={tone}
      data-tip={t('figures:compare.was', { value: words.value(kpi, then) })}
    >
      {!flat && <Arrow size={14} stroke={1.5} aria-hidden />}
      {said}
      {tone && <span className="visually-hidden">{t(`figures:compare.${tone}`)}</span>}
    </span>
  );
}

/** What is counted: pointed at, or in full at a press. */
export function Definition({ kpi, n }: { kpi: string; n?: number }) {
  const { t } = useText();
  const words = useWords();
  const name = words.kpi(kpi);
  const formula = words.definition(kpi);
  const of = n === undefined ? '' : t('figures:n_value', { n: words.count(n) });
  return (
    <Popover width={320} position="bottom-end" withinPortal trapFocus>
      <Popover.Target>
        <IconButton
          small
          label={`${t('figures:definition_label')}: ${name}`}
          className={styles.info}
          data-tip={[formula, of].filter(Boolean).join(' · ')}
        >
          <IconInfoCircle size={16} stroke={1.5} aria-hidden />
        </IconButton>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={styles.definition}>
          <strong>{name}</strong>
          <p>{formula}</p>
          <p>
            {t('figures:definition_version', { version: words.find(kpi)?.version ?? 1 })}
            {of && ` · ${of}`}
          </p>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The shape of the period, from zero; the chart below says the numbers. */
export function Spark({ values }: { values: (number | null)[] }) {
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
