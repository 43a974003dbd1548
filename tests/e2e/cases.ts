import AxeBuilder from '@axe-core/playwright';
import type { Browser, Locator, Page } from '@playwright/test';
import { at_the_desk, director, en, expect, send, started } from './desk';

export interface Made {
  id: number;
  number: number;
  version: number;
  title: string;
  conversations: { id: number }[];
}
interface Point {
  id: number;
  value: string;
}
let counter = 0;

/** A case of one's own with an e-mail conversation to write in, so that each story has its own. */
export async function new_conversation(page: Page, title = `Question ${++counter} of ${Date.now()}`): Promise<Made> {
  if (!page.url().startsWith('http')) await page.goto('/settings/account');
  const { patient, site } = started();
  const { user } = await send<{ user: { id: number } }>(page, 'GET', '/api/session');
  const email = `e2e-${Date.now()}-${++counter}@example.test`;
  const points = `/api/patients/${patient}/contact-points`;
  const record = await send<{ contact_points: Point[] }>(page, 'POST', points, { system: 'email', value: email });
  const point = record.contact_points.find((one) => one.value === email);
  await send(page, 'PUT', `${points}/${point?.id}/verification`, { verified: true, method: 'in_person' });
  return send<Made>(page, 'POST', '/api/cases', {
    site_id: site,
    patient_id: patient,
    title,
    assignee_id: user.id,
    language: 'en',
    start: { channel: 'email', contact_point_id: point?.id, subject: title },
  });
}

/** An agent who has just accepted an invitation, at the desk. */
export async function colleague(browser: Browser, name: string): Promise<Page> {
  const context = await director(browser);
  const first = await context.newPage();
  await first.goto('/settings/account');
  const email = `${name.toLowerCase().replace(/\W/g, '.')}.${Date.now()}@clinic.example`;
  const body = { email, name, language: 'en', memberships: [{ role: 'agent', site_id: null }] };
  const { url } = await send<{ url: string }>(first, 'POST', '/api/invitations', body);
  await context.close();
  const page = await (await browser.newContext({ baseURL: started().url })).newPage();
  await page.goto(`/link#${url.split('#')[1]}`);
  await page.getByLabel(en('sign_in:password'), { exact: true }).fill('four unrelated words here');
  await page.getByRole('button', { name: en('sign_in:invitation.submit') }).click();
  await page.getByRole('button', { name: en('sign_in:invitation.later') }).click();
  await at_the_desk(page);
  return page;
}

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function violations(axe: AxeBuilder): Promise<string[]> {
  const found = (await axe.analyze()).violations;
  return found.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

/** No violation of WCAG 2.2 A and AA on the page. */
export async function expect_accessible(page: Page): Promise<void> {
  expect(await violations(new AxeBuilder({ page }).withTags(wcag)), page.url()).toEqual([]);
}

/** A part of the page in light, and its contrast in dark, without leaving what is open (the account follows the system). */
export async function expect_accessible_in_both(page: Page, part: string): Promise<void> {
  const axe = () => new AxeBuilder({ page }).setLegacyMode(true).include(part);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await expect(page.locator(part).last()).toBeVisible();
  expect(await violations(axe().withTags(wcag)), `${part}, light`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await violations(axe().withRules(['color-contrast'])), `${part}, dark`).toEqual([]);
}

/** Moves down the list until the cursor stands on the case; the rows are drawn as one gets there. */
export async function to_row(page: Page, id: number): Promise<void> {
  const cursor = page.locator('a[data-case][tabindex="0"]');
  const row = page.locator(`a[data-case="${id}"][tabindex="0"]`);
  for (let step = 0; step < 400 && (await row.count()) === 0; step++) {
    await page.keyboard.press('j');
    await expect(cursor).toHaveCount(1);
  }
  await expect(row).toHaveCount(1);
}

export const composer = (page: Page) => page.getByRole('textbox', { name: en('inbox:write_reply') });
export const bubble = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });

/** The case is on the screen and takes keys. */
export async function open_case(page: Page, id: number, title: string, view = 'mine'): Promise<void> {
  await page.goto(`/inbox/${view}/${id}`);
  await expect(page.getByRole('heading', { name: title }).first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('button', { name: en('inbox:more'), exact: true })).toBeVisible();
}

export async function choose_more(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: en('inbox:more'), exact: true }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

/** Looks for a case as a person does, until it is found: it may come while one looks. */
export async function find_case(page: Page, words: string): Promise<Locator> {
  const found = page.getByRole('option').filter({ hasText: words }).first();
  await at_the_desk(page);
  await expect(async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type(words);
    await expect(found).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 40_000 });
  return found;
}

/** At 320 px nothing of the open dialog is cut off: neither it nor the page scrolls sideways, and its last button is reached. */
export async function expect_dialog_fits(page: Page): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const box = page.getByRole('dialog').last();
  await expect(box).toBeVisible();
  const excess = () =>
    box.evaluate((one) => ({
      page: document.documentElement.scrollWidth - window.innerWidth,
      dialog: one.scrollWidth - one.clientWidth,
      beyond: Math.ceil(one.getBoundingClientRect().right) - window.innerWidth,
    }));
  await expect.poll(async () => Math.max(...Object.values(await excess())), 'px too wide').toBeLessThanOrEqual(0);
  const last = box.getByRole('button').last();
  await last.scrollIntoViewIfNeeded();
  await expect(last).toBeInViewport();
  if (before) await page.setViewportSize(before);
}

interface Listed {
  items: { id: number; kind: string; direction: string | null; conversation_id: number }[];
}
/** A case in which a patient wrote at least for the second time in one conversation. */
export async function with_two_messages(page: Page): Promise<{ id: number; message: number; title: string }> {
  for (const view of ['all', 'resolved']) {
    const { items } = await send<{ items: Made[] }>(page, 'GET', `/api/cases?view=${view}&channel=email&limit=50`);
    for (const one of items.filter(({ title }) => title !== '')) {
      const list = await send<Listed>(page, 'GET', `/api/cases/${one.id}/messages`);
      const written = list.items.filter((each) => each.kind === 'message');
      const last = written.find((each) => each.direction === 'in');
      const same = written.filter((each) => each.conversation_id === last?.conversation_id);
      if (last && same.length > 1) return { id: one.id, message: last.id, title: one.title };
    }
  }
  throw new Error('in the demo clinic nobody wrote twice');
}
