import { useMemo } from 'react';
import { useSites, useTopics } from '@/api/lists';
import { useText } from '@/i18n';
import { duration_text, locale_of } from '@/ui';
import { add_days, type Period } from './settings';
import type { Segment } from './queries';

const channels = [
  'email',
  'phone',
  'frontdesk',
  'webchat',
  'whatsapp',
  'sms',
  'form',
  'messenger',
  'instagram',
  'portal',
  'in_person',
];
const noon = (day: string) => new Date(`${day}T12:00:00Z`);

/** Numbers, times and days as the reader writes them. */
function useNumbers() {
  const { t, language } = useText();
  return useMemo(() => {
    const locale = locale_of(language);
    const units = {
      d: t('figures:unit.d'),
      h: t('figures:unit.h'),
      min: t('figures:unit.min'),
      s: t('figures:unit.s'),
      under: t('figures:unit.under'),
    };
    const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    const tenth = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
    const days = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
    const weekdays = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' });
    /** Sums: hours, so that they can be compared; minutes where there are few. */
    const sum = (seconds: number) => {
      const amount = Math.abs(seconds);
      if (amount < 7200) return `${whole.format(Math.round(amount / 60))} ${units.min}`;
      return `${(amount < 36_000 ? tenth : whole).format(amount / 3600)} ${units.h}`;
    };
    return {
      count: (n: number) => whole.format(n),
      tenth: (n: number) => tenth.format(n),
      share: (n: number) => percent.format(n),
      duration: (seconds: number | null) =>
        seconds === null ? '–' : seconds < 100 ? `${Math.round(seconds)} ${units.s}` : duration_text(seconds, units),
      sum,
      signed: (seconds: number) => `${Math.abs(seconds) < 30 ? '±' : seconds > 0 ? '+' : '−'}${sum(seconds)}`,
      // 1 January 2024 was a Monday.
      weekday: (n: number) => weekdays.format(Date.UTC(2024, 0, 1 + n, 12)),
      period: ({ from, to }: Period) => days.formatRange(noon(from), noon(add_days(to, -1))),
    };
  }, [t, language]);
}

/** The same, and the names of what a segment is made of. */
export function useWords() {
  const { t, language } = useText();
  const sites = useSites();
  const topics = useTopics();
  const numbers = useNumbers();
  return useMemo(() => {
    const languages = new Intl.DisplayNames(locale_of(language), { type: 'language' });
    const channel = (key: string) => (channels.includes(key) ? t(`figures:channel.${key}`) : key.replaceAll('_', ' '));
    const topic = (key: string) => topics.find((one) => one.key === key)?.names[language] || key.replaceAll('_', ' ');
    const site = (id: number) => sites.find((one) => one.id === id)?.name ?? String(id);
    const when = (one: Segment) => {
      if (one.weekday === null) return [];
      const day = numbers.weekday(one.weekday);
      if (one.hour_from === null || one.hour_to === null) return [day];
      return [t('bottlenecks:hours', { day, from: `${one.hour_from}:00`, to: `${one.hour_to}:00` })];
    };
    const where = (one: Partial<Segment>): string[] => [
      ...(one.site_id ? [site(one.site_id)] : []),
      ...(one.channel ? [channel(one.channel)] : []),
      ...(one.topic ? [topic(one.topic)] : []),
      ...(one.language ? [languages.of(one.language) ?? one.language] : []),
    ];
    return {
      ...numbers,
      /** "Clínica Norte, prescriptions, Monday 9:00–11:00" */
      segment: (one: Segment) => [...where(one), ...when(one)].join(', ') || t('bottlenecks:everything'),
      where: (one: Partial<Segment>) => where(one).join(', ') || t('bottlenecks:unknown'),
    };
  }, [t, language, sites, topics, numbers]);
}
