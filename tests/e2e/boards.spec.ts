import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { en, expect, send, test } from './desk';
import { settled, wcag } from './pages';

const region = (desk: Page, key: string, values: Record<string, string | number> = {}) =>
  desk.getByRole('region', { name: en(key, values), exact: true }).first();
const number_in = (text: string) => Number(text.replace(/[^\d]/g, ''));

/** The first look at a dashboard on a busy machine: code, words of the account, figures, charts. */
const slow = { timeout: 30_000 };

test('a dashboard is asked for with few questions, and its tiles say what the API says', async ({ desk }) => {
  const asked: string[] = [];
  desk.on('request', (request) => {
    if (/\/api\/figures/.test(request.url())) asked.push(request.url());
  });
  await desk.goto('/figures/calls?period=last_28_days&compare=none');
  const tile = desk.locator('[data-kpi=calls_offered]');
  await expect(tile.getByText(/a day$/)).toBeVisible(slow);
  const total = asked.find((url) => url.includes('calls_offered') && !url.includes('by='));
  expect(total).toBeDefined();
  const { pathname, search } = new URL(total ?? '');
  const answer = await send<{ items: { key: string; value: number }[] }>(desk, 'GET', pathname + search);
  const value = answer.items.find((one) => one.key === 'calls_offered')?.value ?? -1;
  await expect(tile).toContainText(value.toLocaleString('en'));
  // Eight charts and six tiles: the period, its days, the hours, the people, three spreads, and the channels to choose from.
  expect(asked.length).toBeLessThanOrEqual(9);
});

test('filters go along from one dashboard to the next and back', async ({ desk }) => {
  await desk.goto('/figures?period=last_7_days&language=fr');
  const nav = desk.getByRole('navigation', { name: en('boards:title') });
  await nav.getByRole('link', { name: en('boards:name.topics') }).click();
  await expect(desk).toHaveURL(/\/figures\/topics\?.*period=last_7_days.*language=fr/);
  await expect(desk.locator('[data-kpi=cases_opened]')).toBeVisible();
  await expect(nav.getByRole('link', { name: en('boards:name.topics') })).toHaveAttribute('aria-current', 'page');
  await desk.goBack();
  await expect(desk.locator('[data-kpi=contacts]')).toBeVisible();
  await expect(desk).toHaveURL(/\/figures\?period=last_7_days/);
});

test('a tile leads to everything about its figure, and says what is counted', async ({ desk }) => {
  await desk.goto('/figures?language=es');
  const tile = desk.locator('[data-kpi=first_response_time]');
  await tile.getByRole('button', { name: new RegExp(`^${en('figures:definition_label')}`) }).press('Enter');
  const words = desk.getByRole('dialog');
  await expect(words.getByText(en('figures:definition.first_response_time'))).toBeVisible();
  await desk.keyboard.press('Escape');
  await expect(words).toBeHidden();
  await tile.getByRole('link').click();
  await expect(desk).toHaveURL(/\/figures\/all\?.*language=es/);
  await expect(desk.locator('[data-figure=first_response_time]')).toBeVisible();
});

test('from one dashboard to another, a tile leads to its own figure', async ({ desk }) => {
  await desk.goto('/figures/topics?period=last_7_days');
  await desk.locator('[data-kpi=reopen_rate]').getByRole('link').click();
  await expect(desk).toHaveURL(/\/figures\/all\?period=last_7_days&kpi=reopen_rate$/);
  await expect(desk.locator('[data-figure=reopen_rate]')).toBeVisible();
});

test('a number of a ranking leads to exactly its cases', async ({ desk }) => {
  await desk.goto('/figures/topics');
  const table = region(desk, 'boards:ranking_title', { dimension: en('figures:by.one.topic') });
  const cell = table.locator('tbody tr').first().getByRole('button').first();
  const n = number_in(await cell.innerText());
  await cell.click();
  await expect(desk.getByRole('dialog').getByText(new RegExp(`^${n} case`))).toBeVisible();
});

test('a ranking is ordered by any of its figures', async ({ desk }) => {
  await desk.goto('/figures/appointments');
  const table = region(desk, 'boards:ranking_title', { dimension: en('figures:by.one.service') });
  const column = table.getByRole('columnheader', { name: en('figures:kpi.no_show_rate') });
  const shares = async () =>
    (await table.locator('tbody tr td:nth-child(2) button').allInnerTexts()).map((text) => Number.parseFloat(text));
  await column.getByRole('button').click();
  await expect(column).toHaveAttribute('aria-sort', 'descending');
  await expect.poll(async () => (await shares()).length).toBeGreaterThan(1);
  const down = await shares();
  expect(down).toEqual([...down].sort((a, b) => b - a));
  await column.getByRole('button').click();
  await expect(column).toHaveAttribute('aria-sort', 'ascending');
  await expect.poll(shares).toEqual([...down].sort((a, b) => a - b));
});

