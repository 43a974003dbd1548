// Local days, instants and opening hours for the independent computation of the figures (oracle.ts).

const day_ms = 86_400_000;
export const hour = 3_600_000;
export const minute = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();
function wall(zone: string, at: number): number {
  let format = formats.get(zone);
  if (!format) {
    const two = '2-digit';
    const parts = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
    format = new Intl.DateTimeFormat('en', { timeZone: zone, hourCycle: 'h23', ...parts });
    formats.set(zone, format);
  }
  const p = Object.fromEntries(format.formatToParts(at).map((one) => [one.type, Number(one.value)]));
  return Date.UTC(p.year ?? 0, (p.month ?? 1) - 1, p.day, p.hour, p.minute, p.second) + (((at % 1000) + 1000) % 1000);
}
export const local_day = (zone: string, at: number) => new Date(wall(zone, at)).toISOString().slice(0, 10);

/** The instant of a wall time; in the hour that does not exist, the end of the gap. */
function instant(zone: string, local: number): number {
  const guesses = [
    local - (wall(zone, local - day_ms) - (local - day_ms)),
    local - (wall(zone, local + day_ms) - (local + day_ms)),
  ];
  const right = guesses.filter((one) => wall(zone, one) === local);
  return right.length ? Math.min(...right) : Math.max(...guesses) - Math.abs((guesses[0] ?? 0) - (guesses[1] ?? 0));
}
export const next_day = (day: string) => new Date(Date.parse(day) + day_ms).toISOString().slice(0, 10);
export const start_of = (zone: string, day: string) => instant(zone, Date.parse(day));

export interface Hours {
  zone: string;
  week: Record<string, [string, string][]>;
  holidays: string[];
}
const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
function spans_of(hours: Hours, day: string): [number, number][] {
  if (hours.holidays.includes(day)) return [];
  const at = (text: string) =>
    instant(hours.zone, Date.parse(day) + Number(text.slice(0, 2)) * hour + Number(text.slice(3)) * minute);
  return (hours.week[names[new Date(day).getUTCDay()] ?? ''] ?? []).map(([a, b]) => [at(a), at(b)]);
}
export function business(hours: Hours, from: number, to: number): number {
  let sum = 0;
  for (let day = local_day(hours.zone, from - day_ms); Date.parse(day) <= to + 2 * day_ms; day = next_day(day))
    for (const [a, b] of spans_of(hours, day)) sum += Math.max(0, Math.min(b, to) - Math.max(a, from));
  return sum;
}
export function after_business(hours: Hours, from: number, ms: number): number {
  let left = ms;
  let day = local_day(hours.zone, from);
  for (let i = 0; i < 400; ++i, day = next_day(day))
    for (const [a, b] of spans_of(hours, day)) {
      const open = Math.max(0, b - Math.max(a, from));
      if (open >= left) return Math.max(a, from) + left;
      left -= open;
    }
  return Number.POSITIVE_INFINITY;
}
