import { IconClock, IconHourglass, IconMoon } from '@tabler/icons-react';
import { useText } from '@/i18n';
import { long_time, short_time, Tag, type Tone, useNow } from '@/ui';
import type { Row } from './queries';
import styles from './wait_clock.module.css';
import { useDuration } from './words';

type Timed = Pick<
  Row,
  | 'state'
  | 'waiting_on'
  | 'waiting_since'
  | 'due_at'
  | 'last_message_at'
  | 'resolved_at'
  | 'snoozed_until'
  | 'opened_at'
  | 'follow_up_at'
  | 'priority'
>;

interface Reading {
  text: string;
  tone: Tone;
  title: string;
  icon?: 'moon' | 'hourglass';
}

/** What the clock of a case says now. It turns amber in the last quarter of the time allowed, red when that is over. */
export function useReading(row: Timed): Reading {
  const { t, language } = useText();
  const now = useNow();
  const duration = useDuration();
  const since = row.waiting_since ? Date.parse(row.waiting_since) : undefined;
  const calm = (iso: string | null, title: string, icon?: Reading['icon']): Reading => ({
    text: iso ? short_time(iso, language, now) : '',
    tone: 'neutral',
    title,
    icon,
  });
  if (row.state === 'resolved') return calm(row.resolved_at, t('inbox:clock.resolved'));
  if (row.state === 'snoozed') return calm(row.snoozed_until, t('inbox:clock.snoozed'), 'moon');
  if (row.waiting_on === 'patient') return calm(row.last_message_at ?? row.waiting_since, t('inbox:clock.patient'));
  if (row.waiting_on === 'third_party')
    return calm(row.follow_up_at ?? row.waiting_since, t('inbox:clock.third_party'), 'hourglass');
  if (since === undefined) return calm(row.last_message_at ?? row.opened_at, '');
  const waited = t('inbox:clock.waiting', {
    time: duration((now - since) / 1000),
    since: long_time(row.waiting_since ?? '', language),
  });
  if (row.due_at) {
    const due = Date.parse(row.due_at);
    if (now > due)
      return { text: t('inbox:clock.late', { time: duration((now - due) / 1000) }), tone: 'late', title: waited };
    if (due - now < Math.max(300_000, (due - since) / 4))
      return { text: t('inbox:clock.left', { time: duration((due - now) / 1000) }), tone: 'soon', title: waited };
  }
  return {
    text: duration((now - since) / 1000),
    tone: row.due_at ? 'neutral' : tone_without_standard(now - since, row.priority),
    title: waited,
  };
}

/** Where the clinic has set no standard: a working day is long to wait for an answer, a third of it is on its way there. */
function tone_without_standard(waited_ms: number, priority: Row['priority']): Tone {
  const hours = { urgent: 3, high: 6, normal: 24, low: 48 }[priority];
  if (waited_ms >= hours * 3_600_000) return 'late';
  return waited_ms >= (hours * 3_600_000) / 3 ? 'soon' : 'neutral';
}

export function WaitClock({ row }: { row: Timed }) {
  const reading = useReading(row);
  return (
    <span className={`${styles.clock} ${styles[reading.tone]} num`} title={reading.title}>
      {reading.icon === 'moon' && <IconMoon size={13} stroke={1.5} aria-hidden="true" />}
      {reading.icon === 'hourglass' && <IconHourglass size={13} stroke={1.5} aria-hidden="true" />}
      {reading.text}
    </span>
  );
}

export function WaitTag({ row }: { row: Timed }) {
  const { t } = useText();
  const reading = useReading(row);
  if (!reading.text) return null;
  const words =
    row.state === 'open' && row.waiting_on === 'clinic' && (reading.tone === 'neutral' || !row.due_at)
      ? t('inbox:clock.waits', { time: reading.text })
      : reading.icon === 'moon'
        ? t('inbox:clock.until', { time: reading.text })
        : row.state === 'resolved'
          ? t('inbox:clock.resolved_at', { time: reading.text })
          : row.waiting_on === 'clinic'
            ? reading.text
            : t(`inbox:clock.on_${row.waiting_on}`, { time: reading.text });
  return (
    <Tag
      tone={row.state === 'resolved' ? 'good' : reading.tone}
      title={reading.title}
      icon={
        reading.icon === 'moon' ? (
          <IconMoon stroke={1.5} />
        ) : reading.icon === 'hourglass' ? (
          <IconHourglass stroke={1.5} />
        ) : (
          <IconClock stroke={1.5} />
        )
      }
    >
      <span className="num">{words}</span>
    </Tag>
  );
}
