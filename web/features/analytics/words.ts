import { useMemo } from 'react';
import { useSites, useTopics, useUserName } from '@/api/lists';
import { useChannelName } from '@/channels/name';
import { useText } from '@/i18n';
import { duration_text } from '@/ui';
import type { Dimension } from './filters';
import type { Figure } from './queries';
import { useRegistry } from './registry';

export function useWords() {
  const { t, language } = useText();
  const registry = useRegistry();
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
    const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
    const { find, kind } = registry;
    const value = (key: string, amount: number | null) => {
      if (amount === null) return '–';
      const sort = kind(key);
      if (sort === 'duration') return duration(amount);
      return sort === 'rate' ? percent.format(amount) : sort === 'count' ? whole.format(amount) : number.format(amount);
    };
    /** The number one looks at: the median of a duration, else the value. */
    const main = (figure: Figure) => (kind(figure.key) === 'duration' ? figure.p50 : figure.value);
    const kpi = (key: string) => t(`figures:kpi.${key}`, { defaultValue: key.replaceAll('_', ' ') });
    const definition = (key: string) => t(`figures:definition.${key}`, { defaultValue: find(key)?.formula ?? '' });
    const group = (name: string) => t(`figures:group.${name}`, { defaultValue: name });
    return {
      duration,
      value,
      main,
      kpi,
      definition,
      group,
      kind,
      find,
      share: percent.format,
      count: (n: number) => whole.format(n),
      decimal: (n: number) => (n < 10 ? number.format(n) : whole.format(Math.round(n))),
    };
  }, [t, language, registry]);
}

const names_of_languages = (language: string) => new Intl.DisplayNames(language, { type: 'language' });

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
    if (dimension === 'agent') return raw === -1 ? t('figures:by.bot') : (user_name(raw as number) ?? String(raw));
    if (dimension === 'service') return String(raw);
    if (dimension === 'topic')
      return topics.find((one) => one.key === raw)?.names[language] ?? String(raw).replaceAll('_', ' ');
    if (dimension === 'language') return names_of_languages(language).of(String(raw)) ?? String(raw);
    return channel(String(raw));
  };
}
