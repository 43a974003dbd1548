// A name and a diagnosis nobody else has travel through everything. They never stand in a log, a figure of operation or an
// address; when the patient has been erased, no file and no table holds them, in whatever spelling.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mailbox_body, open_relay } from '../../harness/mailbox.ts';
import { type Client, onBothDatabases, type Server, startServer, until } from '../../harness/server.ts';
import { type MailServer, start_mail_server } from '../../mail/server.mjs';

const given = 'Zyxwélla';
const family = 'Quimperlant';
const diagnosis = 'blastomycosisfenwick';
const address = 'zyx.quimperlant@canary.example';
const words = [given, 'Zyxwella', family, diagnosis, 'canary.example', '612987345', 'CIPQZ4711'];
const desk = 'citas@clinic.example';

/** What a word looks like in files, mails, addresses and dumps. */
function spellings(word: string): string[] {
  const bytes = Buffer.from(word);
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(before ? before + 1 : 0, -1); // what does not depend on its neighbours
  });
  const quoted = [...bytes]
    .map((b) => (b < 128 ? String.fromCharCode(b) : `=${b.toString(16).toUpperCase()}`))
    .join('');
  return [
    ...new Set([
      word.toLowerCase(),
      Buffer.from(word.toLowerCase()).toString('latin1'),
      Buffer.from(word, 'latin1').toString('latin1').toLowerCase(),
      quoted.toLowerCase(),
      encodeURIComponent(word).toLowerCase(),
      bytes.toString('hex'),
      Buffer.from(word.toLowerCase()).toString('hex'),
      Buffer.from(word, 'utf16le').toString('latin1').toLowerCase(),
      ...base64.map((text) => `base64:${text}`),
    ]),
  ];
}
const canaries = words.flatMap(spellings);

function traces(where: string, content: string): string[] {
  const lower = content.toLowerCase();
  const unbroken = content.replace(/\r?\n/g, ''); // base64 and quoted-printable are cut into lines
  const soft = lower.replace(/=\r?\n/g, '');
  return canaries
    .filter((one) =>
      one.startsWith('base64:') ? unbroken.includes(one.slice(7)) : lower.includes(one) || soft.includes(one),
    )
    .map((one) => `${one} in ${where}`);
}

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

const encoded_word = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
const lines = (text: string) => (text.match(/.{1,76}/g) ?? []).join('\n');
const message = (subject: string, extra = '') => `From: ${encoded_word(`${given} ${family}`)} <${address}>
To: ${desk}
Subject: ${encoded_word(subject)}
Message-ID: <${randomUUID()}.${family}@canary.example>
Date: Mon, 16 Nov 2026 09:00:00 +0100
X-Patient: ${family}
Return-Path: <${address}>
MIME-Version: 1.0
${extra}`;

const mail_with_everything = message(
  `${diagnosis} de ${given}`,
  `Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Soy Zyxw=C3=A9lla ${family}. Tengo blastomycosis=
fenwick.

> Usted escribi=C3=B3: ${diagnosis}
--a
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

${lines(Buffer.from(`<p>Soy <b>${given}</b> ${family}, ${diagnosis}</p>`).toString('base64'))}
--a--
--m
Content-Type: text/plain; charset=utf-8; name="${diagnosis}.txt"
Content-Disposition: attachment; filename="${diagnosis}.txt"

${given} ${family}: ${diagnosis}
--m
Content-Type: application/pdf; name="Informe ${family}.pdf"
Content-Disposition: attachment; filename="Informe ${family}.pdf"
Content-Transfer-Encoding: base64

${lines(Buffer.from(`%PDF-1.4\n% ${given} ${family} ${diagnosis}\n`).toString('base64'))}
--m--
`,
);
const unreadable = message(
  `${diagnosis} otra vez`,
  `Content-Type: multipart/mixed; boundary=x\n\n${`--x\nContent-Type: text/plain\n\n${diagnosis}\n`.repeat(1500)}--x--\n`,
);

