import styles from './wait_strip.module.css';

export type WaitOwner = 'clinic' | 'patient' | 'third_party';
export interface WaitInterval {
  owner: WaitOwner;
  seconds: number;
  /** Shown when pointed at, for example "Clinic · 1 h 20 · Mon 10:31 – 11:51". */
  label: string;
  open?: boolean;
}

/** Who held the case, one colour per owner, in order. The width is the share of time, softened so that short waits stay visible. */
export function WaitStrip({ intervals, label }: { intervals: WaitInterval[]; label: string }) {
  const total = intervals.reduce((sum, one) => sum + one.seconds, 0);
  if (intervals.length === 0) return null;
  return (
    <div className={styles.strip} role="img" aria-label={label}>
      {intervals.map((one, index) => (
        <span
          key={index}
          data-tip={one.label}
          className={`${styles.part} ${styles[one.owner]} ${one.open ? styles.open : ''}`}
          style={{ flexGrow: total > 0 ? Math.max(one.seconds / total, 0.012) : 1 }}
        />
      ))}
    </div>
  );
}

export function WaitLegend({ entries }: { entries: { owner: WaitOwner; label: string; value: string }[] }) {
  return (
    <ul className={styles.legend}>
      {entries.map((entry) => (
        <li key={entry.owner}>
          <span className={`${styles.dot} ${styles[entry.owner]}`} aria-hidden="true" />
          {entry.label} <span className="num">{entry.value}</span>
        </li>
      ))}
    </ul>
  );
}
