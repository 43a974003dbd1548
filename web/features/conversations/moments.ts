function at_hour(days: number, hour: number): Date {
  const when = new Date();
  when.setDate(when.getDate() + days);
  when.setHours(hour, 0, 0, 0);
  return when;
}

/** Moments people mean: later today, tomorrow, next Monday, in a week. */
export function moments(now = new Date()): { key: string; when: Date }[] {
  const to_monday = ((8 - now.getDay()) % 7 || 7) as number;
  const list = [
    { key: 'two_hours', when: new Date(now.getTime() + 2 * 3_600_000) },
    { key: 'tomorrow', when: at_hour(1, 9) },
    { key: 'monday', when: at_hour(to_monday, 9) },
    { key: 'week', when: at_hour(7, 9) },
  ];
  return to_monday === 1 ? list.filter((one) => one.key !== 'tomorrow') : list;
}

/** Local date and time without a zone, as the server wants civil times. */
export function local_text(when: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}T${two(when.getHours())}:${two(when.getMinutes())}`;
}
