import AxeBuilder from '@axe-core/playwright';
import { en, expect, send, started, test } from './desk';
import { wcag } from './pages';

// Each run its own person, so that a story can be told again.
const pol = { name: `Pol Riera ${Date.now()}`, email: `pol.riera.${Date.now()}@clinic.example` };

test('a colleague is invited, given another role, deactivated, and taken back by undo', async ({ desk, browser }) => {
  await desk.goto('/settings/people');
  await desk.getByRole('button', { name: en('settings:people.invite') }).click();
  await desk.getByRole('button', { name: en('settings:invite.submit') }).click();
  await expect(desk.getByText(en('settings:people.name_missing'))).toBeVisible();
  await desk.getByLabel(en('settings:people.name'), { exact: true }).fill(pol.name);
  await desk.getByLabel(en('settings:people.email'), { exact: true }).fill(pol.email);
  await desk.getByRole('button', { name: en('settings:invite.submit') }).click();
  const link = await desk.getByLabel(en('settings:invite.link')).inputValue();
  expect(link).toContain('/link#');
  await desk
    .getByRole('button', { name: en('settings:close') })
    .last()
    .click();
  await expect(desk.getByText(pol.email)).toBeVisible();

  const other = await browser.newContext({ baseURL: started().url });
  const page = await other.newPage();
  await page.goto(`/link#${link.split('#')[1]}`);
  await page.getByLabel(en('sign_in:password'), { exact: true }).fill('four unrelated words here');
  await page.getByRole('button', { name: en('sign_in:invitation.submit') }).click();
  await page.getByRole('button', { name: en('sign_in:invitation.later') }).click();
  await page.waitForURL(/\/inbox/);

  await desk.reload();
  await desk.getByRole('button', { name: en('settings:people.edit_label', { name: pol.name }) }).click();
  await desk.getByLabel(en('settings:role.receptionist')).check();
  await desk.getByRole('button', { name: en('settings:save') }).click();
  const row = desk.getByRole('listitem').filter({ hasText: pol.email });
  await expect(row.getByText(en('settings:role.receptionist'))).toBeVisible();

  await row.getByRole('button').click();
  await desk.getByRole('button', { name: en('settings:people.deactivate') }).click();
  await expect(desk.getByText(en('settings:people.deactivated', { name: pol.name }))).toBeVisible();
  // Access ends at once, in the browser that was signed in too.
  const sign_in_form = page.getByRole('textbox', { name: en('sign_in:email') });
  await expect(sign_in_form).toBeVisible();
  await page.goto('/patients');
  await expect(sign_in_form).toBeVisible();
  await desk.getByRole('button', { name: new RegExp(`^${en('app:undo')}`) }).click();
  await expect(desk.getByText(en('settings:people.activated', { name: pol.name }))).toBeVisible();
  await other.close();
});

test('opening hours: several spans, copied to other days, errors beside the day', async ({ desk }) => {
  const site = await (async () => {
    await desk.goto('/settings/sites');
    return send<{ id: number }>(desk, 'POST', '/api/sites', { name: 'Girona test', time_zone: 'Europe/Madrid' });
  })();
  await desk.goto(`/settings/sites/${site.id}`);
  const monday = desk.getByRole('region', { name: 'Monday' });
  await monday.getByRole('button', { name: en('settings:sites.add_span_label', { day: 'Monday' }) }).click();
  await monday.getByLabel(en('settings:sites.span_to', { day: 'Monday' })).fill('8');
  await desk.keyboard.press('Tab');
  await expect(monday.getByText(en('settings:sites.span_order'))).toBeVisible();
  await monday.getByLabel(en('settings:sites.span_to', { day: 'Monday' })).fill('14.30');
  await desk.keyboard.press('Tab');
  await expect(monday.getByLabel(en('settings:sites.span_to', { day: 'Monday' }))).toHaveValue('14:30');
  await monday.getByRole('button', { name: en('settings:sites.add_span_label', { day: 'Monday' }) }).click();
  await monday.getByRole('button', { name: en('settings:sites.copy_label', { day: 'Monday' }) }).click();
  await desk.getByRole('menuitem', { name: en('settings:sites.copy_weekdays') }).click();
  await desk
    .getByRole('button', { name: en('settings:save') })
    .last()
    .click();
  await expect(desk.getByText(en('settings:saved'))).toBeVisible();
  const { items } = await send<{ items: { week: Record<string, { start: string; end: string }[]> }[] }>(
    desk,
    'GET',
    `/api/sites/${site.id}/calendars`,
  );
  expect(items[0]?.week.fri).toEqual([
    { start: '09:00', end: '14:30' },
    { start: '15:30', end: '18:30' },
  ]);
  expect(items[0]?.week.sat).toEqual([]);
});

