// Random histories: what `auricle kpi` prints is what an independent computation from the same rows gives, for every
// figure, split and clock, now and as of an earlier instant.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Hit, Oracle } from './oracle';
import { Beside } from './oracle_beside';
import { random_beside } from './random_beside';
import { random_history } from './random_history';

const durations = [
  'first_response_time',
  'first_automated_response_time',
  'handoff_response_time',
  'next_reply_time',
  'first_resolution_time',
  'full_resolution_time',
  'clinic_time',
  'patient_time',
  'third_party_time',
  'average_speed_of_answer',
  'average_handle_time',
  'callback_time',
  'booking_lead_time',
  'waiting_room_time',
  'start_delay',
];
const rates = [
  'reopen_rate',
  'escalation_rate',
  'first_contact_resolution',
  'bot_containment',
  'handoff_rate',
  'abandonment_rate',
  'service_level',
  'service_level_all_abandons',
  'service_level_answered_only',
  'service_level_abandons_met',
  'csat',
  'survey_response_rate',
  'no_show_rate',
  'late_cancellation_rate',
  'occupancy',
];
const counts = [
  'cases_opened',
  'contacts',
  'resolved_unanswered',
  'abandoned_inquiries',
  'calls_offered',
  'ivr_exits',
  'calls_short_abandoned',
  'calls_abandoned',
  'calls_missed',
  'missed_recovered',
];
const keys = [...durations, ...rates, ...counts, 'nps'];
const splits = [
  '',
  'site',
  'channel',
  'agent',
  'topic',
  'day',
  'language',
  'priority',
  'site,day',
  'channel,topic',
  'agent,channel,day',
];
const from = '2026-03-15';
const to = '2026-04-20';

