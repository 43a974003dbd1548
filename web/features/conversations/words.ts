import type { Outcome } from './actions';
import { useMemo } from 'react';
import { useTopics, useUserName } from '@/api/lists';
import { language_text, useText } from '@/i18n';
import { duration_text, short_time, type Units } from '@/ui';
import type { Message, Row } from './queries';

type Event = NonNullable<Message['event']>;

export function useUnits(): Units {
  const { t } = useText();
  return useMemo(
    () => ({
      d: t('inbox:unit.d'),
      h: t('inbox:unit.h'),
      min: t('inbox:unit.min'),
      s: t('inbox:unit.s'),
      under: t('inbox:unit.under'),
    }),
    [t],
  );
}

/** Topics are keys of the clinic's own list; each has a name per language or one name. */
export function useTopicName(): (key: string | null) => string | undefined {
  const { language } = useText();
  const topics = useTopics();
  return (key) => {
    if (!key) return undefined;
    const found = topics.find((one) => one.key === key);
    return found?.names[language] || key.replaceAll('_', ' ');
  };
}

export function who(row: Pick<Row, 'patient' | 'sender'>): string {
  return row.patient?.display_name || row.sender?.display_name || '';
}

export const outcomes: Outcome[] = [
  'solved',
  'answered',
  'booked',
  'referred',
  'not_possible',
  'no_answer_from_patient',
  'duplicate',
  'spam',
];

/** One line for a fact of the case, like "Pau assigned it to Lucía". */
export function useEventText(): (event: Event, by: string) => string {
  const { t, language } = useText();
  const user_name = useUserName();
  const topic_name = useTopicName();
  return (event, by) => {
    const { type, value } = event;
    const id = value && /^\d+$/.test(value) ? Number(value) : null;
    const instant = value && /^\d{4}-\d\d-\d\d/.test(value) ? short_time(value, language) : undefined;
    const base = { by, context: by ? undefined : 'system' };
    switch (type) {
      case 'assigned':
        if (!value) return t('inbox:event.unassigned', base);
        return t('inbox:event.assigned', { ...base, name: user_name(id) ?? t('inbox:someone') });
      case 'handed_over':
        return t('inbox:event.handed_over', { ...base, name: user_name(id) ?? t('inbox:someone') });
      case 'topic':
        return value
          ? t('inbox:event.topic', { ...base, topic: topic_name(value) })
          : t('inbox:event.topic_none', base);
      case 'priority':
        return t('inbox:event.priority', { ...base, priority: value ? t(`inbox:priority.${value}`) : '' });
      case 'language':
        return t('inbox:event.language', {
          ...base,
          language: value ? language_text(value, language) : t('inbox:unknown_language'),
        });
      case 'waiting':
        return t(`inbox:event.waiting_${value ?? 'clinic'}`, base);
      case 'snoozed':
        return t('inbox:event.snoozed', { ...base, time: instant ?? '' });
      case 'follow_up':
        return value
          ? t('inbox:event.follow_up', { ...base, time: instant ?? '' })
          : t('inbox:event.follow_up_none', base);
      case 'due_soon':
      case 'overdue': {
        const [what = 'told', of = ''] = (value ?? '').split(':');
        const promise = t(`inbox:promise_short.${event.previous ?? 'first_response'}`);
        const done = t(`inbox:event.step_${what}`, {
          name: user_name(Number(of)) ?? t('inbox:someone'),
          priority: what === 'raised' ? t(`inbox:priority.${of}`) : '',
        });
        return t(`inbox:event.${type}`, { what: promise, done });
      }
      case 'resolved':
        return value
          ? t('inbox:event.resolved_as', { ...base, outcome: t(`inbox:outcome.${value}`) })
          : t('inbox:event.resolved', base);
      default:
        return t(`inbox:event.${type}`, base);
    }
  };
}

export function useDuration(): (seconds: number) => string {
  const units = useUnits();
  return (seconds) => duration_text(seconds, units);
}
