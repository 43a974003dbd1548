// The daily sweep and the keys of other programs, on the real program.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, onBothDatabases, type Server, startServer, until } from '../../harness/server.ts';

onBothDatabases('the daily sweep', (database) => {
  let server: Server;
  let admin: Client;
  beforeAll(async () => {
    server = await startServer({ database });
    admin = await server.first_administrator();
  });
  afterAll(() => server.stop());

  it('removes what the registry keeps for a time only, and says so', async () => {
    await until('the first sweep', async () => (await admin.get('/api/operations')).body.last_sweep !== null);
    const agent = await server.sign_in(admin, 'eva@clinic.example', ['agent']);
    const site = (await admin.get('/api/sites')).body.items[0].id;
    const opened = (await agent.post('/api/cases', { site_id: site, title: 'Con anexo' })).body;
    const upload = await fetch(`${server.url}/api/cases/${opened.id}/attachments`, {
      method: 'POST',
      headers: {
        Cookie: agent.cookie,
        'X-CSRF-Token': agent.csrf,
        'Content-Type': 'application/octet-stream',
        'X-File-Name': 'informe.txt',
      },
      body: 'never sent',
    });
    expect(upload.status).toBe(201);
    const { id } = (await upload.json()) as { id: number };
    const stored = () => fetch(`${server.url}/api/attachments/${id}`, { headers: { Cookie: agent.cookie } });
    expect((await stored()).status).toBe(200);
    await server.move_clock(new Date(Date.now() + 100 * 86_400_000));
    const again = server.client(); // every session has ended meanwhile
    const answer = await again.post('/api/session', {
      email: 'admin@clinic.example',
      password: 'a long enough password',
    });
    expect(answer.status).toBe(200);
    await until('the next sweep', async () => {
      const { last_sweep } = (await again.get('/api/operations')).body;
      return last_sweep.removed.links > 0 && last_sweep.removed.blobs > 0;
    });
  });
});

onBothDatabases('the sweep and an import of patients', (database) => {
  let server: Server;
  let admin: Client;
  beforeAll(async () => {
    server = await startServer({ database });
    admin = await server.first_administrator();
  });
  afterAll(() => server.stop());

  it('leaves the refused rows for their thirty days', async () => {
    await until('the first sweep', async () => (await admin.get('/api/operations')).body.last_sweep !== null);
    const agent = await server.sign_in(admin, 'eva@clinic.example', ['agent']);
    const bytes = 'name,birth date\nNúria Casals,1987-02-01\nPau Ferrer,31/02/1990\n';
    const file = await fetch(`${server.url}/api/patient-imports`, {
      method: 'POST',
      headers: { Cookie: agent.cookie, 'X-CSRF-Token': agent.csrf, 'X-File-Name': 'old.csv', 'Content-Type': 'text/csv' },
      body: bytes,
    });
    expect(file.status).toBe(201);
    const intake = (await file.json()) as any;
    const start = { mapping: intake.mapping, on_known: 'skip' };
    expect((await agent.post(`/api/patient-imports/${intake.id}/start`, start)).status).toBe(200);
    await until('the import', async () => (await agent.get(`/api/patient-imports/${intake.id}`)).body.state === 'done');
    const first_sweep = (await admin.get('/api/operations')).body.last_sweep.ran_at;
    await server.move_clock(new Date(Date.now() + 2 * 86_400_000));
    const signed_in = async (email: string) => {
      const client = server.client();
      expect((await client.post('/api/session', { email, password: 'a long enough password' })).status).toBe(200);
      return client;
    };
    const [later, watcher] = [await signed_in('eva@clinic.example'), await signed_in('admin@clinic.example')];
    const last_sweep = async () => (await watcher.get('/api/operations')).body.last_sweep.ran_at;
    await until('the sweep of the day after', async () => (await last_sweep()) !== first_sweep);
    expect((await later.get(`/api/patient-imports/${intake.id}/refused`)).text).toContain('Pau Ferrer');
  });
});

onBothDatabases('keys of other programs', (database) => {
  let server: Server;
  let admin: Client;
  let director: Client;
  beforeAll(async () => {
    server = await startServer({ database });
    admin = await server.first_administrator();
    director = await server.sign_in(admin, 'dir@clinic.example', ['director']);
  });
  afterAll(() => server.stop());

  it('read and write what they were given, without cookie and CSRF token, until they are revoked', async () => {
    const site = (await admin.get('/api/sites')).body.items[0].id;
    const made = await director.post('/api/api-keys', {
      name: 'Integration',
      permissions: ['cases_read', 'cases_write'],
      expires_at: null,
    });
    expect(made.status).toBe(201);
    const key = { Authorization: `Bearer ${made.body.token}` };
    const program = server.client();
    expect((await program.get('/api/cases', key)).status).toBe(200);
    const opened = await program.post('/api/cases', { site_id: site, title: 'By a program' }, key);
    expect(opened.status).toBe(201);
    expect((await program.get('/api/cases', key)).body.items).toHaveLength(1);
    expect((await program.get('/api/kpis', key)).status).toBe(403); // not given
    expect((await program.get('/api/account', key)).status).toBe(403); // a person's own
    expect((await program.post('/api/api-keys', { name: 'x', permissions: ['cases_read'] }, key)).status).toBe(403);
    expect((await program.get('/api/cases', { Authorization: `Bearer ${made.body.token}x` })).status).toBe(401);
    const [listed] = (await director.get('/api/api-keys')).body.items;
    expect(listed.last_used_at).not.toBeNull();
    expect(JSON.stringify(listed)).not.toContain(made.body.token);
    const officer = await server.sign_in(admin, 'dpo@clinic.example', ['data_protection_officer']);
    const rows = (await officer.get(`/api/audit?user_id=${listed.id}`)).body.items;
    expect(rows.map((row: any) => row.action)).toEqual(expect.arrayContaining(['list', 'create', 'refuse']));
    expect(rows[0].user_name).toBe('Integration');
    expect((await director.delete(`/api/api-keys/${listed.id}`)).status).toBe(204);
    expect((await program.get('/api/cases', key)).status).toBe(401);
  });

  it('nobody hears whether an address is known', async () => {
    const ask = (email: string) => server.client().post('/api/session/forgotten', { email });
    const known = await ask('dir@clinic.example');
    const unknown = await ask('nobody@clinic.example');
    expect([known.status, known.text]).toEqual([204, unknown.text]);
    expect(unknown.status).toBe(204);
    expect((await server.client().get('/api/session')).body.can_reset_by_mail).toBe(false);
    let last = 204;
    for (let i = 0; i < 60 && last === 204; ++i) last = (await ask(`n${i}@clinic.example`)).status;
    expect(last).toBe(429);
  });
});

onBothDatabases('ids', (database) => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ database });
  });
  afterAll(() => server.stop());

  it('of a command never meet those of the program that serves', async () => {
    const admin = await server.first_administrator();
    const role = { memberships: [{ role: 'agent', site_id: null }], name: 'Eva', language: 'es' };
    await admin.post('/api/invitations', { email: 'served@clinic.example', ...role });
    server.run('staff', 'invite', '--email', 'commanded@clinic.example', '--role', 'agent');
    const { items } = (await admin.get('/api/invitations')).body;
    const node = (email: string) => Number((BigInt(items.find((one: any) => one.email === email).id) >> 8n) & 15n);
    expect(node('served@clinic.example')).toBe(0);
    expect(node('commanded@clinic.example')).toBeGreaterThanOrEqual(8);
  });
});
