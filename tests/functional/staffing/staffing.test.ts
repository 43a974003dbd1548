// Calls go in; the forecast, the agents it takes and the plan come out, over HTTP and on the command line.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invented_calls } from '../../harness/calls';
import { type Client, onBothDatabases, type Server, startServer } from '../../harness/server';
import { bank_history } from './bank';

const monday = new Date('2026-03-02T00:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'auricle-staffing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

onBothDatabases('staffing', (database) => {
  let server: Server;
  let director: Client;
  let supervisor: Client;
  let receptionist: Client;
  let site: number;
  const calls = invented_calls(monday, 16 * 7);

  beforeAll(async () => {
    const history = join(folder, `${database}.jsonl`);
    writeFileSync(history, `{"kind":"site","id":"s","name":"Centro","time_zone":"Europe/Madrid"}\n${calls}`);
    server = await startServer({ database, before: [['import', 'history', history, '--quiet']] });
    const admin = await server.first_administrator();
    site = (await admin.get('/api/sites')).body.items.find((one: { name: string }) => one.name === 'Centro').id;
    director = await server.sign_in(admin, 'director@clinic.example', ['director'], site);
    supervisor = await server.sign_in(admin, 'supervisor@clinic.example', ['supervisor'], site);
    receptionist = await server.sign_in(admin, 'desk@clinic.example', ['receptionist'], site);
  }, 240_000);
  afterAll(() => server?.stop());

  const forecast = async (more = '') =>
    (await director.get(`/api/staffing/forecast?site=${site}&from=2026-03-02${more}`)).body;

  test('four weeks of half hours, with what they rest on', async () => {
    const found = await forecast();
    expect(found).toMatchObject({ channel: 'phone', queue_id: null, timed: true, time_zone: 'Europe/Madrid' });
    expect(found.history.arrivals).toBe(calls.trim().split('\n').length);
    expect(found.days).toHaveLength(28);
    // Sunday 29 March has 23 hours.
    expect(found.intervals).toHaveLength(28 * 48 - 2);
    const of_day = (date: string) => found.intervals.filter((one: { date: string }) => one.date === date);
    expect(of_day('2026-03-29')).toHaveLength(46);
    for (const day of found.days) {
      const sum = of_day(day.date).reduce((all: number, one: { expected: number }) => all + one.expected, 0);
      expect(sum).toBeCloseTo(day.expected, 6);
      expect(day.low).toBeLessThanOrEqual(day.high);
    }
    const [mon, tue, , , , sat] = found.days;
    expect(mon.expected).toBeGreaterThan(tue.expected * 1.2); // 60 and 43 on average
    expect(sat.expected).toBeLessThan(1);
    expect(found.accuracy.origins).toHaveLength(8);
    expect(found.accuracy.mase).toBeLessThan(1);
    expect(found.accuracy.failures).toBe(
      found.accuracy.origins.filter((one: { failed: boolean }) => one.failed).length,
    );
    expect(found.patience.mean_s).toBeGreaterThan(120); // 150 was the truth
    expect(found.patience.mean_s).toBeLessThan(190);
    expect(found.handling.mean_s).toBeGreaterThan(230); // 240 and 20
    expect(found.handling.mean_s).toBeLessThan(290);
  });

  test('agents for them, and one less', async () => {
    const { intervals, handling, patience } = await forecast('&days=1');
    const base = {
      model: 'erlang_a',
      handling_s: handling.mean_s,
      patience_s: patience.mean_s,
      service_level: 0.8,
      within_s: 20,
      shrinkage: 0.3,
    };
    const ask = async (agents?: (number | null)[]) =>
      director.post('/api/staffing/agents', {
        ...base,
        intervals: intervals.map((one: { expected: number }, i: number) => ({
          arrivals: one.expected,
          agents: agents?.[i] ?? null,
        })),
      });
    const needed = (await ask()).body;
    const numbers = needed.items.map((one: { needed: number }) => one.needed);
    expect(Math.max(...numbers)).toBeGreaterThan(1);
    expect(numbers[4]).toBe(0); // at two in the morning
    expect(needed.with_needed.service_level).toBeGreaterThanOrEqual(0.8);
    const less = (await ask(numbers.map((n: number) => Math.max(0, n - 1)))).body;
    expect(less.with_agents.service_level).toBeLessThan(0.8);
    const wrong = await director.post('/api/staffing/agents', { ...base, handling_s: 0, intervals: [] });
    expect(wrong.status).toBe(422);
    expect(wrong.body.fields[0].field).toBe('handling_s');
  });

  test('a plan is saved by who may, guarded against a colleague', async () => {
    const path = `/api/staffing/plan?site=${site}&channel=phone`;
    const plan = (await supervisor.get(path)).body;
    expect(plan.version).toBe(0);
    plan.week[0][18] = 3;
    expect((await supervisor.put('/api/staffing/plan', plan)).status).toBe(403);
    expect((await director.put('/api/staffing/plan', plan)).body.version).toBe(1);
    expect((await director.put('/api/staffing/plan', plan)).status).toBe(409);
    expect((await supervisor.get(path)).body.week[0][18]).toBe(3);
    plan.week.pop();
    expect((await director.put('/api/staffing/plan', { ...plan, version: 1 })).body.fields[0].field).toBe('week');
  });

  test('says what is wrong and who may not look', async () => {
    const status = async (query: string) => (await director.get(`/api/staffing/forecast?${query}`)).status;
    expect(await status(`site=${site}&days=0`)).toBe(422);
    expect(await status(`site=${site}&from=soon`)).toBe(422);
    expect(await status('site=1')).toBe(403); // not the director's site
    expect((await receptionist.get(`/api/staffing/forecast?site=${site}`)).status).toBe(403);
    const early = (await director.get(`/api/staffing/forecast?site=${site}&from=2020-01-01`)).body;
    expect(early).toMatchObject({ model: null, days: [], intervals: [] });
  });

  test('the command line says the same', async () => {
    const series = ['--site', 'Centro', '--from', '2026-03-02'];
    const json = JSON.parse(server.run('forecast', ...series, '--format', 'json'));
    expect(json.days[0].expected).toBeCloseTo((await forecast()).days[0].expected, 6);
    expect(
      server
        .run('forecast', ...series, '--by', 'origin', '--format', 'csv')
        .trim()
        .split('\n'),
    ).toHaveLength(9);
    const day = [...series, '--days', '1'];
    expect(server.run('staffing', ...day)).toMatch(/day +from +expected +erlangs +needed/);
    const tried = JSON.parse(
      server.run('staffing', ...day, '--change', '2026-03-02 09:00-11:00 +2', '--format', 'json'),
    );
    expect(tried.input.intervals[18].agents).toBe(5); // the plan's three
    expect(server.run('erlang', '--calls', '100', '--handling', '180', '--agents', '14')).toMatch(/given +14 +88\.8%/);
  });
});

const bank = join(process.env.AURICLE_TEST_DATA ?? '', 'callcenter');
describe.skipIf(!process.env.AURICLE_TEST_DATA || !existsSync(bank))("the bank's months (AURICLE_TEST_DATA)", () => {
  test('arrivals, patience and back-test of the imported log', async () => {
    const { rows, offered, hung_up, waited } = bank_history(bank);
    expect(offered).toBe(30_140 + 31_094);
    expect(hung_up).toBe(3_080 + 3_932);
    const file = join(folder, 'bank.jsonl');
    writeFileSync(file, rows);
    const server = await startServer({ before: [['import', 'history', file, '--quiet']] });
    try {
      const found = JSON.parse(server.run('forecast', '--site', 'Bank', '--from', '1999-03-01', '--format', 'json'));
      expect(found.history).toEqual({ first_day: '1999-01-01', last_day: '1999-02-28', arrivals: offered });
      expect(found.patience.hung_up).toBe(hung_up);
      expect(found.patience.mean_s).toBeCloseTo(waited / hung_up, 6);
      expect(found.accuracy.origins).toHaveLength(8);
      expect(found.accuracy.mase).toBeLessThan(1);
      expect(found.accuracy.against_naive).toBeLessThan(1);
    } finally {
      await server.stop();
    }
  }, 240_000);
});
