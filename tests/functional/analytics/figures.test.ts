// A small history goes in; the figures over HTTP and on the command line are those computed by hand.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, onBothDatabases, type Server, startServer } from '../../harness/server';

const hours = [
  ['09:00', '14:00'],
  ['16:00', '20:00'],
];
const rows = [
  {
    kind: 'site',
    id: 's1',
    name: 'Centro',
    time_zone: 'Europe/Madrid',
    calendar: { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours },
  },
  { kind: 'agent', id: 'ana', name: 'Ana Gil', email: 'ana@clinic.example', role: 'agent' },
  {
    kind: 'patient',
    id: 'p1',
    given_name: 'Núria',
    family_name: 'Puig',
    contact_points: [{ system: 'email', value: 'nuria@example.com' }],
  },
  // Monday 2 March 2026: written at 13:00, answered at 16:30: 3.5 h, of which 1.5 in opening hours.
  {
    kind: 'case',
    id: 'c1',
    patient: 'p1',
    site: 's1',
    topic: 'billing',
    opened_at: '2026-03-02T13:00:00+01:00',
    opened_by: 'patient',
  },
  {
    kind: 'message',
    id: 'm1',
    case: 'c1',
    channel: 'email',
    direction: 'in',
    from: 'p1',
    at: '2026-03-02T13:00:00+01:00',
    subject: 'Factura',
    text: '¿Me la explican?',
  },
  {
    kind: 'message',
    id: 'm2',
    case: 'c1',
    channel: 'email',
    direction: 'out',
    author: 'ana',
    at: '2026-03-02T16:30:00+01:00',
    text: 'Buenos días',
  },
  { kind: 'resolve', id: 'x1', case: 'c1', agent: 'ana', at: '2026-03-02T17:00:00+01:00' },
  {
    kind: 'message',
    id: 'm3',
    case: 'c1',
    channel: 'email',
    direction: 'in',
    from: 'p1',
    at: '2026-03-03T10:00:00+01:00',
    text: 'Una duda más',
  },
  {
    kind: 'message',
    id: 'm4',
    case: 'c1',
    channel: 'email',
    direction: 'out',
    author: 'ana',
    at: '2026-03-03T10:20:00+01:00',
    text: 'Claro',
  },
  { kind: 'resolve', id: 'x2', case: 'c1', agent: 'ana', at: '2026-03-03T11:00:00+01:00' },
  {
    kind: 'case',
    id: 'c2',
    patient: 'p1',
    site: 's1',
    topic: 'results',
    opened_at: '2026-03-03T09:00:00+01:00',
    opened_by: 'patient',
  },
  {
    kind: 'message',
    id: 'm5',
    case: 'c2',
    channel: 'email',
    direction: 'in',
    from: 'p1',
    at: '2026-03-03T09:00:00+01:00',
    text: '¿Ya están?',
  },
  // Nobody picked up while the message of case c1 waited; Ana's answer at 16:30 reached the patient.
  {
    kind: 'call',
    id: 'l1',
    case: 'c1',
    from: '+34600555123',
    direction: 'in',
    offered_at: '2026-03-02T14:00:00+01:00',
    queued_at: '2026-03-02T14:00:05+01:00',
    ended_at: '2026-03-02T14:00:45+01:00',
    exit: 'abandoned',
  },
  {
    kind: 'survey',
    id: 'y1',
    case: 'c1',
    instrument: 'csat',
    sent_at: '2026-03-03T12:00:00+01:00',
    answered_at: '2026-03-03T13:00:00+01:00',
    score: 5,
  },
  {
    kind: 'appointment',
    id: 'a1',
    patient: 'p1',
    service: 'cardiology',
    site: 's1',
    booked_at: '2026-03-01T09:00:00+01:00',
    start: '2026-03-05T09:00:00+01:00',
    end: '2026-03-05T09:30:00+01:00',
    status: 'noshow',
  },
];
const period = 'from=2026-03-01&to=2026-03-09';
const as_of = 'as_of=2026-03-20T00:00:00Z';

