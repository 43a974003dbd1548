import type { Page } from '@playwright/test';
import {
  choose_more,
  colleague,
  composer,
  expect_accessible_in_both,
  expect_dialog_fits,
  new_conversation,
  open_case,
  with_two_messages,
} from './cases';
import { en, expect, open_as, send, started, test } from './desk';

// Every dialog of the inbox and of a patient's record: without violation in light and dark, at 320 px, and left by Escape.

test.slow(); // axe looks at each of them twice

const dialog = '[role=dialog]';

async function look_at_dialog(page: Page): Promise<void> {
  await expect_accessible_in_both(page, dialog);
  await expect_dialog_fits(page);
}

async function leave(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await expect(page.locator(dialog)).toHaveCount(0);
}

test('the dialogs of a case', async ({ desk }) => {
  const { id, title } = await new_conversation(desk);
  await open_as(desk, '/settings/account', { language: 'en', theme: 'system' });
  await open_case(desk, id, title);
  await expect(composer(desk)).toBeVisible();
  for (const verb of ['inbox:join.merge', 'inbox:join.link', 'inbox:join.move', 'inbox:rename']) {
    await choose_more(desk, en(verb));
    await look_at_dialog(desk);
    await leave(desk);
  }
  await desk.keyboard.press('f');
  await look_at_dialog(desk);
  await leave(desk);
  await desk.keyboard.press('h');
  await look_at_dialog(desk);
  // A list that is open takes the first Escape.
  await expect(async () => {
    await desk.keyboard.press('Escape');
    await expect(desk.locator(dialog)).toHaveCount(0, { timeout: 500 });
  }).toPass();
  await composer(desk).fill('Later');
  await desk.getByRole('button', { name: en('inbox:send_more') }).click();
  await expect_accessible_in_both(desk, '[role=menu]');
  await desk.getByRole('menuitem', { name: en('inbox:later.title') }).click();
  await look_at_dialog(desk);
  await leave(desk);
});

test('the dialog that makes two cases of one', async ({ desk }) => {
  await open_as(desk, '/settings/account', { language: 'en', theme: 'system' });
  const asked = await with_two_messages(desk);
  await open_case(desk, asked.id, asked.title, 'all');
  const message = desk.locator(`[data-message="${asked.message}"]`);
  await message.hover();
  await message.getByRole('button', { name: en('inbox:message_more') }).click();
  await desk.getByRole('menuitem', { name: en('inbox:split.title') }).click();
  await look_at_dialog(desk);
  await leave(desk);
});

test('the list of names, the bell, and a view that is kept', async ({ desk, browser }) => {
  const name = `Lali Bosch ${Date.now()}`;
  const page = await colleague(browser, name);
  const { id, title } = await new_conversation(desk);
  await open_as(desk, '/settings/account', { language: 'en', theme: 'system' });
  await open_case(desk, id, title);
  await expect(composer(desk)).toBeVisible();
  await composer(desk).press('Escape');
  await desk.keyboard.press('n');
  const note = desk.getByRole('textbox', { name: en('inbox:write_note') });
  await expect(note).toBeFocused();
  await desk.keyboard.type(`Please look, @${name.slice(0, -1)}`);
  const names = desk.getByRole('listbox', { name: en('inbox:mention') });
  await expect(names.getByRole('option', { name })).toHaveAttribute('aria-selected', 'true');
  await expect_accessible_in_both(desk, '[role=listbox]');
  await desk.keyboard.press('Escape');
  await expect(names).toHaveCount(0);
  await expect(note).toBeFocused();
  const { user } = await send<{ user: { id: number } }>(page, 'GET', '/api/session');
  await send(desk, 'POST', `/api/cases/${id}/notes`, { text: `For @${name}`, mentions: [user.id] });

  await open_as(page, '/settings/account', { theme: 'system' });
  await page.getByRole('button', { name: /^Notifications: 1/ }).click();
  await expect(page.getByRole('menuitem', { name: /named you in a note/ })).toBeVisible();
  await expect_accessible_in_both(page, '[role=menu]');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await page.goto('/inbox/all?priority=urgent');
  await page.getByRole('button', { name: en('inbox:saved.save') }).click();
  await page.getByLabel(en('inbox:saved.name')).fill(`Urgent ${name}`);
  await look_at_dialog(page);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: en('inbox:saved.more', { name: `Urgent ${name}` }) }).click();
  await page.getByRole('menuitem', { name: en('inbox:saved.change') }).click();
  await page.getByLabel(en('inbox:saved.name')).fill(`Now ${name}`);
  await look_at_dialog(page);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: `Now ${name}` })).toBeVisible();
  await page.context().close();
});

