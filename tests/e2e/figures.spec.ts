import { readFileSync } from 'node:fs';
import { en, expect, send, test } from './desk';

test('a figure leads to exactly its cases, and a case to the inbox', async ({ desk }) => {
  await desk.goto('/figures/all?period=last_28_days');
  const row = desk.locator('[data-kpi=first_response_time]');
  await expect(row).toContainText(/\bn \d/);
  const n = Number(/\bn ([\d,.]+)/.exec(await row.innerText())?.[1]?.replace(/[,.]/g, ''));
  expect(n).toBeGreaterThan(0);
  await desk
    .getByRole('button', { name: en('figures:cases.open_label', { name: en('figures:kpi.first_response_time') }) })
    .click();
  const dialog = desk.getByRole('dialog');
  await expect(dialog.getByText(new RegExp(`^${n.toLocaleString('en')} case`))).toBeVisible();
  await dialog
    .getByRole('link', { name: /^No\. \d+/ })
    .first()
    .click();
  await desk.waitForURL(/\/inbox\/all\/\d+/);
});

test('the screen shows what the API answers, and the definition beside it', async ({ desk }) => {
  await desk.goto('/figures/all?period=last_28_days&by=channel');
  await desk.locator('[data-kpi=cases_opened]').waitFor();
  const today = new Date();
  const day = (shift: number) => {
    const moved = new Date(today.getFullYear(), today.getMonth(), today.getDate() + shift);
    return `${moved.getFullYear()}-${String(moved.getMonth() + 1).padStart(2, '0')}-${String(moved.getDate()).padStart(2, '0')}`;
  };
  const answer = await send<{ items: { value: number }[] }>(
    desk,
    'GET',
    `/api/figures?keys=cases_opened&from=${day(-27)}&to=${day(1)}`,
  );
  await expect(desk.locator('[data-kpi=cases_opened]')).toContainText(
    (answer.items[0]?.value ?? -1).toLocaleString('en'),
  );
  await desk.locator('[data-kpi=reopen_rate]').getByRole('button').click();
  await expect(desk.getByText(en('figures:definition.reopen_rate'))).toBeVisible();
  await expect(desk).toHaveURL(/kpi=reopen_rate/);
});

test('period and split stand in the address; the chart has a table; the CSV has the figures', async ({ desk }) => {
  await desk.goto('/figures/all');
  await desk.locator('[data-kpi=cases_opened]').getByRole('button').first().click();
  await desk.getByRole('radiogroup').getByText(en('figures:by.topic'), { exact: true }).click();
  await expect(desk).toHaveURL(/kpi=cases_opened/);
  await expect(desk).toHaveURL(/by=topic/);
  await desk.reload();
  await expect(
    desk
      .getByRole('region', {
        name: en('figures:breakdown.title', {
          name: en('figures:kpi.cases_opened'),
          dimension: en('figures:by.one.topic'),
        }),
      })
      .first(),
  ).toBeVisible();
  await expect(desk.getByRole('img', { name: /Chart of/ })).toBeVisible();
  const trend = desk.getByRole('region', {
    name: en('figures:trend.title', { name: en('figures:kpi.cases_opened') }),
  });
  await trend.getByRole('button', { name: en('figures:trend.table') }).click();
  await expect(trend.getByRole('columnheader', { name: en('figures:trend.day') })).toBeVisible();
  const [file] = await Promise.all([
    desk.waitForEvent('download'),
    desk.getByRole('button', { name: en('figures:csv') }).click(),
  ]);
  const csv = readFileSync(await file.path(), 'utf8');
  expect(csv).toMatch(/^\uFEFFkey,version,clock,group,n,/);
  expect(csv).toContain('first_response_time,1,elapsed,,');
});

test('filters stand in the address, narrow every figure, and go at once', async ({ desk }) => {
  const row = desk.locator('[data-kpi=cases_opened]');
  const opened = async () => Number(/\n([\d,.]+)/.exec(await row.innerText())?.[1]?.replace(/[,.]/g, ''));
  await desk.goto('/figures/all');
  await expect.poll(opened).toBeGreaterThan(0);
  const all = await opened();
  await desk.goto('/figures/all?language=fr&topic=appointment');
  await expect.poll(opened).toBeLessThan(all);
  await desk.getByRole('button', { name: en('figures:filter.clear') }).click();
  await expect(desk).not.toHaveURL(/language|topic/);
  await expect.poll(opened).toBe(all);
});

test('see yourself: sentences with their cases, spread, hours of the week, topics by language, longest waits', async ({
  desk,
}) => {
  await desk.goto('/figures/yourself');
  const first = desk.locator('[data-kpi=first_response_time]');
  await first.getByRole('button', { name: new RegExp(`^${en('figures:definition_label')}`) }).click();
  await expect(desk.getByText(en('figures:definition.first_response_time'))).toBeVisible();
  await desk.keyboard.press('Escape');
  await expect(desk.getByRole('img', { name: /^Chart of the spread of First answer/ })).toBeVisible();
  const spread = desk.getByRole('region', {
    name: en('figures:spread.title', { name: en('figures:kpi.first_response_time') }),
  });
  await spread.getByRole('button', { name: en('figures:trend.table') }).click();
  await expect(spread.getByRole('columnheader', { name: en('figures:spread.share') })).toBeVisible();
  const hours = desk.getByRole('region', { name: en('figures:hours.title') }).first();
  await expect(hours.getByRole('row')).toHaveCount(8); // the hours, and a row for each day
  await expect(
    desk
      .getByRole('region', { name: en('figures:yourself.longest') })
      .getByRole('listitem')
      .first(),
  ).toBeVisible();
  const cell = desk
    .getByRole('region', { name: en('figures:yourself.topics') })
    .getByRole('button')
    .first();
  const n = /: ([\d,.]+)$/.exec((await cell.getAttribute('aria-label')) ?? '')?.[1];
  await cell.click();
  await expect(desk.getByRole('dialog').getByText(new RegExp(`^${n} case`))).toBeVisible();
});
