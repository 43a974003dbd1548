import { IconClock, IconClockExclamation, IconHourglass, IconMoon } from '@tabler/icons-react';
import { useText } from '@/i18n';
import { clock_time, days_until, long_time, short_time, Tag, type Tone, useNow } from '@/ui';
import type { Row } from './queries';
import styles from './wait_clock.module.css';
import { useDuration } from './words';

type Timed = Pick<
  Row,
  | 'state'
  | 'waiting_on'
  | 'waiting_since'
  | 'promise'
  | 'warn_at'
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
  /** What it is the time of, for those who cannot see where it stands. */
  spoken?: string;
}

/**
 * What is left of the time the clinic has promised, by the instants the server reckoned on its business clock: minutes
 * and hours on the day itself, else when it is due. Amber from the standard's share of the time on, red when it is over.
 */
export function useDue(): (row: Timed) => Reading | undefined {
  const { t, language } = useText();
  const now = useNow();
  const duration = useDuration();
  return (row) => {
    if (!row.due_at || row.state === 'resolved') return undefined;
    const due = Date.parse(row.due_at);
    const promise = row.promise ?? 'first_response';
    const title = t(`inbox:promise.${promise}`, { time: long_time(row.due_at, language) });
    const said = (text: string, tone: Tone, risk: string): Reading => ({
      text,
      tone,
      title,
      spoken: t(`inbox:risk.${risk}`, { what: t(`inbox:promise_short.${promise}`) }),
    });
    if (now > due) return said(t('inbox:clock.late', { time: duration((now - due) / 1000) }), 'late', 'late');
    const soon = row.warn_at !== null && now >= Date.parse(row.warn_at);
    const days = days_until(row.due_at, now);
    const text =
      days <= 0
        ? t('inbox:clock.left', { time: duration((due - now) / 1000) })
        : days === 1
          ? t('inbox:clock.due_tomorrow', { time: clock_time(row.due_at, language) })
          : t('inbox:clock.due', { time: short_time(row.due_at, language, now) });
    return said(text, soon ? 'soon' : 'neutral', soon ? 'soon' : 'calm');
  };
}

/** What the clock of a case says now. */
export function useReading(row: Timed): Reading {
  const { t, language } = useText();
  const now = useNow();
  const duration = useDuration();
  const due = useDue();
  const since = row.waiting_since ? Date.parse(row.waiting_since) : undefined;
  const calm = (iso: string | null, title: string, icon?: Reading['icon']): Reading => ({
    text: iso ? short_time(iso, language, now) : '',
    tone: 'neutral',
    title,
    icon,
  });
  if (row.state === 'resolved') return calm(row.resolved_at, t('inbox:clock.resolved'));
  const promised = due(row);
  const waits = row.state === 'open' && row.waiting_on === 'clinic';
  const waited =
    since === undefined
      ? ''
      : t('inbox:clock.waiting', {
          time: duration((now - since) / 1000),
          since: long_time(row.waiting_since ?? '', language),
        });
  // Who holds the case meanwhile does not stop the clock: what is about to be late is said first.
  if (promised && (waits || promised.tone !== 'neutral'))
    return { ...promised, title: [promised.title, waits ? waited : ''].filter(Boolean).join('\n') };
  if (row.state === 'snoozed') return calm(row.snoozed_until, t('inbox:clock.snoozed'), 'moon');
  if (row.waiting_on === 'patient') return calm(row.last_message_at ?? row.waiting_since, t('inbox:clock.patient'));
  if (row.waiting_on === 'third_party')
    return calm(row.follow_up_at ?? row.waiting_since, t('inbox:clock.third_party'), 'hourglass');
  if (since === undefined) return calm(row.last_message_at ?? row.opened_at, '');
  return {
    text: duration((now - since) / 1000),
    tone: tone_without_standard(now - since, row.priority),
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
      {reading.spoken && reading.tone !== 'neutral' && (
        <IconClockExclamation size={13} stroke={1.8} aria-hidden="true" />
      )}
      {reading.spoken && <span className="visually-hidden">{reading.spoken} </span>}
      {reading.text}
    </span>
  );
}

export function WaitTag({ row }: { row: Timed }) {
  const { t } = useText();
  const reading = useReading(row);
  if (!reading.text) return null;
  const words = reading.spoken
    ? reading.text
    : row.state === 'open' && row.waiting_on === 'clinic'
      ? t('inbox:clock.waits', { time: reading.text })
      : reading.icon === 'moon'
        ? t('inbox:clock.until', { time: reading.text })
        : row.state === 'resolved'
          ? t('inbox:clock.resolved_at', { time: reading.text })
          : t(`inbox:clock.on_${row.waiting_on}`, { time: reading.text });
  const icon =
    reading.icon === 'moon' ? (
      <IconMoon stroke={1.5} />
    ) : reading.icon === 'hourglass' ? (
      <IconHourglass stroke={1.5} />
    ) : reading.spoken && reading.tone !== 'neutral' ? (
      <IconClockExclamation stroke={1.5} />
    ) : (
      <IconClock stroke={1.5} />
    );
  return (
    <Tag tone={row.state === 'resolved' ? 'good' : reading.tone} title={reading.title} icon={icon}>
      {reading.spoken && <span className="visually-hidden">{reading.spoken} </span>}
      <span className="num">{words}</span>
    </Tag>
  );
}
