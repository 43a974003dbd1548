import type { Locator, Page } from '@playwright/test';
// @ts-expect-error: a plain script without types
import { start_mail_server } from '../mail/server.mjs';
import { en, expect, test } from './desk';
import { start_empty_desk } from './start';

// A new clinic from the one-time link of its first administrator to the first answered patient. With AURICLE_HUMAN=1 at the
// pace of somebody who sees it for the first time; the minutes are printed.
const human = Boolean(process.env.AURICLE_HUMAN);
const password = 'seven green herons';
const address = 'desk@clinic.example';

let clinic: Awaited<ReturnType<typeof start_empty_desk>>;
test.beforeEach(async () => {
  clinic = await start_empty_desk();
});
test.afterEach(() => clinic?.stop());

/** 60 ms a key and 1.5 s to read before each press, when it is timed. */
async function write(field: Locator, text: string): Promise<void> {
  await field.fill('');
  if (human && text.length < 200) await field.pressSequentially(text, { delay: 60 });
  else await field.fill(text);
}
async function press(target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  if (human) await target.page().waitForTimeout(1500);
  await target.click();
}

const step = (page: Page, name: string) =>
  page.getByRole('heading', { level: 2, name: en(`welcome_page:step.${name}.title`) });
const next_to = (page: Page, name: string) =>
  page.getByRole('link', { name: en('welcome_page:next', { step: name }), exact: true });

async function first_administrator(page: Page): Promise<void> {
  await page.goto(`${clinic.url}${clinic.link}`);
  await write(page.getByLabel(en('sign_in:setup.organisation')), 'Clínica Montseny');
  await write(page.getByLabel(en('sign_in:setup.site')), 'Centre');
  await write(page.getByLabel(en('sign_in:invitation.name')), 'Eva Roca');
  await write(page.getByLabel(en('sign_in:email')), 'eva@clinic.example');
  await write(page.getByLabel(en('sign_in:password'), { exact: true }), password);
  await press(page.getByRole('button', { name: en('sign_in:setup.submit') }));
  await press(page.getByRole('button', { name: en('sign_in:invitation.later') }));
  await expect(step(page, 'clinic')).toBeVisible();
}

async function opening_hours(page: Page): Promise<void> {
  await press(page.getByRole('button', { name: 'Monday–Friday: 09:00–18:00' }));
  await press(page.getByRole('button', { name: /^Add \d+ coming days$/ }));
  await expect(page.getByRole('textbox', { name: en('settings:sites.holiday_name') }).first()).toHaveValue(/\p{L}/u);
  await press(page.getByRole('button', { name: en('settings:save'), exact: true }));
  await expect(next_to(page, en('welcome:step.people'))).toBeVisible();
}

async function invite(page: Page): Promise<void> {
  await press(page.getByRole('button', { name: en('settings:people.invite') }));
  const dialog = page.getByRole('dialog');
  await write(dialog.getByLabel(en('settings:people.name')), 'Pau Serra');
  await write(dialog.getByLabel(en('settings:people.email')), 'pau@clinic.example');
  await press(dialog.getByRole('button', { name: en('settings:invite.submit') }));
  await expect(dialog.getByText(en('settings:invite.done_title', { name: 'Pau Serra' }))).toBeVisible();
  await press(dialog.getByRole('button', { name: en('settings:close') }).last());
}

interface Mail {
  ports: { imaps: number; smtps: number };
  ca: string;
  deliver: (mail: { from: string; to: string; subject: string; text: string }) => Promise<unknown>;
  mails: (address: string) => string[];
  stop: () => Promise<void>;
}

async function connect(page: Page, mail: Mail): Promise<void> {
  await write(page.getByLabel(en('settings:mailboxes.address'), { exact: true }), address);
  await press(page.getByRole('button', { name: en('settings:mailboxes.next') }));
  for (const [index, port] of [mail.ports.imaps, mail.ports.smtps].entries()) {
    await write(page.getByLabel(en('settings:mailboxes.host')).nth(index), 'localhost');
    await write(page.getByLabel(en('settings:mailboxes.port')).nth(index), String(port));
  }
  await write(page.getByLabel(en('settings:mailboxes.password'), { exact: true }), 'secret');
  await press(page.getByText(en('settings:mailboxes.advanced')));
  await write(page.getByLabel(en('settings:mailboxes.ca')), mail.ca);
  await press(page.getByRole('button', { name: en('settings:mailboxes.test') }));
  await expect(page.getByText(en('settings:mailboxes.test_ok'))).toBeVisible({ timeout: 30_000 });
  await press(page.getByRole('button', { name: en('settings:mailboxes.connect') }));
  await expect(page.getByText(en('settings:mailboxes.state.connected'), { exact: true })).toBeVisible({
    timeout: 30_000,
  });
}