/** A mail server that refuses and says more than it should. */
function talkative_server(): Promise<TcpServer> {
  const server = createServer((socket) => {
    socket.write('220 hello\r\n');
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      const line = chunk.toString();
      socket.write(
        /^RCPT/i.test(line)
          ? `550 5.1.1 <${address}> ${family} has ${diagnosis}\r\n`
          : /^QUIT/i.test(line)
            ? '221 bye\r\n'
            : '250 ok\r\n',
      );
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

onBothDatabases('a canary', (database) => {
  let mail: MailServer;
  let talkative: TcpServer;
  let server: Server;
  let admin: Client;
  let agent: Client;
  let site_id = 0;
  let said = ''; // by the command line
  let folder = '';
  const moved = () => server.move_clock(new Date(Date.now() + (ahead += 11_000)));
  let ahead = 0;

  const mailbox = (more: Record<string, unknown> = {}) =>
    mailbox_body(mail, desk, site_id, { smtp: open_relay(mail.ports.smtp), ...more });
  const box = async () => (await admin.get('/api/mailboxes')).body.items[0];
  const cases = async (): Promise<any[]> => (await agent.get('/api/cases?view=all&limit=100')).body.items;
  const entries = async (id: number): Promise<any[]> => (await agent.get(`/api/cases/${id}/messages`)).body.items;
  const fine = (answer: { status: number; text: string; body: any }) => {
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer.body;
  };
  // A stated reason stands in the audit, which is never altered: it is no place for patient data (platform/audit/audit.h).
  const reply = async (id: number, text: string, more: Record<string, unknown> = {}) => {
    const last = (await entries(id)).find((m) => m.kind === 'message');
    fine(
      await agent.post(`/api/cases/${id}/replies`, {
        idempotency_key: randomUUID(),
        conversation_id: last.conversation_id,
        text,
        confirmed: true,
        unverified_reason: 'she asked on the phone',
        ...more,
      }),
    );
    await moved();
  };
  const command = (...args: string[]) => {
    try {
      said += server.run(...args);
    } catch (error) {
      const failed = error as { stdout?: string; stderr?: string };
      said += `${failed.stdout ?? ''}${failed.stderr ?? ''}`;
    }
  };
  const dump = () =>
    database === 'postgres'
      ? execFileSync(
          'pg_dump',
          ['--data-only', '--inserts', server.where[server.where.indexOf('--database') + 1] ?? ''],
          { encoding: 'latin1', maxBuffer: 2 ** 28 },
        )
      : '';
  const stored = () => [
    ...files(server.data).flatMap((path) => traces(path, readFileSync(path, 'latin1'))),
    ...traces('the database', dump()),
  ];

  beforeAll(async () => {
    mail = await start_mail_server({ accounts: [desk] });
    talkative = await talkative_server();
    folder = mkdtempSync(join(tmpdir(), 'auricle-canary-'));
    server = await startServer({ database, settings: { 'log.level': 'debug', 'log.requests': 'true' } });
    admin = await server.first_administrator();
    agent = await server.sign_in(admin, 'agent@clinic.example', ['agent']);
    site_id = (await admin.get('/api/sites')).body.items[0].id;
    fine(await admin.post('/api/mailboxes', mailbox()));
    await until('the mailbox to be connected', async () => (await box()).state === 'connected');
  });
  afterAll(async () => {
    await server?.stop();
    talkative?.close();
    await mail?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  let patient = 0;
  let case_id = 0;

  test('goes through the desk', async () => {
    await mail.deliver({ raw: mail_with_everything, envelope_from: address, recipients: [desk] });
    await mail.deliver({ raw: unreadable, envelope_from: address, recipients: [desk] });
    case_id = (await until('the case', async () => (await cases())[0])).id;
    await until('the quarantine', async () => (await admin.get('/api/quarantine')).body.items.length === 1);
    const [first] = (await entries(case_id)).filter((m) => m.kind === 'message');
    expect(first.text).toContain(`Soy ${given}`);
    expect(first.attachments.map((file: any) => file.name)).toEqual([`${diagnosis}.txt`, `Informe ${family}.pdf`]);

    const made = fine(
      await agent.post('/api/patients', {
        given_name: given,
        family_name: family,
        birth_date: '1971-02-03',
        confirmed: true,
        contact_points: [
          { system: 'email', value: address, label: family },
          { system: 'phone', value: '+34 612 98 73 45' },
        ],
        identifiers: [{ system: 'insurance', value: 'CIPQZ4711' }],
      }),
    );
    patient = made.id;
    fine(await agent.put(`/api/cases/${case_id}/patient`, { patient_id: patient }));
    fine(await agent.put(`/api/patients/${patient}/needs`, { items: [{ kind: 'other', detail: diagnosis }] }));
    fine(await agent.post(`/api/patients/${patient}/notes`, { text: `${family} has ${diagnosis}` }));
    fine(await agent.post(`/api/cases/${case_id}/title`, { title: `${given}: ${diagnosis}` }));
    fine(await agent.post(`/api/cases/${case_id}/notes`, { text: `${given} ${family} says ${diagnosis}` }));
    const file = fine(
      await agent.post(`/api/cases/${case_id}/attachments`, new TextEncoder().encode(`${family} ${diagnosis}`), {
        'Content-Type': 'application/octet-stream',
        'X-File-Name': encodeURIComponent(`${given}.txt`),
      }),
    );
    await reply(case_id, `Señora ${family}: ${diagnosis}`, { attachment_ids: [file.id] });
    await until('it to be sent', async () => (await entries(case_id)).some((m) => m.delivery?.state === 'sent'));
    fine(await agent.put(`/api/cases/${case_id}/draft`, { kind: 'reply', text: `${family} ${diagnosis}` }));
    for (const query of [given, family, diagnosis, `"${diagnosis}"`]) {
      await until(`the search for ${query}`, async () =>
        JSON.stringify((await agent.post('/api/search', { query })).body).includes(String(case_id)),
      );
      fine(await agent.post('/api/patients/search', { query }));
    }
    for (const path of [
      `/api/patients/${patient}`,
      `/api/patients/${patient}/timeline`,
      `/api/patients/${patient}/accesses`,
      `/api/messages/${first.id}/html`,
    ])
      expect((await agent.get(path)).status, path).toBe(200);
    for (const path of [`/api/messages/${first.id}/original`, `/api/attachments/${first.attachments[0].id}`])
      expect((await fetch(server.url + path, { headers: { Cookie: agent.cookie } })).status, path).toBe(200);
    expect(stored(), 'the test finds what is there').not.toEqual([]);
  });

  test('goes through what fails', async () => {
    const refused = [
      await agent.post('/api/patients', { given_name: given, birth_date: family }),
      await agent.post('/api/patients', { [family]: diagnosis }),
      await agent.post('/api/patients', `{"given_name": "${given}", ${diagnosis}`),
      await agent.post('/api/patients', { given_name: given, contact_points: [{ system: 'phone', value: diagnosis }] }),
      await agent.post(`/api/cases/${case_id}/notes`, { text: '', note: diagnosis }),
      await agent.post('/api/search', { query: `"${diagnosis}`, kinds: [family] }),
      await agent.get('/api/cases?view=all', { Cookie: `auricle_session=${family}` }),
      await server.client().post('/api/session', { email: address, password: diagnosis }),
    ];
    expect(refused.map((answer) => answer.status).filter((status) => status >= 500)).toEqual([]);
    expect(refused.filter((answer) => answer.status >= 400).length).toBeGreaterThan(5);

    const saved = await box();
    const without = (more: Record<string, unknown>) => mailbox({ imap: { ...mailbox().imap, secret: null }, ...more });
    fine(
      await admin.put(
        `/api/mailboxes/${saved.id}`,
        without({ smtp: open_relay((talkative.address() as { port: number }).port) }),
      ),
    );
    await reply(case_id, `Refused: ${diagnosis}`);
    await until('the refusal', async () => (await entries(case_id)).some((m) => m.delivery?.state === 'failed'));
    fine(await admin.put(`/api/mailboxes/${saved.id}`, mailbox({ imap: { ...mailbox().imap, secret: 'wrong' } })));
    await until('the mailbox to fail', async () => (await box()).state === 'failed');
    fine(await admin.put(`/api/mailboxes/${saved.id}`, mailbox()));
    await until('the mailbox to be connected', async () => (await box()).state === 'connected');

    command('check');
    command('export', 'history', join(folder, 'history.jsonl')); // in the clear, as it says: the file holds her, the log does not
    command('kpi', 'cases_opened', '--from', '2026-01-01', '--to', '2030-01-01', '--format', 'json');
    command('kpi', family);
    command('erase', diagnosis);
    command('rebuild', family);
    command('mailbox', 'list');
    command('staff', 'list');
  });

  test('stands in no log and no figure of operation', async () => {
    const pages = await Promise.all(
      ['/metrics', '/api/operations', '/api/jobs/parked', '/api/mailboxes'].map((path) => admin.get(path)),
    );
    for (const page of pages) expect(page.status).toBe(200);
    expect(
      server.errors.split('\n').filter((line) => line.includes('"request"')).length,
      'the log is full',
    ).toBeGreaterThan(30);
    expect(traces('the log', server.output + server.errors)).toEqual([]);
    expect(pages.flatMap((page) => traces('operations', page.text))).toEqual([]);
    const asked = [`${family}`, diagnosis]; // a command may repeat what it was called with
    expect(
      traces('the command line', said).filter((one) => !asked.some((word) => one.startsWith(`${word.toLowerCase()} `))),
    ).toEqual([]);
    for (const path of files(folder))
      expect(traces(path, readFileSync(path, 'latin1')), 'the export is whole').not.toEqual([]);
  });

  test('is nowhere once the patient is erased', async () => {
    const held = (await admin.get('/api/quarantine')).body.items;
    for (const one of held) fine(await admin.delete(`/api/quarantine/${one.id}`));
    fine(await admin.post(`/api/patients/${patient}/erase`, { reason: 'asked by letter' }));
    expect((await agent.get(`/api/patients/${patient}`)).status).toBe(404);
    expect((await agent.get(`/api/cases/${case_id}`)).status).toBe(404);
    await until('the purge', async () => (await admin.get('/api/erasures')).body.items[0]?.purged_at);
    expect(stored()).toEqual([]);
    expect(JSON.stringify((await agent.post('/api/search', { query: diagnosis })).body.items ?? [])).toBe('[]');
    expect((await agent.post('/api/patients/search', { query: family })).body.items).toEqual([]);
    expect(traces('the log', server.output + server.errors)).toEqual([]);
    expect(server.run('check')).toContain('Everything is as it must be');
  });
});
