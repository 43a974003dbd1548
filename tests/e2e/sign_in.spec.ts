import { createHmac } from 'node:crypto';
import type { Browser, Page } from '@playwright/test';
import {
  at_the_desk,
  director,
  en,
  expect,
  forget_session,
  give_password,
  send,
  sign_out,
  started,
  test,
  watch,
} from './desk';

const password = 'correct horse battery staple';
/** Each run its own person, so that a story can be told again. */
const fresh = (name: string) => `${name}.${Date.now()}@clinic.example`;

/** Invites somebody as the director and answers the one-time link. */
async function invite(browser: Browser, email: string, role = 'agent'): Promise<string> {
  const context = await director(browser);
  const page = await context.newPage();
  await page.goto('/settings/account');
  const body = { email, name: 'Núria Casals', language: 'en', memberships: [{ role, site_id: null }] };
  const { url } = await send<{ url: string }>(page, 'POST', '/api/invitations', body);
  await context.close();
  return `/link#${url.split('#')[1]}`;
}

async function accept(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel(en('sign_in:password'), { exact: true }).fill(password);
  await page.getByRole('button', { name: en('sign_in:invitation.submit') }).click();
  await expect(page.getByRole('heading', { name: en('sign_in:invitation.second_factor_title') })).toBeVisible();
}

/** RFC 6238 with the usual parameters. */
function totp(secret: string, at: number): string {
  let bits = '';
  for (const letter of secret.replace(/[\s=]/g, ''))
    bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

test('an invited colleague sets a password, turns on the second factor and signs in with it', async ({
  browser,
  page,
}) => {
  const email = fresh('nuria.casals');
  await accept(page, await invite(browser, email));
  await page.getByLabel(en('account:password.current')).fill(password);
  await page.getByRole('button', { name: en('account:factor.start') }).click();
  await expect(page.getByRole('img', { name: en('account:factor.qr') })).toBeVisible();
  const secret = await page.getByText(/^[A-Z2-7]{4}( [A-Z2-7]{1,4}){3,}$/).innerText();
  await page.getByLabel(en('account:factor.code')).fill(totp(secret, Date.now()));
  await page.getByRole('button', { name: en('account:factor.confirm') }).click();
  const list = page.getByRole('region', { name: en('account:codes.title') }).getByRole('listitem');
  await expect(list).toHaveCount(10);
  const codes = await list.allInnerTexts();
  await page.getByRole('button', { name: en('sign_in:invitation.enter') }).click();
  await at_the_desk(page);

  const by_recovery_code = async (code = '') => {
    await sign_out(page);
    await give_password(page, email, password);
    await page.getByRole('button', { name: en('sign_in:factor.use_recovery') }).click();
    await page.getByLabel(en('sign_in:factor.recovery_code')).fill(code);
    await page.keyboard.press('Enter');
  };
  await by_recovery_code(codes[0]);
  await at_the_desk(page);
  // The code is demanded again, and a recovery code works once.
  await by_recovery_code(codes[0]);
  await expect(page.getByText(en('sign_in:factor.recovery_wrong'))).toBeVisible();
  // A device is trusted only when asked for.
  await page.getByRole('button', { name: en('sign_in:factor.use_code') }).click();
  await page.getByLabel(en('sign_in:factor.trust')).check();
  await page.getByLabel(en('sign_in:factor.code'), { exact: true }).fill(totp(secret, Date.now() + 30_000));
  await page.keyboard.press('Enter');
  await at_the_desk(page);
  await sign_out(page);
  await give_password(page, email, password);
  await at_the_desk(page);
});

test('a one-time link works once', async ({ browser, page }) => {
  const link = await invite(browser, fresh('once'));
  await accept(page, link);
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByRole('heading', { name: en('sign_in:link.invalid_title') })).toBeVisible();
});

test('wrong passwords are answered with a growing pause that is shown', async ({ browser, page }) => {
  const email = fresh('pause');
  await accept(page, await invite(browser, email));
  await forget_session(page);
  await page.goto('/sign-in');
  await page.getByLabel(en('sign_in:email')).fill(email);
  await page.getByLabel(en('sign_in:password'), { exact: true }).fill('not the password');
  const button = page.getByRole('button', { name: en('sign_in:submit') });
  await button.click();
  await expect(page.getByText(en('sign_in:wrong'))).toBeVisible();
  // The pauses are short at first; each further try makes the next one longer.
  await expect(async () => {
    if (await button.isEnabled()) await button.click({ timeout: 1000 });
    const paused = () =>
      document.querySelector('[role=timer]') !== null &&
      document.querySelector<HTMLButtonElement>('button[type=submit]')?.disabled === true;
    expect(await page.evaluate(paused)).toBe(true);
  }).toPass({ timeout: 30_000 });
  await expect(page.getByLabel(en('sign_in:email'))).toHaveValue(email);
});

test('what was typed survives a lost connection and is sent when it is back', async ({ browser, page, context }) => {
  const email = fresh('offline');
  await accept(page, await invite(browser, email));
  await forget_session(page);
  await page.goto('/sign-in');
  await page.getByLabel(en('sign_in:email')).fill(email);
  await page.getByLabel(en('sign_in:password'), { exact: true }).fill(password);
  await context.setOffline(true);
  await page.keyboard.press('Enter');
  await expect(page.getByText(en('sign_in:offline'))).toBeVisible();
  await context.setOffline(false);
  await page.waitForURL(/\/inbox/);
});

test('the page one asked for comes after signing in; another site never does', async ({ browser, page }) => {
  const email = fresh('next');
  await accept(page, await invite(browser, email));
  await forget_session(page);
  for (const [asked, got] of [
    ['/patients', /\/patients$/],
    ['/sign-in?next=//evil.example/x', /\/inbox/],
  ] as const) {
    await page.goto(asked);
    await page.getByLabel(en('sign_in:email')).fill(email);
    await page.getByLabel(en('sign_in:password'), { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    await page.waitForURL(got);
    expect(new URL(page.url()).origin).toBe(started().url);
    await forget_session(page);
  }
});

test('a locked screen shows nothing of the desk and opens with the password', async ({ browser, page }) => {
  await accept(page, await invite(browser, fresh('lock')));
  await page.getByRole('button', { name: en('sign_in:invitation.later') }).click();
  await at_the_desk(page);
  await page.goto('/patients');
  await expect(page.getByLabel(en('patients:search.label'))).toBeVisible();
  await page.keyboard.press('Control+Shift+L');
  await expect(page.getByRole('heading', { name: en('sign_in:lock.title') })).toBeVisible();
  await expect(page.getByRole('searchbox').or(page.getByLabel(en('patients:search.label')))).toHaveCount(0);
  await page.getByLabel(en('sign_in:password'), { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await expect(page.getByLabel(en('patients:search.label'))).toBeVisible();
});

test('signing out in one tab ends the other', async ({ browser, page, context, watched }) => {
  await accept(page, await invite(browser, fresh('tabs')));
  await page.getByRole('button', { name: en('sign_in:invitation.later') }).click();
  await at_the_desk(page);
  const other = await context.newPage();
  watch(other, watched);
  await other.goto('/patients');
  await at_the_desk(other);
  await sign_out(page);
  await expect(other.getByLabel(en('sign_in:email'))).toBeVisible();
});