async function answer_oneself(page: Page, mail: Mail): Promise<void> {
  await expect(page.getByText(address)).toBeVisible();
  await mail.deliver({
    from: 'Eva Roca <eva@home.example>',
    to: address,
    subject: 'May I come tomorrow?',
    text: 'Good morning, is there an appointment left for tomorrow?',
  });
  await press(page.getByRole('link', { name: en('welcome_page:step.first_case.open') }));
  await expect(page.getByRole('heading', { name: 'May I come tomorrow?' })).toBeVisible();
  await write(page.getByRole('textbox', { name: en('inbox:write_reply') }), 'Yes: at ten. See you tomorrow.');
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => mail.mails('eva@home.example').length, { timeout: 40_000 }).toBe(1);
}

test('from the one-time link to the first answered patient', async ({ page }) => {
  test.skip(process.getuid?.() !== 0, 'the private mail server needs root');
  test.setTimeout(600_000);
  const mail: Mail = await start_mail_server({ accounts: [address, 'eva@home.example'] });
  try {
    const began = Date.now();
    await first_administrator(page);
    await press(next_to(page, en('welcome:step.hours')));
    await opening_hours(page);
    await press(next_to(page, en('welcome:step.people')));
    await invite(page);
    await press(next_to(page, en('welcome:step.mailbox')));
    await connect(page, mail);
    await press(next_to(page, en('welcome:step.first_case')));
    await answer_oneself(page, mail);
    if (human) console.log(`to the first answered patient: ${((Date.now() - began) / 60_000).toFixed(1)} minutes`);
    const bar = page.getByRole('complementary', { name: en('welcome:title') });
    await expect(bar.getByText(en('welcome:progress', { done: 5, of: 6 }))).toBeVisible();
    await press(bar.getByRole('link', { name: en('welcome:go_on') }));
    await press(page.getByRole('button', { name: en('mail_history:begin') }));
    await press(next_to(page, en('welcome_page:finish')));
    await press(page.getByRole('button', { name: en('welcome_page:ready.open') }));
    await expect(page.getByRole('region', { name: en('inbox:view.unassigned') })).toBeVisible();
    await expect(bar).toHaveCount(0);
    if (human) console.log(`with everything: ${((Date.now() - began) / 60_000).toFixed(1)} minutes`);
  } finally {
    await mail.stop();
  }
});

test('steps are put off, left and taken up again; a first case by hand', async ({ page }) => {
  await first_administrator(page);
  const later = page.getByRole('button', { name: en('welcome_page:later') });
  await next_to(page, en('welcome:step.hours')).click();
  await expect(step(page, 'hours')).toBeFocused();
  await later.click();
  await expect(step(page, 'people')).toBeVisible();
  await later.click();
  await expect(step(page, 'mailbox')).toBeVisible();

  // Left for the desk, and found again where it was.
  await page.getByRole('link', { name: en('app:inbox'), exact: true }).click();
  const bar = page.getByRole('complementary', { name: en('welcome:title') });
  await bar.getByRole('link', { name: en('welcome:go_on') }).click();
  await expect(step(page, 'mailbox')).toBeVisible();
  await later.click();
  await page.getByRole('button', { name: en('inbox:new_case') }).click();
  await page.getByLabel(en('inbox:case_title')).fill('A call about opening hours');
  await page.getByRole('button', { name: en('inbox:open_case') }).click();
  await expect(page.getByRole('heading', { name: 'A call about opening hours' })).toBeVisible();

  // Nobody has to finish.
  await expect(bar.getByText(en('welcome:progress', { done: 2, of: 6 }))).toBeVisible();
  await bar.getByRole('button', { name: en('welcome:dismiss') }).click();
  await expect(bar).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'A call about opening hours' })).toBeVisible();
  await expect(bar).toHaveCount(0);
});
