// docs/how-to/reverse-proxy.md as it stands there, in a real nginx: only names, ports and places differ.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, type Server, startServer, until } from '../../harness/server.ts';

const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync);
const description = join(import.meta.dirname, '../../../docs/how-to/reverse-proxy.md');

function configuration(folder: string, ports: { https: number; http: number; program: number }): string {
  const block = /```nginx\n([\s\S]*?)```/.exec(readFileSync(description, 'utf8'))?.[1] ?? '';
  const here = block
    .replaceAll('/etc/letsencrypt/live/desk.example.org', folder)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${ports.program}`)
    .replaceAll(/^\s*listen \[::\].*\n/gm, '')
    .replaceAll('listen 443 ', `listen 127.0.0.1:${ports.https} `)
    .replaceAll('listen 80;', `listen 127.0.0.1:${ports.http};`);
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/tmp;`)
    .join('\n');
  return `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events {} http { ${places}\n${here} }`;
}

describe.skipIf(!nginx)(`behind nginx${nginx ? '' : ' (it is not installed)'}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'auricle-proxy-'));
  let server: Server;
  let proxy: ChildProcess;
  let https = 0;
  let http = 0;
  let cookie = '';
  let csrf = '';
  const certificate = () => readFileSync(join(folder, 'fullchain.pem'));
  const origin = () => `https://desk.example.org:${https}`;

  interface Got {
    status: number;
    headers: Record<string, string | string[] | undefined>;
    text: string;
  }
  // As a browser on another machine (127.0.0.2) would, that claims to be somebody else.
  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Got> =>
    new Promise((resolve, reject) => {
      const bytes =
        body instanceof Uint8Array ? body : body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const all: Record<string, string> = {
        Origin: origin(),
        'X-Forwarded-For': '203.0.113.9',
        'X-Forwarded-Proto': 'http',
        ...headers,
      };
      if (bytes) all['Content-Type'] ??= 'application/json';
      if (bytes) all['Content-Length'] = String(bytes.length);
      if (cookie) all.Cookie = cookie;
      if (csrf) all['X-CSRF-Token'] = csrf;
      const where = {
        host: '127.0.0.1',
        port: https,
        servername: 'desk.example.org',
        ca: certificate(),
        localAddress: '127.0.0.2',
      };
      const asked = request(
        { ...where, method, path, headers: { Host: `desk.example.org:${https}`, ...all } },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (chunk) => (text += chunk));
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
        },
      );
      asked.on('error', reject);
      asked.end(bytes);
    });

  beforeAll(async () => {
    [https, http] = [await freePort(), await freePort()];
    server = await startServer({ settings: { public_url: origin(), 'http.trusted_proxies': '127.0.0.1, ::1' } });
    const names = ['-subj', '/CN=desk.example.org', '-addext', 'subjectAltName=DNS:desk.example.org'];
    const made = ['-keyout', join(folder, 'privkey.pem'), '-out', join(folder, 'fullchain.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...names, ...made], {
      stdio: 'pipe',
    });
    mkdirSync(join(folder, 'tmp'));
    writeFileSync(join(folder, 'nginx.conf'), configuration(folder, { https, http, program: server.port }));
    proxy = spawn(nginx ?? '', ['-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')], { stdio: 'pipe' });
    let errors = '';
    proxy.stderr?.on('data', (chunk) => (errors += chunk));
    await until('nginx', async () => {
      if (proxy.exitCode !== null) throw new Error(`nginx ended: ${errors}`);
      return (await send('GET', '/health/ready').catch(() => undefined))?.status === 200;
    });
  });
  afterAll(async () => {
    const gone = new Promise((resolve) => proxy?.once('exit', resolve));
    if (proxy?.exitCode === null && proxy.kill('SIGQUIT')) await gone;
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('signs in: the cookie is for TLS only, the address is that of the browser', async () => {
    expect(server.setup_link).toContain(`${origin()}/`);
    const answer = await send('POST', '/api/links/accept', {
      token: server.setup_link.split('#')[1],
      name: 'Ada Admin',
      email: 'admin@clinic.example',
      password: 'a long enough password',
      language: 'en',
      organisation_name: 'Clinic',
      site_name: 'Centre',
      time_zone: 'Europe/Madrid',
    });
    expect(answer.status, answer.text).toBe(200);
    const cookies = answer.headers['set-cookie'] as string[];
    for (const line of cookies) expect(line).toMatch(/; Secure/);
    cookie = cookies.map((line) => line.split(';')[0]).join('; ');
    csrf = JSON.parse(answer.text).session.csrf_token;
    const sessions = JSON.parse((await send('GET', '/api/account/sessions')).text).items;
    expect(sessions.map((one: any) => one.address)).toEqual(['127.0.0.2']);
  });

  it('tells browsers to stay with TLS, and sends them there', async () => {
    expect((await send('GET', '/health/live')).headers['strict-transport-security']).toMatch(/max-age=\d+/);
    const plain = await fetch(`http://127.0.0.1:${http}/inbox`, {
      redirect: 'manual',
      headers: { Host: 'desk.example.org' },
    });
    expect(plain.status).toBe(301);
    expect(plain.headers.get('location')).toMatch(/^https:/);
  });

  it('keeps the metrics inside, and requests of other pages out', async () => {
    expect((await send('GET', '/metrics')).status).toBe(403);
    const foreign = await send(
      'POST',
      '/api/sites',
      { name: 'Other', time_zone: 'Europe/Madrid' },
      { Origin: 'https://evil.example' },
    );
    expect(foreign.status).toBe(403);
  });

  it('carries the live channel: a change arrives at once', async () => {
    const socket = connect({ host: '127.0.0.1', port: https, servername: 'desk.example.org', ca: certificate() });
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    const lines = [
      'GET /api/live HTTP/1.1',
      `Host: desk.example.org:${https}`,
      `Origin: ${origin()}`,
      `Cookie: ${cookie}`,
    ];
    const upgrade = [
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: YXVyaWNsZSBhdXJpY2xlIQ==',
    ];
    socket.write(`${[...lines, ...upgrade].join('\r\n')}\r\n\r\n`);
    await until('the upgrade', () => received.includes('101 Switching Protocols'));
    socket.write(frame('{"resume":null}'));
    await until('hello', () => received.includes('"hello"'));
    const made = await send('POST', '/api/sites', { name: 'Second', time_zone: 'Europe/Madrid' });
    expect(made.status, made.text).toBe(201);
    await until('the change', () => received.includes('"kind":"site"'));
    socket.destroy();
  });
});

/** A masked text frame, as browsers send it. */
function frame(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | bytes.length, 0, 0, 0, 0]), bytes]);
}
