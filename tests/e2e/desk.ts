import { test as base, expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import type { Started } from './start';

export const started = (): Started => JSON.parse(process.env.AURICLE_E2E ?? '{}');

/** What the console may not say: a missing text, a policy broken, a crash. */
export function watch(page: Page, said: string[]): void {
  page.on('console', (message) => {
    const text = message.text();
    // A refused request is part of many stories; the browser reports it as an error by itself.
    if (message.type() === 'error' && !/^Failed to load resource/.test(text)) said.push(text);
  });
  page.on('pageerror', (error) => said.push(String(error)));
}

export const test = base.extend<{ desk: Page; watched: string[] }>({
  watched: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern
    async ({}, use) => {
      const said: string[] = [];
      await use(said);
      expect(said, 'errors in the browser console').toEqual([]);
    },
    { auto: true },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: as above
  baseURL: async ({}, use) => use(started().url),
  page: async ({ page, watched }, use) => {
    watch(page, watched);
    await use(page);
  },
  /** A page of the director of the demo clinic. */
  desk: async ({ browser, watched }, use) => {
    const context = await director(browser);
    const page = await context.newPage();
    watch(page, watched);
    await use(page);
    await context.close();
  },
});
export { expect };

export async function director(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<BrowserContext> {
  return browser.newContext({ baseURL: started().url, storageState: started().state, ...options });
}

/** Signing in happens in place: what tells that one is at the desk is its navigation, not the address. */
export async function at_the_desk(page: Page): Promise<void> {
  await expect(page.getByRole('navigation', { name: en('app:main_navigation') })).toBeVisible();
}

/** E-mail and password as a person types them. */
export async function give_password(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel(en('sign_in:email')).fill(email);
  await page.getByLabel(en('sign_in:password'), { exact: true }).fill(password);
  await page.keyboard.press('Enter');
}

export async function sign_out(page: Page): Promise<void> {
  await page.getByRole('button', { name: /, (available|busy|on a break|offline)/i }).click();
  await page.getByRole('menuitem', { name: en('app:sign_out') }).click();
  await expect(page.getByRole('textbox', { name: en('sign_in:email') })).toBeVisible();
}

/** The browser forgets who was signed in. Leaves the desk first: a page that notices goes to the sign-in page by itself. */
export async function forget_session(page: Page): Promise<void> {
  await page.goto('about:blank');
  await page.context().clearCookies();
}

/** A request of the signed-in browser, with the token every change needs. */
export async function send<T>(
  page: Page,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  return page.evaluate(
    async ([verb, where, what]) => {
      const session = await (await fetch('/api/session')).json();
      const headers: Record<string, string> = { 'Content-Type': 'application/json' };
      if (session.csrf_token) headers['X-CSRF-Token'] = session.csrf_token;
      const answer = await fetch(where as string, {
        method: verb as string,
        headers,
        body: what === undefined ? undefined : JSON.stringify(what),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${verb} ${where}: ${answer.status} ${text}`);
      return text ? JSON.parse(text) : undefined;
    },
    [method, path, body] as const,
  ) as Promise<T>;
}

/** Letters of the moment, so that each telling of a story has people of its own. */
export const letters = () => String(Date.now()).replace(/./g, (digit) => 'abcdefghij'[Number(digit)] ?? '');

let counter = 0;

/** Cases of the director's, newest last, that one can find by their titles. */
export async function new_cases(page: Page, count: number): Promise<{ id: number; title: string }[]> {
  if (!page.url().startsWith('http')) await page.goto('/settings/account');
  const { user } = await send<{ user: { id: number } }>(page, 'GET', '/api/session');
  const made: { id: number; title: string }[] = [];
  for (let i = 0; i < count; i++) {
    const title = `Work ${++counter} of ${Date.now()}`;
    const body = { site_id: started().site, patient_id: started().patient, title, assignee_id: user.id };
    made.push({ title, ...(await send<{ id: number }>(page, 'POST', '/api/cases', body)) });
  }
  return made;
}

/** Sets the language and theme of the account, as the account page does, then opens a path with them. */
export async function open_as(page: Page, path: string, account: { language?: string; theme?: string }): Promise<void> {
  if (!page.url().startsWith('http')) await page.goto('/settings/account');
  await send(page, 'PATCH', '/api/account', account);
  await page.goto(path);
}

/** Texts as the screens use them: `say('es', 'sign_in:submit')`. */
export function say(language: string, key: string, values: Record<string, string | number> = {}): string {
  const [space, name] = key.split(':') as [string, string];
  const file = JSON.parse(readFileSync(new URL(`../../locales/${language}/${space}.json`, import.meta.url), 'utf8'));
  const text = name.split('.').reduce((at, one) => at?.[one], file) ?? file[name];
  if (typeof text !== 'string') throw new Error(`no text ${key} in ${language}`);
  return text.replace(/{{(\w+)}}/g, (_all, one) => String(values[one]));
}
export const en = (key: string, values: Record<string, string | number> = {}): string => say('en', key, values);
