// A history with one bottleneck goes in; it, its evidence, its cases and what changed come out, over HTTP and on the
// command line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, onBothDatabases, type Server, startServer } from '../../harness/server';
import { slow_prescriptions } from '../../harness/slow_prescriptions';

const folder = mkdtempSync(join(tmpdir(), 'auricle-bottlenecks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const until = new Date('2026-03-30T00:00:00Z');
const period = 'from=2026-03-02&to=2026-03-30';

onBothDatabases('bottlenecks', (database) => {
  let server: Server;
  let admin: Client;
  let director: Client;
  let of_sur: Client;
  let receptionist: Client;
  const site: Record<string, number> = {};

  beforeAll(async () => {
    const history = join(folder, `${database}.jsonl`);
    writeFileSync(history, slow_prescriptions(until));
    server = await startServer({ database, before: [['import', 'history', history, '--quiet']] });
    admin = await server.first_administrator();
    for (const one of (await admin.get('/api/sites')).body.items) site[one.name] = one.id;
    director = await server.sign_in(admin, 'director@clinic.example', ['director']);
    of_sur = await server.sign_in(admin, 'sur@clinic.example', ['director'], site['Clínica Sur']);
    receptionist = await server.sign_in(admin, 'desk@clinic.example', ['receptionist']);
  }, 240_000);
  afterAll(() => server?.stop());

  const report = async (more = '', by: Client = director) => (await by.get(`/api/bottlenecks?${period}${more}`)).body;

  test('the bottleneck is found first, with its evidence and an action', async () => {
    const found = await report();
    expect(found).toMatchObject({ from: '2026-03-02', to: '2026-03-30', cases: 144, fewest_cases: 20 });
    expect(found.items).toHaveLength(1);
    const [one] = found.items;
    expect(one).toMatchObject({
      rank: 1,
      stage: 'awaiting_first',
      basis: 'against_others',
      cases: 24,
      stays: 24,
      patients: 24,
      other_cases: 120,
      segment: { site_id: site['Clínica Norte'], topic: 'prescription', channel: null, weekday: null },
      action: { kind: 'automation', method: 'answered_once', share: 1, staffing: null },
    });
    expect(one.excess_s / 3600).toBeGreaterThan(66); // 24 cases, three hours more each
    expect(one.excess_s / 3600).toBeLessThan(78);
    expect(one.q).toBeLessThan(0.001);
    expect(one.longer_of_100).toBe(100);
    const sum = (name: 'n' | 'others') => one.bins.reduce((all: number, bin: any) => all + bin[name], 0);
    expect(sum('n')).toBe(24);
    expect(sum('others')).toBe(120);
    expect(found.stages).toEqual([{ stage: 'awaiting_first', cases: 144, total_s: expect.any(Number) }]);
  });

  test('stages add up to the clinic time of the same cases', async () => {
    const { stages } = await report();
    const total = stages.reduce((all: number, one: any) => all + one.total_s, 0);
    const [figure] = (await director.get(`/api/figures?keys=full_resolution_time&${period}`)).body.items;
    expect(figure.n).toBe(144);
    expect(total).toBeCloseTo(figure.value * figure.n, 3);
  });

  test('its cases are listed page by page, and the reading is in the audit', async () => {
    const segment = `stage=awaiting_first&site=${site['Clínica Norte']}&topic=prescription`;
    const first = (await director.get(`/api/bottlenecks/stays?${period}&${segment}&limit=20`)).body;
    expect(first.n).toBe(24);
    expect(first.items).toHaveLength(20);
    const rest = (
      await director.get(`/api/bottlenecks/stays?${period}&${segment}&limit=20&cursor=${first.next_cursor}`)
    ).body;
    const all = [...first.items, ...rest.items];
    expect(rest.next_cursor).toBeNull();
    expect(new Set(all.map((one) => one.case_id)).size).toBe(24);
    expect(all.every((one) => one.topic === 'prescription' && one.number > 0 && one.late_s === null)).toBe(true);
    const seconds = all.map((one) => one.seconds);
    expect(seconds).toEqual([...seconds].sort((a, b) => b - a));
    const officer = await server.sign_in(admin, 'dpo@clinic.example', ['data_protection_officer']);
    const audit = (await officer.get('/api/audit?action=list')).body.items;
    expect(audit.some((row: any) => row.record === 'case')).toBe(true);
  });

  test('a director sees the own site only', async () => {
    const found = await report('', of_sur);
    expect(found.cases).toBe(80);
    expect(found.items).toEqual([]);
    expect(found.segments).toBeGreaterThan(0);
    const other = await of_sur.get(`/api/bottlenecks?${period}&site=${site['Clínica Norte']}`);
    expect(other.status).toBe(403);
    expect((await receptionist.get(`/api/bottlenecks?${period}`)).status).toBe(403);
    const own = await of_sur.get(`/api/bottlenecks/stays?${period}&stage=awaiting_first`);
    expect(own.body.n).toBe(80);
  });

  test('what changed adds up', async () => {
    const change = (await director.get('/api/bottlenecks/change?from=2026-03-23&to=2026-03-30')).body;
    expect(change).toMatchObject({ before_from: '2026-03-16', before_to: '2026-03-23' });
    expect(change.volume_s + change.mix_s + change.speed_s).toBeCloseTo(change.after_s - change.before_s, 3);
    for (const part of ['volume_s', 'mix_s', 'speed_s'])
      expect(change.groups.reduce((all: number, one: any) => all + one[part], 0)).toBeCloseTo(change[part], 3);
  });

  test('says what is wrong', async () => {
    const field = async (query: string) => {
      const answer = await director.get(`/api/bottlenecks${query}`);
      return [answer.status, answer.body.fields?.[0]?.field];
    };
    expect(await field('?from=2026-03-30&to=2026-03-02')).toEqual([422, 'to']);
    expect(await field('?from=2026-03-02&to=2026-03-02')).toEqual([422, 'to']);
    expect(await field('?from=soon&to=2026-03-02')).toEqual([422, 'from']);
    expect(await field('?from=2024-01-01&to=2026-03-02')).toEqual([422, 'to']);
    expect(await field(`?${period}&site=north`)).toEqual([422, 'site']);
    expect(await field(`/stays?${period}&stage=lunch`)).toEqual([422, 'stage']);
    expect(await field(`/stays?${period}&stage=handling&weekday=7`)).toEqual([422, 'weekday']);
    const early = (await director.get('/api/bottlenecks?from=2020-01-01&to=2020-02-01')).body;
    expect(early).toMatchObject({ cases: 0, segments: 0, stages: [], items: [] });
  });

  test('the command line says the same', async () => {
    const days = ['--from', '2026-03-02', '--to', '2026-03-30'];
    const json = JSON.parse(server.run('bottlenecks', ...days, '--format', 'json'));
    const { as_of, ...rest } = await report();
    expect(json).toMatchObject(rest);
    expect(Date.parse(as_of)).toBeGreaterThan(0);
    expect(server.run('bottlenecks', ...days)).toMatch(/1\. awaiting first: Clínica Norte, prescription/);
    expect(server.run('bottlenecks', ...days, '--change')).toMatch(/volume .*\nmix .*\nspeed /);
    expect(() => server.run('bottlenecks', '--from', '2026-03-30', '--to', '2026-03-02')).toThrow(/--to/);
  });

  test('erasing a patient changes no finding', async () => {
    const before = await report();
    const asked = await director.get('/api/bottlenecks/stays?' + `${period}&stage=awaiting_first&topic=prescription`);
    const of_case = (await admin.get(`/api/cases/${asked.body.items[0].case_id}`)).body;
    const erased = await admin.post(`/api/patients/${of_case.patient_id ?? of_case.patient?.id}/erase`, {
      reason: 'asked by letter',
    });
    expect(erased.status, JSON.stringify(erased.body)).toBe(200);
    const { as_of: _, ...after } = await report();
    expect(before).toMatchObject(after);
  });
});
