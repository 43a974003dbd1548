import { useCallback, useState } from 'react';

export const lengths = [1, 4, 8, 12, 26] as const;
/** What one looks at. It stands in the address: ids, numbers and dates only. */
export interface Settings {
  weeks: number;
  /** The last day looked at; null: yesterday, as today is not over. */
  last: string | null;
  site: number | null;
}

const day_text = (day: Date) =>
  `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`;
export function add_days(day: string, days: number): string {
  const [y, m, d] = day.split('-').map(Number);
  return day_text(new Date(y ?? 1970, (m ?? 1) - 1, (d ?? 1) + days));
}
export const yesterday = (): string => add_days(day_text(new Date()), -1);
export const valid_day = (day: string | null): day is string =>
  day !== null && /^\d{4}-\d{2}-\d{2}$/.test(day) && add_days(day, 0) === day;

/** From the first day to the day after the last. */
export interface Period {
  from: string;
  to: string;
}
export function period_of({ weeks, last }: Pick<Settings, 'weeks' | 'last'>): Period {
  const to = add_days(last ?? yesterday(), 1);
  return { from: add_days(to, -7 * weeks), to };
}

function read(): Settings {
  const query = new URLSearchParams(location.search);
  const get = (name: string) => query.get(name)?.replace(/^"|"$/g, '') ?? null;
  const weeks = Number(get('weeks'));
  const last = get('last');
  return {
    weeks: lengths.find((one) => one === weeks) ?? 4,
    last: valid_day(last) ? last : null,
    site: Number(get('site')) || null,
  };
}

function write({ weeks, last, site }: Settings): void {
  const query = new URLSearchParams();
  if (weeks !== 4) query.set('weeks', String(weeks));
  if (last) query.set('last', last);
  if (site) query.set('site', String(site));
  const text = query.toString();
  history.replaceState(history.state, '', text ? `${location.pathname}?${text}` : location.pathname);
}

export function useSettings(): [Settings, (change: Partial<Settings>) => void] {
  const [settings, set] = useState(read);
  const change = useCallback((part: Partial<Settings>) => {
    set((old) => {
      const next = { ...old, ...part };
      write(next);
      return next;
    });
  }, []);
  return [settings, change];
}
