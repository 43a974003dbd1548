import AxeBuilder from '@axe-core/playwright';
import type { BrowserContext, Page } from '@playwright/test';
import { invented_calls } from '../harness/calls';
import { en, expect, test } from './desk';
import { type Started, start_desk } from './start';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

// A desk of its own: the demo clinic with sixteen weeks of calls.
let desk: { started: Started; stop: () => Promise<void> };
let context: BrowserContext;
let page: Page;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000);
  desk = await start_desk({ patients: 20, days: 5, history: invented_calls(new Date(), 112) });
  context = await browser.newContext({ baseURL: desk.started.url, storageState: desk.started.state });
  page = await context.newPage();
});
test.afterAll(async () => {
  await context?.close();
  await desk?.stop();
});

/** The next Monday of the calendar, with its half hours. */
async function open_monday(): Promise<void> {
  await page.goto('/staffing?channel=phone');
  await page
    .getByRole('button', { name: /^Monday.*expected/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { name: /Half hours of Monday/ })).toBeVisible();
  await expect(agents('10:00')).toBeVisible();
}
const agents = (time: string) => page.getByLabel(en('staffing:day.agents_at', { time }), { exact: true });
const in_time = (time: string) =>
  page
    .getByRole('row', { name: new RegExp(`^${time}`) })
    .getByRole('cell')
    .nth(4);
const share = async (time: string) => Number.parseInt((await in_time(time).innerText()).replace(/\D/g, ''), 10);

test('one less from nine to eleven shows at once what it gives', async () => {
  await open_monday();
  const before = Number(await agents('10:00').inputValue());
  expect(before).toBeGreaterThan(0);
  expect(await share('10:00')).toBeGreaterThanOrEqual(80);
  await page.getByLabel(en('staffing:try.from'), { exact: true }).first().click();
  await page.getByRole('option', { name: '09:30', exact: true }).click();
  await page.getByLabel(en('staffing:try.to'), { exact: true }).first().click();
  await page.getByRole('option', { name: '11:00', exact: true }).click();
  await page.getByRole('button', { name: en('staffing:try.less'), exact: true }).click();
  await expect(agents('10:00')).toHaveValue(String(before - 1));
  await expect.poll(() => share('10:00')).toBeLessThan(80);
  await expect(agents('11:00')).not.toHaveValue('');
  await page.getByRole('button', { name: en('staffing:try.reset') }).click();
  await expect(agents('10:00')).toHaveValue(String(before));
  await expect.poll(() => share('10:00')).toBeGreaterThanOrEqual(80);
});

test('how good the forecast is stands beside it, and what it rests on', async () => {
  await open_monday();
  const accuracy = page.getByRole('region', { name: en('staffing:accuracy.title') }).first();
  await expect(accuracy.getByRole('row')).toHaveCount(9);
  await expect(page.getByText(/Callers would wait \d+ s on average/)).toBeVisible();
  await page.getByText('Erlang C', { exact: true }).click();
  await expect(page).toHaveURL(/model=erlang_c/);
  await expect(page.getByText(en('staffing:assume.about_c'))).toBeVisible();
});

test('a plan is made of what is needed and kept for every such weekday', async () => {
  await open_monday();
  const needed = Number(await agents('10:00').inputValue());
  await page.getByRole('button', { name: en('staffing:plan.make') }).click();
  await expect(page.getByText(en('staffing:day.hint_plan'))).toBeVisible();
  await agents('10:00').fill(String(needed + 3));
  await page.getByRole('button', { name: /^Save for every Monday/ }).click();
  await expect(page.getByRole('button', { name: /^Save for every Monday/ })).toBeHidden();
  await page.reload();
  await expect(agents('10:00')).toHaveValue(String(needed + 3));
});

for (const theme of ['light', 'dark'] as const)
  test(`accessible with its half hours, ${theme}`, async () => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await open_monday();
    await page.evaluate((name) => document.documentElement.setAttribute('data-theme', name), theme);
    const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
    expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(' | ')}`)).toEqual([]);
  });

test('fits 320 px', async () => {
  await page.setViewportSize({ width: 320, height: 640 });
  await open_monday();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
});
