import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { type MailServer, start_mail_server } from '../mail/server.mjs';
import { start_token_server, type TokenServer } from '../mail/tokens.mjs';
import { bubble, composer, expect_accessible, find_case } from './cases';
import { director, en, expect, send, started, test } from './desk';

// Mailboxes beyond the first connection: which folders, signing in with a token, mail that comes back, mail put aside.
test.describe.configure({ mode: 'serial', timeout: 180_000 }); // answers leave after ten seconds, and come back
test.skip(process.getuid?.() !== 0, 'the private mail server needs root');

const run = Date.now();
const [folders, desk_address, by_token] = ['folders', 'answers', 'token'].map(
  (name) => `${name}.${run}@clinic.example`,
) as [string, string, string];
let mail: MailServer;
let tokens: TokenServer;
const long = { timeout: 40_000 };

/** As the settings would save it; what these stories are about is what comes after. */
async function connect(page: Page, address: string): Promise<void> {
  const sign_in = { host: 'localhost', security: 'tls', user: address, secret: mail.password, ca_certificate: mail.ca };
  await send(page, 'POST', '/api/mailboxes', {
    address,
    name: address,
    site_id: started().site,
    language: 'en',
    active: true,
    sent_folder: 'Sent',
    imap: { ...sign_in, port: mail.ports.imaps },
    smtp: { ...sign_in, port: mail.ports.smtps },
  });
}

test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000);
  tokens = await start_token_server({ user: by_token });
  mail = await start_mail_server({ accounts: [folders, desk_address], introspection: `${tokens.url}/introspect` });
  for (const name of ['Consultes', 'Enviats']) mail.doveadm('mailbox', 'create', '-u', folders, name);
  const context = await director(browser);
  const page = await context.newPage();
  await page.goto('/settings/account');
  for (const address of [folders, desk_address]) await connect(page, address);
  await context.close();
});
test.afterAll(async ({ browser }) => {
  const context = await director(browser);
  const page = await context.newPage();
  await page.goto('/settings/account');
  const { items } = await send<{ items: { id: number; address: string }[] }>(page, 'GET', '/api/mailboxes');
  for (const one of items.filter(({ address }) => address.includes(`${run}@`)))
    await send(page, 'DELETE', `/api/mailboxes/${one.id}`);
  await context.close();
  await mail?.stop();
  await tokens?.stop();
});

const connected = (page: Page) => page.getByText(en('settings:mailboxes.state.connected'), { exact: true });

async function open_mailbox(page: Page, address: string): Promise<void> {
  await page.goto('/settings/mailboxes');
  await page.getByRole('link', { name: en('settings:mailboxes.open_label', { address }) }).click();
  await expect(page.getByRole('heading', { level: 1, name: address })).toBeVisible();
  await expect(connected(page)).toBeVisible(long);
}

test('the folders to read and to file answers in are chosen from those on the server', async ({ desk }) => {
  await open_mailbox(desk, folders);
  await desk.getByRole('button', { name: en('mail_sign_in:folders') }).click();
  const choose = async (label: string, name: string) => {
    const field = desk.getByRole('combobox', { name: en(label) });
    await expect(async () => {
      await field.fill(name);
      await expect(desk.getByRole('option', { name, exact: true })).toBeVisible({ timeout: 2000 });
    }).toPass(long);
    await desk.getByRole('option', { name, exact: true }).click();
    await expect(field).toHaveValue(name);
  };
  await choose('settings:mailboxes.folder', 'Consultes');
  await choose('settings:mailboxes.sent_folder', 'Enviats');
  await desk.getByRole('button', { name: en('settings:save'), exact: true }).click();
  await expect(desk.getByText(en('settings:saved'), { exact: true })).toBeVisible();
  await desk.reload();
  await expect(desk.getByRole('combobox', { name: en('settings:mailboxes.folder') })).toHaveValue('Consultes');
  await expect(desk.getByRole('combobox', { name: en('settings:mailboxes.sent_folder') })).toHaveValue('Enviats');
  await expect(connected(desk)).toBeVisible(long);

  // What lies in the inbox is not ours to read; what a rule of the mail server moves to the folder is.
  const letter = (subject: string) =>
    `From: Olga Pi <olga@home.example>\nTo: ${folders}\nSubject: ${subject}\n\nHello\n`;
  mail.put_mail(folders, letter(`Private ${run}`));
  mail.put_mail(folders, letter(`For the desk ${run}`), { folder: 'Consultes' });
  await desk.getByRole('button', { name: en('settings:mailboxes.fetch') }).click();
  await desk.goto('/inbox/all');
  await (await find_case(desk, `For the desk ${run}`)).click();
  await composer(desk).fill('From the folder, with thanks.');
  await composer(desk).press('Control+Enter');
  await expect(bubble(desk, 'From the folder, with thanks.')).toBeVisible();
  await mail.wait_for_mail(folders, (raw) => raw.includes('with thanks'), { folder: 'Enviats', milliseconds: 40_000 });
  const rows = await send<{ items: { title: string }[] }>(desk, 'GET', '/api/cases?view=all&limit=100');
  expect(rows.items.filter((one) => one.title === `Private ${run}`)).toEqual([]);
});

