// What the program itself writes to colleagues, through a real mail server: it arrives in their language, says that a machine wrote
// it, holds nothing of a patient, and its link works once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect_mailbox } from '../../harness/mailbox.ts';
import { type Client, onBothDatabases, type Server, startServer, until } from '../../harness/server.ts';
import { type MailServer, start_mail_server } from '../../mail/server.mjs';

const address = 'citas@clinic.example';
const desk = 'http://desk.example:8080';
const header = (raw: string, name: string) =>
  new RegExp(`^${name}: ((?:.*\n(?:[ \t].*\n)*))`, 'im').exec(raw.slice(0, raw.indexOf('\n\n') + 1))?.[1]?.replace(/\n[ \t]+/g, ' ').trim();
const words = (raw: string) =>
  Buffer.from(
    raw.slice(raw.indexOf('\n\n') + 2).replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1').toString('utf8');

onBothDatabases('letters to colleagues', (database) => {
  let mail: MailServer;
  let server: Server;
  let admin: Client;
  const letter = async (to: string, marks: string, language: string) => {
    const raw = await mail.wait_for_mail(to, (one) => words(one).includes(marks));
    expect(header(raw, 'Auto-Submitted')).toBe('auto-generated');
    expect(header(raw, 'From')).toContain(address);
    expect(header(raw, 'To')).toContain(to);
    expect(header(raw, 'Content-Language')).toBe(language);
    expect(header(raw, 'Subject')).not.toMatch(/\{\{/);
    expect(words(raw)).not.toMatch(/\{\{/);
    return words(raw);
  };
  const link_in = (text: string) => {
    const link = text.split('\n').find((line) => line.startsWith(`${desk}/`));
    expect(link, text).toContain('#');
    return link as string;
  };

  beforeAll(async () => {
    mail = await start_mail_server({ accounts: [address] });
    server = await startServer({ database, settings: { public_url: desk } });
    admin = await server.first_administrator();
    await connect_mailbox(admin, mail, address);
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    await mail?.stop();
  });

  test('an invitation in the language of who is invited', async () => {
    const invited = await admin.post('/api/invitations', {
      email: 'lea@clinic.example', name: 'Léa', language: 'fr', memberships: [{ role: 'agent', site_id: null }] });
    expect(invited.status, invited.text).toBe(201);
    expect(invited.body.mailed).toBe(true);
    const link = link_in(await letter('lea@clinic.example', 'Bonjour Léa', 'fr'));
    const more = { name: 'Léa', password: 'a long enough password', language: 'fr' };
    expect((await server.client().accept(link, more)).status).toBe(200);
    expect((await server.client().accept(link, more)).status).toBeGreaterThanOrEqual(400);
  });

  test('a new password for who forgot theirs, and nothing for a stranger', async () => {
    for (const email of ['nobody@clinic.example', 'lea@clinic.example'])
      expect((await server.client().post('/api/session/forgotten', { email })).status).toBe(204);
    const link = link_in(await letter('lea@clinic.example', 'nouveau mot de passe', 'fr'));
    expect((await server.client().accept(link, { password: 'another long password' })).status).toBe(200);
    expect((await server.client().accept(link, { password: 'yet another password' })).status).toBeGreaterThanOrEqual(400);
    expect(mail.mails('nobody@clinic.example')).toEqual([]);
  });

  test('a digest says how much waits and nothing of whom', async () => {
    const agent = await server.sign_in(admin, 'eva@clinic.example', ['agent']);
    const settings = (await agent.get('/api/account/notifications')).body;
    const changed = await agent.put('/api/account/notifications', { ...settings, digest: 'hourly', zone: 'UTC', quiet_from: null, quiet_to: null });
    expect(changed.status, changed.text).toBe(200);
    const lead = await server.sign_in(admin, 'lead@clinic.example', ['agent']);
    await mail.deliver({ from: 'Canary Zaragoza <canary@example.com>', to: address, subject: 'Biopsia', text: 'Sarcoma' });
    const found: any = await until('the case', async () => (await lead.get('/api/cases?view=all')).body.items.find((c: any) => c.title === 'Biopsia'));
    const eva = (await admin.get('/api/users')).body.items.find((user: any) => user.email === 'eva@clinic.example');
    const assigned = await lead.post(`/api/cases/${found.id}/assign`, { assignee_id: eva.id });
    expect(assigned.status, assigned.text).toBe(200);
    await server.move_clock(new Date(Date.now() + 2 * 3600_000));
    const text = await letter('eva@clinic.example', 'since you last looked', 'en');
    expect(text).not.toMatch(/Canary|Zaragoza|Biopsia|Sarcoma/);
    expect(text).toContain('1');
  });
});
