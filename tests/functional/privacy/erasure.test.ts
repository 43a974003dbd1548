// A canary: a name and a diagnosis nobody has. After the erasure no file of the installation holds them.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, Desk } from '../team/desk';

const canary = {
  given: 'Zyxwella',
  family: 'Quimperlant',
  said: 'blastomycosisfenwick',
  email: 'zyx.quimperlant@canary.example',
};
const words = ['zyxwella', 'quimperlant', 'blastomycosisfenwick', 'canary.example'];

let desk: Desk;
let admin: Browser;
let officer: Browser;
let agent: Browser;
beforeAll(async () => {
  desk = await Desk.start();
  admin = await desk.first_administrator();
  officer = (await desk.colleague(admin, 'dpo@clinic.example', [{ role: 'data_protection_officer', site_id: null }]))
    .browser;
  agent = (await desk.colleague(admin, 'agent@clinic.example', [{ role: 'agent', site_id: null }])).browser;
}, 30_000);
afterAll(() => desk?.stop());

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}
const traces = () =>
  files(desk.folder).flatMap((path) => {
    const content = readFileSync(path).toString('latin1').toLowerCase();
    return words.filter((word) => content.includes(word)).map((word) => `${word} in ${path}`);
  });
async function until<T>(read: () => Promise<T>, good: (value: T) => boolean): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const value = await read();
    if (good(value)) return value;
    if (Date.now() > end) throw new Error(`not within 20 s: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('who looked at a record is seen by the team; an erased patient has left every file', async () => {
  const made = await agent.post('/api/patients', {
    given_name: canary.given,
    family_name: canary.family,
    contact_points: [{ system: 'email', value: canary.email }],
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const id: number = made.body.id ?? made.body.patient?.id;
  const site = (await agent.get('/api/sites')).body.items[0].id;
  const opened = await agent.post('/api/cases', {
    site_id: site,
    patient_id: id,
    title: `${canary.family} asks`,
    note: `about ${canary.said}`,
  });
  expect(opened.status, JSON.stringify(opened.body)).toBe(201);
  await until(
    () => agent.post('/api/search', { query: canary.said }),
    (answer) => JSON.stringify(answer.body).includes(String(opened.body.id)),
  );
  await agent.get(`/api/patients/${id}`);
  const seen = await until(
    () => agent.get(`/api/patients/${id}/accesses`),
    (answer) => answer.body.items?.some((item: { action: string }) => item.action === 'read'),
  );
  expect(seen.body.items[0].user_name).toBe('Person agent@clinic.example');
  expect(traces().length).toBeGreaterThan(0);

  expect((await admin.post(`/api/patients/${id}/erase`, { reason: 'asked by letter' })).status).toBe(200); // the first administrator is officer, too
  expect((await agent.get(`/api/patients/${id}`)).status).toBe(404);
  expect((await agent.get(`/api/cases/${opened.body.id}`)).status).toBe(404);
  await until(
    () => officer.get('/api/erasures'),
    (answer) => answer.body.items[0]?.purged_at,
  );
  expect(traces()).toEqual([]);
  expect(readFileSync(join(desk.folder, 'data', 'erasures.list'), 'utf8')).toMatch(new RegExp(`^${id} `));
  const rows = (await officer.get('/api/audit?action=erase')).body.items;
  expect(rows[0]).toMatchObject({ record: 'patient', patient_id: id, reason: 'asked by letter' });
}, 60_000);

test('the audit is whole and filtered', async () => {
  const chain = await until(
    () => officer.get('/api/audit/chain'),
    (answer) => answer.body.unsealed === 0,
  );
  expect(chain.body).toMatchObject({ whole: true, problems: [] });
  const sign_ins = (await officer.get('/api/audit?action=sign_in')).body.items;
  expect(sign_ins.length).toBeGreaterThanOrEqual(3);
  expect(new Set(sign_ins.map((row: { action: string }) => row.action))).toEqual(new Set(['sign_in']));
  expect((await agent.get('/api/audit')).status).toBe(403);
});