test('a mailbox whose provider wants a token: consent is given there, and mail is read', async ({ desk }) => {
  await desk.goto('/settings/mailboxes/new');
  await desk.getByLabel(en('settings:mailboxes.address'), { exact: true }).fill(by_token);
  await desk.getByRole('button', { name: en('settings:mailboxes.next') }).click();
  for (const [index, port] of [mail.ports.imaps, mail.ports.smtps].entries()) {
    await desk.getByLabel(en('settings:mailboxes.host')).nth(index).fill('localhost');
    await desk.getByLabel(en('settings:mailboxes.port')).nth(index).fill(String(port));
  }
  await desk.getByText(en('settings:mailboxes.advanced')).click();
  await desk.getByLabel(en('settings:mailboxes.ca')).fill(mail.ca);
  await desk.getByRole('checkbox', { name: en('mail_sign_in:instead') }).check();
  await expect(desk.getByLabel(en('settings:mailboxes.password'), { exact: true })).toHaveCount(0);
  await desk.getByRole('button', { name: en('mail_sign_in:save_first') }).click();

  const card = desk.getByRole('region', { name: en('mail_sign_in:title') });
  await card.getByRole('button', { name: en('mail_sign_in:begin') }).click();
  await expect(card.getByText(en('mail_sign_in:client_id_missing'))).toBeVisible();
  await card.getByLabel(en('mail_sign_in:client_id')).fill('clinic');
  await card.getByLabel(en('mail_sign_in:client_secret'), { exact: true }).fill('client secret');
  await card.getByLabel(en('mail_sign_in:authorize_url')).fill(`${tokens.url}/authorize`);
  await card.getByLabel(en('mail_sign_in:token_url')).fill(`${tokens.url}/token`);
  await card.getByLabel(en('mail_sign_in:scope')).fill('mail');
  await expect_accessible(desk);
  // The stand-in provider consents at once and sends the browser back.
  await card.getByRole('button', { name: en('mail_sign_in:begin') }).click();
  await expect(card.getByText(en('mail_sign_in:in_use'))).toBeVisible(long);
  await expect(desk).toHaveURL(/\/settings\/mailboxes\/\d+$/);
  await expect(connected(desk)).toBeVisible(long);
  expect(tokens.state.asked.length).toBeGreaterThan(0);
  await mail.deliver({
    from: 'rut@home.example',
    to: by_token,
    subject: `By token ${run}`,
    text: 'Does this reach you?',
  });
  await desk.goto('/inbox/all');
  await (await find_case(desk, `By token ${run}`)).click();
  await expect(desk.getByText('Does this reach you?').first()).toBeVisible();

  await open_mailbox(desk, by_token);
  await card.getByRole('button', { name: en('mail_sign_in:end') }).click();
  await expect(card.getByText(en('mail_sign_in:in_use'))).toHaveCount(0);
  // A consent that was not given is said, with the way back.
  await desk.goto('/settings/mailboxes/sign-in?state=1.x&error=access_denied');
  await expect(desk.getByRole('alert')).toContainText(en('mail_sign_in:not_given'));
  await expect(desk).toHaveURL(/sign-in$/);
});

/** What the server of the recipient answers when nobody has that address (RFC 3464). */
const bounce = (to: string, message_id: string) => `From: MAILER-DAEMON@home.example
To: ${desk_address}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce.${run}@home.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; home.example

Final-Recipient: rfc822; ${to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: ${message_id}
--b--
`;

