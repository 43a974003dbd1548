import { useSites, useTopics } from '@/api/lists';
import { useText } from '@/i18n';
import { date_text } from '@/ui';
import type { Scope, Standard, StandardInput, Step } from './targets';

/** Targets in sentences. */
export function useWords() {
  const { t, language } = useText();
  const sites = useSites();
  const topics = useTopics();
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  /** Opening time has no days: 40 h are 40 h. */
  const time = (seconds: number, clock: Standard['clock']): string => {
    if (seconds < 3600) return `${number.format(seconds / 60)} ${t('inbox:unit.min')}`;
    if (clock === 'elapsed' && seconds >= 172_800 && seconds % 86_400 === 0)
      return t('standards:days', { count: seconds / 86_400 });
    const minutes = Math.round((seconds % 3600) / 60);
    const hours = `${number.format(Math.floor(seconds / 3600))} ${t('inbox:unit.h')}`;
    return minutes ? `${hours} ${minutes} ${t('inbox:unit.min')}` : hours;
  };
  const sentence = (one: Pick<StandardInput, 'measure' | 'clock' | 'seconds'>): string =>
    one.seconds === null
      ? t('standards:none')
      : t(`standards:sentence.${one.measure}_${one.clock}`, { time: time(one.seconds, one.clock) });
  const topic = (key: string) => topics.find((one) => one.key === key)?.names[language] || key.replaceAll('_', ' ');
  const scope = (one: Scope): string => {
    const parts = [
      one.priority && t(`inbox:priority.${one.priority}`),
      one.topic && topic(one.topic),
      one.channel && t(`figures:channel.${one.channel}`, { defaultValue: one.channel }),
      one.site_id !== null && (sites.find((site) => site.id === one.site_id)?.name ?? String(one.site_id)),
    ].filter(Boolean);
    return parts.length ? parts.join(' · ') : t('standards:all_cases');
  };
  const step = (one: Step, clock: Standard['clock']): string => {
    const done = t(`standards:action.${one.action}`, {
      priority: one.priority ? t(`inbox:priority.${one.priority}`) : '',
    });
    return one.after_seconds
      ? t('standards:step_after', { time: time(one.after_seconds, clock), done })
      : t('standards:step_at', { percent: number.format(one.percent ?? 100), done });
  };
  /** "from 3 March: 2 h" */
  const version = (one: Standard): string => {
    const what = one.seconds === null ? t('standards:none') : time(one.seconds, one.clock);
    return one.valid_from
      ? t('standards:version', { day: date_text(one.valid_from, language), what })
      : t('standards:version_ever', { what });
  };
  return { time, sentence, scope, step, version, topic };
}
