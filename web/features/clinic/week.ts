import type { Schemas } from '@/api/client';

export type Week = Schemas['Week'];
export type Span = Schemas['Span'];
export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof days)[number];
export const weekdays: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

export const empty_week = (): Week => ({ mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] });

/** Minutes since midnight; null when it is no time of day. 24:00 is the end of the day. */
export function minutes_of(text: string): number | null {
  const found = /^(\d{1,2}):(\d{2})$/.exec(text);
  if (!found) return null;
  const minutes = Number(found[1]) * 60 + Number(found[2]);
  return Number(found[2]) < 60 && minutes <= 1440 ? minutes : null;
}

/** What people type, as HH:MM: `9`, `930`, `9.30`, `9h30` all work; unchanged when it is no time. */
export function tidy_time(text: string): string {
  const found = /^\s*(\d{1,2})(?:\s*[:.h]?\s*(\d{2}))?\s*h?\s*$/i.exec(text);
  if (!found) return text.trim();
  return `${found[1]?.padStart(2, '0')}:${found[2] ?? '00'}`;
}

export type SpanProblem = 'missing' | 'order' | 'overlap';

/** The first thing wrong with a day's spans. */
export function day_problem(spans: readonly Span[]): SpanProblem | null {
  const read = spans.map((one) => ({ start: minutes_of(one.start), end: minutes_of(one.end) }));
  for (const { start, end } of read) {
    if (start === null || end === null) return 'missing';
    if (end <= start) return 'order';
  }
  const sorted = read.map((one) => [one.start ?? 0, one.end ?? 0] as const).sort((a, b) => a[0] - b[0]);
  return sorted.some(([start], i) => i > 0 && start < (sorted[i - 1]?.[1] ?? 0)) ? 'overlap' : null;
}

export function week_hours(week: Week): number {
  return days
    .flatMap((day) => week[day])
    .reduce((sum, one) => sum + ((minutes_of(one.end) ?? 0) - (minutes_of(one.start) ?? 0)) / 60, 0);
}

/** A next span that makes sense: the morning first, then the afternoon after what is there. */
export function next_span(spans: readonly Span[]): Span {
  const last = Math.max(-1, ...spans.map((one) => minutes_of(one.end) ?? -1));
  if (last < 0) return { start: '09:00', end: '14:00' };
  const start = Math.min(last + 60, 1380);
  const text = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return { start: text(start), end: text(Math.min(start + 180, 1440)) };
}

export const sorted_week = (week: Week): Week =>
  Object.fromEntries(days.map((day) => [day, [...week[day]].sort((a, b) => a.start.localeCompare(b.start))])) as Week;

/** Day names in a language, Monday first. */
export function day_names(language: string): Record<Day, string> {
  const format = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
  return Object.fromEntries(days.map((day, i) => [day, format.format(new Date(Date.UTC(2024, 0, 1 + i)))])) as Record<
    Day,
    string
  >;
}
