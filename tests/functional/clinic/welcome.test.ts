import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  coming_holidays,
  easter,
  holiday_place_of_zone,
  holiday_places,
  public_holidays,
} from '../../../web/features/clinic/holidays.ts';
import { type Client, onBothDatabases, type Server, startServer } from '../../harness/server.ts';

onBothDatabases('the first steps of a clinic', (database) => {
  let server: Server;
  let director: Client;
  beforeAll(async () => {
    server = await startServer({ database });
    director = await server.first_administrator();
  });
  afterAll(() => server.stop());
  const done = async () =>
    (await director.get('/api/welcome')).body.steps.filter((one: any) => one.done).map((one: any) => one.step);

  it('are done when their thing exists, wherever it was made', async () => {
    expect(await done()).toEqual(['clinic']);
    const site = (await director.get('/api/sites')).body.items[0].id;
    const week = { mon: [{ start: '09:00', end: '14:00' }], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
    expect((await director.put(`/api/sites/${site}/calendars`, { week, holidays: [] })).status).toBe(200);
    expect(await done()).toEqual(['clinic', 'hours']);
    await director.post('/api/invitations', {
      email: 'pau@clinic.example',
      memberships: [{ role: 'agent', site_id: null }],
    });
    expect(await done()).toEqual(['clinic', 'hours', 'people']);
    const made = (await director.post('/api/cases', { site_id: site, title: 'A call' })).body;
    expect(await done()).toEqual(['clinic', 'hours', 'people', 'first_case']);
    await director.post(`/api/cases/${made.id}/resolve`, { outcome: 'answered' });
    expect(await done()).toContain('first_case');
  });

  it('are put off, and dismissed, by who sets the clinic up', async () => {
    const put = await director.put('/api/welcome', { skipped: ['mailbox'], dismissed: true });
    expect(put.body.dismissed).toBe(true);
    const after = (await director.get('/api/welcome')).body;
    expect(after.steps.filter((one: any) => one.skipped).map((one: any) => one.step)).toEqual(['mailbox']);
    expect(after.dismissed).toBe(true);
    expect((await director.put('/api/welcome', { skipped: ['lunch'] })).status).toBe(422);
    const agent = await server.sign_in(director, 'eva@clinic.example', ['agent']);
    expect((await agent.get('/api/welcome')).status).toBe(403);
  });
});

describe('public holidays', () => {
  const dates = (place: string, year: number) => public_holidays(place, year).map((one) => one.date);
  const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10);

  it('know Easter', () => {
    expect([1961, 2000, 2024, 2025, 2026, 2038].map((year) => iso(easter(year)))).toEqual([
      '1961-04-02',
      '2000-04-23',
      '2024-03-31',
      '2025-04-20',
      '2026-04-05',
      '2038-04-25',
    ]);
  });

  it('of a country and of its regions', () => {
    expect(dates('ES/Catalunya', 2026)).toEqual([
      '2026-01-01',
      '2026-01-06',
      '2026-04-03',
      '2026-04-06',
      '2026-05-01',
      '2026-06-24',
      '2026-08-15',
      '2026-09-11',
      '2026-10-12',
      '2026-11-01',
      '2026-12-06',
      '2026-12-08',
      '2026-12-25',
      '2026-12-26',
    ]);
    expect(dates('FR', 2026)).toContain('2026-05-14');
    expect(dates('FR', 2026)).toContain('2026-05-25');
    expect(dates('IE', 2026)).toContain('2026-10-26');
  });

  it('moved from a weekend where the law moves them', () => {
    expect(dates('GB/England & Wales', 2027).slice(-2)).toEqual(['2027-12-27', '2027-12-28']);
    expect(dates('GB/Scotland', 2022).slice(0, 2)).toEqual(['2022-01-03', '2022-01-04']);
    expect(dates('US', 2026)).toContain('2026-07-03');
    expect(dates('US', 2026)).toContain('2026-11-26');
    expect(dates('ES', 2026)).toContain('2026-08-15');
  });

  it('those to come, without those known', () => {
    const known = [{ date: '2026-12-25', name: 'Nadal' }];
    const coming = coming_holidays('ES/Catalunya', '2026-11-22', known);
    expect(coming[0]?.date).toBe('2026-12-06');
    expect(coming.map((one) => one.date)).not.toContain('2026-12-25');
    expect(coming.at(-1)?.date).toBe('2027-12-26');
    expect(new Set(coming.map((one) => one.date)).size).toBe(coming.length);
  });

  it('every place has days, each with a name, none twice', () => {
    for (const place of holiday_places)
      for (let year = 2025; year <= 2035; year++) {
        const days = public_holidays(place, year);
        expect(days.length, place).toBeGreaterThan(7);
        expect(new Set(days.map((one) => one.date)).size, `${place} ${year}`).toBe(days.length);
        for (const one of days) expect(one.name.length, place).toBeGreaterThan(2);
      }
    expect(holiday_place_of_zone('Europe/Andorra')).toBe('AD');
    expect(holiday_place_of_zone('Asia/Tokyo')).toBeNull();
  });
});
