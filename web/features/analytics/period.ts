import { locale_of } from '@/ui';

// Local days as YYYY-MM-DD; `to` is the day after the last one.
export const presets = [
  'today',
  'yesterday',
  'last_7_days',
  'last_28_days',
  'this_week',
  'last_week',
  'this_month',
  'last_month',
  'custom',
] as const;
export type Preset = (typeof presets)[number];
export interface Period {
  from: string;
  to: string;
}

const text = (day: Date) =>
  `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`;
const date = (day: string) => {
  const [y, m, d] = day.split('-').map(Number);
  return new Date(y ?? 1970, (m ?? 1) - 1, d ?? 1);
};
export const add_days = (day: string, days: number): string => {
  const moved = date(day);
  moved.setDate(moved.getDate() + days);
  return text(moved);
};
export const today = (): string => text(new Date());

export function period_of(preset: Exclude<Preset, 'custom'>, now = today()): Period {
  const here = date(now);
  const monday = add_days(now, -((here.getDay() + 6) % 7));
  const first = text(new Date(here.getFullYear(), here.getMonth(), 1));
  switch (preset) {
    case 'today':
      return { from: now, to: add_days(now, 1) };
    case 'yesterday':
      return { from: add_days(now, -1), to: now };
    case 'last_7_days':
      return { from: add_days(now, -6), to: add_days(now, 1) };
    case 'last_28_days':
      return { from: add_days(now, -27), to: add_days(now, 1) };
    case 'this_week':
      return { from: monday, to: add_days(monday, 7) };
    case 'last_week':
      return { from: add_days(monday, -7), to: monday };
    case 'this_month':
      return { from: first, to: text(new Date(here.getFullYear(), here.getMonth() + 1, 1)) };
    case 'last_month':
      return { from: text(new Date(here.getFullYear(), here.getMonth() - 1, 1)), to: first };
  }
}

export const comparisons = ['before', 'year', 'none'] as const;
export type Comparison = (typeof comparisons)[number];
/** The days to compare with: as many just before, or the same weekdays a year (52 weeks) ago. */
export function compared(period: Period, comparison: Comparison): Period | null {
  if (comparison === 'none') return null;
  const days =
    comparison === 'year' ? 364 : Math.round((date(period.to).getTime() - date(period.from).getTime()) / 86_400_000);
  return { from: add_days(period.from, -days), to: add_days(period.to, -days) };
}

export function days_of({ from, to }: Period): string[] {
  const days: string[] = [];
  for (let day = from; day < to && days.length < 800; day = add_days(day, 1)) days.push(day);
  return days;
}

export const is_weekend = (day: string): boolean => [0, 6].includes(date(day).getDay());
export const valid_day = (day: string | null): day is string =>
  day !== null && /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(date(day).getTime());

/** "27 Oct – 23 Nov 2026", the last day included. */
export function period_text({ from, to }: Period, language: string): string {
  const format = new Intl.DateTimeFormat(locale_of(language), { day: 'numeric', month: 'short', year: 'numeric' });
  const last = add_days(to, -1);
  return from === last ? format.format(date(from)) : format.formatRange(date(from), date(last));
}
export const day_label = (
  day: string,
  language: string,
  options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' },
): string => new Intl.DateTimeFormat(locale_of(language), options).format(date(day));