test('an answer comes back: it is said where one writes, until the address counts as working again', async ({
  desk,
}) => {
  const luc = `luc.${run}@home.example`;
  await desk.goto('/inbox/all');
  const patient = await send<{ id: number }>(desk, 'POST', '/api/patients', {
    given_name: 'Luc',
    family_name: `Moreau ${run}`,
    confirmed: true,
    contact_points: [{ system: 'email', value: luc }],
  });
  await mail.deliver({ from: luc, to: desk_address, subject: `An invoice ${run}`, text: 'Could I have it?' });
  await (await find_case(desk, `An invoice ${run}`)).click();
  await composer(desk).fill('It is enclosed.');
  await composer(desk).press('Control+Enter');
  await expect(bubble(desk, 'It is enclosed.')).toBeVisible();
  const raw = await mail.wait_for_mail(luc, (one) => one.includes('It is enclosed.'), { milliseconds: 40_000 });
  const message_id = /^Message-ID:\s*(<[^>]+>)/im.exec(raw)?.[1] ?? '';
  await mail.deliver({ envelope_from: '', recipients: [desk_address], raw: bounce(luc, message_id) });

  const banner = desk.getByText(/^What we sent to this address on .* came back\./);
  await expect(banner).toBeVisible(long);
  await expect(banner).toContainText('The address does not exist (any more)');
  await expect(bubble(desk, 'It is enclosed.')).toContainText(en('inbox:delivery.bounced'));
  const panel = desk.getByRole('complementary', { name: en('panel:title') });
  await expect(panel.getByText(en('panel:came_back'))).toBeVisible();
  await expect_accessible(desk);

  // A colleague has the same case open while the address is mended in the record.
  const beside = await desk.context().newPage();
  await beside.goto(desk.url());
  const there = beside.getByText(/^What we sent to this address on .* came back\./);
  await expect(there).toBeVisible();
  await desk.getByRole('link', { name: en('inbox:undeliverable_record') }).click();
  await expect(desk).toHaveURL(new RegExp(`/patients/${patient.id}$`));
  const point = desk.getByRole('listitem').filter({ hasText: luc });
  await expect(point.getByText('What we sent here came back')).toBeVisible();
  await point.getByRole('button', { name: en('patients:contact.works_again'), exact: true }).click();
  await expect(point.getByText('What we sent here came back')).toHaveCount(0);
  await expect(there).toHaveCount(0);
  await beside.close();
  await desk.goBack();
  await expect(composer(desk)).toBeVisible();
  await expect(banner).toHaveCount(0);
});

interface Held {
  subject: string;
  quarantined_at: string;
  state: string;
}
const quarantined = async (page: Page) =>
  (await send<{ items: Held[] }>(page, 'GET', '/api/quarantine')).items.filter(({ state }) => state === 'quarantined');

test('mail that cannot be read is put aside: tried again, fetched as it came, discarded, and taken back', async ({
  desk,
}) => {
  const subject = `Many parts ${run}`;
  const poison = `From: Ana Sala <ana@home.example>\nTo: ${desk_address}\nSubject: ${subject}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n${'--x\nContent-Type: text/plain\n\nhello\n'.repeat(1500)}--x--\n`;
  await mail.deliver({ envelope_from: 'ana@home.example', recipients: [desk_address], raw: poison });
  await desk.goto('/settings/mailboxes');
  await expect(desk.getByText(/^\d+ mails? held back$/)).toBeVisible(long);
  await desk.getByRole('link', { name: en('settings:quarantine.title'), exact: true }).click();
  const row = desk.getByRole('listitem').filter({ hasText: subject });
  await expect(row).toContainText('ana@home.example');
  await expect(row).toContainText('more parts than allowed');
  await expect_accessible(desk);

  // It is no better the second time, and comes back by itself.
  const one = async () => (await quarantined(desk)).find((each) => each.subject === subject);
  const before = (await one())?.quarantined_at ?? '';
  await row.getByRole('button', { name: en('settings:quarantine.retry') }).click();
  await expect(desk.getByText(en('settings:quarantine.retried'))).toBeVisible();
  await expect.poll(async () => ((await one())?.quarantined_at ?? '') > before, long).toBe(true);
  await expect(row).toBeVisible();
  const [file] = await Promise.all([
    desk.waitForEvent('download'),
    row.getByRole('link', { name: en('settings:quarantine.download') }).click(),
  ]);
  expect(readFileSync(await file.path(), 'utf8')).toContain('hello');

  const discard = () => row.getByRole('button', { name: en('settings:quarantine.discard') }).click();
  await discard();
  await expect(row).toHaveCount(0);
  await desk
    .getByRole('button', { name: new RegExp(`^${en('app:undo')}`) })
    .last()
    .click();
  await expect(row).toBeVisible();
  await discard();
  await expect(row).toHaveCount(0);
  await desk.getByRole('link', { name: en('settings:mailboxes.back') }).click(); // leaving the page means it
  await expect.poll(one).toBeUndefined();
});
