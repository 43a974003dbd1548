// The data directory on a small file system of its own, filled to the last byte while patients write and colleagues work.
import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect_mailbox, open_relay } from '../../harness/mailbox.ts';
import { type Client, type Server, startServer, until } from '../../harness/server.ts';
import { type MailServer, start_mail_server } from '../../mail/server.mjs';
import { Gate } from './gate.ts';

const megabytes = 48;

class SmallDisk {
  readonly path = mkdtempSync(join(tmpdir(), 'auricle-disk-'));
  readonly mounted: boolean;
  constructor() {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.path], { stdio: 'pipe' });
      this.mounted = true;
    } catch {
      this.mounted = false;
    }
  }
  /** To the last byte; `keep` megabytes are left. */
  fill(keep = 0) {
    const file = openSync(join(this.path, 'filler'), 'w');
    const write = (size: number) => {
      try {
        while (writeSync(file, Buffer.alloc(size)) === size);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    };
    const free = Number(
      / (\d+)\n$/.exec(execFileSync('df', ['--output=target,avail', '-B1', this.path], { encoding: 'utf8' }))?.[1],
    );
    if (keep)
      for (let left = free - keep * 2 ** 20; left > 0; left -= 65536)
        writeSync(file, Buffer.alloc(Math.min(left, 65536)));
    else for (const size of [65536, 4096, 1]) write(size);
    closeSync(file);
  }
  make_room = () => rmSync(join(this.path, 'filler'), { force: true });
  remove() {
    if (this.mounted) execFileSync('umount', ['-l', this.path], { stdio: 'pipe' });
    rmSync(this.path, { recursive: true, force: true });
  }
}

const disk = new SmallDisk();
const desk = 'citas@clinic.example';

