import { useMemo } from 'react';
import { useText } from '@/i18n';

const day = (date: string) => new Date(`${date}T12:00:00Z`);

/** Numbers, shares, times and days as the reader writes them. */
export function useNumbers() {
  const { language } = useText();
  return useMemo(() => {
    const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
    const tenth = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
    const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
    const ratio = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    const dates = (options: Intl.DateTimeFormatOptions) => {
      const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });
      return (date: string) => format.format(day(date));
    };
    const weekdays = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });
    return {
      whole: (n: number) => whole.format(n),
      tenth: (n: number) => tenth.format(n),
      share: (n: number | null | undefined) => (n === null || n === undefined ? '–' : share.format(n)),
      ratio: (n: number) => ratio.format(n),
      seconds: (n: number | null | undefined) => (n === null || n === undefined ? '–' : `${whole.format(n)} s`),
      day_number: dates({ day: 'numeric' }),
      day_short: dates({ day: 'numeric', month: 'short' }),
      day_long: dates({ weekday: 'long', day: 'numeric', month: 'long' }),
      weekday_long: dates({ weekday: 'long' }),
      // 1 January 2024 was a Monday.
      weekdays: [0, 1, 2, 3, 4, 5, 6].map((n) => weekdays.format(Date.UTC(2024, 0, 1 + n, 12))),
    };
  }, [language]);
}
export type Numbers = ReturnType<typeof useNumbers>;
