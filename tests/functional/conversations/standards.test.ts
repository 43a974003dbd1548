// Service targets over HTTP: set, previewed, taken back, ended; what falls due, the steps as the time runs out, the
// colleagues who are told; and that no change of a target, by hand or by a history, rewrites the past.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, onBothDatabases, type Server, startServer, until } from '../../harness/server.ts';

const hour = 3_600_000;
const day = 24 * hour;
const date = (ms: number) => new Date(ms).toISOString().slice(0, 10);

onBothDatabases('service targets', (database) => {
  const folder = mkdtempSync(join(tmpdir(), 'auricle-targets-'));
  let server: Server;
  let director: Client;
  let lucia: Client;
  let lead: Client;
  let site: number;
  let me: number;
  let patient: any;
  const began = Date.now();
  let passed = 0;
  const pass = (ms: number) => server.move_clock(new Date(began + (passed += ms)));
  // Sessions end as the days pass.
  const again = async () => {
    for (const [client, email] of [
      [director, 'director'],
      [lucia, 'lucia'],
      [lead, 'lead'],
    ] as const) {
      const answer = await client.post('/api/session', {
        email: `${email}@clinic.example`,
        password: 'a long enough password',
      });
      expect(answer.status, answer.text).toBe(200);
      client.csrf = (await client.get('/api/session')).body.csrf_token;
    }
  };
  const today = () => date(began + passed);

  beforeAll(async () => {
    server = await startServer({ database });
    const admin = await server.first_administrator();
    site = (await admin.get('/api/sites')).body.items[0].id;
    director = await server.sign_in(admin, 'director@clinic.example', ['director']);
    lucia = await server.sign_in(admin, 'lucia@clinic.example', ['agent']);
    lead = await server.sign_in(admin, 'lead@clinic.example', ['supervisor'], site);
    me = (await lucia.get('/api/account')).body.id;
    patient = (
      await lucia.post('/api/patients', {
        given_name: 'Camille',
        family_name: 'Lefèvre',
        contact_points: [{ system: 'email', value: 'camille@example.org' }],
      })
    ).body;
    const policy = (await director.get('/api/team-policy')).body;
    const day_long = { second_factor: policy.second_factor, idle_lock_minutes: 240, session_hours: 24 };
    await director.put('/api/team-policy', { ...day_long, version: policy.version });
    await pass(0);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const set = (more: Record<string, unknown>) =>
    director.post('/api/standards', { measure: 'resolution', clock: 'elapsed', valid_from: today(), ...more });
  const open = async () => {
    const answer = await lucia.post('/api/cases', { site_id: site, patient_id: patient.id, title: 'Pla' });
    expect(answer.status, answer.text).toBe(201);
    return answer.body;
  };
  const shown = async (id: number) => (await lucia.get(`/api/cases/${id}`)).body;
  const events = async (id: number) => {
    const answer = await lucia.get(`/api/cases/${id}/messages`);
    expect(answer.status, answer.text).toBe(200);
    return answer.body.items
      .filter((one: any) => ['due_soon', 'overdue'].includes(one.event?.type))
      .map((one: any) => `${one.event.type} ${one.event.value}`)
      .reverse();
  };
  const told = async (client: Client) =>
    (await client.get('/api/notifications')).body.items.map((one: any) => one.kind);
  const import_rows = (rows: unknown[]) => {
    const file = join(folder, `${rows.length}-${Math.round(performance.now())}.jsonl`);
    writeFileSync(file, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
    return server.start('import', 'history', file, '--quiet');
  };
  const attained = async () =>
    (
      await director.get(
        `/api/figures?keys=sla_attainment&by=standard&from=${date(began - 40 * day)}&to=${date(began + 40 * day)}`,
      )
    ).body.items;

  it('refuses what makes no sense beside its field', async () => {
    const field = async (more: Record<string, unknown>) =>
      (await set({ seconds: 3600, ...more })).body.fields?.[0]?.field;
    expect(await field({ seconds: 0 })).toBe('seconds');
    expect(await field({ warn_percent: 140 })).toBe('warn_percent');
    expect(await field({ valid_from: date(began - day * 2) })).toBe('valid_from');
    expect(await field({ topic: 'nothing_of_the_kind' })).toBe('topic');
    expect(await field({ site_id: 4711 })).toBe('site_id');
    expect(await field({ steps: [{ percent: 50, action: 'tell_assignee' }, { action: 'release' }] })).toBe('steps.1');
    expect(await field({ steps: [{ percent: 120, action: 'tell_assignee' }] })).toBe('steps.0');
    expect(await field({ steps: [{ percent: 100, action: 'raise_priority' }] })).toBe('steps.0');
    expect(
      (
        await lucia.post('/api/standards', {
          measure: 'resolution',
          seconds: 60,
          clock: 'elapsed',
          valid_from: today(),
        })
      ).status,
    ).toBe(403);
    expect(
      (
        await lucia.post('/api/standards/preview', {
          measure: 'resolution',
          seconds: 60,
          clock: 'elapsed',
          valid_from: today(),
        })
      ).status,
    ).toBe(403);
  });

  it('a target holds for what begins after it was set, and can be taken back', async () => {
    const before = await open();
    await pass(5000);
    const seen = await director.post('/api/standards/preview', {
      measure: 'resolution',
      seconds: 1,
      clock: 'elapsed',
      valid_from: today(),
    });
    expect(seen.body).toMatchObject({ open: 1, covered: 1, soon: 0 });
    const made = await set({ seconds: 7200 });
    expect(made.body).toMatchObject({ warn_percent: 75, steps: [] });
    expect(Date.parse(made.body.holds_from)).toBeGreaterThan(began);
    await pass(1000);
    const after = await open();
    expect(before.due_at).toBeNull();
    expect((await shown(before.id)).due_at).toBeNull();
    expect(after).toMatchObject({ promise: 'resolution' });
    expect(Date.parse(after.due_at) - Date.parse(after.opened_at)).toBe(2 * hour);
    expect(Date.parse(after.warn_at) - Date.parse(after.opened_at)).toBe(1.5 * hour);
    expect((await director.delete(`/api/standards/${made.body.id}`)).status).toBe(204);
    const kept = await set({ seconds: 7200 });
    await pass(11 * 60_000);
    expect((await director.delete(`/api/standards/${kept.body.id}`)).status).toBe(409);
  });

  it('takes each step once, tells colleagues, and writes it into the case', async () => {
    await set({
      seconds: 4 * 3600,
      steps: [
        { after_seconds: 7200, action: 'release' },
        { percent: 75, action: 'tell_assignee' },
        { percent: 100, action: 'tell_supervisors' },
        { after_seconds: 3600, action: 'raise_priority', priority: 'high' },
      ],
    });
    await pass(1000);
    const { id } = await open();
    expect((await lucia.post(`/api/cases/${id}/assign`, { assignee_id: me })).status).toBe(200);
    const risk = async () => (await lucia.get('/api/cases/at-risk')).body;
    expect((await risk()).items.map((one: any) => one.case_id)).not.toContain(id);
    await pass(3 * hour + 60_000);
    await again();
    await until('the reminder', async () => (await events(id)).length === 1);
    expect(await events(id)).toEqual([`due_soon told:${me}`]);
    expect(await told(lucia)).toContain('due_soon');
    expect((await risk()).items.map((one: any) => one.case_id)).toContain(id);
    expect((await lucia.get('/api/cases?view=at_risk')).body.items.map((one: any) => one.id)).toContain(id);
    expect((await lucia.get('/api/cases/counts')).body.views.at_risk).toBeGreaterThan(0);
    await pass(hour);
    await until('the supervisors', async () => (await told(lead)).includes('overdue'));
    await pass(hour);
    await until('the priority', async () => (await shown(id)).priority === 'high');
    await pass(hour);
    await until('the release', async () => (await shown(id)).assignee_id === null);
    expect(await events(id)).toEqual([
      `due_soon told:${me}`,
      'overdue told_supervisors',
      'overdue raised:high',
      `overdue released:${me}`,
    ]);
    const audit = (await director.get('/api/audit?record=case&limit=100')).body.items;
    expect(audit.some((one: any) => one.fields.includes('escalation'))).toBe(true);
    const exported = server
      .run('export', 'history')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(exported.filter((row) => row.kind === 'escalate')).toHaveLength(3);
    expect(exported.filter((row) => row.kind === 'standard' && row.steps?.length === 4)).toHaveLength(1);
  });

  it('after a standstill tells late ones once', async () => {
    const { id } = await open();
    await pass(2 * day);
    await again();
    await until('the newest step', async () => (await events(id)).length > 0);
    expect(await events(id)).toEqual(['overdue told_supervisors', 'overdue raised:high']);
    await pass(day);
    await again();
    const probe = await open();
    await pass(3 * hour + 60_000);
    await again();
    await until('a later round', async () => (await events(probe.id)).length > 0);
    expect(await events(id)).toHaveLength(2);
  });

  it('a breach is drilled down to, and no target set or brought later changes it', async () => {
    const before = await attained();
    const broken = before.filter((one: any) => one.numerator < one.n);
    expect(broken.length).toBeGreaterThan(0);
    const period = `from=${date(began - 40 * day)}&to=${date(began + 40 * day)}`;
    const standard = broken[0].group.standard;
    const behind = (await director.get(`/api/figures/sla_attainment/cases?${period}&standard=${standard}&counted=no`))
      .body;
    expect(behind.n).toBe(broken[0].n - broken[0].numerator);
    expect(behind.items.every((one: any) => one.counted === false)).toBe(true);
    expect((await director.get(`/api/figures/sla_attainment/cases?${period}&counted=perhaps`)).status).toBe(422);
    await set({ seconds: 90 * 86_400 });
    await set({ seconds: null });
    expect(await attained()).toEqual(before);
    // A history that says the target was another one last month: what was counted stays counted.
    await import_rows([
      {
        kind: 'standard',
        id: 'back',
        measure: 'resolution',
        seconds: 90 * 86_400,
        clock: 'elapsed',
        valid_from: date(began - 30 * day),
      },
    ]);
    expect(await attained()).toEqual(before);
  });
});
