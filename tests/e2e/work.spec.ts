import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { to_row } from './cases';
import { en, expect, new_cases, send, test } from './desk';

const of_case = (page: Page, id: number) => send<{ state: string; priority: string }>(page, 'GET', `/api/cases/${id}`);
const states = (page: Page, made: { id: number }[]) =>
  Promise.all(made.map(async ({ id }) => (await of_case(page, id)).state));

test('cases are chosen by key, resolved together, and taken back as one', async ({ desk }) => {
  const made = await new_cases(desk, 3);
  await desk.goto('/inbox/mine');
  await desk.locator('a[data-case]').first().waitFor();
  const bar = desk.getByRole('toolbar', { name: en('inbox:bulk.bar') });
  for (const { id } of made) {
    await to_row(desk, id);
    await desk.keyboard.press('x');
  }
  await expect(bar.getByText(en('inbox:bulk.count_other', { count: 3 }))).toBeVisible();
  const { violations } = await new AxeBuilder({ page: desk }).withTags(['wcag2a', 'wcag2aa', 'wcag22aa']).analyze();
  expect(violations.map((one) => one.id)).toEqual([]);
  await desk.keyboard.press('e');
  await expect(desk.getByText(en('inbox:bulk.said_resolve_other', { count: 3 }))).toBeVisible();
  await expect(bar).toHaveCount(0);
  expect(await states(desk, made)).toEqual(['resolved', 'resolved', 'resolved']);
  await desk.keyboard.press('z');
  await expect.poll(() => states(desk, made)).toEqual(['open', 'open', 'open']);
});

test('cases are chosen with the mouse: one by one, a span with shift; Escape chooses none', async ({ desk }) => {
  const made = await new_cases(desk, 3);
  const [first, , last] = made as [{ id: number }, { id: number }, { id: number }];
  await desk.goto('/inbox/mine');
  await desk.locator('a[data-case]').first().waitFor();
  await to_row(desk, last.id);
  const row = (id: number) => desk.locator(`a[data-case="${id}"]`);
  await row(first.id).click({ modifiers: ['ControlOrMeta'] });
  await row(last.id).click({ modifiers: ['Shift'] });
  const bar = desk.getByRole('toolbar', { name: en('inbox:bulk.bar') });
  await expect(bar.getByText(/chosen/)).toBeVisible();
  await bar.getByRole('button', { name: en('inbox:bulk.label') }).click();
  await desk.getByRole('menuitem', { name: en('inbox:priority.high'), exact: true }).click();
  await expect(desk.getByText(/^Priority of \d+ cases changed$/)).toBeVisible();
  for (const { id } of made) expect((await of_case(desk, id)).priority).toBe('high');
  await row(first.id).click({ modifiers: ['ControlOrMeta'] });
  await expect(bar).toBeVisible();
  await desk.keyboard.press('Escape');
  await expect(bar).toHaveCount(0);
  await expect(desk).toHaveURL(/\/inbox\/mine$/);
});

test('a menu is opened, walked and left by key; the focus comes back', async ({ desk }) => {
  const [{ id }] = (await new_cases(desk, 1)) as [{ id: number }];
  await desk.goto(`/inbox/mine/${id}`);
  const more = desk.getByRole('button', { name: en('inbox:more'), exact: true });
  await more.focus();
  await desk.keyboard.press('Enter');
  await expect(desk.getByRole('menuitem', { name: en('inbox:topic_label') })).toBeFocused();
  await desk.keyboard.press('ArrowDown');
  await desk.keyboard.press('ArrowRight');
  const urgent = desk.getByRole('menuitem', { name: en('inbox:priority.urgent') });
  await expect(urgent).toBeFocused();
  await desk.keyboard.press('ArrowLeft');
  await expect(desk.getByRole('menuitem', { name: en('inbox:priority_label') })).toBeFocused();
  await desk.keyboard.press('ArrowRight');
  await desk.keyboard.press('Enter');
  await expect(desk.getByRole('menu')).toHaveCount(0);
  await expect.poll(async () => (await of_case(desk, id)).priority).toBe('urgent');
  await more.focus();
  await desk.keyboard.press('Enter');
  await desk.keyboard.press('Escape');
  await expect(desk.getByRole('menu')).toHaveCount(0);
  await expect(more).toBeFocused();
});

test('a search leads to the message, not only to its case', async ({ desk }) => {
  const [{ id }] = (await new_cases(desk, 1)) as [{ id: number }];
  const word = `Quetzal${Date.now()}`;
  await send(desk, 'POST', `/api/cases/${id}/notes`, { text: `The word is ${word}.` });
  for (let i = 0; i < 60; i++) await send(desk, 'POST', `/api/cases/${id}/notes`, { text: `Later note ${i}` });
  await desk.goto('/inbox/mine');
  const found = desk.getByRole('option', { name: new RegExp(word) }).first();
  await expect(async () => {
    await desk.keyboard.press('Escape');
    await desk.keyboard.press('Control+k');
    await desk.keyboard.type(word);
    await expect(found).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 20_000 });
  await desk.keyboard.press('Enter');
  await expect(desk.getByRole('article').filter({ hasText: word })).toBeInViewport();
  expect(desk.url(), 'no search text in the address').not.toContain(word);
});
