import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, Live, onBothDatabases, type Server, startServer, until, Wire } from '../../harness/server.ts';

onBothDatabases('the live channel', (database) => {
  let server: Server;
  let admin: Client;
  let agent: Client;
  let colleague: Client;
  beforeAll(async () => {
    server = await startServer({ database });
    admin = await server.first_administrator();
    agent = await server.sign_in(admin, 'eva@clinic.example', ['agent']);
    colleague = await server.sign_in(admin, 'iris@clinic.example', ['agent']);
  });
  afterAll(() => server.stop());

  const new_patient = async (name: string): Promise<{ id: number; version: number }> => {
    const answer = await agent.post('/api/patients', { given_name: name, family_name: 'Prova' });
    expect(answer.status).toBe(201);
    return answer.body;
  };

  it('refuses who is not signed in, and pages of other origins', async () => {
    await expect(Live.open(server.client())).rejects.toThrow('refused');
    await expect(Live.open(agent, null, { Origin: 'https://evil.example' })).rejects.toThrow('refused');
  });

  it('tells what changed: kind, id and version, never content', async () => {
    const live = await Live.open(agent);
    const patient = await new_patient('Canary');
    const change = await live.until('change', (one) => one.kind === 'patient' && one.id === patient.id);
    expect(Object.keys(change).sort()).toEqual(['id', 'kind', 'seq', 'type', 'version']);
    expect(JSON.stringify(live.messages)).not.toContain('Canary');
    live.socket.close();
  });

  it('misses nothing when it comes back with its sequence', async () => {
    const first = await Live.open(agent);
    const seen = first.seq;
    first.socket.close();
    const ids = [];
    for (const name of ['One', 'Two', 'Three']) ids.push((await new_patient(name)).id);
    await until('the sequence of all three', async () => {
      const probe = await Live.open(agent, seen);
      const got = probe.messages.filter((one) => one.kind === 'patient').map((one) => one.id);
      probe.socket.close();
      return ids.every((id) => got.includes(id)) && new Set(got).size === got.length;
    });
  });

  it('says reset when it cannot go on from a sequence', async () => {
    const live = await Live.open(agent, 999_999_999);
    expect(live.messages[0]).toEqual({ type: 'reset' });
    live.socket.close();
  });

  it('sends only what the permissions of the viewer allow', async () => {
    const blind = await Live.open(admin); // an administrator has no part in patients
    const seeing = await Live.open(agent);
    const patient = await new_patient('Hidden');
    await seeing.until('change', (one) => one.id === patient.id);
    const site = await admin.post('/api/topics', { key: 'live_test', names: { en: 'x', es: 'x', fr: 'x', ca: 'x' } });
    expect(site.status).toBeLessThan(500);
    const session = await admin.get('/api/session');
    if (!session.body.permissions.includes('patients_read'))
      expect(blind.messages.find((one) => one.id === patient.id)).toBeUndefined();
    blind.socket.close();
    seeing.socket.close();
  });

  it('shows two people on one case each other, and when one leaves', async () => {
    const one = await Live.open(agent);
    const two = await Live.open(colleague);
    one.send({ viewing: 4711, composing: false });
    two.send({ viewing: 4711, composing: true });
    const both = await one.until('viewers', (message) => message.case_id === 4711 && message.viewers.length === 2);
    expect(both.viewers.map((viewer: any) => viewer.composing).sort()).toEqual([false, true]);
    expect(both.viewers.map((viewer: any) => viewer.name).sort()).toEqual(['eva', 'iris']);
    two.socket.close();
    const before = one.messages.length;
    await until('the other to be gone', () =>
      one.messages.slice(before - 1).some((message) => message.type === 'viewers' && message.viewers.length === 1),
    );
    one.socket.close();
  });

  it('ends within a second when the session ends', async () => {
    const gone = await server.sign_in(admin, `noa-${database}@clinic.example`, ['agent']);
    const live = await Live.open(gone);
    await gone.delete('/api/session');
    const started = Date.now();
    await until('the end of the channel', () => live.closed);
    expect(Date.now() - started).toBeLessThan(1500);
    expect(live.closed?.code).toBe(4401);
  });

  it('ends within a second when the person is deactivated', async () => {
    const gone = await server.sign_in(admin, `mar-${database}@clinic.example`, ['agent']);
    const live = await Live.open(gone);
    const { body } = await gone.get('/api/session');
    const answer = await admin.post(`/api/users/${body.user.id}/deactivate`);
    expect(answer.status).toBeLessThan(300);
    const started = Date.now();
    await until('the end of the channel', () => live.closed);
    expect(Date.now() - started).toBeLessThan(1500);
  });

  it('drops a client that does not read, and the others go on', async () => {
    const deaf = await Wire.open(server.port);
    deaf.write(
      `GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${server.url}\r\nCookie: ${agent.cookie}\r\n` +
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await deaf.until_text('101 Switching Protocols');
    deaf.write(Buffer.from([0x81, 0x80 | 3, 0, 0, 0, 0, 0x7b, 0x7d, 0x20])); // {} : well-formed, asks for nothing
    deaf.write(Buffer.from([0x81, 0x80 | 3, 0, 0, 0, 0, 0x5b, 0x5b, 0x5b])); // [[[ : malformed
    await deaf.until_closed();
    const live = await Live.open(agent);
    const patient = await new_patient('After');
    await live.until('change', (one) => one.id === patient.id);
    live.socket.close();
  });

  it('says goodbye when the server stops', async () => {
    const other = await startServer({ database });
    const boss = await other.first_administrator();
    const live = await Live.open(boss);
    await other.stop();
    await until('the end of the channel', () => live.closed);
    expect(live.closed?.code).toBe(1001);
  });
});
