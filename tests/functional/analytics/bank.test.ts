// The months of a real call centre: what an independent script computed from its logs is what the figures say after the
// import of the translated logs.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bank_history } from './bank';

const data = join(process.env.AURICLE_TEST_DATA ?? '', 'callcenter');
const present = existsSync(join(data, 'anonymous_bank_1999_01.tsv.gz'));
if (!present) console.warn('AURICLE_TEST_DATA/callcenter is not there: the months of the bank are not tested');

interface Line {
  key: string;
  group: Record<string, string | null> | null;
  n: number;
  value: number;
  longest: number | null;
}

describe.skipIf(!present).each([
  ['01', '1999-01-01', '1999-02-01'],
  ['02', '1999-02-01', '1999-03-01'],
])('month %s', (month, from, to) => {
  const folder = mkdtempSync(join(tmpdir(), 'auricle-bank-'));
  const place = ['--data', join(folder, 'data'), '--key-file', join(folder, 'key')];
  const run = (...args: string[]) =>
    execFileSync(process.env.AURICLE_BIN ?? '', [...args, ...place], { encoding: 'utf8', maxBuffer: 1e8 });
  const figures = (keys: string[], ...options: string[]): Line[] =>
    JSON.parse(run('kpi', ...keys, '--from', from, '--to', to, '--format', 'json', ...options));
  const figure = (key: string, ...options: string[]) => figures([key], ...options)[0] as Line;
  const log = join(data, `anonymous_bank_1999_${month}`);
  const known = present ? JSON.parse(readFileSync(`${log}.expected_kpis.json`, 'utf8')) : {};

  beforeAll(() => {
    const rows = bank_history(`${log}.tsv.gz`);
    writeFileSync(join(folder, 'calls.jsonl'), `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
    run('import', 'history', join(folder, 'calls.jsonl'), '--quiet');
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('every call is there', () => {
    expect(figure('calls_offered').value).toBe(known.offered_to_agents);
    expect(figure('ivr_exits').value).toBe(known.hang_in_vru);
    expect(figure('service_level_answered_only').n).toBe(known.answered);
    expect(figure('calls_abandoned', '--with', 'short=0').value).toBe(known.hang_in_queue);
    expect(figure('calls_short_abandoned', '--with', 'short=6').value).toBe(known.short_abandons_le5s);
  });

  test('waits and rates are those of the independent script', () => {
    expect(figure('average_speed_of_answer').value).toBeCloseTo(known.asa_s, 3);
    expect(figure('service_level_answered_only').value).toBeCloseTo(known.sl20_of_answered, 6);
    expect(figure('service_level_all_abandons').value).toBeCloseTo(known.sl20_of_offered, 6);
    // The script leaves out those who hung up within five seconds, five included.
    expect(figure('service_level', '--with', 'short=6').value).toBeCloseTo(known.sl20_excl_short_abandons_5s, 6);
    expect(figure('abandonment_rate', '--with', 'short=0').value).toBeCloseTo(known.abandonment_rate_offered, 5);
    // It takes the mean over the calls that were served longer than nothing.
    const handled = figure('average_handle_time');
    expect((handled.value * handled.n) / known.n_service_gt0).toBeCloseTo(known.mean_service_s, 3);
    expect(figure('average_speed_of_answer').longest).toBeLessThanOrEqual(known.max_wait_s);
  });

  test('by queue and by day', () => {
    const by_type = (key: string) =>
      new Map(figures([key], '--by', 'queue', '--with', 'short=0').map((line) => [line.group?.queue, line.value]));
    const abandoned = by_type('calls_abandoned');
    const offered = by_type('abandonment_rate');
    for (const [type, of_type] of Object.entries<Record<string, number>>(known.by_type)) {
      expect(abandoned.get(type) ?? 0, type).toBe(of_type.hang_in_queue);
      const total = (of_type.hang_in_queue ?? 0) + (of_type.answered ?? 0);
      if (total > 0) expect(offered.get(type), type).toBeCloseTo((of_type.hang_in_queue ?? 0) / total, 9);
    }
    const days = new Map<string, number>();
    for (const line of figures(['calls_offered', 'ivr_exits'], '--by', 'day'))
      days.set(line.group?.day ?? '', (days.get(line.group?.day ?? '') ?? 0) + line.value);
    const [day, calls] = known.busiest_day;
    expect(Math.max(...days.values())).toBe(calls);
    expect(days.get(`19${day.slice(0, 2)}-${day.slice(2, 4)}-${day.slice(4)}`)).toBe(calls);
    expect(days.size).toBe(known.days);
  });
});
