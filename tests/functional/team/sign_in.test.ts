import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, Desk, password } from './desk';

let desk: Desk;
let admin: Browser;
let number = 0;
const fresh = () => `person${++number}@clinic.example`;
const agent = async (email = fresh()) => ({
  email,
  ...(await desk.colleague(admin, email, [{ role: 'agent', site_id: null }])),
});

beforeAll(async () => {
  desk = await Desk.start();
});
afterAll(() => desk?.stop());

test('an empty installation asks for its first administrator, once', async () => {
  const stranger = desk.browser();
  expect((await stranger.get('/api/session')).body).toMatchObject({
    state: 'signed_out',
    needs_setup: true,
    user: null,
    csrf_token: null,
  });
  admin = await desk.first_administrator();
  const session = (await admin.get('/api/session')).body;
  expect(session).toMatchObject({ state: 'signed_in', needs_setup: false, all_sites: true });
  expect(session.permissions).toContain('staff_manage');
  expect((await admin.get('/api/organisation')).body).toMatchObject({ name: 'Clínica', default_language: 'es' });
  expect((await stranger.accept(desk.setup, {})).status).toBe(404);
});

test('the cookies are out of reach of scripts and other sites', async () => {
  const { email } = await agent();
  const answer = await desk.browser().sign_in(email);
  const cookies = answer.headers.getSetCookie();
  expect(cookies.length).toBe(2);
  for (const cookie of cookies) {
    expect(cookie).toContain('; HttpOnly');
    expect(cookie).toContain('; SameSite=Strict');
    expect(cookie).not.toContain('Secure'); // plain HTTP on the loopback
  }
  expect(answer.headers.get('cache-control')).toContain('no-store');
});

test('wrong passwords wait longer and longer, for accounts that do not exist too', async () => {
  const { email } = await agent();
  for (const who of [email, 'nobody@clinic.example']) {
    const guesser = desk.browser();
    // Three are free, then each waits twice as long as the one before: soon one comes too early, however slow the machine.
    let answer = await guesser.sign_in(who, 'wrong wrong wrong');
    let attempts = 1;
    for (; answer.status === 401 && attempts < 12; ++attempts) {
      expect(answer.body.key).toBe('error.team.sign_in_failed');
      answer = await guesser.sign_in(who, 'wrong wrong wrong');
    }
    expect(attempts).toBeGreaterThan(3);
    const refused = answer;
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  }
});

test('of many who use a link at once, one gets in', async () => {
  const invited = await admin.post('/api/invitations', {
    email: fresh(),
    memberships: [{ role: 'agent', site_id: null }],
  });
  const tries = await Promise.all(
    Array.from({ length: 8 }, () => desk.browser().accept(invited.body.url, { name: 'Nora', password })),
  );
  expect(tries.map((answer) => answer.status).sort()).toEqual([200, 404, 404, 404, 404, 404, 404, 404]);
  expect(new URL(invited.body.url).pathname).toBe('/link');
});

test('sign-out ends the session for good', async () => {
  const { browser } = await agent();
  const cookie = browser.cookie('auricle_session');
  expect((await browser.delete('/api/session')).status).toBe(204);
  expect(browser.cookie('auricle_session')).toBeUndefined();
  const thief = desk.browser();
  expect((await thief.call('GET', '/api/account', undefined, { Cookie: `auricle_session=${cookie}` })).status).toBe(
    401,
  );
});

test('a locked session answers nothing until it is unlocked', async () => {
  const { browser } = await agent();
  expect((await browser.post('/api/session/lock')).status).toBe(204);
  expect((await browser.get('/api/users')).status).toBe(401);
  const locked = (await browser.get('/api/session')).body;
  expect(locked.state).toBe('locked');
  expect(locked.permissions).toEqual([]);
  expect(locked.recent_users.length).toBe(1);
  expect((await browser.post('/api/session/unlock', { password: 'wrong wrong wrong' })).status).toBe(401);
  expect((await browser.post('/api/session/unlock', { password })).body.session.state).toBe('signed_in');
  expect((await browser.get('/api/users')).status).toBe(200);
});

