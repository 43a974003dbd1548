import type { Browser, Page } from '@playwright/test';
// @ts-expect-error: a plain script without types
import { start_mail_server } from '../mail/server.mjs';
import { at_the_desk, director, en, expect, give_password, send, started, test } from './desk';

// A patient writes an e-mail and the desk answers, through real Dovecot and Postfix (they must be started as root).
test.describe.configure({ mode: 'serial' });
test.skip(process.getuid?.() !== 0, 'the private mail server needs root');

const address = 'desk@clinic.example';
const colleague = { email: 'second@clinic.example', password: 'four unrelated words here' };
let mail: {
  ports: { imaps: number; smtps: number };
  ca: string;
  deliver: (mail: { from: string; to: string; subject: string; text: string }) => Promise<unknown>;
  mails: (address: string) => string[];
  stop: () => Promise<void>;
};

test.beforeAll(async () => {
  mail = await start_mail_server({ accounts: [address, 'patient@home.example', 'quim@home.example'] });
});
test.afterAll(() => mail?.stop());

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
    subject: 'Is the pharmacy open?',
    text: 'Until when, please?',
  });
  for (const one of [desk, page]) {
    // The newest waits least, so it stands at the end of the list, of which only the part in sight is drawn.
    await expect(async () => {
      await one.locator('a[data-case]').last().hover();
      await one.mouse.wheel(0, 4000);
      await expect(one.getByText('Is the pharmacy open?').first()).toBeVisible({ timeout: 1000 });
    }).toPass({ timeout: 40_000 });
    await one.getByText('Is the pharmacy open?').first().click();
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
    subject: 'Copy of my report',
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
  // The newest waits least, so it stands last; it comes while one looks.
  const found = page.getByRole('option', { name: /Copy of my report/ }).first();
  await expect(async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Copy of my report');
    await expect(found).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 40_000 });
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Copy of my report' })).toBeVisible();
  await page.keyboard.press('r');
  await expect(page.getByRole('textbox', { name: en('inbox:write_reply') })).toBeFocused();
  await page.keyboard.type('It is attached to your record; we have sent it by post.');
  await page.keyboard.press('Control+Shift+Enter');
  // Resolved with the answer, the case gives way to the next.
  await expect(page.getByText(en('inbox:said.sent_resolved'))).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Copy of my report' })).toHaveCount(0);
  await expect
    .poll(() => mail.mails('quim@home.example').filter((raw) => raw.includes('Copy of my report')).length, {
      timeout: 40_000,
    })
    .toBe(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('k');
  await expect(page.locator('[data-kpi=first_response_time]')).toBeVisible();
});
