import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from '@playwright/test';
import { type MailServer, start_mail_server } from '../mail/server.mjs';
import { find_case } from './cases';
import { at_the_desk, director, en, expect, give_password, send, started, test } from './desk';
import { wcag } from './pages';

// A patient writes an e-mail and the desk answers, through real Dovecot and Postfix (they must be started as root).
test.describe.configure({ mode: 'serial' });
test.skip(process.getuid?.() !== 0, 'the private mail server needs root');

// Each run its own mailbox, people and subjects, so that the stories can be told again.
const run = Date.now();
const address = `desk.${run}@clinic.example`;
const colleague = { email: `second.${run}@clinic.example`, password: 'four unrelated words here' };
let mail: MailServer;

test.beforeAll(async () => {
  const accounts = [address, 'patient@home.example', 'quim@home.example'];
  mail = await start_mail_server({ accounts });
  last_months();
});
test.afterAll(async ({ browser }) => {
  const context = await director(browser);
  const page = await context.newPage();
  await page.goto('/settings/account');
  const { items } = await send<{ items: { id: number; address: string }[] }>(page, 'GET', '/api/mailboxes');
  for (const one of items.filter((each) => each.address === address))
    await send(page, 'DELETE', `/api/mailboxes/${one.id}`);
  await context.close();
  await mail?.stop();
});

const hour = 3600_000;
/** What is in the mailbox before it is connected: twenty questions of the last weeks, each answered three hours later. */
function last_months(): void {
  const put = (id: string, date: Date, head: string, text: string, folder?: string) =>
    mail.put_mail(
      address,
      `Message-ID: <${run}.${id}>\nDate: ${date.toUTCString()}\n${head}\nContent-Type: text/plain\n\n${text}\n`,
      {
        folder,
        date,
      },
    );
  for (let i = 1; i <= 20; i++) {
    const asked = new Date(Date.now() - i * 60 * hour);
    const from = `patient${i}@elsewhere.example`;
    put(
      `q${i}@e`,
      asked,
      `From: ${from}\nTo: ${address}\nSubject: My appointment ${i}`,
      'May I change my appointment?',
    );
    const answer = `From: ${address}\nTo: ${from}\nSubject: Re: My appointment ${i}\nIn-Reply-To: <${run}.q${i}@e>`;
    put(`a${i}@c`, new Date(asked.getTime() + 3 * hour), answer, 'Yes, on Monday.', 'Sent');
  }
}

async function sign_in(page: Page): Promise<void> {
  await give_password(page, colleague.email, colleague.password);
  await at_the_desk(page);
}

async function invite_colleague(browser: Browser): Promise<void> {
  const first = await (await director(browser)).newPage();
  await first.goto('/settings/account');
  const body = {
    email: colleague.email,
    name: 'Pau Roca',
    language: 'en',
    memberships: [{ role: 'director', site_id: null }],
  };
  const { url } = await send<{ url: string }>(first, 'POST', '/api/invitations', body);
  await first.context().close();
  const page = await (await browser.newContext({ baseURL: started().url })).newPage();
  await page.goto(`/link#${url.split('#')[1]}`);
  await page.getByLabel(en('sign_in:password'), { exact: true }).fill(colleague.password);
  await page.getByRole('button', { name: en('sign_in:invitation.submit') }).click();
  await page.getByRole('button', { name: en('sign_in:invitation.later') }).click();
  await page.waitForURL(/\/inbox/);
  await page.context().close();
}

test('the mailbox is connected in settings after a test that passes', async ({ desk, browser }) => {
  await invite_colleague(browser);
  await desk.goto('/settings/mailboxes/new');
  await desk.getByLabel(en('settings:mailboxes.address'), { exact: true }).fill(address);
  await desk.getByLabel(en('settings:mailboxes.name')).fill('Clinic desk');
  await desk.getByRole('button', { name: en('settings:mailboxes.next') }).click();
  for (const [index, port] of [mail.ports.imaps, mail.ports.smtps].entries()) {
    await desk.getByLabel(en('settings:mailboxes.host')).nth(index).fill('localhost');
    await desk.getByLabel(en('settings:mailboxes.port')).nth(index).fill(String(port));
  }
  await desk.getByLabel(en('settings:mailboxes.password'), { exact: true }).fill('secret');
  await desk.getByText(en('settings:mailboxes.advanced')).click();
  await desk.getByLabel(en('settings:mailboxes.ca')).fill(mail.ca);
  await desk.getByRole('button', { name: en('settings:mailboxes.test') }).click();
  await expect(desk.getByText(en('settings:mailboxes.test_ok'))).toBeVisible({ timeout: 30_000 });
  await desk.getByRole('button', { name: en('settings:mailboxes.connect') }).click();
  const row = desk.getByRole('listitem').filter({ hasText: address });
  await expect(row.getByText(en('settings:mailboxes.state.connected'), { exact: true })).toBeVisible({
    timeout: 30_000,
  });
});

