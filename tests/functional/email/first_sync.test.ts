// The first sync of a large mailbox in small (./dev bench mail does 50,000): it says how far it is, and what it has read leaves the memory.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, onBothDatabases, type Server, startServer, until } from '../../harness/server.ts';
import { type MailServer, start_mail_server } from '../../mail/server.mjs';

const address = 'citas@clinic.example';
const count = 900;
const file = 'JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBSL0ZpbHRlci9GbGF0ZURl\n'.repeat(1300); // 100 kB

onBothDatabases('the first sync', (database) => {
  let mail: MailServer;
  let server: Server;
  let admin: Client;
  const memory_mb = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))?.[1]) / 1024;

  beforeAll(async () => {
    mail = await start_mail_server({ accounts: [address] });
    for (let i = 0; i < count; i++) {
      const date = new Date(Date.now() - 30 * 24 * 3600_000 + i * 1000);
      mail.put_mail(address, `From: p${i}@example.com\nTo: ${address}\nSubject: Cita ${i}\nMessage-ID: <m${i}@x>\nDate: ${date.toUTCString()}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHola ${i}\n--b\nContent-Type: application/pdf; name=informe-${i}.pdf\nContent-Transfer-Encoding: base64\n\n${file}--b--\n`, { date });
    }
    server = await startServer({ database });
    admin = await server.first_administrator();
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    await mail?.stop();
  });

  test('90 MB of mail become cases, with progress, within 60 MB of memory', async () => {
    const agent = await server.sign_in(admin, 'agent@clinic.example', ['agent']);
    const before = memory_mb();
    const one = { host: 'localhost', security: 'tls', user: address, secret: mail.password, ca_certificate: mail.ca };
    const made = await admin.post('/api/mailboxes', {
      address, name: 'Citas', site_id: (await admin.get('/api/sites')).body.items[0].id, language: 'es', active: true, import_since: '2020-01-01T00:00:00Z',
      imap: { ...one, port: mail.ports.imaps }, smtp: { ...one, port: mail.ports.smtps },
    });
    expect(made.status, made.text).toBe(201);
    let most = 0;
    const seen = new Set<number>();
    await until('every mail to be a case', async () => {
      most = Math.max(most, memory_mb());
      const now = (await admin.get(`/api/mailboxes/${made.body.id}`)).body;
      if (now.sync_found === count) seen.add(now.sync_read);
      return now.state === 'connected' && now.waiting_in === 0;
    }, 100_000);
    expect((await agent.get('/api/cases/counts')).body.views.all).toBe(count);
    expect(seen.size).toBeGreaterThan(2);
    expect(most - before).toBeLessThan(60);
  }, 120_000);
});
