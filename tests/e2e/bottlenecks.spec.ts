import AxeBuilder from '@axe-core/playwright';
import type { BrowserContext, Page } from '@playwright/test';
import { slow_prescriptions } from '../harness/slow_prescriptions';
import { en, expect, test } from './desk';
import { wcag } from './pages';
import { type Started, start_desk } from './start';

// A desk of its own: a small demo clinic, and four weeks in which prescriptions at Norte wait.
let desk: { started: Started; stop: () => Promise<void> };
let context: BrowserContext;
let page: Page;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000);
  desk = await start_desk({ patients: 20, days: 5, history: slow_prescriptions(new Date()) });
  context = await browser.newContext({ baseURL: desk.started.url, storageState: desk.started.state });
  page = await context.newPage();
});
test.afterAll(async () => {
  await context?.close();
  await desk?.stop();
});

const finding = () => page.getByRole('article', { name: /Clínica Norte, Prescription/i });
async function open(): Promise<void> {
  await page.goto('/bottlenecks');
  await expect(finding()).toBeVisible();
}

test('the worst comes first, with why and what to do, and leads to its cases', async () => {
  await open();
  const first = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('article') })
    .first();
  await expect(first).toContainText('Clínica Norte');
  await expect(finding()).toContainText(en('bottlenecks:action.automation'));
  await expect(finding()).toContainText(/24 cases/);
  // The worst is open; the comparison says how many stand on each side.
  await expect(finding().getByRole('row', { name: /^These 24 / })).toBeVisible();
  await finding()
    .getByRole('button', { name: en('figures:trend.table') })
    .click();
  await expect(finding().getByRole('columnheader', { name: en('bottlenecks:spread.time') })).toBeVisible();
  await finding().getByRole('button', { name: /24/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('row')).toHaveCount(25);
  await dialog.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/inbox\/all\/\d+/);
});

test('the evidence opens and closes by keyboard', async () => {
  await open();
  const why = finding().getByRole('button', { name: en('bottlenecks:evidence') });
  await expect(why).toHaveAttribute('aria-expanded', 'true');
  await why.press('Enter');
  await expect(why).toHaveAttribute('aria-expanded', 'false');
  await why.press('Enter');
  await expect(finding().getByRole('row', { name: /^These 24 / })).toBeVisible();
});

test('what changed stands as parts that lead from week to week, and where they come from', async () => {
  await open();
  const change = page.getByRole('region', { name: en('bottlenecks:change.title') });
  await expect(change.getByRole('row', { name: new RegExp(`^${en('bottlenecks:change.volume')}`) })).toBeVisible();
  const groups = change.getByRole('region', { name: en('bottlenecks:change.groups') });
  await expect(groups.getByRole('row', { name: /Clínica (Norte|Sur), .* → / }).first()).toBeVisible();
});

test('period and site stand in the address; too few cases say how many it takes', async () => {
  await open();
  await page.getByLabel(en('figures:filter.site'), { exact: true }).first().click();
  await page.getByRole('option', { name: 'Clínica Sur' }).click();
  await expect(page).toHaveURL(/site=\d+/);
  await expect(finding()).toBeHidden();
  await page.getByLabel(en('bottlenecks:bar.last')).fill('2020-01-31');
  await expect(page).toHaveURL(/last=2020-01-31/);
  await expect(page.getByText(en('bottlenecks:few.title'))).toBeVisible();
  await expect(page.getByText(/at least 20/)).toBeVisible();
  await page.reload();
  await expect(page.getByText(en('bottlenecks:few.title'))).toBeVisible();
});

for (const theme of ['light', 'dark'] as const)
  test(`accessible with its evidence and its cases, ${theme}`, async () => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await open();
    await page.evaluate((name) => document.documentElement.setAttribute('data-theme', name), theme);
    const problems = async () => {
      const { violations } = await new AxeBuilder({ page }).withTags(wcag).analyze();
      return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(' | ')}`);
    };
    await expect(page.getByRole('region', { name: en('bottlenecks:stages.title') })).toBeVisible();
    expect(await problems()).toEqual([]);
    await finding().getByRole('button', { name: /24/ }).click();
    await expect(page.getByRole('dialog').getByRole('row')).toHaveCount(25);
    expect(await problems()).toEqual([]);
  });

test('fits 320 px', async () => {
  await page.setViewportSize({ width: 320, height: 640 });
  await open();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
});
