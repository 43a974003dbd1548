// A backup is of one instant, taken under load; what is made from it is whole, and equal where nothing moved meanwhile.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Client,
  type DatabaseKind,
  emptyDatabase,
  onBothDatabases,
  type Server,
  startServer,
} from '../../harness/server.ts';

const kpis = [
  'kpi',
  'cases_opened',
  'first_response_time',
  'backlog',
  '--from',
  '2026-01-01',
  '--to',
  '2027-01-01',
  '--format',
  'json',
];
const binary = process.env.AURICLE_BIN ?? join(import.meta.dirname, '../../../build/release/auricle');

/** What a backup restores to, beside the installation it comes from. */
class Restored {
  readonly folder = mkdtempSync(join(tmpdir(), 'auricle-restored-'));
  private readonly database;
  private readonly where: string[];
  constructor(
    file: string,
    readonly key: string,
    kind: DatabaseKind,
    more: string[] = [],
  ) {
    this.database = emptyDatabase(kind);
    this.where = ['--data', join(this.folder, 'data'), ...(this.database ? ['--database', this.database.url] : [])];
    copyFileSync(key, join(this.folder, 'master.key'));
    this.output = this.run('restore', file, ...more);
  }
  readonly output: string;
  run(...args: string[]): string {
    const env = { ...process.env, AURICLE_KEY_FILE: join(this.folder, 'master.key') };
    return execFileSync(binary, [...args, ...this.where], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }
  check(): string {
    const env = { ...process.env, AURICLE_KEY_FILE: join(this.folder, 'master.key') };
    return spawnSync(binary, ['check', ...this.where], { env, encoding: 'utf8' }).stdout;
  }
  serve(): Promise<Server> {
    return startServer({
      data: join(this.folder, 'data'),
      ...(this.database ? { database_url: this.database.url } : {}),
    });
  }
  remove() {
    this.database?.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

onBothDatabases('backup', (database) => {
  const other: DatabaseKind = database === 'sqlite' ? 'postgres' : 'sqlite';
  const files = mkdtempSync(join(tmpdir(), 'auricle-backup-'));
  let server: Server;
  let agent: Client;
  let officer: Client;
  let site: number;
  let key: string;
  const kept: { id: number; sha256: string }[] = [];
  beforeAll(async () => {
    server = await startServer({ database });
    const admin = await server.first_administrator();
    agent = await server.sign_in(admin, 'agent@clinic.example', ['agent']);
    officer = await server.sign_in(admin, 'dpo@clinic.example', ['data_protection_officer']);
    await server.start('demo', '--patients', '40', '--days', '15');
    site = (await agent.get('/api/sites')).body.items[0].id;
    key = server.run('key', 'path').trim();
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(files, { recursive: true, force: true });
  });

  const patient_with_case = async (n: number): Promise<number> => {
    const contact_points = [{ system: 'email', value: `p${n}-${randomBytes(4).toString('hex')}@example.org` }];
    const patient = (
      await agent.post('/api/patients', {
        given_name: `Paciente ${n}`,
        family_name: 'Prueba',
        contact_points,
        confirmed: true,
      })
    ).body;
    const start = {
      channel: 'email',
      contact_point_id: patient.contact_points[0].id,
      unverified_reason: 'Por teléfono',
    };
    const opened = await agent.post('/api/cases', { site_id: site, patient_id: patient.id, title: `Caso ${n}`, start });
    expect(opened.status, opened.text).toBe(201);
    const bytes = randomBytes(1000 + n * 700);
    const file = await agent.send<any>('POST', `/api/cases/${opened.body.id}/attachments`, bytes as any, {
      'Content-Type': 'application/octet-stream',
      'X-File-Name': `n${n}.bin`,
    });
    expect(file.status, file.text).toBe(201);
    const note = await agent.post(`/api/cases/${opened.body.id}/notes`, {
      text: `Nota ${n}`,
      attachment_ids: [file.body.id],
    });
    expect(note.status).toBe(201);
    kept.push({ id: file.body.id, sha256: createHash('sha256').update(bytes).digest('hex') });
    return opened.body.id as number;
  };

  const readable = async (client: Client, wanted: typeof kept) => {
    for (const { id, sha256 } of wanted) {
      const answer = await fetch(`${client.url}/api/attachments/${id}`, { headers: { Cookie: client.cookie } });
      const found = createHash('sha256')
        .update(new Uint8Array(await answer.arrayBuffer()))
        .digest('hex');
      expect(`${answer.status} ${found}`).toBe(`200 ${sha256}`);
    }
  };

  it('is taken under load: nothing half, nothing acknowledged before it is missing', async () => {
    const doubtful = await patient_with_case(0);
    for (let n = 1; n < 4; ++n) await patient_with_case(n);
    const [{ id: conversation_id }] = (await agent.get(`/api/cases/${doubtful}`)).body.conversations;
    const reply = { idempotency_key: 'on its way', conversation_id, text: 'Ya está', confirmed: true };
    expect((await agent.post(`/api/cases/${doubtful}/replies`, reply)).status).toBe(201);
    const before = [...kept];
    let loading = true;
    const load = Promise.all(
      [0, 1, 2].map(async (lane) => {
        for (let n = 10 + lane * 100; loading; ++n) await patient_with_case(n);
      }),
    );
    const names: string[] = [];
    for (let n = 0; n < 3; ++n) {
      const file = join(files, `load-${n}.backup`);
      await server.start('backup', file);
      names.push(file);
    }
    loading = false;
    await load;
    for (const file of names) expect(server.run('backup', 'verify', file)).toContain('is whole');
    const restored = new Restored(names[1] ?? '', key, database);
    try {
      expect(restored.check()).toContain('Everything is as it must be.');
      const again = await restored.serve();
      const client = again.client();
      expect((await client.accept(restored.run('staff', 'link', 'agent@clinic.example').trim())).status).toBe(200);
      await readable(client, before);
      // It may have left since the backup: nobody gets it twice unasked.
      const said = (await client.get(`/api/cases/${doubtful}/messages`)).body.items;
      expect(said.find((one: any) => one.text === 'Ya está').delivery).toMatchObject({
        state: 'failed',
        reason: 'error.conversations.restored',
      });
      expect((await again.client().get('/api/account', { Cookie: agent.cookie })).status).toBe(401); // sessions have ended
      await again.stop();
    } finally {
      restored.remove();
    }
  }, 120_000);

  it.skipIf(!process.env.AURICLE_TEST_POSTGRES)(
    'gives the same records and figures, on either database',
    async () => {
      const file = join(files, 'quiet.backup');
      server.run('backup', file);
      for (const kind of [database, other]) {
        const restored = new Restored(file, key, kind);
        try {
          expect(restored.run('export', 'history')).toBe(server.run('export', 'history'));
          expect(restored.run(...kpis)).toBe(server.run(...kpis));
          expect(restored.check()).toContain('Everything is as it must be.');
        } finally {
          restored.remove();
        }
      }
    },
    120_000,
  );

  it('says what is wrong with a file: altered, cut off, another key, a place that is taken', () => {
    const file = join(files, 'wrong.backup');
    server.run('backup', file);
    const whole = readFileSync(file);
    expect(whole.includes('Paciente')).toBe(false); // encrypted as a whole
    const fails = (name: string, content: Buffer, master = key) => {
      const path = join(files, name);
      writeFileSync(path, content);
      const ran = spawnSync(binary, ['backup', 'verify', path, '--key-file', master], { encoding: 'utf8' });
      expect(ran.status).toBe(1);
      return ran.stderr;
    };
    const middle = Math.floor(whole.length / 2);
    const altered = Buffer.from(whole);
    altered[middle] = (altered[middle] ?? 0) ^ 1;
    expect(fails('altered', altered)).toContain('altered');
    for (const length of [10, 200, 2000, middle, whole.length - 1])
      expect(fails('cut', whole.subarray(0, length))).toMatch(/cut off|not a backup|damaged/);
    expect(fails('none', Buffer.from('no backup at all, only some text'))).toContain('not a backup');
    expect(fails('other', whole, join(files, 'no.key'))).toContain('auricle key export');
    if (database === 'sqlite') expect(() => server.run('restore', file)).toThrow(/already holds an installation/);
    else expect(() => server.run('restore', file)).toThrow(/not empty/);
  });

  it('keeps as many in a folder as asked for', () => {
    const folder = join(files, 'kept');
    mkdirSync(folder);
    for (const day of ['01', '02', '03'])
      copyFileSync(join(files, 'wrong.backup'), join(folder, `auricle-2026-01-${day}T03-00-00Z.backup`));
    writeFileSync(join(folder, 'notes.txt'), '');
    server.run('backup', folder, '--keep', '2');
    const left = readdirSync(folder).sort();
    expect(left).toHaveLength(3);
    expect(left[0]).toBe('auricle-2026-01-03T03-00-00Z.backup');
    expect(existsSync(join(folder, 'notes.txt'))).toBe(true);
  });

  it('carries out again who was erased since', async () => {
    const list = join(files, 'erasures.list');
    const patient = (
      await agent.post('/api/patients', { given_name: 'Borrada', family_name: 'Después', contact_points: [] })
    ).body;
    const file = join(files, 'before-erasure.backup');
    server.run('backup', file);
    const erased = await officer.post(`/api/patients/${patient.id}/erase`, { reason: 'Lo ha pedido' });
    expect(erased.status, erased.text).toBeLessThan(300);
    copyFileSync(join(server.data, 'erasures.list'), list);
    const restored = new Restored(file, key, database);
    restored.remove();
    expect(restored.output).not.toContain('carried out again');
    const knowing = new Restored(file, key, database, ['--erasures', list]);
    expect(knowing.output).toContain('1 erasures were carried out again');
    knowing.remove();
  }, 60_000);
});
