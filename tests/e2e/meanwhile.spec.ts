import { bubble, choose_more, colleague, composer, new_conversation, open_case } from './cases';
import { en, expect, new_cases, send, test } from './desk';

// What goes wrong between two people, two tabs, and a slow line.

test('a colleague was there first: what they did is said, nothing is overwritten, and it can be done all the same', async ({
  desk,
  browser,
}) => {
  const name = `Pau Roca ${Date.now()}`;
  const other = await colleague(browser, name);
  const [{ id, title }] = (await new_cases(desk, 1)) as [{ id: number; title: string }];
  // No word of the change arrives: the page decides on what it saw.
  await desk.routeWebSocket('**/api/live', () => {});
  await open_case(desk, id, title);
  await send(other, 'POST', `/api/cases/${id}/priority`, { priority: 'urgent' });
  const choose = async (priority: string) => {
    await desk.getByRole('button', { name: en('inbox:more'), exact: true }).click();
    await desk.getByRole('menuitem', { name: en('inbox:priority_label') }).click();
    await desk.getByRole('menuitem', { name: en(`inbox:priority.${priority}`), exact: true }).click();
  };
  await choose('low');
  const what = en('inbox:event.priority', { by: name, priority: en('inbox:priority.urgent') });
  await expect(desk.getByText(en('inbox:meanwhile.said', { what }))).toBeVisible();
  await expect(
    desk.getByRole('banner').or(desk.locator('header')).getByText(en('inbox:priority.urgent')),
  ).toBeVisible();
  const priority = async () => (await send<{ priority: string }>(desk, 'GET', `/api/cases/${id}`)).priority;
  expect(await priority()).toBe('urgent');
  await desk.getByRole('button', { name: en('inbox:meanwhile.again') }).click();
  await expect.poll(priority).toBe('low');

  // Something else was changed: no question is asked.
  await send(other, 'POST', `/api/cases/${id}/language`, { language: 'ca' });
  await choose('high');
  await expect.poll(priority).toBe('high');

  // What one typed stays beside what the other wrote.
  await choose_more(desk, en('inbox:rename'));
  const dialog = desk.getByRole('dialog', { name: en('inbox:rename') });
  await dialog.getByRole('textbox').fill('My words');
  await send(other, 'POST', `/api/cases/${id}/title`, { title: 'Theirs' });
  await dialog.getByRole('button', { name: en('app:save') }).click();
  await expect(dialog.getByText(en('inbox:meanwhile.title', { title: 'Theirs' }))).toBeVisible();
  await expect(dialog.getByRole('textbox')).toHaveValue('My words');
  await dialog.getByRole('button', { name: en('app:save') }).click();
  await expect(desk.getByRole('heading', { name: 'My words', exact: true })).toBeVisible();
  await other.context().close();
});

test('two tabs of one person: one draft, read in both, signed out in both', async ({ browser }) => {
  const first = await colleague(browser, `Ada Tabs ${Date.now()}`);
  const { id, title } = await new_conversation(first);
  const second = await first.context().newPage();
  await open_case(second, id, title, 'all');
  await open_case(first, id, title, 'all');
  await expect(composer(second)).toBeVisible();
  await composer(first).fill('Written in the first tab');
  await expect(composer(second)).toHaveValue('Written in the first tab');
  await composer(second).fill('Written in the first tab, ended in the second.');
  await expect(composer(first)).toHaveValue('Written in the first tab, ended in the second.');
  await composer(first).press('Control+Enter');
  // Sent once; the other tab has nothing left to send.
  await expect(composer(second)).toHaveValue('');
  await expect(bubble(second, 'ended in the second')).toHaveCount(1);
  await first.getByRole('button', { name: /, (available|busy|on a break|offline)/i }).click();
  await first.getByRole('menuitem', { name: en('app:sign_out') }).click();
  for (const page of [first, second])
    await expect(page.getByRole('textbox', { name: en('sign_in:email') })).toBeVisible();
  await first.context().close();
});

test('a slow line: skeletons instead of nothing, sent once however often one presses, and taken back with a word', async ({
  desk,
}) => {
  const { id, title } = await new_conversation(desk);
  let let_through: () => void = () => {};
  let held = new Promise<void>((resolve) => {
    let_through = resolve;
  });
  await desk.route(`**/api/cases/${id}/messages*`, async (route) => {
    await held;
    await route.continue();
  });
  await desk.goto(`/inbox/mine/${id}`);
  await expect(desk.getByRole('heading', { name: title })).toBeVisible();
  await expect(
    desk
      .getByRole('region', { name: en('inbox:conversation') })
      .locator('[class*=skeleton]')
      .first(),
  ).toBeVisible();
  let_through();
  await expect(desk.getByRole('log', { name: en('inbox:stream') })).toBeVisible();

  held = new Promise<void>((resolve) => {
    let_through = resolve;
  });
  let asked = 0;
  let refuse = false;
  await desk.route(`**/api/cases/${id}/replies`, async (route) => {
    asked++;
    await held;
    await (refuse ? route.abort() : route.continue());
  });
  await composer(desk).fill('Only once, please.');
  const button = desk.getByRole('button', { name: new RegExp(`^${en('inbox:send')}( |$)`) }).first();
  await button.dblclick();
  await composer(desk).press('Control+Enter');
  await expect(bubble(desk, 'Only once, please.')).toHaveCount(1);
  let_through();
  await expect(desk.getByText(en('inbox:said.sent'))).toBeVisible();
  await expect(bubble(desk, 'Only once, please.')).toHaveCount(1);
  expect(asked).toBe(1);

  // The line breaks: the words are back where they were typed, and one is told.
  refuse = true;
  await composer(desk).fill('This one gets lost.');
  await composer(desk).press('Control+Enter');
  await expect(desk.getByText(en('errors:error.unreachable'))).toBeVisible();
  await expect(composer(desk)).toHaveValue('This one gets lost.');
  await expect(bubble(desk, 'This one gets lost.')).toHaveCount(0);
  // A change is shown at once, and goes back with a word when it could not be made.
  await desk.route(`**/api/cases/${id}/assign`, (route) => route.abort());
  await composer(desk).press('Escape');
  await desk.getByRole('button', { name: new RegExp(`^${en('inbox:assign')}: ${en('inbox:me')}`) }).click();
  await desk.getByRole('menuitem', { name: en('inbox:unassign') }).click();
  await expect(desk.getByText(en('errors:error.unreachable')).last()).toBeVisible();
  await expect(
    desk.getByRole('button', { name: new RegExp(`^${en('inbox:assign')}: ${en('inbox:me')}`) }),
  ).toBeVisible();
  await desk.unrouteAll({ behavior: 'ignoreErrors' });
});
