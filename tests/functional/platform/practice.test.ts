import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, onBothDatabases, type Server, startServer, until } from '../../harness/server.ts';

/** Somebody in practice: what a browser has of it after entering. */
class Player {
  private csrf = '';
  private constructor(
    private readonly url: string,
    readonly cookie: string,
  ) {}

  static async enter(client: Client): Promise<Player> {
    const token = await until('practice', async () => (await client.post('/api/practice/enter')).body.token, 60_000);
    const accepted = await fetch(`${client.url}/practice/api/links/accept`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Cookie: client.cookie },
      body: JSON.stringify({ token }),
    });
    expect(accepted.status).toBe(200);
    const cookies = accepted.headers.getSetCookie();
    for (const cookie of cookies) expect(cookie).toMatch(/^practice_\w+=.*; Path=\/practice;/);
    const player = new Player(client.url, cookies.map((one) => one.split(';')[0]).join('; '));
    player.csrf = (await accepted.json()).session.csrf_token;
    return player;
  }
  async call(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }> {
    const answer = await fetch(`${this.url}/practice${path}`, {
      method,
      headers: { Cookie: this.cookie, 'X-CSRF-Token': this.csrf, 'Content-Type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : undefined };
  }
  get = (path: string) => this.call('GET', path);
  post = (path: string, body: unknown = {}) => this.call('POST', path, body);
}

onBothDatabases('practice', (database) => {
  let server: Server;
  let director: Client;
  let agent: Client;
  let played: Player;
  beforeAll(async () => {
    server = await startServer({ database });
    director = await server.first_administrator();
    agent = await server.sign_in(director, 'eva@clinic.example', ['agent']);
    played = await Player.enter(agent);
  });
  afterAll(() => server.stop());

  const folders = () => (existsSync(join(server.data, 'practice')) ? readdirSync(join(server.data, 'practice')) : []);
  const waiting = async () => (await played.get('/api/cases?view=all&limit=50')).body.items;

  it('is a clinic of its own, with cases, people and the same desk', async () => {
    expect((await waiting()).length).toBeGreaterThan(5);
    const { user, permissions } = (await played.get('/api/session')).body;
    expect(user.email).toBe('eva@clinic.example');
    expect(permissions).not.toContain('staff_manage');
    expect((await agent.get('/api/cases?view=all')).body.items).toEqual([]);
  });

  it('neither side knows the sessions of the other', async () => {
    const with_cookie = (path: string, Cookie: string) =>
      fetch(`${server.url}${path}`, { headers: { Cookie } }).then((answer) => answer.status);
    expect(await with_cookie('/practice/api/cases?view=all', agent.cookie)).toBe(401);
    expect(await with_cookie('/practice/api/cases?view=all', '')).toBe(401);
    expect(await with_cookie('/api/cases?view=all', played.cookie)).toBe(401);
    expect(await with_cookie('/api/cases?view=all', played.cookie.replace('practice_', ''))).toBe(401);
    expect(await with_cookie('/practice/api/cases?view=all', played.cookie)).toBe(200);
  });

  it('invented patients are found in practice and nowhere else', async () => {
    const name = (await waiting()).find((row: any) => row.patient)?.patient.display_name;
    const looked = { query: name, limit: 5 };
    expect((await played.post('/api/patients/search', looked)).body.items.length).toBeGreaterThan(0);
    expect((await agent.post('/api/patients/search', looked)).body.items).toEqual([]);
    expect((await agent.get('/api/notifications')).body.items).toEqual([]);
    const exported = server.run('export', 'history');
    expect(exported).not.toContain(name.split(' ')[0]);
    expect(exported).not.toContain('"kind":"patient"');
  });

  it('reaches nobody: there are no mailboxes to connect', async () => {
    const managing = await Player.enter(director);
    expect((await managing.get('/api/session')).body.permissions).toContain('mailboxes_manage');
    expect((await managing.get('/api/mailboxes')).status).toBe(404);
    expect((await managing.post('/api/mailboxes/test', {})).status).toBe(404);
  });

  it('a patient answers a reply', async () => {
    const row = (await waiting()).find((one: any) => one.patient && one.channel === 'email' && one.waiting_since);
    const one = (await played.get(`/api/cases/${row.id}`)).body;
    const last = (await played.get(`/api/cases/${row.id}/messages`)).body.items.filter(
      (m: any) => m.kind === 'message',
    );
    const sent = await played.post(`/api/cases/${row.id}/replies`, {
      idempotency_key: 'practice-1',
      conversation_id: one.conversations[0].id,
      text: 'Mañana a las diez.',
      unverified_reason: 'practice',
      confirmed: true,
    });
    expect(sent.status, JSON.stringify(sent.body)).toBe(201);
    const written = await until(
      'the answer of the patient',
      async () => {
        const { items } = (await played.get(`/api/cases/${row.id}/messages`)).body;
        return items.filter((m: any) => m.kind === 'message' && m.direction === 'in').length >
          last.filter((m: any) => m.direction === 'in').length
          ? items
          : undefined;
      },
      50_000,
    );
    expect(written.some((m: any) => m.text === 'Mañana a las diez.' && m.delivery?.state === 'sent')).toBe(true);
    expect((await played.get(`/api/cases/${row.id}`)).body.conversations).toHaveLength(one.conversations.length);
  });

  it('lasts over a restart', async () => {
    expect(folders()).toHaveLength(1);
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    server = await server.again();
    director.url = agent.url = server.url;
    const before = played;
    played = await Player.enter(agent);
    expect(before.cookie).not.toBe(played.cookie);
    expect((await waiting()).length).toBeGreaterThan(5);
    expect(folders()).toHaveLength(1);
  });

  it('is begun afresh and ended by who manages people', async () => {
    expect((await agent.post('/api/practice/afresh')).status).toBe(403);
    expect((await agent.delete('/api/practice')).status).toBe(403);
    const [first] = folders();
    expect((await director.post('/api/practice/afresh')).body.state).toBe('preparing');
    await until('the new clinic', async () => (await director.get('/api/practice')).body.state === 'ready', 60_000);
    expect((await played.get('/api/cases?view=all')).status).toBe(401);
    expect(folders()).toHaveLength(1);
    expect(folders()[0]).not.toBe(first);

    expect((await director.delete('/api/practice')).status).toBe(204);
    expect((await played.get('/api/session')).status).toBe(404);
    expect(folders()).toEqual([]);
    expect((await agent.get('/api/practice')).body.state).toBe('none');
    expect((await agent.get('/api/session')).body.state).toBe('signed_in');
  });
});
