import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, Live, onBothDatabases, type Server, startServer, until, Wire } from '../../harness/server.ts';

onBothDatabases('the live channel', (database) => {
  let server: Server;
  let admin: Client;
  let agent: Client;
  let colleague: Client;
  let elsewhere: Client;
  let site: number;
  beforeAll(async () => {
    server = await startServer({ database });
    admin = await server.first_administrator();
    site = (await admin.get('/api/sites')).body.items[0].id;
    const other_site = (await admin.post('/api/sites', { name: 'Altre', time_zone: 'Europe/Madrid' })).body.id;
    elsewhere = await server.sign_in(admin, 'eli@clinic.example', ['agent'], other_site);
    agent = await server.sign_in(admin, 'eva@clinic.example', ['agent']);
    colleague = await server.sign_in(admin, 'iris@clinic.example', ['agent']);
  });
  afterAll(() => server.stop());

  const new_patient = async (name: string): Promise<{ id: number; version: number }> => {
    const answer = await agent.post('/api/patients', { given_name: name, family_name: 'Prova' });
    expect(answer.status).toBe(201);
    return answer.body;
  };

  const new_case = async (title = 'Prova'): Promise<{ id: number; version: number }> => {
    const answer = await agent.post('/api/cases', { site_id: site, title, note: 'Nota' });
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
    const officer = await server.sign_in(admin, `dpo-${database}@clinic.example`, ['data_protection_officer']);
    const { permissions } = (await officer.get('/api/session')).body;
    expect(permissions).toContain('patients_read'); // hears of patients, not of cases
    expect(permissions).not.toContain('cases_read');
    const blind = await Live.open(officer);
    const opened = await new_case();
    const patient = await new_patient('Hidden'); // later in the sequence: when it is there, what came before would be
    await blind.until('change', (one) => one.kind === 'patient' && one.id === patient.id);
    expect(blind.messages.filter((one) => one.id === opened.id || ['case', 'note'].includes(one.kind))).toEqual([]);
    blind.socket.close();
  });

  it('tells nobody of another site: neither changes of a case, its notes and messages, nor who looks at it', async () => {
    const there = await Live.open(elsewhere);
    const here = await Live.open(colleague);
    const opened = await new_case();
    await here.until('change', (one) => one.kind === 'case' && one.id === opened.id);
    await here.until('change', (one) => one.kind === 'note');
    here.send({ viewing: opened.id, composing: false });
    await here.until('viewers', (one) => one.case_id === opened.id);
    there.send({ viewing: opened.id, composing: true });
    const patient = await new_patient('Later');
    await there.until('change', (one) => one.id === patient.id);
    expect(there.messages.filter((one) => ['case', 'note', 'message'].includes(one.kind))).toEqual([]);
    expect(there.messages.filter((one) => one.type === 'viewers')).toEqual([]);
    expect(here.messages.filter((one) => one.viewers?.length > 1)).toEqual([]);
    there.socket.close();
    here.socket.close();
  });

  it('tells of a notification only whom it is for', async () => {
    const mine = await Live.open(colleague);
    const others = await Live.open(agent);
    const me = (await colleague.get('/api/account')).body.id;
    const opened = await new_case();
    await agent.post(`/api/cases/${opened.id}/assign`, { assignee_id: me, note: 'Para ti' });
    await mine.until('change', (one) => one.kind === 'notification' && one.id === me);
    const list = (await colleague.get('/api/notifications')).body;
    expect(list.items[0]).toMatchObject({ kind: 'handed_over', case_id: opened.id, title: 'Prova', read_at: null });
    const patient = await new_patient('Afterwards');
    await others.until('change', (one) => one.id === patient.id);
    expect(others.messages.filter((one) => one.kind === 'notification')).toEqual([]);
    mine.socket.close();
    others.socket.close();
  });

  it('shows two people on one case each other, and when one leaves', async () => {
    const { id } = await new_case();
    const one = await Live.open(agent);
    const two = await Live.open(colleague);
    one.send({ viewing: id, composing: false });
    two.send({ viewing: id, composing: true });
    const both = await one.until('viewers', (message) => message.case_id === id && message.viewers.length === 2);
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
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(live.closed?.code).toBe(4401);
  });

  it('ends at once, not at the next look after sessions, however the end of the session falls between other requests', async () => {
    for (let round = 0; round < 25; round++) {
      const gone = await server.sign_in(admin, `lia-${round}-${database}@clinic.example`, ['agent']);
      const live = await Live.open(gone);
      const asking = Array.from({ length: 8 }, () => gone.get('/api/session'));
      await gone.delete('/api/session');
      const started = Date.now();
      await until('the end of the channel', () => live.closed);
      expect(Date.now() - started, `round ${round}`).toBeLessThan(10_000);
      await Promise.all(asking);
    }
  });

  it('ends at once when the person is deactivated', async () => {
    const gone = await server.sign_in(admin, `mar-${database}@clinic.example`, ['agent']);
    const live = await Live.open(gone);
    const { body } = await gone.get('/api/session');
    const answer = await admin.post(`/api/users/${body.user.id}/deactivate`);
    expect(answer.status).toBeLessThan(300);
    const started = Date.now();
    await until('the end of the channel', () => live.closed);
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  const upgrade = async () => {
    const wire = await Wire.open(server.port);
    wire.write(
      `GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${server.url}\r\nCookie: ${agent.cookie}\r\n` +
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await wire.until_text('101 Switching Protocols');
    return wire;
  };
  const frame = (text: string) => {
    const length = text.length < 126 ? [0x80 | text.length] : [0x80 | 126, text.length >> 8, text.length & 255];
    return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), Buffer.from(text)]); // masked with zeros
  };
  const sockets = async () =>
    Number(/^auricle_live_sockets (\d+)/m.exec((await server.client().get('/metrics')).text)?.[1]);

  it('ends a channel that sends nonsense', async () => {
    const wire = await upgrade();
    wire.write(frame('{} ')); // well-formed, asks for nothing
    wire.write(frame('[[['));
    await wire.until_closed();
  });

  it('drops a client that does not read, and the others go on', async () => {
    const { id } = await new_case();
    await until('earlier channels to be gone', async () => (await sockets()) === 0);
    const deaf = await upgrade();
    deaf.write(frame(`{"viewing":${id},"composing":false}`));
    const live = await Live.open(colleague);
    live.send({ viewing: id, composing: false });
    await live.until('viewers', (one) => one.viewers.length === 2);
    deaf.socket.pause();
    expect(await sockets()).toBe(2);
    let composing = false;
    await until('the deaf client to be dropped', async () => {
      for (let i = 0; i < 1000; ++i) live.send({ viewing: id, composing: (composing = !composing) });
      return (await sockets()) === 1;
    });
    const patient = await new_patient('After');
    await live.until('change', (one) => one.id === patient.id);
    deaf.end();
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