test('the dialogs of a record, and the steps of an import', async ({ desk }) => {
  await open_as(desk, `/patients/${started().patient}`, { language: 'en', theme: 'system' });
  const card = (title: string) => desk.getByRole('region', { name: en(title), exact: true });
  await card('patients:relations.title')
    .getByRole('button', { name: en('patients:relations.add') })
    .click();
  await look_at_dialog(desk);
  await leave(desk);
  await desk.getByRole('button', { name: en('patients:record.edit') }).click();
  await look_at_dialog(desk);
  await leave(desk);
  await card('patients:contact.title')
    .getByRole('button', { name: en('patients:contact.add') })
    .click();
  await look_at_dialog(desk);
  await leave(desk);
  const twin = await send<{ display_name: string; given_name: string; family_name: string; birth_date: string }>(
    desk,
    'GET',
    `/api/patients/${started().patient}`,
  );
  const other = await send<{ id: number }>(desk, 'POST', '/api/patients', {
    given_name: `${twin.given_name} II`,
    family_name: twin.family_name,
    birth_date: twin.birth_date,
    confirmed: true,
  });
  await desk.goto(`/patients/${other.id}`);
  await card('duplicates:card').getByRole('button').first().click();
  await look_at_dialog(desk);
  await leave(desk);
  await desk.goto('/patients/import');
  await expect_accessible_in_both(desk, '#content');
  await desk.locator('input[type=file]').setInputFiles({
    name: 'old.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('Nombre;Apellidos;Nacimiento\nAina;Sala;03/04/1955\nPol;Mas;99/99/1999\n'),
  });
  await expect(desk.getByRole('button', { name: en('patient_import:start', { n: 2 }) })).toBeVisible();
  await expect_accessible_in_both(desk, '#content');
});

test('zoomed in to 400 %: nothing sticks over what one reads, nothing scrolls sideways, dialogs can be reached to their end', async ({
  desk,
}) => {
  const { id, title } = await new_conversation(
    desk,
    `Eine außergewöhnlich lange Betreffzeile ${'über vieles '.repeat(20)}`.trim(),
  );
  await send(desk, 'POST', `/api/cases/${id}/notes`, { text: `https://example.org/${'long'.repeat(80)}` });
  await desk.setViewportSize({ width: 320, height: 256 });
  const sideways = () => desk.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await open_case(desk, id, title);
  await expect(composer(desk)).toBeAttached();
  await composer(desk).scrollIntoViewIfNeeded();
  await composer(desk).click();
  await expect(composer(desk)).toBeInViewport();
  await composer(desk).fill('I can write here.');
  await desk.getByRole('button', { name: en('inbox:send_more') }).scrollIntoViewIfNeeded();
  await expect(desk.getByRole('button', { name: en('inbox:send_more') })).toBeInViewport();
  expect(await sideways()).toBeLessThanOrEqual(0);
  await choose_more(desk, en('inbox:join.merge'));
  const verb = desk.getByRole('dialog').getByRole('button', { name: en('app:cancel') });
  await verb.scrollIntoViewIfNeeded();
  await expect(verb).toBeInViewport();
  expect(await sideways()).toBeLessThanOrEqual(0);
  await verb.click();
  // The focus is where one came from.
  await expect(desk.locator(dialog)).toHaveCount(0);
  await expect(desk.locator('body')).not.toBeFocused();
});

test.afterAll(async ({ browser }) => {
  const context = await browser.newContext({ baseURL: started().url, storageState: started().state });
  const page = await context.newPage();
  await page.goto('/settings/account');
  await send(page, 'PATCH', '/api/account', { language: 'en', theme: 'light' });
  await context.close();
});