describe.skipIf(!disk.mounted)(`a full disk${disk.mounted ? '' : ': a small tmpfs cannot be mounted here'}`, () => {
  let mail: MailServer;
  let gate: Gate;
  let server: Server;
  let admin: Client;
  let agent: Client;
  let ahead = 0; // the clock of the program, before the real one
  const acknowledged = new Set<string>();

  const cases = async (): Promise<any[]> => (await agent.get('/api/cases?view=all&limit=100')).body.items;
  const case_titled = (title: string) =>
    until(`a case "${title}"`, async () => (await cases()).find((c) => c.title === title));
  const entries = async (id: number): Promise<any[]> => {
    const out: any[] = [];
    for (let cursor = ''; ; ) {
      const page = (await agent.get(`/api/cases/${id}/messages${cursor}`)).body;
      out.push(...page.items);
      if (!page.next_cursor) return out;
      cursor = `?cursor=${encodeURIComponent(page.next_cursor)}`;
    }
  };
  const write_in = (title: string, text = '.') =>
    mail.deliver({ from: 'Ana <ana@example.com>', to: desk, subject: title, text });
  const note = async (id: number, text: string) => {
    const answer = await agent.post(`/api/cases/${id}/notes`, { text });
    if (answer.status === 201) acknowledged.add(text);
    return answer;
  };
  /** The write-ahead log may still have room in it: what is used up is refused from then on. */
  const use_up = async (id: number) => {
    let refused = 0;
    for (let i = 0; refused < 5; i += 1) {
      expect(i, 'the disk fills').toBeLessThan(20_000);
      const answer = await note(id, `note ${randomUUID()} ${'x'.repeat(1500)}`);
      refused = answer.status === 503 ? refused + 1 : 0;
      expect([201, 503]).toContain(answer.status);
    }
  };
  const reply = async (id: number, text: string) => {
    const last = (await entries(id)).find((m) => m.kind === 'message');
    const answer = await agent.post(`/api/cases/${id}/replies`, {
      idempotency_key: randomUUID(),
      conversation_id: last.conversation_id,
      text,
      confirmed: true,
    });
    expect(answer.status, answer.text).toBe(201);
  };
  const leave = () => server.move_clock(new Date(Date.now() + (ahead += 11_000)));
  const expect_nothing_lost = async (id: number) => {
    const there = new Set((await entries(id)).map((m) => m.text));
    expect([...acknowledged].filter((text) => !there.has(text))).toEqual([]);
    expect(
      [...there].filter((text) => text.startsWith('note ') && !acknowledged.has(text)),
      'refused, but there',
    ).toEqual([]);
  };

  beforeAll(async () => {
    mail = await start_mail_server({ accounts: [desk] });
    gate = await Gate.open(mail.ports.smtp);
    server = await startServer({ data: join(disk.path, 'data') });
    admin = await server.first_administrator();
    agent = await server.sign_in(admin, 'agent@clinic.example', ['agent']);
    await connect_mailbox(admin, mail, desk, { smtp: open_relay(gate.port) });
  });
  afterAll(async () => {
    await server?.stop();
    gate?.close();
    await mail?.stop();
    disk.remove();
  });

  test('writes are refused with the reason, reads and sessions go on, mail waits; room is enough, no restart', async () => {
    await write_in('Antes');
    const one = await case_titled('Antes');
    disk.fill();
    await use_up(one.id);

    const refused = await agent.post(`/api/cases/${one.id}/notes`, { text: 'x' }, { 'Accept-Language': 'es' });
    expect(refused.status).toBe(503);
    expect(refused.body).toMatchObject({ key: 'error.disk_full', status: 503 });
    expect(refused.body.title).toContain('El disco del servidor está lleno');
    expect(refused.headers.get('retry-after')).toBe('30');
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    await until('the truth about readiness', async () => (await fetch(`${server.url}/health/ready`)).status === 503);

    for (const path of [
      '/api/account',
      '/api/cases?view=all&limit=50',
      `/api/cases/${one.id}`,
      `/api/cases/${one.id}/messages`,
      '/api/mailboxes',
    ])
      expect((await (path === '/api/mailboxes' ? admin : agent).get(path)).status, path).toBe(200);
    expect((await agent.post('/api/patients/search', { query: 'Ana' })).status).toBe(200);
    expect((await agent.post('/api/search', { query: 'Antes' })).status).toBe(200);

    await write_in('Mientras');
    await mail.wait_for_mail(desk, (raw) => raw.includes('Subject: Mientras'));
    await use_up(one.id);
    expect((await cases()).length, 'mail is at its server').toBe(1);
    expect(mail.mails(desk).length).toBe(2);

    disk.make_room();
    await until('readiness', async () => (await fetch(`${server.url}/health/ready`)).status === 200);
    expect((await note(one.id, 'note after')).status).toBe(201);
    const meanwhile = await case_titled('Mientras');
    expect((await cases()).filter((c) => c.title === 'Mientras')).toHaveLength(1);
    await expect_nothing_lost(one.id);
    await until('the search to have caught up', async () =>
      JSON.stringify((await agent.post('/api/search', { query: 'Mientras' })).body).includes(String(meanwhile.id)),
    );
    expect((await agent.get('/api/account')).status, 'still signed in').toBe(200);
  });

  test('a file that does not fit fails by itself: the small writes beside it commit', async () => {
    const one = await case_titled('Antes');
    disk.fill(12);
    const send_file = () =>
      agent.post(`/api/cases/${one.id}/attachments`, new Uint8Array(randomBytes(20 * 2 ** 20)), {
        'Content-Type': 'application/octet-stream',
        'X-File-Name': 'scan.bin',
      });
    const notes = async () => {
      for (let i = 0; i < 25; i += 1) expect((await note(one.id, `note ${randomUUID()}`)).status).toBe(201);
    };
    const [first, second] = await Promise.all([send_file(), send_file(), notes(), notes(), notes()]);
    for (const file of [first, second]) expect([file.status, file.body.key]).toEqual([503, 'error.disk_full']);
    await notes();
    disk.make_room();
    expect((await send_file()).status).toBe(201);
    await expect_nothing_lost(one.id);
  });

  test('a mail that was accepted while the disk filled up does not go out again', async () => {
    const one = await case_titled('Antes');
    gate.at = 'after the dot';
    await reply(one.id, '[once]');
    await leave();
    await until('the reply to be handed over', () => gate.held > 0);
    disk.fill();
    await use_up(one.id);
    gate.release();
    await mail.wait_for_mail('ana@example.com', (raw) => raw.includes('[once]'));
    await use_up(one.id);
    disk.make_room();
    await until('the desk to know', async () =>
      (await entries(one.id)).some((m) => m.text === '[once]' && m.delivery.state === 'sent'),
    );
    await mail.wait_for_mail(desk, (raw) => raw.includes('[once]'), { folder: 'Sent' });
    await leave();
    await reply(one.id, '[fence]');
    await leave();
    await mail.wait_for_mail('ana@example.com', (raw) => raw.includes('[fence]'));
    expect(mail.mails('ana@example.com').filter((raw) => raw.includes('[once]'))).toHaveLength(1);
    expect((await admin.get('/api/mailboxes')).body.items[0].sent_again).toBe(0);
    await expect_nothing_lost(one.id);
    expect(server.run('check')).toContain('Everything is as it must be');
  });
});
