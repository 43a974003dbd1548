// Real mail servers, the real program: what patients write becomes cases, what the desk answers reaches them.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect_mailbox, mailbox_body } from '../../harness/mailbox.ts';
import { type Client, onBothDatabases, type Server, startServer, until } from '../../harness/server.ts';
import { type MailServer, start_mail_server } from '../../mail/server.mjs';

const header = (raw: string, name: string) =>
  new RegExp(`^${name}: ((?:.*\n(?:[ \t].*\n)*))`, 'im')
    .exec(raw.slice(0, raw.indexOf('\n\n') + 1))?.[1]
    ?.replace(/\n[ \t]+/g, ' ')
    .trim();

onBothDatabases('e-mail', (database) => {
  let mail: MailServer;
  let server: Server;
  let admin: Client;
  let agent: Client;
  let site = 0;
  let moved = 0;

  const settings = (address: string, more: Record<string, unknown> = {}) =>
    mailbox_body(mail, address, site, { signature: 'Clínica del Mar\nRecepción', ...more });
  const mailbox = async (address: string) =>
    (await admin.get('/api/mailboxes')).body.items.find((m: any) => m.address === address);
  const cases = async (view = 'all') => (await agent.get(`/api/cases?view=${view}&limit=100`)).body.items;
  const case_titled = (title: string) =>
    until(`a case "${title}"`, async () => (await cases()).find((c: any) => c.title === title));
  const messages = async (id: number) =>
    (await agent.get(`/api/cases/${id}/messages`)).body.items.filter((m: any) => m.kind === 'message').reverse();
  const has_messages = (id: number, count: number) =>
    until(`${count} messages in the case`, async () => {
      const all = await messages(id);
      return all.length === count && all;
    });
  const leave = async () => {
    // the ten seconds in which a reply can be taken back
    moved += 11_000;
    await server.move_clock(new Date(Date.now() + moved));
  };
  const reply = async (id: number, text: string) => {
    const last = (await messages(id)).at(-1);
    const answer = await agent.post(`/api/cases/${id}/replies`, {
      idempotency_key: randomUUID(),
      conversation_id: last.conversation_id,
      text,
      expected_last_message_id: (await agent.get(`/api/cases/${id}`)).body.last_message_id,
    });
    expect(answer.status, answer.text).toBeLessThan(300);
    await leave();
  };
  const fence = async () => {
    // everything handed in before has been read
    const title = `fence ${randomUUID()}`;
    await mail.deliver({ from: 'fence@example.com', to: 'citas@clinic.example', subject: title, text: '.' });
    await case_titled(title);
  };

  beforeAll(async () => {
    mail = await start_mail_server({
      accounts: ['citas@clinic.example', 'info@clinic.example', 'ana@example.com', 'luc@example.com'],
    });
    server = await startServer({ database });
    admin = await server.first_administrator();
    agent = await server.sign_in(admin, 'agent@clinic.example', ['agent']);
    site = (await admin.get('/api/sites')).body.items[0].id;
    await connect_mailbox(admin, mail, 'citas@clinic.example', settings('citas@clinic.example'));
  });
  afterAll(async () => {
    await server?.stop();
    await mail?.stop();
  });

  test('a mail becomes a case, the answer reaches the patient, her answer joins', async () => {
    await mail.deliver({
      from: 'Ana Puig <ana@example.com>',
      to: 'citas@clinic.example',
      subject: 'Cita del lunes',
      text: '¿A qué hora es?\n\n-- \nAna',
      message_id: 'q1@example.com',
    });
    const found = await case_titled('Cita del lunes');
    const [first] = await has_messages(found.id, 1);
    expect(first.text).toBe('¿A qué hora es?');
    expect(first.quoted).toBe('-- \nAna');
    expect(first.from.value).toBe('ana@example.com');

    await reply(found.id, 'A las diez, señora Puig.');
    const raw = await mail.wait_for_mail('ana@example.com', (m) => m.includes('In-Reply-To: <q1@example.com>'));
    expect(header(raw, 'From')).toContain('<citas@clinic.example>');
    expect(header(raw, 'To')).toContain('ana@example.com');
    expect(header(raw, 'Subject')).toBe('Re: Cita del lunes');
    expect(header(raw, 'References')).toBe('<q1@example.com>');
    expect(header(raw, 'Content-Language')).toBe('es');
    expect(header(raw, 'Auto-Submitted')).toBeUndefined();
    expect(raw).toContain('A las diez, se=C3=B1ora Puig.');
    await mail.wait_for_mail('citas@clinic.example', (m) => header(m, 'Message-ID') === header(raw, 'Message-ID'), {
      folder: 'Sent',
    });

    await mail.deliver({
      from: 'ana@example.com',
      to: 'citas@clinic.example',
      subject: 'RE: Cita del lunes',
      headers: {
        'In-Reply-To': header(raw, 'Message-ID'),
        References: `<q1@example.com> ${header(raw, 'Message-ID')}`,
      },
      text: 'Gracias, allí estaré.\n\nEl lun, 23 nov 2026 a las 9:00, Clínica (<citas@clinic.example>) escribió:\n\n> A las diez, señora Puig.',
    });
    const all = await has_messages(found.id, 3);
    const thanks = all.find((m: any) => m.text === 'Gracias, allí estaré.');
    expect(thanks.quoted).toContain('> A las diez');
    expect(all.find((m: any) => m.direction === 'out').delivery.state).toBe('sent');
    expect((await cases()).filter((c: any) => c.title.includes('Cita del lunes'))).toHaveLength(1);
  });

  test('somebody else never joins by a header, nor does a forged sender', async () => {
    await mail.deliver({
      from: 'ana@example.com',
      to: 'citas@clinic.example',
      subject: 'Informe',
      text: 'Mi informe',
      message_id: 'i1@example.com',
    });
    const own = await case_titled('Informe');
    const threading = { 'In-Reply-To': '<i1@example.com>', References: '<i1@example.com>' };
    await mail.deliver({
      from: 'luc@example.com',
      to: 'citas@clinic.example',
      subject: 'Re: Informe',
      text: 'Envíenmelo',
      headers: threading,
    });
    await mail.deliver({
      from: 'ana@example.com',
      to: 'citas@clinic.example',
      subject: 'Re: Informe',
      text: 'Envíenlo a otra dirección',
      headers: { ...threading, 'Authentication-Results': 'mail.localhost; dmarc=fail header.from=example.com' },
    });
    const others = await until('two further cases', async () => {
      const found = (await cases()).filter((c: any) => c.title === 'Informe' && c.id !== own.id);
      return found.length === 2 && found;
    });
    expect(await messages(own.id)).toHaveLength(1);
    const warnings = (await Promise.all(others.map((c: any) => messages(c.id)))).map((m: any) => m[0].warning);
    expect(warnings.sort()).toEqual(['error.mail_sender_not_proven', null]);
  });

  test('an automatic answer is kept in the case and starts no wait', async () => {
    await mail.deliver({
      from: 'luc@example.com',
      to: 'citas@clinic.example',
      subject: 'Receta',
      text: 'Hola',
      message_id: 'r1@example.com',
    });
    const found = await case_titled('Receta');
    await reply(found.id, 'Ya está lista.');
    const raw = await mail.wait_for_mail('luc@example.com', (m) => m.includes('<r1@example.com>'));
    await until(
      'the case to wait for the patient',
      async () => (await agent.get(`/api/cases/${found.id}`)).body.waiting_on === 'patient',
    );
    await mail.deliver({
      from: 'luc@example.com',
      to: 'citas@clinic.example',
      subject: 'Respuesta automática: Receta',
      text: 'Estoy de vacaciones',
      headers: { 'Auto-Submitted': 'auto-replied', 'In-Reply-To': header(raw, 'Message-ID') },
    });
    await fence();
    const cases_of = (await cases()).filter(
      (c: any) => c.sender?.id === found.sender.id && c.title.includes('automática'),
    );
    const in_case = (await messages(found.id)).filter((m: any) => m.auto_reply);
    expect(in_case.length + cases_of.length).toBe(1);
    expect((await agent.get(`/api/cases/${found.id}`)).body.waiting_on).toBe('patient');
  });

  test('a bounce and a refusal are shown at the reply', async () => {
    await mail.deliver({
      from: 'luc@example.com',
      to: 'citas@clinic.example',
      subject: 'Factura',
      text: 'Hola',
      message_id: 'f1@example.com',
    });
    const found = await case_titled('Factura');
    await reply(found.id, 'Adjunta.');
    const raw = await mail.wait_for_mail('luc@example.com', (m) => m.includes('<f1@example.com>'));
    await mail.deliver({
      envelope_from: '',
      recipients: ['citas@clinic.example'],
      raw: `From: MAILER-DAEMON@mx.example.com
To: citas@clinic.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <${randomUUID()}@mx.example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; luc@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: ${header(raw, 'Message-ID')}
--b--
`,
    });
    const bounced = await until('the bounce', async () =>
      (await messages(found.id)).find((m: any) => m.delivery?.state === 'bounced'),
    );
    expect(bounced.delivery.reason).toBe('error.mail_address_unknown');
    const mark = async () => {
      const one = (await agent.get(`/api/cases/${found.id}`)).body;
      const points = (await agent.get(`/api/patients/${one.sender.id}`)).body.contact_points;
      expect(points[0].undeliverable).toEqual(one.conversations[0].undeliverable);
      return points[0];
    };
    const marked = await mark();
    expect(marked.undeliverable).toMatchObject({ reason: 'error.mail_address_unknown' });
    const { system, value, label, preferred } = marked;
    const works = await agent.put(`/api/patients/${found.sender.id}/contact-points/${marked.id}`, { system, value, label, preferred });
    expect(works.status, works.text).toBe(200);
    expect((await mark()).undeliverable).toBeNull();
    // Tried again it really leaves again.
    expect((await agent.post(`/api/messages/${bounced.id}/retry`)).status).toBe(200);
    const arrived = () => mail.mails('luc@example.com').filter((m: string) => m.includes('<f1@example.com>'));
    await until('the second attempt', async () => arrived().length === 2);
    await mail.deliver({ from: 'refused@example.com', to: 'citas@clinic.example', subject: 'Rechazo', text: 'Hola' });
    const refused = await case_titled('Rechazo');
    await reply(refused.id, 'Hola');
    const failed = await until('the refusal', async () =>
      (await messages(refused.id)).find((m: any) => m.delivery?.state === 'failed'),
    );
    expect(failed.delivery.reason).toBe('error.mail_recipient_refused');
    const told = async () => (await agent.get(`/api/cases/${refused.id}`)).body.conversations[0].undeliverable;
    expect(await told()).toMatchObject({ reason: 'error.mail_recipient_refused' });
  });

  test('what cannot be read is quarantined, can be had as it came, tried again and discarded', async () => {
    const raw = `From: ana@example.com\nTo: citas@clinic.example\nSubject: partes\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n${'--x\nContent-Type: text/plain\n\nhola\n'.repeat(1500)}--x--\n`;
    await mail.deliver({ raw, envelope_from: 'ana@example.com', recipients: ['citas@clinic.example'] });
    const held = await until('the quarantine', async () => (await admin.get('/api/quarantine')).body.items[0]);
    expect(held.reason_key).toBe('error.mail_too_many_parts');
    await fence(); // the rest flows
    const whole = await admin.get(`/api/quarantine/${held.id}/raw`);
    expect(whole.text.replaceAll('\r\n', '\n')).toContain(raw.slice(raw.indexOf('--x')));
    expect((await agent.get('/api/quarantine')).status).toBe(403);
    expect((await admin.post(`/api/quarantine/${held.id}/retry`)).status).toBe(200);
    await until(
      'it to be quarantined again',
      async () => (await admin.get(`/api/quarantine/${held.id}`)).body.state === 'quarantined',
    );
    expect((await admin.delete(`/api/quarantine/${held.id}`)).status).toBe(204);
    expect((await admin.get('/api/quarantine')).body.items).toEqual([]);
  });

  test('twice delivered, in two mailboxes, or seen again under a new UIDVALIDITY is one message', async () => {
    await connect_mailbox(admin, mail, 'info@clinic.example');
    const raw = `From: ana@example.com\nTo: citas@clinic.example, info@clinic.example\nSubject: Doble\nMessage-ID: <d1@example.com>\nDate: Mon, 16 Nov 2026 09:00:00 +0100\n\nUna vez\n`;
    await mail.deliver({
      raw,
      envelope_from: 'ana@example.com',
      recipients: ['citas@clinic.example', 'info@clinic.example'],
    });
    await mail.deliver({ raw, envelope_from: 'ana@example.com', recipients: ['citas@clinic.example'] });
    await case_titled('Doble');
    await fence();
    const before = await cases();
    expect(before.filter((c: any) => c.title === 'Doble')).toHaveLength(1);
    mail.change_uid_validity('citas@clinic.example');
    await admin.post(`/api/mailboxes/${(await mailbox('citas@clinic.example')).id}/fetch`);
    await fence();
    expect(await cases()).toHaveLength(before.length + 1);
    expect(mail.doveadm('fetch', '-u', 'citas@clinic.example', 'flags', 'mailbox', 'INBOX', 'all')).not.toContain(
      '\\Seen',
    );
  });

  test('what a colleague answers elsewhere stops the clock', async () => {
    await mail.deliver({
      from: 'luc@example.com',
      to: 'citas@clinic.example',
      subject: 'Desde casa',
      text: 'Hola',
      message_id: 'c1@example.com',
    });
    const found = await case_titled('Desde casa');
    const sent = `From: citas@clinic.example\nTo: luc@example.com\nSubject: Re: Desde casa\nMessage-ID: <${randomUUID()}@phone>\nIn-Reply-To: <c1@example.com>\nDate: ${new Date().toUTCString()}\n\nEscrito en el móvil\n`;
    const { execFileSync } = await import('node:child_process');
    execFileSync('doveadm', ['-c', `${mail.dir}/dovecot.conf`, 'save', '-u', 'citas@clinic.example', '-m', 'Sent'], {
      input: sent,
    });
    await admin.post(`/api/mailboxes/${(await mailbox('citas@clinic.example')).id}/fetch`);
    const all = await has_messages(found.id, 2);
    expect(all.find((m: any) => m.direction === 'out').text).toBe('Escrito en el móvil');
  });

  test('mail that came while the program was down is found', async () => {
    await mail.deliver({ from: 'ana@example.com', to: 'citas@clinic.example', subject: 'Antes', text: 'Hola' });
    await case_titled('Antes');
    const box = await mailbox('citas@clinic.example');
    await admin.put(
      `/api/mailboxes/${box.id}`,
      settings('citas@clinic.example', {
        active: false,
        imap: { ...settings('citas@clinic.example').imap, secret: null },
      }),
    );
    await until('it to be stopped', async () => (await mailbox('citas@clinic.example')).state === 'stopped');
    await mail.deliver({ from: 'ana@example.com', to: 'citas@clinic.example', subject: 'Mientras', text: 'Hola' });
    await admin.put(
      `/api/mailboxes/${box.id}`,
      settings('citas@clinic.example', { imap: { ...settings('citas@clinic.example').imap, secret: null } }),
    );
    await case_titled('Mientras');
  });

  test('the connection test names the fix', async () => {
    const step = async (more: Record<string, unknown>, name: string) => {
      const answer = await admin.post('/api/mailboxes/test', settings('citas@clinic.example', more));
      expect(answer.status, answer.text).toBe(200);
      expect(answer.text).not.toContain(`"${mail.password}"`);
      return answer.body.steps.find((s: any) => s.step === name);
    };
    const imap = settings('citas@clinic.example').imap;
    const smtp = settings('citas@clinic.example').smtp;
    const all = await admin.post('/api/mailboxes/test', settings('citas@clinic.example'));
    expect(all.body.steps.filter((s: any) => s.state !== 'ok')).toEqual([]);
    expect(all.body.ok).toBe(true);
    expect(await step({ imap: { ...imap, host: 'nobody.invalid' } }, 'imap_resolve')).toMatchObject({
      state: 'failed',
      error_key: 'error.mail_host_unknown',
    });
    expect(await step({ imap: { ...imap, port: 1 } }, 'imap_connect')).toMatchObject({
      state: 'failed',
      error_key: 'error.mail_connect_refused',
    });
    expect(await step({ imap: { ...imap, ca_certificate: '' } }, 'imap_tls')).toMatchObject({
      state: 'failed',
      error_key: 'error.mail_tls_certificate',
    });
    expect(await step({ imap: { ...imap, secret: 'wrong' } }, 'imap_sign_in')).toMatchObject({
      state: 'failed',
      error_key: 'error.mail_sign_in_refused',
    });
    expect(await step({ folder: 'Nope' }, 'imap_folder')).toMatchObject({
      state: 'failed',
      error_key: 'error.mail_folder_missing',
    });
    expect(await step({ sent_folder: 'Nope' }, 'imap_sent_folder')).toMatchObject({
      state: 'failed',
      error_key: 'error.mail_sent_folder_missing',
    });
    expect(await step({ smtp: { ...smtp, secret: 'wrong' } }, 'smtp_sign_in')).toMatchObject({
      state: 'failed',
      error_key: 'error.mail_sign_in_refused',
    });
    expect(await step({ smtp: { ...smtp, user: '', secret: null } }, 'smtp_sign_in')).toMatchObject({
      state: 'failed',
      error_key: 'error.mail_smtp_needs_sign_in',
    });
  });
});
