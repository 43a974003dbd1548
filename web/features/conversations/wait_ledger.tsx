import { useText } from '@/i18n';
import { clock_time, short_time, useNow, WaitLegend, type WaitOwner, WaitStrip } from '@/ui';
import type { Case } from './queries';
import styles from './wait_ledger.module.css';
import { useDuration } from './words';

const owners: WaitOwner[] = ['clinic', 'patient', 'third_party'];

/** The wait ledger of a case: who held it, when and how long. */
export function WaitLedger({ one }: { one: Case }) {
  const { t, language } = useText();
  const now = useNow();
  const duration = useDuration();
  const parts = one.intervals.map((interval) => {
    const from = Date.parse(interval.from);
    const to = interval.to ? Date.parse(interval.to) : now;
    const until = interval.to
      ? to - from < 86_400_000
        ? clock_time(interval.to, language)
        : short_time(interval.to, language)
      : t('inbox:ledger.now');
    const seconds = Math.max(0, (to - from) / 1000);
    return {
      owner: interval.owner,
      seconds,
      open: interval.to === null,
      label: `${t(`inbox:owner.${interval.owner}`)} · ${duration(seconds)} · ${short_time(interval.from, language)} – ${until}`,
    };
  });
  if (parts.length === 0) return null;
  const sum = (owner: WaitOwner) =>
    parts.filter((part) => part.owner === owner).reduce((total, part) => total + part.seconds, 0);
  const entries = owners
    .map((owner) => ({ owner, label: t(`inbox:owner.${owner}`), value: duration(sum(owner)), seconds: sum(owner) }))
    .filter((entry) => entry.seconds > 0 || entry.owner !== 'third_party');
  const spoken = t('inbox:ledger.spoken', { list: entries.map((entry) => `${entry.label} ${entry.value}`).join(', ') });
  return (
    <div className={styles.ledger}>
      <WaitStrip intervals={parts} label={spoken} />
      <WaitLegend entries={entries} />
    </div>
  );
}
