// A person's figures are visible to that person and to their supervisors: two colleagues, one history, and a wall that
// names nobody.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, onBothDatabases, type Server, startServer } from '../../harness/server';

const site = { kind: 'site', id: 's1', name: 'Centro', time_zone: 'Europe/Madrid' };
const agent = (id: string) => ({ kind: 'agent', id, name: id, email: `${id}@clinic.example`, role: 'agent' });
const patient = {
  kind: 'patient',
  id: 'p1',
  given_name: 'Núria',
  family_name: 'Puig',
  contact_points: [{ system: 'email', value: 'nuria@example.com' }],
};
/** Written at nine, answered by somebody so many minutes later, resolved at noon. */
const told = (id: string, by: string, minutes: number) => [
  {
    kind: 'case',
    id,
    patient: 'p1',
    site: 's1',
    topic: `topic_${id}`,
    opened_at: '2026-03-02T09:00:00+01:00',
    opened_by: 'patient',
  },
  {
    kind: 'message',
    id: `in-${id}`,
    case: id,
    channel: 'email',
    direction: 'in',
    from: 'p1',
    at: '2026-03-02T09:00:00+01:00',
    text: 'Hola',
  },
  {
    kind: 'message',
    id: `out-${id}`,
    case: id,
    channel: 'email',
    direction: 'out',
    author: by,
    at: `2026-03-02T09:${minutes}:00+01:00`,
    text: 'Buenos días',
  },
  { kind: 'resolve', id: `r-${id}`, case: id, agent: by, at: '2026-03-02T12:00:00+01:00' },
];
const rows = [
  site,
  agent('ana'),
  agent('bea'),
  patient,
  ...told('c1', 'ana', 10),
  ...told('c2', 'bea', 30),
  ...told('c3', 'bea', 50),
];
const period = 'from=2026-03-01&to=2026-03-09';

onBothDatabases('own figures', (database) => {
  const folder = mkdtempSync(join(tmpdir(), 'auricle-own-'));
  const history = join(folder, 'history.jsonl');
  writeFileSync(history, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
  let server: Server;
  let admin: Client;
  let director: Client;
  let ana: Client;
  let id_of: (name: string) => number;
  let centro: number;

  beforeAll(async () => {
    server = await startServer({ database });
    admin = await server.first_administrator();
    ana = await server.sign_in(admin, 'ana@clinic.example', ['agent']);
    director = await server.sign_in(admin, 'director@clinic.example', ['director']);
    server.run('import', 'history', history, '--quiet');
    const people: { id: number; email: string }[] = (await admin.get('/api/users')).body.items;
    id_of = (name) => people.find((one) => one.email === `${name}@clinic.example`)?.id ?? -1;
    centro = (await admin.get('/api/sites')).body.items.find((one: { name: string }) => one.name === 'Centro').id;
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const by_agent = async (client: Client, path: string, more = '') =>
    (await client.get(`${path}?keys=first_response_time,reopen_rate,cases_opened&${period}&by=agent${more}`)).body
      .items;

  test('an agent who splits by person sees one row, their own; the supervisor sees all', async () => {
    const own = await by_agent(ana, '/api/own-figures');
    expect(own.length).toBeGreaterThan(0);
    expect(own.map((one: { group: { agent: number } }) => one.group.agent)).toEqual(own.map(() => id_of('ana')));
    expect(own[0]).toMatchObject({ key: 'first_response_time', n: 1, value: 600 });
    const all = await by_agent(director, '/api/figures');
    const answered = all.filter((one: { key: string }) => one.key === 'first_response_time');
    expect(answered.map((one: { group: { agent: number } }) => one.group.agent).sort()).toEqual(
      [id_of('ana'), id_of('bea')].sort(),
    );
  });

  test('nobody else: not by filter, not the cases, not the spread, not the figures of all', async () => {
    const bea = `&agent=${id_of('bea')}`;
    for (const path of [
      `/api/own-figures?keys=first_response_time&${period}${bea}`,
      `/api/own-figures/first_response_time/cases?${period}${bea}`,
      `/api/own-figures/first_response_time/distribution?${period}${bea}`,
      `/api/own-figures?keys=first_response_time&${period}&agent=0`,
      `/api/figures?keys=first_response_time&${period}`,
      `/api/figures?keys=first_response_time&${period}&agent=${id_of('ana')}`,
      `/api/figures/first_response_time/cases?${period}`,
      '/api/figures/backlog',
      '/api/wall',
    ])
      expect([path, (await ana.get(path)).status]).toEqual([path, 403]);
    expect((await ana.get(`/api/own-figures/first_response_time/cases?${period}`)).body).toMatchObject({
      n: 1,
      items: [{ value: 600, agent: id_of('ana') }],
    });
    expect((await ana.get(`/api/own-figures/first_response_time/distribution?${period}`)).body.n).toBe(1);
  });

  test('one bar of a spread and one hour of a week lead to their cases', async () => {
    const cases = async (part: string) =>
      (await director.get(`/api/figures/first_response_time/cases?${period}&${part}`)).body.items.map(
        (one: { value: number }) => one.value,
      );
    expect(await cases('at_least=600&under=1800')).toEqual([600]);
    expect(await cases('at_least=1800')).toEqual([3000, 1800]);
    expect(await cases('weekday=0&hour=9')).toHaveLength(3);
    expect(await cases('weekday=1')).toEqual([]);
    expect(await cases('hour=10')).toEqual([]);
    const wrong = (await director.get(`/api/figures/first_response_time/cases?${period}&hour=nine`)).body;
    expect(wrong.fields?.[0]?.field).toBe('hour');
  });

  test('the wall counts who waits and who is there, for the sites one may see', async () => {
    const channels = async (client = director, query = '') =>
      (await client.get(`/api/wall${query}`)).body.channels.reduce(
        (sum: number, one: { waiting: number }) => sum + one.waiting,
        0,
      );
    const before = await channels();
    writeFileSync(
      history,
      `${[
        site,
        patient,
        {
          kind: 'case',
          id: 'w1',
          patient: 'p1',
          site: 's1',
          opened_at: '2026-03-04T09:00:00+01:00',
          opened_by: 'patient',
        },
        {
          kind: 'message',
          id: 'in-w1',
          case: 'w1',
          channel: 'email',
          direction: 'in',
          from: 'p1',
          at: '2026-03-04T09:00:00+01:00',
          text: 'Hola',
        },
      ]
        .map((row) => JSON.stringify(row))
        .join('\n')}\n`,
    );
    server.run('import', 'history', history, '--quiet');
    await expect.poll(() => channels(), { timeout: 10_000 }).toBe(before + 1); // kept for a second
    const wall = (await director.get('/api/wall')).body;
    expect(wall.channels).toMatchObject([{ channel: 'email', since: '2026-03-04T08:00:00Z' }]);
    expect(JSON.stringify(wall)).not.toMatch(/Núria|Puig|nuria/);
    expect(await channels(director, `?site=${centro}`)).toBe(before + 1);
    const other = (await admin.get('/api/sites')).body.items.find((one: { name: string }) => one.name !== 'Centro').id;
    const there = await server.sign_in(admin, 'there@clinic.example', ['supervisor'], other);
    expect(await channels(there)).toBe(0);
    expect((await there.get(`/api/wall?site=${centro}`)).status).toBe(403);
    const present = async () =>
      (await director.get('/api/wall')).body.people.find((one: { state: string }) => one.state === 'available').n;
    const there_before = await present();
    expect((await ana.put('/api/account/presence', { presence: 'available' })).status).toBe(200);
    await expect.poll(present, { timeout: 10_000 }).toBe(there_before + 1);
  });
});