const pharmacy = `Is the pharmacy open? ${run}`;
const report = `Copy of my report ${run}`;

test('a message appears in two browsers, and the second sees the first reply before sending', async ({
  desk,
  page,
}) => {
  await sign_in(page);
  for (const one of [desk, page]) {
    await one.goto('/inbox/all');
    await one.locator('a[data-case]').first().waitFor();
  }
  await mail.deliver({
    from: 'Zita Mora <patient@home.example>',
    to: address,
    subject: pharmacy,
    text: 'Until when, please?',
  });
  for (const one of [desk, page]) {
    // The newest waits least, so it stands at the end of the list, of which only the part in sight is drawn.
    await expect(async () => {
      await one.locator('a[data-case]').last().hover();
      await one.mouse.wheel(0, 4000);
      await expect(one.getByText(pharmacy).first()).toBeVisible({ timeout: 1000 });
    }).toPass({ timeout: 40_000 });
    await one.getByText(pharmacy).first().click();
    await expect(one.getByText('Until when, please?').first()).toBeVisible();
  }
  await page.getByRole('textbox', { name: en('inbox:write_reply') }).fill('We close at three.');
  await desk.getByRole('textbox', { name: en('inbox:write_reply') }).fill('It is open until eight.');
  await desk.keyboard.press('Control+Enter');
  await expect(page.getByText('It is open until eight.').first()).toBeVisible();
  await page.getByRole('textbox', { name: en('inbox:write_reply') }).press('Control+Enter');
  const newer = page.getByRole('alertdialog', { name: en('inbox:newer_title') });
  const unsent = page.getByRole('textbox', { name: en('inbox:write_reply') });
  await expect(newer.or(page.getByText(/has written since you began/)).first()).toBeVisible();
  await expect(unsent).toHaveValue('We close at three.');
});

test('keyboard only: sign in, find the case, answer, resolve, and see the figures', async ({ page }) => {
  await mail.deliver({
    from: 'Quim Bosch <quim@home.example>',
    to: address,
    subject: report,
    text: 'Could you send me a copy?',
  });
  await page.goto('/sign-in');
  await expect(page.getByLabel(en('sign_in:email'))).toBeFocused();
  await page.keyboard.type(colleague.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(colleague.password);
  await page.keyboard.press('Enter');
  await at_the_desk(page);
  // The inbox takes keys once it has loaded; until then one presses again.
  await expect(async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await expect(page.getByRole('region', { name: en('inbox:view.all') })).toBeVisible({ timeout: 1500 });
  }).toPass({ timeout: 20_000 });
  const found = await find_case(page, report);
  await expect(async () => {
    if ((await found.getAttribute('aria-selected')) !== 'true') await page.keyboard.press('ArrowDown');
    await expect(found).toHaveAttribute('aria-selected', 'true', { timeout: 500 });
  }).toPass();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: report })).toBeVisible();
  await page.keyboard.press('r');
  await expect(page.getByRole('textbox', { name: en('inbox:write_reply') })).toBeFocused();
  await page.keyboard.type('It is attached to your record; we have sent it by post.');
  await page.keyboard.press('Control+Shift+Enter');
  // Resolved with the answer, the case gives way to the next.
  await expect(page.getByText(en('inbox:said.sent_resolved'))).toBeVisible();
  await expect(page.getByRole('heading', { name: report })).toHaveCount(0);
  await expect
    .poll(() => mail.mails('quim@home.example').filter((raw) => raw.includes(report)).length, {
      timeout: 40_000,
    })
    .toBe(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('k');
  await expect(page.locator('[data-kpi=first_response_time]')).toBeVisible();
});

