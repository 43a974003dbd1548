import { useSyncExternalStore } from 'react';

// One clock for the whole page: ticks every ten seconds while somebody looks, and at once when the tab wakes up.
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const tick = () => {
  now = Date.now();
  for (const listener of listeners) listener();
};
const awake = () => {
  if (!document.hidden) tick();
};
function subscribe(listener: () => void) {
  listeners.add(listener);
  if (!timer) {
    now = Date.now();
    timer = setInterval(tick, 10_000);
    document.addEventListener('visibilitychange', awake);
    window.addEventListener('pageshow', awake);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      timer = undefined;
      document.removeEventListener('visibilitychange', awake);
      window.removeEventListener('pageshow', awake);
    }
  };
}
export function useNow(): number {
  return useSyncExternalStore(
    subscribe,
    () => now,
    () => now,
  );
}

export type Units = { d: string; h: string; min: string; s: string; under: string };

/** 4 min · 1 h 20 · 2 d 3 h: at most two units, never a false precision. */
export function duration_text(seconds: number, units: Units): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return units.under;
  const minutes = Math.floor(s / 60);
  if (minutes < 60) return `${minutes} ${units.min}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    const rest = minutes % 60;
    return rest ? `${hours} ${units.h} ${String(rest).padStart(2, '0')}` : `${hours} ${units.h}`;
  }
  const days = Math.floor(hours / 24);
  const rest = hours % 24;
  return rest && days < 10 ? `${days} ${units.d} ${rest} ${units.h}` : `${days} ${units.d}`;
}

/** How dates are written: the clinics are in Europe, where the day comes before the month in English too. */
export const locale_of = (language: string): string => (language === 'en' ? 'en-GB' : language);

const cache = new Map<string, Intl.DateTimeFormat>();
function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let made = cache.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale_of(language), options);
    cache.set(key, made);
  }
  return made;
}

/** Whole days from one instant's day to another's, as the wall of who looks has them. */
export function days_until(iso: string, at: number): number {
  const day = (ms: number) => {
    const date = new Date(ms);
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000;
  };
  return day(Date.parse(iso)) - day(at);
}

const same_day = (a: Date, b: Date) => a.toDateString() === b.toDateString();

export function clock_time(iso: string, language: string): string {
  return format(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(iso));
}

/** Today the hour; this week the weekday and hour; else the day, with the year when it is another one. */
export function short_time(iso: string, language: string, at = Date.now()): string {
  const when = new Date(iso);
  const today = new Date(at);
  if (same_day(when, today)) return clock_time(iso, language);
  const distance = Math.abs(at - when.getTime());
  if (distance < 6 * 86_400_000) {
    return format(language, { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(when);
  }
  if (when.getFullYear() === today.getFullYear())
    return format(language, { day: 'numeric', month: 'short' }).format(when);
  return format(language, { day: 'numeric', month: 'short', year: 'numeric' }).format(when);
}

export function long_time(iso: string, language: string): string {
  return format(language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(iso));
}

export function day_text(iso: string, language: string): string {
  const when = new Date(iso);
  const year = when.getFullYear() === new Date().getFullYear() ? undefined : ('numeric' as const);
  return format(language, { weekday: 'long', day: 'numeric', month: 'long', year }).format(when);
}

export function date_text(date: string, language: string): string {
  return format(language, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

/** An instant with its full date as a tooltip. */
export function Time({ iso, language, children }: { iso: string; language: string; children?: React.ReactNode }) {
  return (
    <time dateTime={iso} title={long_time(iso, language)} className="num">
      {children ?? short_time(iso, language)}
    </time>
  );
}
