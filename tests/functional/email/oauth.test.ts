// A mailbox that is signed in to with tokens: real Dovecot and Postfix ask a token server; it is refreshed, and revoked.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, onBothDatabases, type Server, startServer, until } from '../../harness/server.ts';
import { type MailServer, start_mail_server } from '../../mail/server.mjs';
import { start_token_server, type TokenServer } from '../../mail/tokens.mjs';

const address = 'citas@clinic.example';

onBothDatabases('signing in to mail with tokens', (database) => {
  let tokens: TokenServer;
  let mail: MailServer;
  let server: Server;
  let admin: Client;
  let agent: Client;
  let box = 0;
  let site = 0;
  const redirect_url = 'http://127.0.0.1/settings/mailboxes/sign-in';
  const settings = (more: Record<string, unknown> = {}) => {
    const one = { host: 'localhost', user: address, ca_certificate: mail.ca };
    return {
      address,
      name: 'Citas',
      site_id: site,
      language: 'es',
      active: true,
      ...more,
      imap: { ...one, port: mail.ports.imaps, security: 'tls' },
      smtp: { ...one, port: mail.ports.submission, security: 'starttls' },
    };
  };
  const mailbox = async () => (await admin.get(`/api/mailboxes/${box}`)).body;
  const begin = (more: Record<string, unknown> = {}) =>
    admin.post(`/api/mailboxes/${box}/sign-in`, {
      provider: 'other',
      client_id: 'clinic',
      client_secret: 'client secret',
      scope: 'mail',
      authorize_url: `${tokens.url}/authorize`,
      token_url: `${tokens.url}/token`,
      redirect_url,
      ...more,
    });
  const consent = async (url: string) => {
    const back = new URL((await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '');
    expect(back.href).toContain(redirect_url);
    return { state: back.searchParams.get('state'), code: back.searchParams.get('code') };
  };

  beforeAll(async () => {
    tokens = await start_token_server({ user: address, expires_in: 360 });
    mail = await start_mail_server({ accounts: ['ana@example.com'], introspection: `${tokens.url}/introspect` });
    server = await startServer({ database });
    admin = await server.first_administrator();
    agent = await server.sign_in(admin, 'agent@clinic.example', ['agent']);
    site = (await admin.get('/api/sites')).body.items[0].id;
    const made = await admin.post('/api/mailboxes', settings());
    expect(made.status, made.text).toBe(201);
    box = made.body.id;
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    await mail?.stop();
    await tokens?.stop();
  });

  test('without a password or a token nothing is read', async () => {
    const found = await until('the refusal', async () => {
      const now = await mailbox();
      return now.error_key && now;
    });
    expect(found).toMatchObject({ sign_in: 'password', state: 'failed' });
  });

  test('unsafe addresses, foreign states and wrong codes are refused', async () => {
    expect((await begin({ token_url: 'http://provider.example/token' })).status).toBe(422);
    expect((await admin.post(`/api/mailboxes/${box}/sign-in/complete`, { state: 'x', code: 'y' })).status).toBe(409);
    const { state } = await consent((await begin()).body.url);
    const refused = await admin.post(`/api/mailboxes/${box}/sign-in/complete`, { state, code: 'wrong' });
    expect([refused.status, refused.body.key]).toEqual([409, 'error.mail_consent_not_given']);
    expect((await agent.post(`/api/mailboxes/${box}/sign-in/complete`, { state, code: 'y' })).status).toBe(403);
  });

  test('after the consent mail is read and sent', async () => {
    const started = await begin();
    expect(started.status, started.text).toBe(200);
    expect(started.text).not.toContain('client secret');
    expect(new URL(started.body.url).searchParams.get('code_challenge_method')).toBe('S256');
    const ended = await admin.post(`/api/mailboxes/${box}/sign-in/complete`, await consent(started.body.url));
    expect(ended.status, ended.text).toBe(200);
    expect(ended.body.sign_in).toBe('token');
    await until('the mailbox to be connected', async () => (await mailbox()).state === 'connected');
    await mail.deliver({ from: 'ana@example.com', to: address, subject: 'Con token', text: 'Hola' });
    const found = await until('the case', async () =>
      (await agent.get('/api/cases?view=all')).body.items.find((c: any) => c.title === 'Con token'),
    );
    const last = (await agent.get(`/api/cases/${found.id}/messages`)).body.items[0];
    const sent = await agent.post(`/api/cases/${found.id}/replies`, {
      idempotency_key: randomUUID(),
      conversation_id: last.conversation_id,
      text: 'Respuesta',
      expected_last_message_id: last.id,
    });
    expect(sent.status, sent.text).toBeLessThan(300);
    await server.move_clock(new Date(Date.now() + 11_000));
    await mail.wait_for_mail('ana@example.com', (raw) => raw.includes('Respuesta'));
    const tried = await admin.post(`/api/mailboxes/${box}/test`, settings());
    expect(
      tried.body?.steps?.filter((s: any) => s.state === 'failed'),
      tried.text,
    ).toEqual([]);
  });

  test('the token is refreshed before it expires', async () => {
    const before = tokens.state.refreshes;
    await server.move_clock(new Date(Date.now() + 130_000));
    await mail.deliver({ from: 'ana@example.com', to: address, subject: 'Después', text: 'Hola' });
    const found = await until('the case', async () =>
      (await agent.get('/api/cases?view=all')).body.items.find((c: any) => c.title === 'Después'),
    );
    const last = (await agent.get(`/api/cases/${found.id}/messages`)).body.items[0];
    await agent.post(`/api/cases/${found.id}/replies`, {
      idempotency_key: randomUUID(),
      conversation_id: last.conversation_id,
      text: 'Otra respuesta',
      expected_last_message_id: last.id,
    });
    await server.move_clock(new Date(Date.now() + 145_000));
    await mail.wait_for_mail('ana@example.com', (raw) => raw.includes('Otra respuesta'));
    expect(tokens.state.refreshes).toBeGreaterThan(before);
  });

  test('a consent that was withdrawn is said so', async () => {
    tokens.state.revoked = true;
    await server.move_clock(new Date(Date.now() + 600_000));
    await admin.put(`/api/mailboxes/${box}`, settings({ signature: 'x' }));
    const found = await until('the failure', async () => {
      const now = await mailbox();
      return now.error_key === 'error.mail_consent_revoked' && now;
    });
    expect(found.state).toBe('failed');
    expect((await admin.delete(`/api/mailboxes/${box}/sign-in`)).body.sign_in).toBe('password');
  });

  test('tokens go to the servers they were given for, to no other', async () => {
    tokens.state.revoked = false;
    const again = async () => {
      const ended = await admin.post(`/api/mailboxes/${box}/sign-in/complete`, await consent((await begin()).body.url));
      expect(ended.body.sign_in).toBe('token');
    };
    await again();
    expect((await begin({ token_url: `${tokens.url}/other` })).status).toBe(200);
    expect((await mailbox()).sign_in).toBe('password');
    await again();
    const elsewhere = settings();
    elsewhere.smtp.host = '127.0.0.1';
    expect((await admin.put(`/api/mailboxes/${box}`, elsewhere)).body.sign_in).toBe('password');
  });
});