test('an hour of the week is reached by arrow keys and leads to its calls', async ({ desk }) => {
  await desk.goto('/figures/calls');
  const hours = region(desk, 'boards:hours_title', { name: en('figures:kpi.calls_offered') });
  const stop = hours.locator('button[data-cell][tabindex="0"]');
  await expect(stop).toHaveCount(1, slow);
  await stop.focus();
  await desk.keyboard.press('ArrowRight');
  const here = hours.locator('button[data-cell]:focus');
  await expect(here).toHaveAttribute('tabindex', '-1');
  const n = number_in(/\(n ([\d,]+)\)/.exec((await here.getAttribute('aria-label')) ?? '')?.[1] ?? '');
  await desk.keyboard.press('Enter');
  await expect(desk.getByRole('dialog').getByText(new RegExp(`^${n} calls?$`))).toBeVisible();
});

test('a bar of a spread leads to its cases by key', async ({ desk }) => {
  await desk.goto('/figures/calls');
  const spread = region(desk, 'figures:spread.title', { name: en('figures:kpi.average_speed_of_answer') });
  await spread.getByRole('button', { name: en('figures:trend.table') }).click();
  const cell = spread.locator('tbody button').first();
  const n = number_in(await cell.innerText());
  await cell.click();
  await expect(desk.getByRole('dialog').getByText(new RegExp(`^${n} calls?$`))).toBeVisible();
});

test('every chart is saved as table and as picture', async ({ desk }) => {
  await desk.goto('/figures');
  const trend = region(desk, 'figures:trend.title', { name: en('figures:kpi.first_response_time') });
  await expect(trend.getByRole('img', { name: /^Chart of/ })).toBeVisible(slow);
  const save = async (kind: string) => {
    await trend.getByRole('button', { name: /^More of/ }).click();
    const [file] = await Promise.all([
      desk.waitForEvent('download'),
      desk.getByRole('menuitem', { name: kind, exact: true }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(new RegExp(`^auricle-first_response_time-.*\\.${kind.toLowerCase()}$`));
    return readFileSync(await file.path());
  };
  expect((await save('CSV')).toString('utf8')).toMatch(/^\uFEFFday,value,p90,n\r\n\d{4}-\d\d-\d\d,/);
  const svg = (await save('SVG')).toString('utf8');
  expect(svg).toMatch(/^<svg xmlns/);
  expect(svg).toContain('>answer</text>'); // the title, word by word
  expect(svg).toContain('<path'); // and the bars
  const png = await save('PNG');
  expect([...png.subarray(1, 4)].map((one) => String.fromCharCode(one)).join('')).toBe('PNG');
  expect(png.length).toBeGreaterThan(5_000);
  const hours = region(desk, 'figures:hours.title');
  await hours.getByRole('button', { name: /^More of/ }).click();
  await expect(desk.getByRole('menuitem', { name: 'SVG' })).toBeVisible();
});

test('a dashboard with nothing to show says what would fill it', async ({ desk }) => {
  await desk.goto('/figures/automation');
  await expect(desk.getByText(en('boards:empty.automation'))).toBeVisible(slow);
  await expect(desk.getByText(en('boards:fill.automation'))).toBeVisible();
});

for (const theme of ['dark', 'light'] as const) {
  test(`the wallboard shows what waits and is accessible, ${theme}`, async ({ desk }) => {
    await desk.goto('/wall');
    await desk.locator('[data-waiting]').waitFor();
    if (theme === 'light') await desk.getByRole('button', { name: en('wall:light'), exact: true }).click();
    await expect(desk.locator('html')).toHaveAttribute('data-theme', theme, slow);
    await settled(desk);
    const { violations } = await new AxeBuilder({ page: desk }).withTags(wcag).analyze();
    expect(violations.map((one) => `${one.id} ${one.nodes.map((node) => node.target)}`)).toEqual([]);
    const answer = await send<{ channels: { waiting: number }[] }>(desk, 'GET', '/api/wall');
    const waiting = answer.channels.reduce((sum, one) => sum + one.waiting, 0);
    await expect(desk.locator('[data-waiting]')).toHaveText(waiting.toLocaleString('en'));
    if (theme === 'light') await desk.getByRole('button', { name: en('wall:dark'), exact: true }).click();
  });
}

test('the wallboard moves by push and says when the connection is lost', async ({ desk }) => {
  test.setTimeout(150_000);
  const context = desk.context();
  await desk.goto('/wall');
  const available = desk
    .getByRole('region', { name: en('wall:people') })
    .locator('p', { hasText: en('wall:available') })
    .locator('b');
  const become = async (presence: string) => {
    await send(desk, 'PUT', '/api/account/presence', { presence });
    const done = Date.now();
    let n = -1;
    // The server keeps an answer for a second: one of after the change is waited for.
    const said_at = async () => {
      const wall = await send<{ as_of: string; people: { state: string; n: number }[] }>(desk, 'GET', '/api/wall');
      n = wall.people.find(({ state }) => state === 'available')?.n ?? -1;
      return Date.parse(wall.as_of);
    };
    await expect.poll(said_at).toBeGreaterThanOrEqual(done);
    await expect(available).toHaveText(String(n));
    return n;
  };
  const busy = await become('busy');
  expect(await become('available')).toBe(busy + 1);
  await context.setOffline(true);
  await expect(desk.getByRole('alert')).toContainText(en('wall:reconnecting'), { timeout: 30_000 });
  await context.setOffline(false);
  await expect(desk.getByRole('alert')).toBeHidden({ timeout: 45_000 });
});
