// While the desk runs, past days are counted in the background; a history that comes late changes them, and the figures
// are those of the facts at every moment in between.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, onBothDatabases, type Server, startServer } from '../../harness/server';
import { random_beside } from './random_beside';
import { random_history } from './random_history';

const keys =
  'cases_opened,contacts,first_response_time,full_resolution_time,reopen_rate,calls_missed,missed_recovered,csat,occupancy,backlog';
const period = 'from=2026-02-20&to=2026-05-20';

onBothDatabases('roll-ups', (database) => {
  const folder = mkdtempSync(join(tmpdir(), 'auricle-rollups-'));
  const early = join(folder, 'early.jsonl');
  const late = join(folder, 'late.jsonl');
  const text = (rows: unknown[]) => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
  writeFileSync(early, text([...random_history(7, 40), ...random_beside(7, 40)]));
  writeFileSync(
    late,
    text([
      { kind: 'case', id: 'late', site: 's1', opened_at: '2026-03-12T10:00:00Z', opened_by: 'patient' },
      {
        kind: 'message',
        id: 'late-1',
        case: 'late',
        channel: 'email',
        direction: 'in',
        at: '2026-03-12T10:00:00Z',
        text: '?',
      },
    ]),
  );
  let server: Server;
  let director: Client;

  beforeAll(async () => {
    server = await startServer({ database, before: [['import', 'history', early, '--quiet']] });
    director = await server.sign_in(await server.first_administrator(), 'director@clinic.example', ['director']);
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (more = '') =>
    (await director.get(`/api/figures?keys=${keys}&${period}${more}`)).body.items.map(
      ({ restated, ...figure }: { restated: unknown }) => figure,
    );
  // An instant that is given has the facts answer.
  const by_facts = (more = '') => ask(`${more}&as_of=${new Date().toISOString()}`);
  const all_counted = () =>
    expect
      .poll(
        async () => /^auricle_rollup_days_waiting (\d+)$/m.exec((await director.get<string>('/metrics')).text)?.[1],
        {
          timeout: 60_000,
        },
      )
      .toBe('0');

  test('past days are counted in the background, as the facts say', async () => {
    expect(await ask()).toEqual(await by_facts());
    await all_counted();
    for (const by of ['', '&by=day', '&by=channel', '&by=agent', '&by=weekday,hour'])
      expect(await ask(by), by).toEqual(await by_facts(by));
    expect(server.run('check')).toContain('Everything is as it must be');
  }, 120_000);

  test('a late import is in the figures at once, and in the roll-ups soon', async () => {
    const [before] = await ask();
    server.run('import', 'history', late, '--quiet');
    const [after] = await ask();
    expect(after.value).toBe(before.value + 1);
    await all_counted();
    expect(await ask('&by=day')).toEqual(await by_facts('&by=day'));
    server.run('rebuild', 'rollups');
    expect(await ask('&by=day')).toEqual(await by_facts('&by=day'));
    expect(server.run('check')).toContain('Everything is as it must be');
  }, 120_000);
});
