import type { Page } from '@playwright/test';
import { colleague } from './cases';
import { en, expect, send, started, test } from './desk';

// Several people on one case, and one case out of two: merging, linking, splitting, handing over, being told of it.

interface Case {
  id: number;
  number: number;
  title: string;
}
let counter = 0;

async function new_case(page: Page, more: object = {}): Promise<Case> {
  if (!page.url().startsWith('http')) await page.goto('/settings/account');
  const { user } = await send<{ user: { id: number } }>(page, 'GET', '/api/session');
  const body = {
    site_id: started().site,
    patient_id: started().patient,
    title: `Together ${++counter} of ${Date.now()}`,
    assignee_id: user.id,
    ...more,
  };
  return send<Case>(page, 'POST', '/api/cases', body);
}
const get = (page: Page, id: number) =>
  send<{ state: string; merged_into_case_id: number | null; links: { case_id: number }[]; assignee_id: number }>(
    page,
    'GET',
    `/api/cases/${id}`,
  );

test('two cases of one person become one, and two again', async ({ desk }) => {
  const kept = await new_case(desk);
  const gone = await new_case(desk);
  await desk.goto(`/inbox/mine/${gone.id}`);
  await expect(desk.getByRole('heading', { name: gone.title })).toBeVisible();
  await desk.keyboard.press('g');
  await desk.keyboard.press('c');
  const dialog = desk.getByRole('dialog', { name: en('inbox:join.merge') });
  await dialog.getByRole('combobox').fill(kept.title);
  const choice = dialog.getByRole('option', { name: new RegExp(kept.title) });
  await expect(choice).toBeVisible();
  await desk.keyboard.press('ArrowDown');
  await expect(choice).toHaveAttribute('aria-selected', 'true');
  await desk.keyboard.press('Enter');
  await expect(desk.getByRole('heading', { name: kept.title })).toBeVisible();
  expect(await get(desk, gone.id)).toMatchObject({ state: 'resolved', merged_into_case_id: kept.id });
  await desk.goto(`/inbox/all/${gone.id}`);
  await desk.getByRole('button', { name: en('inbox:links.unmerge') }).click();
  await expect(desk.getByText(en('inbox:links.unmerged'))).toBeVisible();
  expect(await get(desk, gone.id)).toMatchObject({ merged_into_case_id: null });
});

test('cases are linked both ways and the link is taken away', async ({ desk }) => {
  const one = await new_case(desk);
  const other = await new_case(desk);
  await desk.goto(`/inbox/mine/${one.id}`);
  await desk.getByRole('button', { name: en('inbox:more'), exact: true }).click();
  await desk.getByRole('menuitem', { name: en('inbox:join.link') }).click();
  const dialog = desk.getByRole('dialog');
  await dialog.getByRole('combobox').fill(other.title);
  await dialog.getByRole('option', { name: new RegExp(other.title) }).click();
  await dialog.getByRole('button', { name: en('inbox:join.link_do') }).click();
  const links = desk.getByRole('list', { name: en('inbox:links.title') });
  await links.getByRole('link', { name: new RegExp(other.title) }).click();
  await expect(desk.getByRole('heading', { name: other.title })).toBeVisible();
  await links.getByRole('button', { name: en('inbox:links.remove', { number: one.number }) }).click();
  await expect(links).toHaveCount(0);
  expect((await get(desk, one.id)).links).toEqual([]);
});

test('a case is handed over with a note; the colleague is told, finds it, and the bell is quiet again', async ({
  desk,
  browser,
}) => {
  const name = `Mireia Font ${Date.now()}`;
  const page = await colleague(browser, name);
  const { id, title } = await new_case(desk);
  await desk.goto(`/inbox/mine/${id}`);
  await expect(desk.getByRole('heading', { name: title })).toBeVisible();
  await desk.keyboard.press('h');
  const dialog = desk.getByRole('dialog', { name: en('inbox:hand_over.title') });
  await dialog.getByLabel(en('inbox:hand_over.to')).first().fill(name);
  await desk.getByRole('option', { name: new RegExp(name) }).click();
  await dialog.getByLabel(en('inbox:hand_over.note')).fill('She wants the copy on paper.');
  await dialog.getByRole('button', { name: en('inbox:hand_over.do') }).click();
  await expect(desk.getByText(en('inbox:hand_over.said', { name }))).toBeVisible();
  await expect(desk.getByText('She wants the copy on paper.').first()).toBeVisible();

  const bell = page.getByRole('button', { name: /^Notifications: [1-9]/ });
  await expect(bell).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press('g');
  await page.keyboard.press('n');
  await page.getByRole('menuitem', { name: /handed a case over to you/ }).click();
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  await expect(page.getByRole('button', { name: en('app:bell.title'), exact: true })).toBeVisible();

  // A colleague named in a note is told too.
  await desk.keyboard.press('n');
  const note = desk.getByRole('textbox', { name: en('inbox:write_note') });
  await expect(note).toBeVisible();
  await note.focus();
  await desk.keyboard.type(`Please look, @${name.slice(0, -1)}`);
  await desk
    .getByRole('listbox', { name: en('inbox:mention') })
    .getByRole('option', { name })
    .waitFor();
  await desk.keyboard.press('Enter');
  await expect(note).toHaveValue(`Please look, @${name} `);
  await desk.keyboard.press('Control+Enter');
  await expect(page.getByRole('button', { name: /^Notifications: 1/ })).toBeVisible({ timeout: 20_000 });
  await page.context().close();
});

test('a filter is kept under a name, shared, and taken away', async ({ desk }) => {
  await new_case(desk);
  await desk.goto('/inbox/all');
  await desk.getByRole('button', { name: en('inbox:filter.title') }).click();
  await desk.getByRole('menuitem', { name: en('inbox:filter.assignee') }).click();
  await desk.getByRole('menuitem', { name: en('inbox:me'), exact: true }).click();
  await expect(desk).toHaveURL(/assignee=me/);
  await desk.locator('a[data-case]').first().waitFor();
  await desk.getByRole('button', { name: en('inbox:saved.save') }).click();
  const name = `Mine now ${Date.now()}`;
  await desk.getByLabel(en('inbox:saved.name')).fill(name);
  await desk.getByLabel(en('inbox:saved.all')).check();
  await desk.getByRole('button', { name: en('app:save'), exact: true }).click();
  const view = desk
    .getByRole('navigation', { name: en('inbox:views') })
    .getByRole('button', { name: new RegExp(name) });
  await expect(view.first()).toHaveAttribute('aria-current', 'page');
  await expect(desk.getByRole('heading', { name, level: 1 })).toBeVisible();
  await desk.locator('a[data-case]').first().waitFor();
  await desk.getByRole('button', { name: en('inbox:saved.more', { name }) }).click();
  await desk.getByRole('menuitem', { name: en('inbox:saved.remove') }).click();
  await expect(view).toHaveCount(0);
});
