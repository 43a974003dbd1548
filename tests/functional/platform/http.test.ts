import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onBothDatabases, type Server, startServer, until, Wire } from '../../harness/server.ts';

onBothDatabases('health and problems', (database) => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ database });
  });
  afterAll(() => server.stop());

  it('says that it lives and is ready', async () => {
    const client = server.client();
    expect((await client.get('/health/live')).body).toEqual({ status: 'ok' });
    expect((await client.get('/health/ready')).body).toEqual({ status: 'ok' });
  });

  it('answers problems in the language of the reader, with the request id', async () => {
    const answer = await server.client().get('/api/account', { 'Accept-Language': 'ca, en;q=0.5' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body.title).toBe('Iniciï la sessió, si us plau.');
    expect(answer.body.request_id).toBe(answer.headers.get('x-request-id'));
  });

  it('tells what it does not have from what it does not do', async () => {
    const client = server.client();
    expect((await client.get('/api/nothing')).status).toBe(404);
    const answer = await client.delete('/health/live');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET');
  });

  it('shows its description, equal to the route table, on a page without outside assets', async () => {
    const described = await server.client().get('/api/openapi.json');
    expect(described.body.openapi).toBe('3.1.0');
    const page = await server.client().get('/api/docs');
    expect(page.text).toContain('/api/docs/page.js');
    expect(page.text).not.toMatch(/(src|href)="https?:/);
    expect((await server.client().get('/api/docs/page.js')).headers.get('content-type')).toContain('javascript');
    expect((await server.client().get('/api/docs/nothing.js')).status).toBe(404);
  });

  it('counts for Prometheus by route, never by path', async () => {
    await server.client().get('/api/patients/1234567');
    const wanted = 'auricle_http_requests_total{method="GET",route="/api/patients/{id}",status="401"} 1\n';
    const text = await until('the count', async () => {
      const answer = await server.client().get<string>('/metrics');
      return answer.text.includes(wanted) && answer.text;
    });
    expect(text).toContain('auricle_http_request_seconds_bucket');
    expect(text).not.toContain('1234567');
  });

  it('logs requests as JSON lines with template, status and time, without the query', async () => {
    const answer = await server.client().get('/api/account?secret=Canary');
    const id = answer.headers.get('x-request-id');
    const line = await until('the log line', () =>
      server.errors.split('\n').find((text) => id !== null && text.includes(id)),
    );
    expect(JSON.parse(line)).toMatchObject({ event: 'request', route: '/api/account', status: 401, method: 'GET' });
    expect(server.errors).not.toContain('Canary');
  });
});

