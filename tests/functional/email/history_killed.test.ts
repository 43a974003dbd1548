// Taking in the past is killed in the middle while a second node is there: every mail once, and all of it goes again.
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect_mailbox } from '../../harness/mailbox.ts';
import { type Client, onBothDatabases, type Server, startServer, until } from '../../harness/server.ts';
import { type MailServer, start_mail_server } from '../../mail/server.mjs';

const address = 'citas@clinic.example';
const people = 250;
const day = 24 * 3600_000;

onBothDatabases('the mail of the last months, killed', (database) => {
  let mail: MailServer;
  let server: Server;
  let second: Server | undefined;
  let admin: Client;
  let box = 0;
  const put = (i: number, folder: string, headers: string) => {
    const date = new Date(Date.now() - 30 * day + i * 60_000 + (folder === 'Sent' ? 1800_000 : 0));
    mail.put_mail(address, `${headers}\nDate: ${date.toUTCString()}\n\nMensaje ${i}\n`, { folder, date });
  };
  const history = async () => (await admin.get(`/api/mailboxes/${box}/history`)).body;

  beforeAll(async () => {
    mail = await start_mail_server({ accounts: [address] });
    for (let i = 0; i < people; i++) {
      put(i, 'INBOX', `From: p${i}@example.com\nTo: ${address}\nSubject: Cita ${i}\nMessage-ID: <q${i}@x>`);
      put(i, 'Sent', `From: ${address}\nTo: p${i}@example.com\nSubject: Re: Cita ${i}\nMessage-ID: <a${i}@c>\nIn-Reply-To: <q${i}@x>\nReferences: <q${i}@x>`);
    }
    server = await startServer({ database });
    admin = await server.first_administrator();
    box = await connect_mailbox(admin, mail, address);
  }, 120_000);
  afterAll(async () => {
    await second?.stop();
    await server?.stop();
    await mail?.stop();
  });

  test('every mail is taken in once, and taken back wholly', async () => {
    expect((await admin.post(`/api/mailboxes/${box}/history`, { days: 90 })).status).toBe(202);
    await until('some of it to be there', async () => (await history()).cases > 0);
    if (database === 'postgres')
      second = await startServer({ database, database_url: server.where.at(-1), settings: { node: 1, key_file: join(dirname(server.data), 'master.key') } });
    await server.kill();
    server = await server.again();
    admin.url = server.url;
    const done = await until('the history to be settled', async () => {
      const now = await history();
      return ['done', 'failed'].includes(now.state) && now;
    }, 60_000);
    expect(done).toMatchObject({ state: 'done', cases: people, messages: people, replies: people, error_key: null });
    expect((await admin.delete(`/api/mailboxes/${box}/history`)).status).toBe(200);
    await until('it to be taken back', async () => (await history()).state === 'none', 60_000);
    expect(await history()).toMatchObject({ cases: 0, kept: 0 });
    const agent = await server.sign_in(admin, 'agent@clinic.example', ['agent']);
    for (const view of ['all', 'resolved']) expect((await agent.get(`/api/cases?view=${view}`)).body.items).toEqual([]);
    expect((await agent.post('/api/patients/search', { query: 'example.com' })).body.items).toEqual([]);
  }, 150_000);
});
