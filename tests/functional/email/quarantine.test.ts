// Mail that is put aside: whom it is from and about what is shown, one too large stays where it is, an erased patient's goes.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect_mailbox } from '../../harness/mailbox.ts';
import { type Client, onBothDatabases, type Server, startServer, until } from '../../harness/server.ts';
import { type MailServer, start_mail_server } from '../../mail/server.mjs';

const address = 'citas@clinic.example';

onBothDatabases('mail that is put aside', (database) => {
  let mail: MailServer;
  let server: Server;
  let admin: Client;
  let agent: Client;
  let box = 0;
  const held = (subject: string) =>
    until(`"${subject}" to be held`, async () => (await admin.get('/api/quarantine')).body.items.find((one: any) => one.subject === subject), 60_000);
  const unreadable = (from: string, subject: string) =>
    `From: ${from}\nTo: ${address}\nSubject: ${subject}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n${'--x\nContent-Type: text/plain\n\nhola\n'.repeat(1500)}--x--\n`;
  const put = async (raw: string) => {
    mail.put_mail(address, raw);
    await admin.post(`/api/mailboxes/${box}/fetch`);
  };

  beforeAll(async () => {
    mail = await start_mail_server({ accounts: [address] });
    server = await startServer({ database });
    admin = await server.first_administrator();
    agent = await server.sign_in(admin, 'agent@clinic.example', ['agent']);
    box = await connect_mailbox(admin, mail, address);
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    await mail?.stop();
  });

  test('one larger than 64 MB stays in the mailbox, and says whom it is from', async () => {
    await put(`From: =?utf-8?q?N=C3=BAria?= <nuria@example.com>\nTo: ${address}\nSubject: =?utf-8?q?Radiograf=C3=ADas?=\n\n${`${'x'.repeat(99)}\n`.repeat(680_000)}`);
    const large = await held('Radiografías');
    expect(large).toMatchObject({ from: 'Núria <nuria@example.com>', reason_key: 'error.mail_left_at_server', kept: false, attempts: 0 });
    expect(large.size).toBeGreaterThan(64 * 1024 * 1024);
    const again = await admin.post(`/api/quarantine/${large.id}/retry`);
    expect([again.status, again.body.key]).toEqual([409, 'error.mail_left_at_server']);
    expect((await admin.get(`/api/quarantine/${large.id}/raw`)).status).toBe(404);
    expect((await admin.delete(`/api/quarantine/${large.id}`)).status).toBe(204);
  }, 90_000);

  test('what an erased patient wrote goes with them, what others wrote stays', async () => {
    const made = await agent.post('/api/patients', {
      given_name: 'Ana', family_name: 'Puig', confirmed: true,
      contact_points: [{ system: 'email', value: 'ana@example.com' }, { system: 'email', value: 'familia@example.com' }],
    });
    expect(made.status, made.text).toBe(201);
    const sister = await agent.post('/api/patients', { given_name: 'Eva', family_name: 'Puig', confirmed: true, contact_points: [{ system: 'email', value: 'familia@example.com' }] });
    expect(sister.status, sister.text).toBe(201);
    await put(unreadable('Ana Puig <Ana@Example.com>', 'De Ana'));
    await put(unreadable('familia@example.com', 'De la familia'));
    const [hers] = [await held('De Ana'), await held('De la familia')];
    expect(hers).toMatchObject({ from: 'Ana Puig <ana@example.com>', kept: true });
    expect((await admin.post(`/api/patients/${made.body.id}/erase`, { reason: 'asked by letter' })).status).toBe(200);
    expect((await admin.get('/api/quarantine')).body.items.map((one: any) => one.subject)).toEqual(['De la familia']);
    expect((await admin.get(`/api/quarantine/${hers.id}`)).status).toBe(404);
  }, 60_000);
});