test('a mailbox test that fails names the step and the fix', async ({ desk }) => {
  await desk.goto('/settings/mailboxes/new');
  await desk.getByLabel(en('settings:mailboxes.address'), { exact: true }).fill('info@nowhere.invalid');
  await desk.getByRole('button', { name: en('settings:mailboxes.next') }).click();
  await expect(desk.getByLabel(en('settings:mailboxes.host')).first()).toHaveValue('imap.nowhere.invalid');
  await desk.getByLabel(en('settings:mailboxes.password'), { exact: true }).fill('secret');
  await desk.getByRole('button', { name: en('settings:mailboxes.test') }).click();
  const steps = desk.getByRole('region', { name: en('settings:mailboxes.step_test') }).getByRole('listitem');
  const in_state = (state: string) => steps.and(desk.locator(`[data-state=${state}]`));
  const name = (step: string) => en(`settings:mailboxes.test_step.${step}`);
  // Neither server is found: both say so, and nothing behind them was tried.
  await expect(in_state('failed')).toContainText([name('imap_resolve'), name('smtp_resolve')]);
  await expect(in_state('failed')).toHaveCount(2);
  await expect(in_state('ok')).toHaveCount(0);
  await expect(in_state('skipped').first()).toContainText(name('imap_connect'));
  // The fix in words, not a key.
  for (const one of await in_state('failed').all()) await expect(one.locator('p').first()).not.toHaveText(/^error\./);
});

test('a key for another program: its rights are chosen, it is shown once, and revoked it opens nothing', async ({
  desk,
  request,
}) => {
  const name = `Report of the month ${Date.now()}`;
  await desk.goto('/settings/keys');
  await desk.getByRole('button', { name: en('settings:keys.add') }).click();
  const dialog = desk.getByRole('dialog');
  await dialog.getByRole('button', { name: en('settings:keys.make') }).click();
  await expect(dialog.getByText(en('settings:keys.permissions_missing'))).toBeVisible();
  await dialog.getByLabel(en('settings:keys.name'), { exact: true }).fill(name);
  await dialog.getByLabel(en('settings:keys.permission.figures_read')).check();
  await dialog.getByRole('button', { name: en('settings:keys.make') }).click();
  const token = await dialog.getByLabel(en('settings:keys.token')).inputValue();
  const { violations } = await new AxeBuilder({ page: desk }).include('[role=dialog]').withTags(wcag).analyze();
  expect(violations).toEqual([]);
  const asked = (path: string) =>
    request
      .get(`${started().url}${path}`, { headers: { Authorization: `Bearer ${token}` } })
      .then((one) => one.status());
  expect(await asked('/api/figures/backlog')).toBe(200);
  expect(await asked('/api/cases?view=all')).toBe(403);

  await desk.reload();
  const row = desk.getByRole('listitem').filter({ hasText: name });
  await expect(row).toContainText(en('settings:keys.permission.figures_read'));
  expect(await desk.content()).not.toContain(token);
  await row.getByRole('button', { name: en('settings:keys.revoke_label', { name }) }).click();
  await dialog.getByRole('button', { name: en('settings:keys.revoke') }).click();
  await expect(row.getByText(en('settings:keys.revoked'), { exact: true })).toBeVisible();
  expect(await asked('/api/figures/backlog')).toBe(401);
});

/** As a provider’s autoconfiguration answers. */
const user = 'desk@clinic.example';
const found = {
  source: 'autoconfig',
  imap: { host: 'mail.provider.example', port: 993, security: 'tls', user },
  smtp: { host: 'send.provider.example', port: 587, security: 'starttls', user },
  token_provider: null,
};

test('the servers of an address are looked up while one types, and stand in the form', async ({ desk }) => {
  const asked = desk.waitForRequest('**/api/mailboxes/discover');
  await desk.route('**/api/mailboxes/discover', (route) => route.fulfill({ json: found }));
  await desk.goto('/settings/mailboxes/new');
  await desk.getByLabel(en('settings:mailboxes.address'), { exact: true }).pressSequentially(user);
  expect((await asked).postDataJSON()).toEqual({ address: user }); // before “Continue”
  await desk.getByRole('button', { name: en('settings:mailboxes.next') }).click();
  await expect(desk.getByLabel(en('settings:mailboxes.host')).first()).toHaveValue('mail.provider.example');
  await expect(desk.getByLabel(en('settings:mailboxes.host')).nth(1)).toHaveValue('send.provider.example');
  await expect(desk.getByLabel(en('settings:mailboxes.port')).nth(1)).toHaveValue('587');
});