function code_of(base32: string, shift = 0): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...base32].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + shift));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE((mac[19] ?? 0) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

test('second factor: set up, asked for, a code counts once, recovery codes help', async () => {
  const { email, browser } = await agent();
  expect((await browser.post('/api/account/second-factor', { password: 'wrong wrong wrong' })).status).toBe(422);
  const started = await browser.post('/api/account/second-factor', { password });
  expect(started.body.otpauth_url).toMatch(/^otpauth:\/\/totp\//);
  expect((await browser.post('/api/account/second-factor/confirm', { code: '000000' })).status).toBe(422);
  const used = code_of(started.body.secret);
  const confirmed = await browser.post('/api/account/second-factor/confirm', { code: used });
  expect(confirmed.body.codes.length).toBe(10);
  const elsewhere = desk.browser();
  const first = (await elsewhere.sign_in(email)).body;
  expect(first).toMatchObject({ outcome: 'second_factor_required', session: null });
  expect((await elsewhere.get('/api/account')).status).toBe(401);
  const second = (code: string, challenge = first.challenge) =>
    elsewhere.post('/api/session/second-factor', { challenge, code });
  expect((await second(used)).status).toBe(401);
  expect((await second(code_of(started.body.secret, 1))).body.session.assurance).toBe('second_factor');
  const again = (await desk.browser().sign_in(email)).body;
  expect((await second(confirmed.body.codes[0], again.challenge)).status).toBe(200);
  expect((await browser.get('/api/account')).body.recovery_codes_left).toBe(9);
  expect(
    (
      await admin.delete(
        `/api/users/${first.session?.user?.id ?? (await browser.get('/api/account')).body.id}/second-factor`,
      )
    ).status,
  ).toBe(204);
  expect((await desk.browser().sign_in(email)).body.outcome).toBe('signed_in');
});

async function with_second_factor() {
  const { email, id, browser } = await agent();
  const { secret } = (await browser.post('/api/account/second-factor', { password })).body;
  const { codes } = (await browser.post('/api/account/second-factor/confirm', { code: code_of(secret) })).body;
  return { email, id, browser, secret: secret as string, codes: codes as string[] };
}

test('the second factor is demanded each time, in the same browser too', async () => {
  const { email, browser, id, codes } = await with_second_factor();
  const asked = async (what: string, body: object = { email, password }) => {
    const answer = (await browser.post('/api/session', body)).body;
    expect(answer, what).toMatchObject({ outcome: 'second_factor_required', session: null });
    return answer.challenge as string;
  };
  const enter = async (challenge: string) => {
    const code = codes.shift();
    expect(browser.signed(await browser.post('/api/session/second-factor', { challenge, code })).status).toBe(200);
  };
  await browser.delete('/api/session');
  await enter(await asked('after signing out'));
  await asked('while signed in');
  await asked('when switching to oneself', { user_id: id, password });
  await browser.delete('/api/session');
  await enter(await asked('after a recovery code'));
  const changed = { current_password: password, new_password: 'nine blue bicycles' };
  expect((await browser.put('/api/account/password', changed)).status).toBe(204);
  await asked('after a password change', { email, password: 'nine blue bicycles' });
  await browser.delete('/api/session');
  const reset = (await admin.post(`/api/users/${id}/reset-link`)).body.url;
  const accepted = (await browser.accept(reset, { password: 'three loud crickets' })).body;
  expect(accepted).toMatchObject({ outcome: 'second_factor_required', session: null });
  expect((await browser.get('/api/account')).status).toBe(401);
  await enter(accepted.challenge);
  await browser.delete('/api/session');
  await asked('after a reset link', { email, password: 'three loud crickets' });
});

test('turning the second factor on ends the sessions that a password alone opened', async () => {
  const { email, browser } = await agent();
  const elsewhere = desk.browser();
  await elsewhere.sign_in(email);
  const { secret } = (await browser.post('/api/account/second-factor', { password })).body;
  expect((await elsewhere.get('/api/account')).status).toBe(200);
  await browser.post('/api/account/second-factor/confirm', { code: code_of(secret) });
  expect((await elsewhere.get('/api/account')).status).toBe(401);
  expect((await browser.get('/api/account')).status).toBe(200);
});

test('a device is trusted only when asked for, never by a recovery code', async () => {
  const { id, browser, email, secret, codes } = await with_second_factor();
  const enter = async (code: string | undefined, trust_device: boolean) => {
    const { challenge } = (await browser.sign_in(email)).body;
    const done = await browser.post('/api/session/second-factor', { challenge, code, trust_device });
    expect(browser.signed(done).status).toBe(200);
    await browser.delete('/api/session');
    return (await browser.post('/api/session', { user_id: id, password })).body.outcome;
  };
  expect(await enter(codes[0], true)).toBe('second_factor_required');
  expect(await enter(code_of(secret, 1), true)).toBe('signed_in');
  const stranger = (await desk.browser().sign_in(email)).body;
  expect(stranger.outcome).toBe('second_factor_required');
});

test('a new password ends the other sessions and keeps this one', async () => {
  const { email, browser } = await agent();
  const other = desk.browser();
  await other.sign_in(email);
  const change = (new_password: string) =>
    browser.put('/api/account/password', { current_password: password, new_password });
  expect((await change('short')).body.fields[0]).toMatchObject({
    field: 'new_password',
    key: 'error.team.password_short',
  });
  expect((await change('nine blue bicycles')).status).toBe(204);
  expect((await other.get('/api/account')).status).toBe(401);
  expect((await browser.get('/api/account')).status).toBe(200);
  expect((await desk.browser().sign_in(email, 'nine blue bicycles')).status).toBe(200);
});

test('an idle session locks; background requests do not keep it awake', async () => {
  const own = await Desk.start();
  try {
    const director = await own.first_administrator();
    const move = (ms: number) =>
      own.browser().post('/api/test/clock', { now: new Date(Date.now() + ms).toISOString() });
    const minute = 60_000;
    await move(10 * minute);
    expect((await director.get('/api/account')).status).toBe(200);
    await move(20 * minute);
    expect((await director.call('GET', '/api/account', undefined, { 'X-Background': '1' })).status).toBe(200);
    await move(26 * minute);
    expect((await director.get('/api/account')).status).toBe(401);
    expect((await director.get('/api/session')).body.state).toBe('locked');
    await move(13 * 60 * minute);
    expect((await director.get('/api/session')).body.state).toBe('signed_out');
  } finally {
    await own.stop();
  }
}, 30_000);

test('what goes wrong is said in the reader’s language', async () => {
  const say = async (language: string) =>
    (
      await desk
        .browser()
        .call('POST', '/api/session', { email: fresh(), password: 'x' }, { 'Accept-Language': language })
    ).body;
  const texts = await Promise.all(['en', 'es', 'fr', 'ca'].map(say));
  expect(new Set(texts.map((body) => body.detail ?? body.title)).size).toBe(4);
});
