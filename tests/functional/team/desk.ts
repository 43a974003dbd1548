// The real program on an empty clinic, and people signed in to it by the ways people have.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const binary = process.env.AURICLE_BIN ?? join(root, 'build/release/auricle');

export const password = 'seven green herons';

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every operation
  body: any;
  headers: Headers;
}

/** One browser: keeps its cookies and sends its CSRF token. */
export class Browser {
  private cookies = new Map<string, string>();
  csrf = '';
  constructor(readonly url: string) {}

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const changes = method !== 'GET';
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.cookies.size
          ? { Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
          : {}),
        ...(changes && this.csrf ? { 'X-CSRF-Token': this.csrf } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (name) value ? this.cookies.set(name, value) : this.cookies.delete(name);
    }
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: json && text ? JSON.parse(text) : text, headers: response.headers };
  }
  get = (path: string) => this.call('GET', path);
  post = (path: string, body: unknown = {}) => this.call('POST', path, body);
  put = (path: string, body: unknown = {}) => this.call('PUT', path, body);
  patch = (path: string, body: unknown = {}) => this.call('PATCH', path, body);
  delete = (path: string) => this.call('DELETE', path);

  async accept(url: string, input: object = {}): Promise<Answer> {
    const token = url.split('#')[1];
    return this.signed(await this.post('/api/links/accept', { token, ...input }));
  }
  async sign_in(email: string, secret = password): Promise<Answer> {
    return this.signed(await this.post('/api/session', { email, password: secret }));
  }
  signed(answer: Answer): Answer {
    if (answer.body?.session?.csrf_token) this.csrf = answer.body.session.csrf_token;
    return answer;
  }
  cookie = (name: string) => this.cookies.get(name);
}

export interface Membership {
  role: string;
  site_id: number | null;
}

export class Desk {
  private constructor(
    private readonly process: ChildProcess,
    readonly folder: string,
    readonly url: string,
    readonly setup: string,
  ) {}

  static async start(...flags: string[]): Promise<Desk> {
    if (!existsSync(binary)) throw new Error(`${binary} is missing: ./dev build`);
    const folder = mkdtempSync(join(tmpdir(), 'auricle-team-'));
    const args = [
      'serve',
      '--data',
      join(folder, 'data'),
      '--listen',
      '127.0.0.1:0',
      '--test-clock',
      ...flags,
      ...(process.env.AURICLE_SERVE_FLAGS?.split(' ') ?? []),
    ];
    const child = spawn(binary, args, {
      env: { ...process.env, AURICLE_KEY_FILE: join(folder, 'master.key'), XDG_CONFIG_HOME: join(folder, 'config') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const found = await new Promise<RegExpExecArray>((resolve, reject) => {
      const look = (chunk: Buffer) => {
        output += chunk;
        const match = /listens on (\S+)[\s\S]*First administrator: (\S+)\n/.exec(output);
        if (match) resolve(match);
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.once('exit', (code) => reject(new Error(`auricle serve ended (${code}):\n${output}`)));
    });
    return new Desk(child, folder, found[1] ?? '', found[2] ?? '');
  }

  async stop() {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  browser = () => new Browser(this.url);

  async first_administrator(): Promise<Browser> {
    const browser = this.browser();
    const answer = await browser.accept(this.setup, {
      name: 'Eva Director',
      email: 'eva@clinic.example',
      password,
      language: 'es',
      organisation_name: 'Clínica',
      site_name: 'Centro',
      time_zone: 'Europe/Madrid',
    });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return browser;
  }

  /** Invited by `by`, accepted in a browser of their own. */
  async colleague(by: Browser, email: string, memberships: Membership[]): Promise<{ id: number; browser: Browser }> {
    const invited = await by.post('/api/invitations', { email, memberships });
    if (invited.status !== 201) throw new Error(JSON.stringify(invited.body));
    const browser = this.browser();
    const accepted = await browser.accept(invited.body.url, { name: `Person ${email}`, password });
    if (accepted.status !== 200) throw new Error(JSON.stringify(accepted.body));
    return { id: accepted.body.session.user.id, browser };
  }
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  access: string;
}

/** Every operation of the description, as the program was built with it. */
export function operations(): Operation[] {
  const file = ['build/api/openapi.json', 'api/openapi.json'].map((name) => join(root, name)).find(existsSync);
  if (!file) throw new Error('build/api/openapi.json is missing: npm run build:api');
  const description = JSON.parse(readFileSync(file, 'utf8'));
  const all: Operation[] = [];
  for (const [path, methods] of Object.entries<Record<string, Record<string, string>>>(description.paths))
    for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
      const operation = methods[method];
      if (operation)
        all.push({
          id: operation.operationId ?? '',
          method: method.toUpperCase(),
          path,
          access: operation['x-access'] ?? '',
        });
    }
  return all;
}