/** The program's output; an import that refused rows ends with 1. */
function run(args: string[], { refuses = false } = {}): string {
  try {
    return execFileSync(process.env.AURICLE_BIN ?? '', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    if (refuses) return '';
    throw error;
  }
}

interface Line {
  key: string;
  group: Record<string, string | null> | null;
  n: number;
  value: number | null;
  p50: number | null;
  p90: number | null;
  p99: number | null;
}

function percentile(sorted: number[], p: number): number {
  const rank = (sorted.length - 1) * p;
  const low = sorted[Math.floor(rank)] ?? 0;
  const high = sorted[Math.ceil(rank)] ?? low;
  return low + (high - low) * (rank - Math.floor(rank));
}
const rounded = (value: number | null) => (value === null ? null : Math.round(value * 1e6) / 1e6);
const line = (n: number, value: number | null, ...p: (number | null)[]) => [n, ...[value, ...p].map(rounded)].join(' ');

function expected(hits: Hit[], by: string): Map<string, string> {
  const dimensions = by.split(',').filter(Boolean) as (keyof Hit)[];
  const groups = new Map<string, Hit[]>();
  for (const hit of hits) {
    if (hit.ms === null || hit.day < from || hit.day >= to) continue;
    const name = [hit.key, ...dimensions.map((one) => `${one}=${hit[one] ?? null}`)].join(' ');
    groups.set(name, [...(groups.get(name) ?? []), hit]);
  }
  const out = new Map<string, string>();
  for (const [name, members] of groups) {
    const n = members.length;
    const key = name.split(' ')[0] ?? '';
    const sum = (of: (one: Hit) => number) => members.reduce((total, one) => total + of(one), 0);
    const whole = sum((one) => one.weight ?? 1);
    const counted = sum((one) => one.part ?? (one.counted ? (one.weight ?? 1) : 0));
    const share = (from: number, to: number) =>
      sum((one) => ((one.score ?? -1) >= from && (one.score ?? -1) <= to ? (one.weight ?? 1) : 0)) / whole;
    if (rates.includes(key)) out.set(name, line(n, counted / whole, null, null, null));
    else if (key === 'nps') out.set(name, line(n, 100 * (share(9, 10) - share(0, 6)), null, null, null));
    else if (key === 'missed_recovered') out.set(name, line(n, counted, null, null, null));
    else if (!durations.includes(key)) out.set(name, line(n, n, null, null, null));
    else {
      const seconds = members.map((one) => (one.ms ?? 0) / 1000).sort((a, b) => a - b);
      const mean = seconds.reduce((sum, one) => sum + one, 0) / n;
      out.set(name, line(n, mean, ...[0.5, 0.9, 0.99].map((p) => percentile(seconds, p))));
    }
  }
  return out;
}

describe.each([1, 2, 3, 4])('history %i', (seed) => {
  const folder = mkdtempSync(join(tmpdir(), 'auricle-oracle-'));
  const at = (...parts: string[]) => join(folder, ...parts);
  const place = ['--data', at('data'), '--key-file', at('key')];
  const rows = [...random_history(seed, 60), ...random_beside(seed, 60)];
  const printed = (wanted: string[], by: string, clock: string, as_of?: string): Map<string, string> => {
    const options = [
      '--from',
      from,
      '--to',
      to,
      '--clock',
      clock,
      '--format',
      'json',
      ...(as_of ? ['--as-of', as_of] : []),
      ...(by ? ['--by', by] : []),
    ];
    const lines: Line[] = JSON.parse(run(['kpi', ...wanted, ...options, ...place]));
    return new Map(
      lines
        .filter((one) => one.n > 0)
        .map((one) => [
          [
            one.key,
            ...by
              .split(',')
              .filter(Boolean)
              .map((name) => `${name}=${one.group?.[name] ?? null}`),
          ].join(' '),
          line(one.n, one.value, one.p50, one.p90, one.p99),
        ]),
    );
  };
  const sorted = (map: Map<string, string>) => [...map].map(([a, b]) => `${a}: ${b}`).sort();

  beforeAll(() => {
    // Half of the rows come with a later import, in two files.
    const half = Math.floor(rows.length / 2);
    const text = (part: typeof rows) => `${part.map((row) => JSON.stringify(row)).join('\n')}\n`;
    const early = rows.slice(0, half).filter((row) => ['site', 'queue', 'agent', 'patient', 'case'].includes(row.kind));
    writeFileSync(at('early.jsonl'), text([...rows.filter((row) => row.kind === 'site'), ...early]));
    writeFileSync(at('a.jsonl'), text(rows.slice(half)));
    writeFileSync(at('b.jsonl'), text(rows.slice(0, half)));
    // Cases whose queue or patient comes later are refused the first time and added the second.
    run(['import', 'history', at('early.jsonl'), '--quiet', ...place], { refuses: true });
    run(['import', 'history', at('a.jsonl'), at('b.jsonl'), '--quiet', ...place]);
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(['2026-11-01T00:00:00Z', '2026-03-28T12:00:00Z'])(
    'as of %s',
    (as_of) => {
      const oracle = new Oracle(rows, Date.parse(as_of));
      for (const clock of ['elapsed', 'business']) {
        const beside = new Beside(oracle, rows, oracle.as_of, clock);
        for (const by of splits) {
          const by_person = by.includes('agent');
          const hits = [...oracle.hits(clock, by_person), ...beside.hits(by_person)];
          expect(sorted(printed(keys, by, clock, as_of)), `${clock} by ${by}`).toEqual(sorted(expected(hits, by)));
        }
      }
    },
    300_000,
  );

  test('by roll-ups', () => {
    expect(run(['rebuild', 'rollups', ...place])).toMatch(/The figures of [1-9]\d+ days/);
    const oracle = new Oracle(rows, Date.parse('2026-11-01T00:00:00Z')); // nothing has happened since
    for (const clock of ['elapsed', 'business']) {
      const beside = new Beside(oracle, rows, oracle.as_of, clock);
      for (const by of splits) {
        const by_person = by.includes('agent');
        const hits = [...oracle.hits(clock, by_person), ...beside.hits(by_person)];
        expect(sorted(printed(keys, by, clock)), `${clock} by ${by}`).toEqual(sorted(expected(hits, by)));
      }
    }
    expect(run(['check', ...place])).toContain('Everything is as it must be');
  }, 300_000);

  test('the backlog of each day', () => {
    const as_of = '2026-04-02T11:00:00Z';
    const days = Array.from({ length: 36 }, (_, i) =>
      new Date(Date.parse(from) + i * 86_400_000).toISOString().slice(0, 10),
    );
    const past = days.filter((day) => day <= '2026-04-02');
    const hits = past.flatMap((day) => Oracle.backlog(rows, Date.parse(as_of), day));
    for (const by of ['day', 'day,site', 'day,topic', 'day,agent', 'day,channel'])
      expect(sorted(printed(['backlog'], by, 'elapsed', as_of)), by).toEqual(sorted(expected(hits, by)));
  }, 300_000);
});