onBothDatabases('figures', (database) => {
  const folder = mkdtempSync(join(tmpdir(), 'auricle-figures-'));
  const history = join(folder, 'history.jsonl');
  writeFileSync(
    history,
    `${rows
      .toReversed()
      .map((row) => JSON.stringify(row))
      .join('\n')}\n{"kind":"case","id":"c3"}\n`,
  );
  let server: Server;
  let admin: Client;
  let director: Client;
  let receptionist: Client;

  beforeAll(async () => {
    server = await startServer({ database, before: [['import', 'history', history, '--quiet']] });
    admin = await server.first_administrator();
    const site: number = (await admin.get('/api/sites')).body.items.find(
      (item: { name: string }) => item.name === 'Centro',
    ).id;
    director = await server.sign_in(admin, 'director@clinic.example', ['director'], site);
    receptionist = await server.sign_in(admin, 'desk@clinic.example', ['receptionist'], site);
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const figure = async (query: string) => (await director.get(`/api/figures?${query}&${period}&${as_of}`)).body.items;

  test('every figure is the one computed by hand', async () => {
    const keys =
      'cases_opened,first_response_time,next_reply_time,first_resolution_time,full_resolution_time,clinic_time,patient_time,third_party_time,reopen_rate,backlog';
    const items = await figure(`keys=${keys}`);
    const values = Object.fromEntries(items.map((item: { key: string; value: number }) => [item.key, item.value]));
    expect(values).toEqual({
      cases_opened: 2,
      first_response_time: 3.5 * 3600,
      next_reply_time: 20 * 60,
      first_resolution_time: 4 * 3600,
      full_resolution_time: 5 * 3600,
      clinic_time: 3.5 * 3600 + 20 * 60,
      patient_time: 30 * 60 + 40 * 60,
      third_party_time: 0,
      reopen_rate: 0.5,
      backlog: 1,
    });
    expect(items.find((item: { key: string }) => item.key === 'reopen_rate')).toMatchObject({
      numerator: 1,
      denominator: 2,
      provisional: 0,
    });
    expect(await figure('keys=first_response_time&clock=business')).toMatchObject([
      { n: 1, value: 1.5 * 3600, clock: 'business' },
    ]);
  });

  test('splits by dimension and leaves out what the filter excludes', async () => {
    expect(await figure('keys=cases_opened&by=day,topic')).toMatchObject([
      { n: 1, group: { day: '2026-03-02', topic: 'billing' } },
      { n: 1, group: { day: '2026-03-03', topic: 'results' } },
    ]);
    expect(await figure('keys=cases_opened&topic=results')).toMatchObject([{ n: 1, group: null }]);
    expect(await figure('keys=first_response_time&channel=phone')).toMatchObject([{ n: 0, value: null }]);
  });

  test('lists the cases behind a figure', async () => {
    const list = (await director.get(`/api/figures/reopen_rate/cases?${period}&${as_of}&limit=1`)).body;
    expect(list).toMatchObject({ n: 2, items: [{ counted: false, day: '2026-03-03' }], next_cursor: '1' });
    const next = (
      await director.get(`/api/figures/reopen_rate/cases?${period}&${as_of}&limit=1&cursor=${list.next_cursor}`)
    ).body;
    expect(next).toMatchObject({ n: 2, items: [{ counted: true, day: '2026-03-02' }], next_cursor: null });
  });

  test('calls, surveys and appointments stand behind their figures', async () => {
    const items = await figure('keys=calls_missed,missed_recovered,callback_time,csat,no_show_rate,occupancy');
    expect(items).toMatchObject([
      { key: 'calls_missed', n: 1, value: 1 },
      { key: 'missed_recovered', n: 1, value: 1, numerator: 1, denominator: 1, provisional: 0 },
      { key: 'callback_time', n: 1, value: 2.5 * 3600 - 45, longest: 2.5 * 3600 - 45 },
      { key: 'csat', n: 1, value: 1, numerator: 1, high: 1 },
      { key: 'no_show_rate', n: 1, value: 1 },
      { key: 'occupancy', n: 0, value: null },
    ]);
    expect(items[3].low).toBeCloseTo(0.2065, 4); // Wilson, one of one
    const behind = async (key: string) => (await director.get(`/api/figures/${key}/cases?${period}&${as_of}`)).body;
    expect(await behind('calls_missed')).toMatchObject({ n: 1, items: [{ detail: 'abandoned', channel: 'phone' }] });
    expect(await behind('csat')).toMatchObject({ n: 1, items: [{ detail: 'csat', value: 5, day: '2026-03-03' }] });
    expect(await behind('no_show_rate')).toMatchObject({
      n: 1,
      items: [{ case_id: null, service: 'cardiology', detail: 'noshow', counted: true }],
    });
    expect(await figure('keys=calls_short_abandoned&with=short=41')).toMatchObject([{ value: 1 }]);
  });

  test('a calendar of later days changes no figure of earlier ones', async () => {
    const before = await figure('keys=first_response_time,next_reply_time,abandoned_inquiries&clock=business');
    const site = (await admin.get('/api/sites')).body.items.find((item: { name: string }) => item.name === 'Centro');
    const week = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
    const put = await admin.put(`/api/sites/${site.id}/calendars`, { valid_from: '2026-03-10', week, holidays: [] });
    expect(put.status).toBe(200);
    expect(await figure('keys=first_response_time,next_reply_time,abandoned_inquiries&clock=business')).toEqual(before);
  });

  test('shows the backlog by who is to act and age', async () => {
    const { n, bands } = (await director.get('/api/figures/backlog?as_of=2026-03-03T11:59:00Z')).body;
    expect(n).toBe(1);
    expect(bands.filter((band: { n: number }) => band.n)).toEqual([{ owner: 'clinic', band: 'under_4_hours', n: 1 }]);
  });

  test('says which parameter is wrong, and who may not look', async () => {
    const wrong = async (query: string) => (await director.get(`/api/figures?${query}`)).body.fields?.[0]?.field;
    expect(await wrong(`keys=nonsense&${period}`)).toBe('keys');
    expect(await wrong('keys=backlog&from=2026-03-09&to=2026-03-01')).toBe('to');
    expect(await wrong(`keys=backlog&${period}&by=weather`)).toBe('by');
    expect(await wrong(`keys=service_level&${period}&with=target=soon`)).toBe('with');
    expect(await wrong(`keys=service_level&${period}&with=window=5`)).toBe('with');
    expect(await wrong(`keys=service_level&${period}&with=target=-1`)).toBe('with');
    expect(await wrong('keys=backlog&from=2026-02-30&to=2026-03-01')).toBe('from');
    expect((await receptionist.get(`/api/figures?keys=backlog&${period}`)).status).toBe(403);
    expect((await director.get('/api/kpis')).body.items.length).toBeGreaterThan(9);
  });

  test('the command line gives the same, and refused rows are in their file', () => {
    const json = JSON.parse(
      server.run(
        'kpi',
        'first_response_time',
        'cases_opened',
        '--from',
        '2026-03-01',
        '--to',
        '2026-03-09',
        '--by',
        'agent',
        '--format',
        'json',
      ),
    );
    expect(json).toMatchObject([
      {
        key: 'first_response_time',
        version: 1,
        clock: 'elapsed',
        group: { agent: 'ana' },
        n: 1,
        value: 12600,
        p50: 12600,
        numerator: null,
      },
      { key: 'cases_opened', group: { agent: null }, n: 2, value: 2 },
    ]);
    const refused = JSON.parse(readFileSync(`${history}.refused.jsonl`, 'utf8'));
    expect(refused).toMatchObject({ line: rows.length + 1, row: '{"kind":"case","id":"c3"}' });
    expect(refused.reason).toContain('opened_at');
  });

  test('an export holds every row as it came', () => {
    const exported = server
      .run('export', 'history')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const row of rows) expect(exported).toContainEqual(row);
  });
});
