// Standards: what is due in the inbox, how far they were met, and that a change leaves the past as it was.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, onBothDatabases, type Server, startServer } from '../../harness/server';

const day = 86_400_000;
const yesterday = new Date(Date.now() - day).toISOString().slice(0, 10);
const at = `${yesterday}T10:00:00Z`;
const rows = [
  { kind: 'site', id: 's1', name: 'Centro', time_zone: 'Atlantic/Reykjavik' },
  {
    kind: 'standard',
    id: 'd1',
    measure: 'first_response',
    seconds: 3600,
    clock: 'elapsed',
    valid_from: '2026-01-01',
  },
  {
    kind: 'standard',
    id: 'd2',
    measure: 'first_response',
    seconds: 60,
    clock: 'elapsed',
    valid_from: '2026-01-01',
    priority: 'urgent',
    site: 's1',
  },
  { kind: 'case', id: 'c1', site: 's1', opened_at: at, opened_by: 'patient' },
  { kind: 'message', id: 'm1', case: 'c1', channel: 'email', direction: 'in', at, text: 'Hola' },
];

onBothDatabases('standards', (database) => {
  const folder = mkdtempSync(join(tmpdir(), 'auricle-standards-'));
  const history = join(folder, 'history.jsonl');
  writeFileSync(history, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
  let server: Server;
  let admin: Client;
  let director: Client;

  beforeAll(async () => {
    server = await startServer({ database, before: [['import', 'history', history, '--quiet']] });
    admin = await server.first_administrator();
    director = await server.sign_in(admin, 'director@clinic.example', ['director']);
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const tomorrow = new Date(Date.now() + day).toISOString().slice(0, 10);
  const period = `from=${yesterday}&to=${tomorrow}`;
  const met = async () => (await director.get(`/api/figures?keys=sla_attainment&by=standard&${period}`)).body.items;

  test('the inbox says when an answer is due, by the priority of now', async () => {
    const only = async () => (await director.get('/api/cases?view=all&limit=10')).body.items[0];
    const row = await only();
    expect(Date.parse(row.due_at)).toBe(Date.parse(at) + 3_600_000);
    const changed = await director.post(`/api/cases/${row.id}/priority`, { priority: 'urgent' });
    expect(changed.status).toBe(200);
    expect(Date.parse((await only()).due_at)).toBe(Date.parse(at) + 60_000);
    expect((await director.post(`/api/cases/${row.id}/priority`, { priority: 'normal' })).status).toBe(200);
  });

  test('a breach counts on the day the time was up, without anybody doing anything', async () => {
    expect(await met()).toMatchObject([{ n: 1, value: 0, numerator: 0 }]);
  });

  test('a target changes from today on; what was promised before stays', async () => {
    const target = { measure: 'first_response', seconds: 7 * 86_400, clock: 'elapsed' };
    const before = await met();
    expect((await admin.post('/api/standards', { ...target, valid_from: yesterday })).body.fields?.[0]?.field).toBe(
      'valid_from',
    );
    const today = new Date().toISOString().slice(0, 10);
    expect((await admin.post('/api/standards', { ...target, valid_from: today })).status).toBe(201);
    expect(await met()).toEqual(before);
    const later = await admin.post('/api/standards', { ...target, valid_from: tomorrow });
    expect((await admin.delete(`/api/standards/${later.body.id}`)).status).toBe(204);
    const held = (await admin.get('/api/standards')).body.items;
    expect(held.length).toBe(3);
    expect((await admin.delete(`/api/standards/${held[0].id}`)).status).toBe(409);
  });

  test('an export holds every standard as it came', () => {
    const exported = server
      .run('export', 'history')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const row of rows) expect(exported).toContainEqual(row);
  });
});
