// A newer release on the data of an older one: a backup first, then the steps; killed at any moment, the next start goes on.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const binary = process.env.AURICLE_BIN ?? join(import.meta.dirname, '../../../build/release/auricle');
const folder = mkdtempSync(join(tmpdir(), 'auricle-upgrade-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = { ...process.env, AURICLE_KEY_FILE: join(folder, 'master.key') };
const run = (data: string, ...args: string[]) =>
  execFileSync(binary, [...args, '--data', join(folder, data)], {
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const figures = (data: string) =>
  run(
    data,
    'kpi',
    'cases_opened',
    'first_response_time',
    '--from',
    '2020-01-01',
    '--to',
    '2030-01-01',
    '--format',
    'json',
  );
const check = (data: string) =>
  spawnSync(binary, ['check', '--data', join(folder, data)], { env: environment, encoding: 'utf8' }).stdout;

/** Starts and kills the program so many millichilds later; whether it was still running. */
const killed_after = (data: string, millichilds: number) =>
  new Promise<boolean>((resolve) => {
    const child = spawn(binary, ['check', '--data', join(folder, data)], { env: environment, stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), millichilds);
    child.once('exit', (_code, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL');
    });
  });

/** As it was before step 0010, which makes tables of its own. */
async function make_older(data: string) {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(join(folder, data, 'auricle.db'));
  const rows = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'import_%'").all();
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) database.exec(`DROP TABLE ${row.name}`);
  database.exec("DELETE FROM platform_migration WHERE name = '0010_import'");
  database.close();
}

it('a first start killed again and again ends as a whole installation', async () => {
  let cut = 0;
  for (const millichilds of [5, 15, 30, 60, 100, 160, 250]) cut += Number(await killed_after('new', millichilds));
  expect(cut).toBeGreaterThan(0);
  expect(check('new')).toContain('Everything is as it must be.');
}, 60_000);

it('backs up before the first step, goes on after a kill, and the backup restores through the same steps', async () => {
  run('old', 'demo', '--patients', '40', '--days', '15');
  const before = figures('old');
  await make_older('old');
  for (const millichilds of [10, 30, 60, 100, 160]) await killed_after('old', millichilds);
  expect(check('old')).toContain('Everything is as it must be.');
  expect(figures('old')).toBe(before);
  const kept = readdirSync(join(folder, 'old/backups'));
  expect(kept).toEqual(['before-0010_import.backup']);
  const file = join(folder, 'old/backups', kept[0] ?? '');
  expect(execFileSync(binary, ['backup', 'verify', file], { env: environment, encoding: 'utf8' })).toContain(
    'is whole',
  );
  run('again', 'restore', file);
  expect(check('again')).toContain('Everything is as it must be.');
  expect(figures('again')).toBe(before);
  expect(existsSync(join(folder, 'again/restoring'))).toBe(false);
}, 60_000);

it('a restore that was killed is no installation, and is begun again', async () => {
  run('source', 'demo', '--patients', '40', '--days', '15');
  const file = join(folder, 'source.backup');
  run('source', 'backup', file);
  for (const millichilds of [10, 30, 60, 100, 160]) {
    const child = spawn(binary, ['restore', file, '--data', join(folder, 'target')], {
      env: environment,
      stdio: 'ignore',
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), millichilds);
    await new Promise((resolve) => child.once('exit', resolve));
    clearTimeout(timer);
    if (existsSync(join(folder, 'target/auricle.db'))) break;
    if (existsSync(join(folder, 'target/restoring')))
      expect(
        spawnSync(binary, ['check', '--data', join(folder, 'target')], { env: environment, encoding: 'utf8' }).stderr,
      ).toContain('was not finished');
  }
  if (!existsSync(join(folder, 'target/auricle.db'))) run('target', 'restore', file);
  expect(check('target')).toContain('Everything is as it must be.');
  expect(figures('target')).toBe(figures('source'));
}, 60_000);