test('the last months of the mailbox become figures in silence, and can be taken back', async ({ desk }) => {
  await desk.goto('/settings/mailboxes');
  const row = desk.getByRole('listitem').filter({ hasText: address });
  await row.getByRole('link', { name: en('mail_history:offer') }).click();
  const card = desk.getByRole('region', { name: en('mail_history:title') });
  await card.getByRole('button', { name: en('mail_history:begin') }).click();
  await expect(card.getByText(/^20 cases with 20 messages from patients and 20 answers/)).toBeVisible({
    timeout: 30_000,
  });
  await expect(card.getByText(en('figures:kpi.first_response_time'))).toBeVisible();
  const { violations } = await new AxeBuilder({ page: desk }).withTags(wcag).analyze();
  expect(violations).toEqual([]);
  const answered = async () => (await first_answers(desk)).n;
  const before = await answered();
  await card.getByRole('link', { name: en('mail_history:figures') }).click();
  await expect(desk.getByRole('heading', { name: en('figures:yourself.title') })).toBeVisible();
  await expect(desk.locator('[data-kpi=first_response_time]')).toContainText(`n ${before}`);
  await desk.goBack();
  await card.getByRole('button', { name: en('mail_history:undo') }).click();
  await expect(card.getByRole('button', { name: en('mail_history:begin') })).toBeVisible({ timeout: 30_000 });
  expect(await answered()).toBe(before - 20);
});

async function first_answers(desk: Page): Promise<{ n: number }> {
  const day = (shift: number) => new Date(Date.now() + shift * 24 * hour).toISOString().slice(0, 10);
  const query = `keys=first_response_time&from=${day(-89)}&to=${day(1)}`;
  const { items } = await send<{ items: { n: number }[] }>(desk, 'GET', `/api/figures?${query}`);
  return items[0] ?? { n: -1 };
}

test('an invitation in a mail says when, in the reader’s own words', async ({ desk }) => {
  await mail.deliver({ from: 'gil@hospital.example', to: address, raw: invitation });
  await desk.goto('/inbox/all');
  await (await find_case(desk, `Joint visit ${run}`)).click();
  const card = desk.getByRole('region', { name: en('mail_invitation:request') });
  await expect(card).toContainText('Joint visit of Ana');
  await expect(card).toContainText('Room 3');
  await expect(card).toContainText(/12 July 2027.*9:30.*10:00/);
});

const invitation = [
  'From: Dr. Gil <gil@hospital.example>',
  `To: ${address}`,
  `Subject: Joint visit ${run}`,
  `Message-ID: <invitation.${run}@hospital.example>`,
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary="x"',
  '',
  '--x',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Could we see her together?',
  '--x',
  'Content-Type: text/calendar; charset=utf-8; method=REQUEST',
  '',
  'BEGIN:VCALENDAR',
  'METHOD:REQUEST',
  'BEGIN:VEVENT',
  'SUMMARY:Joint visit of Ana',
  'LOCATION:Room 3',
  'DTSTART;TZID=Europe/Madrid:20270712T093000',
  'DTEND;TZID=Europe/Madrid:20270712T100000',
  'ORGANIZER;CN="Dr. Gil":mailto:gil@hospital.example',
  'END:VEVENT',
  'END:VCALENDAR',
  '--x--',
  '',
].join('\r\n');

test('a forgotten password: a link is asked for, leads to a new one, and in', async ({ desk, page }) => {
  // The desk of these stories has no address of its own (public_url), so it cannot write its link into a mail.
  await page.route('**/api/session', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), can_reset_by_mail: true } });
  });
  await page.route('**/api/session/forgotten', (route) => route.fulfill({ status: 202 }));
  await page.goto('/sign-in');
  await page.getByRole('button', { name: en('sign_in:forgot') }).click();
  await page.getByLabel(en('sign_in:email')).fill(colleague.email);
  const asked = page.waitForRequest('**/api/session/forgotten');
  await page.getByRole('button', { name: en('sign_in:by_mail.ask') }).click();
  expect((await asked).postDataJSON()).toEqual({ email: colleague.email });
  await expect(page.getByText(en('sign_in:by_mail.sent'))).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).withTags(wcag).analyze();
  expect(violations).toEqual([]);

  await desk.goto('/settings/account');
  const { items } = await send<{ items: { id: number; email: string }[] }>(desk, 'GET', '/api/users');
  const id = items.find((one) => one.email === colleague.email)?.id;
  const { url } = await send<{ url: string }>(desk, 'POST', `/api/users/${id}/reset-link`);
  await page.unrouteAll();
  await page.goto(`/link#${url.split('#')[1]}`);
  await page.getByLabel(en('sign_in:new_password'), { exact: true }).fill('another four unrelated words');
  await page.getByRole('button', { name: en('sign_in:reset.submit') }).click();
  await at_the_desk(page);
});
