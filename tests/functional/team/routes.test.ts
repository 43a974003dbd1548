// Every route with every role, at its site, at another and without a session. Written from the description and the registry of
// permissions: a new route is walked without a change here.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, Desk, type Operation, operations } from './desk';

const roles = [
  'director',
  'supervisor',
  'agent',
  'receptionist',
  'clinician',
  'data_protection_officer',
  'administrator',
];
// These end or lock the very session that walks.
const ends_itself = ['sign_out', 'lock_session', 'end_other_sessions'];
const api = operations().filter((operation) => operation.path.startsWith('/api/') && operation.path !== '/api/live');
const guarded = api.filter((operation) => operation.access !== 'open');
// An id nobody has: what may be called answers that, or what is wrong with the empty body, never 401 or 403.
const filled = (operation: Operation, id = 1) => operation.path.replace(/\{[^}]+\}/g, String(id));
const named = (list: Operation[]) =>
  list.map((operation) => [`${operation.method} ${operation.path}`, operation] as const);
const call = (browser: Browser, operation: Operation, headers: Record<string, string> = {}, id = 1) =>
  browser.call(operation.method, filled(operation, id), operation.method === 'GET' ? undefined : {}, headers);

let desk: Desk;
let admin: Browser;
let permissions: Map<string, Set<string>>;
const people = new Map<string, Browser>();
let sites: { here: number; there: number };

beforeAll(async () => {
  desk = await Desk.start();
  admin = await desk.first_administrator();
  const there = await admin.post('/api/sites', { name: 'Puerto', time_zone: 'Europe/Madrid' });
  const all = await admin.get('/api/sites');
  sites = { here: all.body.items[0].id, there: there.body.id };
  const listed = await admin.get('/api/roles');
  permissions = new Map(
    listed.body.items.map((item: { role: string; permissions: string[] }) => [item.role, new Set(item.permissions)]),
  );
  for (const role of roles) {
    people.set(role, (await desk.colleague(admin, `${role}@clinic.example`, [{ role, site_id: null }])).browser);
    people.set(
      `${role} there`,
      (await desk.colleague(admin, `${role}.there@clinic.example`, [{ role, site_id: sites.there }])).browser,
    );
  }
}, 60_000);
afterAll(() => desk?.stop());
const person = (role: string): Browser => {
  const browser = people.get(role);
  if (!browser) throw new Error(role);
  return browser;
};

test('the registry of permissions knows all roles', () => {
  expect([...permissions.keys()].sort()).toEqual([...roles].sort());
  expect(guarded.length).toBeGreaterThan(60);
});

test.each(named(guarded))('%s: nobody without a session', async (_, operation) => {
  const answer = await call(desk.browser(), operation);
  expect(answer.status).toBe(401);
  expect(answer.body.key).toBe('error.unauthenticated');
});

describe.each(roles)('%s', (role) => {
  test.each(named(guarded))('%s', async (_, operation) => {
    const granted = operation.access === 'signed_in' || permissions.get(role)?.has(operation.access);
    if (granted && ends_itself.includes(operation.id)) return;
    const answer = await call(person(role), operation);
    if (granted) expect([401, 403], JSON.stringify(answer.body)).not.toContain(answer.status);
    else {
      expect(answer.status).toBe(403);
      expect(answer.body.key).toBe('error.forbidden');
    }
    expect(answer.status).toBeLessThan(500);
  });
});

test.each(named(guarded.filter((operation) => operation.method !== 'GET')))(
  '%s: not without the CSRF token, not from another site',
  async (_, operation) => {
    const without = await call(person('director'), operation, { 'X-CSRF-Token': '' });
    expect([without.status, without.body.key]).toEqual([403, 'error.csrf']);
    const foreign = await call(person('director'), operation, { Origin: 'https://evil.example' });
    expect([foreign.status, foreign.body.key]).toEqual([403, 'error.csrf']);
  },
);

test.each(
  named(
    api.filter(
      (operation) =>
        operation.access === 'open' && operation.method !== 'GET' && !operation.path.startsWith('/api/test'),
    ),
  ),
)('%s: open, but not from another site', async (_, operation) => {
  const answer = await call(desk.browser(), operation, { Origin: 'https://evil.example' });
  expect([answer.status, answer.body.key]).toEqual([403, 'error.csrf']);
});

describe('at another site', () => {
  test('a site is not managed from elsewhere', async () => {
    const change = { name: 'Mine', time_zone: 'Europe/Madrid' };
    const director = person('director there');
    expect((await director.put(`/api/sites/${sites.here}`, change)).status).toBe(403);
    expect((await director.put(`/api/sites/${sites.there}`, { ...change, name: 'Puerto' })).status).toBe(200);
    expect((await director.post('/api/sites', change)).status).toBe(403);
    expect(
      (await director.put('/api/team-policy', { second_factor: 'optional', idle_lock_minutes: 15, session_hours: 12 }))
        .status,
    ).toBe(403);
  });

  test('roles are not given for a site one does not manage', async () => {
    const director = person('director there');
    const invite = (site_id: number | null) =>
      director.post('/api/invitations', { email: 'new@clinic.example', memberships: [{ role: 'agent', site_id }] });
    expect((await invite(null)).status).toBe(403);
    expect((await invite(sites.here)).status).toBe(403);
    expect((await invite(sites.there)).status).toBe(201);
  });

  test('no case of this site is read or changed there', async () => {
    const opened = await person('agent').post('/api/cases', { site_id: sites.here, title: 'Knee' });
    expect(opened.status).toBe(201);
    const id: number = opened.body.id;
    expect((await person('agent').get(`/api/cases/${id}`)).status).toBe(200);
    for (const operation of api.filter((one) => one.path.startsWith('/api/cases/{id}'))) {
      const answer = await call(person('agent there'), operation, {}, id);
      expect([403, 404, 422], `${operation.method} ${operation.path}`).toContain(answer.status);
      if (operation.method === 'GET') expect(answer.status).not.toBe(200);
    }
  });
});

test('whoever is deactivated is out at once, everywhere', async () => {
  const { id, browser } = await desk.colleague(admin, 'leaving@clinic.example', [{ role: 'director', site_id: null }]);
  expect((await browser.get('/api/account')).status).toBe(200);
  expect((await admin.post(`/api/users/${id}/deactivate`)).status).toBe(200);
  for (const operation of guarded) expect((await call(browser, operation)).status, operation.id).toBe(401);
  expect((await browser.sign_in('leaving@clinic.example')).status).toBe(401);
});
