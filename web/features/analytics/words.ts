import { useMemo } from 'react';
import { useSites, useTopics, useUserName } from '@/api/lists';
import { useText } from '@/i18n';
import { duration_text } from '@/ui';
import type { Dimension } from './filters';
import { type Figure, is_count, is_rate, type KpiKey, kpi_keys } from './queries';

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
] as const;

export function useWords() {
  const { t, language } = useText();
  return useMemo(() => {
    const units = {
      d: t('figures:unit.d'),
      h: t('figures:unit.h'),
      min: t('figures:unit.min'),
      s: t('figures:unit.s'),
      under: t('figures:unit.under'),
    };
    const whole = new Intl.NumberFormat(language);
    const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
    const duration = (seconds: number | null) =>
      seconds === null ? '–' : seconds < 60 ? `${Math.round(seconds)} ${units.s}` : duration_text(seconds, units);
    const value = (key: string, amount: number | null) =>
      amount === null
        ? '–'
        : is_rate(key)
          ? percent.format(amount)
          : is_count(key)
            ? whole.format(amount)
            : duration(amount);
    /** The number one looks at: the median of a duration, else the value. */
    const main = (figure: Figure) => (is_rate(figure.key) || is_count(figure.key) ? figure.value : figure.p50);
    const kpi = (key: string) => t(`figures:kpi.${kpi_keys.find((one) => one === key) ?? 'backlog'}`);
    const definition = (key: KpiKey | 'backlog') => t(`figures:definition.${key}`);
    return { duration, value, main, kpi, definition, count: (n: number) => whole.format(n) };
  }, [t, language]);
}

const names_of_languages = (language: string) => new Intl.DisplayNames(language, { type: 'language' });

export function useChannelName(): (key: string) => string {
  const { t } = useText();
  return (key) => {
    const known = channels.find((one) => one === key);
    return known ? t(`figures:channel.${known}`) : key.replaceAll('_', ' ');
  };
}

/** Words for a group of a breakdown: ids become names. */
export function useGroupName(): (dimension: Dimension, group: Figure['group']) => string {
  const { t, language } = useText();
  const sites = useSites();
  const topics = useTopics();
  const user_name = useUserName();
  const channel = useChannelName();
  return (dimension, group) => {
    const raw = group?.[dimension];
    if (raw === null || raw === undefined) return t('figures:by.none_value');
    if (dimension === 'site') return sites.find((one) => one.id === raw)?.name ?? String(raw);
    if (dimension === 'agent') return user_name(raw as number) ?? String(raw);
    if (dimension === 'topic')
      return topics.find((one) => one.key === raw)?.names[language] ?? String(raw).replaceAll('_', ' ');
    if (dimension === 'language') return names_of_languages(language).of(String(raw)) ?? String(raw);
    return channel(String(raw));
  };
}
