import { en, expect, send, test } from './desk';

// Practice has a server side of its own; what these stories show is how one gets there, that one cannot mistake it, and back.
test('practising: in, clearly marked, a reply, and back to the clinic', async ({ desk }) => {
  test.setTimeout(120_000);
  await desk.goto('/settings/practice');
  await desk.getByRole('button', { name: en('app:practice.enter'), exact: true }).click();
  const banner = desk.getByRole('region', { name: en('app:practice.title') });
  await expect(banner).toContainText(en('app:practice.text'), { timeout: 60_000 });
  await expect(desk).toHaveTitle(/^Practice · /);
  expect(new URL(desk.url()).pathname).toMatch(/^\/practice\/inbox/);

  // The desk as it always is, on every page below /practice.
  await desk.locator('a[data-case]').first().click();
  await expect(desk.getByRole('textbox', { name: en('inbox:write_reply') })).toBeVisible();
  expect(new URL(desk.url()).pathname).toMatch(/^\/practice\/inbox\/unassigned\/\d+/);
  await desk.reload();
  await expect(desk.getByRole('textbox', { name: en('inbox:write_reply') })).toBeVisible();
  await expect(banner).toBeVisible();
  await desk.getByRole('link', { name: en('app:figures'), exact: true }).click();
  await expect(desk.locator('[data-kpi=contacts]')).toBeVisible();
  await expect(banner).toBeVisible();
  await desk.getByRole('link', { name: en('app:settings'), exact: true }).click();
  await expect(desk.getByRole('link', { name: en('settings:nav.account') })).toBeVisible();
  await expect(desk.getByRole('link', { name: en('settings:nav.mailboxes') })).toHaveCount(0);

  await banner.getByRole('link', { name: en('app:practice.leave') }).click();
  await expect(desk.getByRole('navigation', { name: en('app:main_navigation') })).toBeVisible();
  await expect(banner).toHaveCount(0);
  expect(new URL(desk.url()).pathname).not.toMatch(/^\/practice/);
  await send(desk, 'DELETE', '/api/practice');
});

test('help where one stands follows from page to page', async ({ desk }) => {
  await desk.goto('/patients');
  await expect(desk.locator('search input')).toBeVisible();
  const help = desk.getByRole('complementary', { name: en('help:title') });
  await expect(async () => {
    await desk.keyboard.press('F1');
    await expect(help).toBeVisible({ timeout: 1500 });
  }).toPass({ timeout: 20_000 });
  await expect(help).toContainText(en('help:page.patients.what'));
  await desk.getByRole('link', { name: en('app:figures'), exact: true }).click();
  await expect(help).toContainText(en('help:page.figures.what'));
  await expect(help).toContainText(en('help:definitions_text'));
  await desk.goto('/inbox/all');
  await expect(desk.locator('a[data-case]').first()).toBeVisible();
  await desk.getByRole('button', { name: en('app:help') }).click();
  await expect(help).toContainText(en('help:page.inbox.what'));
  // A figure it counts is one press from its definition, and that from the figure itself.
  await help.getByText(en('figures:kpi.backlog'), { exact: true }).click();
  await expect(help.getByText(en('figures:definition.backlog'))).toBeVisible();
  await help
    .getByRole('group')
    .filter({ hasText: en('figures:definition.backlog') })
    .getByRole('link', { name: en('help:see_figure') })
    .click();
  await expect(desk).toHaveURL(/\/figures\/all\?kpi=backlog$/);
  await expect(desk.getByRole('region', { name: en('figures:backlog.title') }).first()).toBeVisible();
  await desk.goto('/staffing');
  await expect(desk.getByRole('heading', { level: 1, name: en('staffing:title') })).toBeVisible();
  await desk.getByRole('button', { name: en('app:help') }).click();
  await expect(help).toContainText(en('help:page.staffing.what'));
  await desk.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
});
