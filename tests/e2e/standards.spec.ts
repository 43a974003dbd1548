import type { Browser, Page } from '@playwright/test';
import { expect_accessible, expect_accessible_in_both } from './cases';
import { en, expect, send, test, watch } from './desk';
import { type Started, start_desk } from './start';

// A target is set, a case falls due by it, the clock runs, colleagues are told. On a clinic of its own, whose clock the story sets.

const minute = 60_000;
let own: { started: Started; stop: () => Promise<void> };
test.beforeAll(async () => {
  own = await start_desk({ patients: 30, days: 12, test_clock: true });
});
test.afterAll(async () => own?.stop());

async function director_of(browser: Browser, said: string[]): Promise<Page> {
  const context = await browser.newContext({ baseURL: own.started.url, storageState: own.started.state });
  const page = await context.newPage();
  watch(page, said);
  // The clock of the story moves faster than a session lasts idle.
  await page.goto('/settings/account');
  const policy = await send<Record<string, unknown>>(page, 'GET', '/api/team-policy');
  if (policy.idle_lock_minutes !== 240)
    await send(page, 'PUT', '/api/team-policy', { ...policy, idle_lock_minutes: 240 });
  await page.goto('/settings/standards');
  await expect(page.locator('[data-target]').first()).toBeVisible();
  return page;
}
const targets = (page: Page) => page.locator('[data-target]');
const toast = (page: Page, text: string) => page.getByRole('listitem').filter({ hasText: text });
const choose = async (page: Page, label: string, option: string) => {
  await page.getByRole('combobox', { name: label, exact: true }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
};

async function resolve_within(page: Page, hours: string): Promise<void> {
  await page.getByRole('button', { name: en('standards:add'), exact: true }).click();
  const dialog = page.getByRole('dialog');
  await choose(page, en('standards:measure_label'), en('standards:measure.resolution'));
  await choose(page, en('standards:priority'), en('inbox:priority.low'));
  await choose(page, en('standards:clock'), en('standards:clock_elapsed'));
  await dialog.getByRole('textbox', { name: en('standards:time'), exact: true }).fill(hours);
}

test('a target is previewed, refused beside its field, set, and taken back', async ({ browser, watched }) => {
  const page = await director_of(browser, watched);
  const before = await targets(page).count();
  await resolve_within(page, '0');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: en('settings:save') }).click();
  await expect(dialog.getByText(en('standards:time_missing'))).toBeVisible();
  await dialog.getByRole('textbox', { name: en('standards:time'), exact: true }).fill('2');
  await expect(dialog.locator('[data-preview]')).toBeVisible();
  await expect_accessible_in_both(page, '[role=dialog]');
  await dialog.getByRole('button', { name: en('settings:save') }).click();
  await expect(dialog).toBeHidden();
  await expect(targets(page)).toHaveCount(before + 1);
  await toast(page, en('standards:saved')).getByRole('button', { name: /undo/i }).click();
  await expect(targets(page)).toHaveCount(before);
  await page.context().close();
});

test('a case counts down, is at risk, late, and the desk is told', async ({ browser, watched }) => {
  const page = await director_of(browser, watched);
  const before = await targets(page).count();
  await resolve_within(page, '2');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: en('settings:save') })
    .click();
  await expect(targets(page)).toHaveCount(before + 1);
  await expect(page.getByText(en('standards:sentence.resolution_elapsed', { time: '2 h' }))).toBeVisible();

  const { user } = await send<{ user: { id: number } }>(page, 'GET', '/api/session');
  const title = 'A letter for the insurer';
  const { site, patient } = own.started;
  const body = { site_id: site, patient_id: patient, title, assignee_id: user.id, priority: 'low' };
  const { id } = await send<{ id: number }>(page, 'POST', '/api/cases', body);
  await page.goto(`/inbox/mine/${id}`);
  const header = page.locator('header', { has: page.getByRole('heading', { name: title, level: 2 }) });
  await expect(header.getByText(/^(2 h|1 h \d\d) left$/)).toBeVisible();

  const start = Date.now();
  const move = async (ms: number) => {
    const now = new Date(start + ms);
    await page.clock.setSystemTime(now);
    await send(page, 'POST', '/api/test/clock', { now: now.toISOString() });
  };
  await move(100 * minute);
  await expect(header.getByText(/^(1[5-9]|20) min left$/)).toBeVisible({ timeout: 30_000 });
  await expect(header.getByText(en('inbox:risk.soon', { what: en('inbox:promise_short.resolution') }))).toBeAttached();
  await expect(page.getByText(/Resolution due soon: .+ was told/)).toBeVisible({ timeout: 30_000 });
  await move(125 * minute);
  await expect(header.getByText(/^([5-9]|10) min late$/)).toBeVisible({ timeout: 30_000 });
  const told = en('inbox:event.overdue', {
    what: en('inbox:promise_short.resolution'),
    done: en('inbox:event.step_told_supervisors'),
  });
  await expect(page.getByText(told)).toBeVisible({ timeout: 30_000 });
  await page.goto('/inbox/at_risk');
  await expect(page.locator(`a[data-case="${id}"]`)).toBeVisible();
  await page.context().close();
});

test('the page of the targets can be used by everybody, narrow and dark', async ({ browser, watched }) => {
  const page = await director_of(browser, watched);
  await page.getByText(en('standards:shape_table'), { exact: true }).click();
  await expect(page.getByRole('table')).toBeVisible();
  await expect_accessible(page);
  await page.setViewportSize({ width: 320, height: 700 });
  await page.getByText(en('standards:shape_sentences'), { exact: true }).click();
  await expect(targets(page).first()).toBeVisible();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(320);
  await expect_accessible_in_both(page, '#content');
  await page.context().close();
});
