// Invented calls of a clinic's telephone as rows of history: on weekdays from 8 to 17 UTC, more on Mondays, some of them
// hung up. The same seed gives the same calls.
const minute = 60_000;
const day_ms = 24 * 60 * minute;

/** Marsaglia's xorshift: enough for tests, the same everywhere. */
function random_of(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** `days` days before the day of `until`, as JSON Lines. */
export function invented_calls(until: Date, days: number, seed = 7): string {
  const random = random_of(seed);
  const exponential = (mean: number) => -mean * Math.log(1 - random());
  const end = Math.floor(until.getTime() / day_ms) * day_ms;
  const rows: string[] = [];
  for (let start = end - days * day_ms; start < end; start += day_ms) {
    const weekday = new Date(start).getUTCDay();
    if (weekday === 0 || weekday === 6) continue;
    const gap = (weekday === 1 ? 9 : 12.5) * minute;
    for (let at = start + 8 * 60 * minute + exponential(gap); at < start + 17 * 60 * minute; at += exponential(gap)) {
      const wait = random() < 0.5 ? 0 : Math.ceil(exponential(40));
      const patience = Math.ceil(exponential(150));
      const hung_up = wait > patience;
      const left = at + Math.min(wait, patience) * 1000;
      const ended = hung_up ? left : left + Math.ceil(exponential(240)) * 1000;
      const time = (ms: number) => new Date(Math.round(ms / 1000) * 1000).toISOString();
      rows.push(
        JSON.stringify({
          kind: 'call',
          id: `staffing-${rows.length}`,
          from: '+34600000000',
          direction: 'in',
          offered_at: time(at),
          queued_at: time(at),
          ...(hung_up ? {} : { answered_at: time(left), wrap_up_seconds: 20 }),
          ended_at: time(ended),
          exit: hung_up ? 'abandoned' : 'answered',
        }),
      );
    }
  }
  return `${rows.join('\n')}\n`;
}