describe('requests', () => {
  let server: Server;
  const exchange = async (text: string) => {
    const wire = await Wire.open(server.port);
    wire.write(text);
    await wire.until_closed();
    return wire.received;
  };
  beforeAll(async () => {
    server = await startServer({
      settings: {
        'http.max_header': 4096,
        'http.header_timeout': 1,
        'http.transfer_timeout': 1,
        'http.trusted_proxies': '127.0.0.1',
      },
    });
  });
  afterAll(() => server.stop());

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', '400'],
    ['an unknown version', 'GET / HTTP/7.0\r\nHost: a\r\n\r\n', '400'],
    ['no Host', 'GET /health/live HTTP/1.1\r\n\r\n', '400'],
    ['two Hosts', 'GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', '400'],
    ['a bad length', 'POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', '400'],
    [
      'two framings',
      'POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
    ['a bad chunk', 'POST /api/session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n', '400'],
    ['a malformed escape', 'GET /api/%zz HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
    ['a zero byte', 'GET /api/%00 HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
    ['a hidden slash', 'GET /api%2Faccount HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
    ['a huge header', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(8000)}\r\n\r\n`, '431'],
    ['a huge body announced', 'POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n', '413'],
  ])('refuses %s and closes', async (_name, text, status) => {
    const answer = await exchange(text);
    expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain('Connection: close');
  });

  it('refuses a chunked body that grows too large', async () => {
    const wire = await Wire.open(server.port);
    wire.write('POST /api/session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    for (let i = 0; i < 20; i++) wire.write(chunk);
    await wire.until_text('HTTP/1.1 413');
    wire.end();
  });

  it('answers many requests on one connection, also when they come at once', async () => {
    const wire = await Wire.open(server.port);
    const one = 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n';
    wire.write(one + one + one.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    await wire.until_closed();
    expect(wire.received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  });

  it('closes after HTTP/1.0 and answers HEAD without a body', async () => {
    const answer = await exchange('HEAD /health/live HTTP/1.0\r\n\r\n');
    expect(answer).toContain('HTTP/1.1 200 OK');
    expect(answer).toContain('Content-Length: 15');
    expect(answer.endsWith('\r\n\r\n')).toBe(true);
  });

  it('asks for the body that the client holds back', async () => {
    const wire = await Wire.open(server.port);
    wire.write('POST /api/links/open HTTP/1.1\r\nHost: a\r\nContent-Length: 13\r\nExpect: 100-continue\r\n\r\n');
    await wire.until_text('HTTP/1.1 100 Continue');
    wire.write('{"token":"x"}');
    await wire.until_text('application/problem+json');
    wire.end();
  });

  it('cuts off a client that sends its header, or its body, too slowly', async () => {
    const header = await Wire.open(server.port);
    header.write('GET /health/live HTTP/1.1\r\nHo');
    const body = await Wire.open(server.port);
    body.write('POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{');
    await header.until_closed();
    await body.until_closed();
    expect(header.received).toContain('HTTP/1.1 408');
    expect(body.received).toContain('HTTP/1.1 408');
  });

  it('takes request id, address and scheme from a trusted proxy', async () => {
    const answer = await server
      .client()
      .get('/health/live', { 'X-Request-Id': 'from-proxy_1', 'X-Forwarded-Proto': 'https' });
    expect(answer.headers.get('x-request-id')).toBe('from-proxy_1');
    expect(answer.headers.get('strict-transport-security')).toBeTruthy();
    const odd = await server.client().get('/health/live', { 'X-Request-Id': 'a b<script>' });
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f]{16}$/);
    const far = await server.client().get('/metrics', { 'X-Forwarded-For': '203.0.113.9' });
    expect(far.status).toBe(403);
  });

  it('sends the headers that keep a browser safe', async () => {
    const { headers } = await server.client().get('/api/account');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('refuses a change from another origin before anything else', async () => {
    const answer = await server.client().post('/api/session', { password: 'x' }, { Origin: 'https://evil.example' });
    expect(answer.status).toBe(403);
    expect(answer.body.key).toBe('error.csrf');
  });
});

describe('without trusted proxies', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ settings: { 'metrics.token': 'secret-token' } });
  });
  afterAll(() => server.stop());

  it('believes no forwarded header', async () => {
    const answer = await server.client().get('/health/live', { 'X-Request-Id': 'mine', 'X-Forwarded-Proto': 'https' });
    expect(answer.headers.get('x-request-id')).not.toBe('mine');
    expect(answer.headers.get('strict-transport-security')).toBeNull();
  });

  it('gives metrics only to who has the token, when there is one', async () => {
    expect((await server.client().get('/metrics')).status).toBe(403);
    expect((await server.client().get('/metrics', { Authorization: 'Bearer secret-token' })).status).toBe(200);
  });

  it('refuses to start twice on one port', async () => {
    await expect(startServer({ listen: `127.0.0.1:${server.port}` })).rejects.toThrow(/cannot listen on/);
  });
});

describe('pages', () => {
  let server: Server;
  beforeAll(async () => {
    const web = mkdtempSync(join(tmpdir(), 'auricle-web-'));
    mkdirSync(join(web, 'assets'));
    writeFileSync(join(web, 'index.html'), '<!doctype html><title>desk</title>');
    writeFileSync(join(web, 'assets/app-1a2b.js'), 'plain');
    writeFileSync(join(web, 'assets/app-1a2b.js.br'), 'brotli');
    writeFileSync(join(web, 'assets/app-1a2b.js.gz'), 'gzipped');
    writeFileSync(join(web, '.secret'), 'no');
    writeFileSync(join(web, '../auricle-outside.txt'), 'no');
    server = await startServer({ web });
  });
  afterAll(() => server.stop());
  const raw = async (path: string, headers = '') => {
    const wire = await Wire.open(server.port);
    wire.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n`);
    await wire.until_closed();
    return wire.received;
  };

  it('serves index.html for addresses of the router in the browser, to be asked again', async () => {
    for (const path of ['/', '/inbox', '/patients/12']) {
      const answer = await raw(path);
      expect(answer).toContain('HTTP/1.1 200');
      expect(answer).toContain('<title>desk</title>');
      expect(answer).toContain('Cache-Control: no-cache');
      expect(answer).toContain("script-src 'self'");
    }
  });

  it('answers 304 when the browser has the page already', async () => {
    const tag = /ETag: (\S+)/.exec(await raw('/'))?.[1];
    const again = await raw('/', `If-None-Match: ${tag}\r\n`);
    expect(again).toContain('HTTP/1.1 304');
    expect(again).not.toContain('<title>');
  });

  it('keeps hashed files for ever and compressed as the browser likes', async () => {
    const path = '/assets/app-1a2b.js';
    expect(await raw(path)).toMatch(/immutable[\s\S]*plain$/);
    expect(await raw(path, 'Accept-Encoding: gzip, br\r\n')).toMatch(/Content-Encoding: br[\s\S]*brotli$/);
    expect(await raw(path, 'Accept-Encoding: gzip, br;q=0\r\n')).toMatch(/Content-Encoding: gzip[\s\S]*gzipped$/);
  });

  it('gives nothing that is not a page', async () => {
    for (const path of [
      '/../auricle-outside.txt',
      '/%2e%2e/auricle-outside.txt',
      '/.secret',
      '/assets/none.js',
      '//etc/passwd',
    ])
      expect((await raw(path)).slice(0, 12)).toMatch(/HTTP\/1\.1 40[04]/);
  });
});

describe('the end', () => {
  it('finishes what runs, closes what waits and exits cleanly', async () => {
    const server = await startServer();
    const idle = await Wire.open(server.port);
    const slow = await Wire.open(server.port);
    slow.write('POST /api/links/open HTTP/1.1\r\nHost: a\r\nContent-Length: 13\r\n\r\n');
    await until('both connections', async () =>
      (await (await fetch(`${server.url}/metrics`)).text()).match(/auricle_http_connections [3-9]/),
    );
    const stopped = server.stop();
    await idle.until_closed();
    slow.write('{"token":"x"}');
    await slow.until_text('HTTP/1.1 4');
    await stopped;
    await expect(fetch(`${server.url}/health/live`)).rejects.toThrow();
  });
});
