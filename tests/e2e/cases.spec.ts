import type { Page } from '@playwright/test';
import { bubble, choose_more, composer, type Made, new_conversation, open_case, with_two_messages } from './cases';
import { en, expect, new_cases, send, test } from './desk';

// Cases taken apart and put together, replies that leave later, what is printed, and what one is told of.

const get = (page: Page, id: number) => send<Made>(page, 'GET', `/api/cases/${id}`);
const undo = (page: Page) =>
  page
    .getByRole('region', { name: en('app:messages_region') })
    .getByRole('button', { name: new RegExp(`^${en('app:undo')}`) })
    .last()
    .click();

test('a reply leaves when the clinic opens; it is withdrawn, and its words are back', async ({ desk }) => {
  const { id, title } = await new_conversation(desk);
  await open_case(desk, id, title);
  await composer(desk).fill('Your report is ready.');
  await desk.getByRole('button', { name: en('inbox:send_more') }).click();
  await desk.getByRole('menuitem', { name: en('inbox:later.title') }).click();
  const dialog = desk.getByRole('dialog', { name: en('inbox:later.title') });
  await dialog.getByLabel(en('inbox:later.own')).fill('2020-01-01T10:00');
  await expect(dialog.getByText(en('inbox:later.past'))).toBeVisible();
  await expect(dialog.getByRole('button', { name: en('inbox:later.do') })).toBeDisabled();
  await dialog.getByLabel(en('inbox:later.own')).fill('2090-01-05T10:00');
  await dialog.getByRole('button', { name: en('inbox:later.do') }).click();
  await expect(desk.getByText(en('inbox:later.said'))).toBeVisible();
  await expect(bubble(desk, 'Your report is ready.').getByText(/leaves .*2090/)).toBeVisible();
  await undo(desk);
  await expect(bubble(desk, 'Your report is ready.')).toHaveCount(0);
  await expect(composer(desk)).toHaveValue('Your report is ready.');
});

test('what was asked besides becomes a case of its own, and one case again', async ({ desk }) => {
  await desk.goto('/settings/account');
  const asked = await with_two_messages(desk);
  await open_case(desk, asked.id, asked.title, 'all');
  const message = desk.locator(`[data-message="${asked.message}"]`);
  await message.hover();
  await message.getByRole('button', { name: en('inbox:message_more') }).click();
  await desk.getByRole('menuitem', { name: en('inbox:split.title') }).click();
  const dialog = desk.getByRole('dialog', { name: en('inbox:split.title') });
  const title = `Besides ${Date.now()}`;
  await dialog.getByLabel(en('inbox:case_title')).fill(title);
  await dialog.getByRole('button', { name: en('inbox:split.do') }).click();
  await expect(desk.getByRole('heading', { name: title })).toBeVisible();
  await expect(desk).not.toHaveURL(new RegExp(`/${asked.id}$`));
  await undo(desk);
  await expect(desk).toHaveURL(new RegExp(`/${asked.id}$`));
  await expect(desk.getByRole('heading', { name: asked.title })).toBeVisible();
  await expect(message).toBeVisible();
});

test('a conversation goes to the case it belongs to, and back', async ({ desk }) => {
  const from = await new_conversation(desk);
  const [to] = (await new_cases(desk, 1)) as [{ id: number; title: string }];
  await open_case(desk, from.id, from.title);
  await choose_more(desk, en('inbox:join.move'));
  const dialog = desk.getByRole('dialog', { name: en('inbox:join.move') });
  await dialog.getByRole('combobox').fill(to.title);
  await dialog.getByRole('option', { name: new RegExp(to.title) }).click();
  await dialog.getByRole('button', { name: en('inbox:join.move_do') }).click();
  await expect(desk.getByRole('heading', { name: to.title })).toBeVisible();
  expect((await get(desk, to.id)).conversations).toHaveLength(1);
  expect((await get(desk, from.id)).conversations).toHaveLength(0);
  await undo(desk);
  await expect.poll(async () => (await get(desk, from.id)).conversations.length).toBe(1);
});

test('a case on paper: who printed it and when, every message, and nothing one presses', async ({ desk }) => {
  const { id, title } = await new_conversation(desk);
  for (let i = 0; i < 60; i++) await send(desk, 'POST', `/api/cases/${id}/notes`, { text: `Note ${i} on paper` });
  await desk.addInitScript(() => {
    window.print = () => document.documentElement.setAttribute('data-printed', 'yes');
  });
  await open_case(desk, id, title);
  await choose_more(desk, en('inbox:print'));
  await expect(desk.locator('html')).toHaveAttribute('data-printed', 'yes');
  await desk.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const { user } = await send<{ user: { name: string } }>(desk, 'GET', '/api/session');
  await expect(desk.getByRole('heading', { level: 1, name: title })).toBeVisible();
  await expect(desk.getByText(new RegExp(`^Printed by ${user.name}, .*20\\d\\d`))).toBeVisible();
  await expect(desk.getByRole('article')).toHaveCount(60);
  await expect(desk.getByText('Note 0 on paper')).toBeVisible();
  await expect(desk.getByText(en('inbox:paper.part'))).toHaveCount(0);
  await expect(desk.locator('nav:visible, button:visible, textarea:visible, aside:visible')).toHaveCount(0);
  // The first note is not cut off by a box that scrolls, and the paper is white.
  const paper = await desk.evaluate(() => ({
    ink: getComputedStyle(document.querySelector('article') as Element).color,
    height: document.querySelector('[role=log]')?.scrollHeight === document.querySelector('[role=log]')?.clientHeight,
  }));
  expect(paper).toEqual({ ink: 'rgb(0, 0, 0)', height: true });
});

test('what one is told of, and how often by mail, is kept as it was set', async ({ desk }) => {
  await desk.goto('/settings/account');
  const card = desk.getByRole('region', { name: en('account:told.title') });
  const before = await send<object>(desk, 'GET', '/api/account/notifications');
  const kept = () => send<Record<string, unknown>>(desk, 'GET', '/api/account/notifications');
  await card.getByText(en('account:told.digest_hourly'), { exact: true }).click();
  await expect.poll(async () => (await kept()).digest).toBe('hourly');
  const quiet = card.getByRole('checkbox', { name: en('account:told.quiet') });
  if (await quiet.isChecked()) await quiet.uncheck();
  await quiet.check();
  await expect.poll(async () => (await kept()).quiet_from).toBe('20:00');
  await card.getByLabel(en('account:told.quiet_from')).fill('21:30');
  await card.getByLabel(en('account:told.quiet_from')).blur();
  await expect.poll(async () => (await kept()).quiet_from).toBe('21:30');
  await card.getByRole('checkbox', { name: en('account:told.kind_mentioned') }).uncheck();
  await expect.poll(async () => (await kept()).muted).toEqual(['mentioned']);
  await desk.reload();
  await expect(card.getByRole('checkbox', { name: en('account:told.kind_mentioned') })).not.toBeChecked();
  await expect(card.getByLabel(en('account:told.quiet_from'))).toHaveValue('21:30');
  await send(desk, 'PUT', '/api/account/notifications', before);
});
