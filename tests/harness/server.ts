// The real program in a directory of its own, for functional tests: startServer, typed answers, its clock, raw sockets.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import { Contract, type Method } from './contract.ts';

export type DatabaseKind = 'sqlite' | 'postgres';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binary = process.env.AURICLE_BIN ?? join(root, 'build/release/auricle');
const postgres = process.env.AURICLE_TEST_POSTGRES;
let contract: Contract | undefined;

export interface Options {
  database?: DatabaseKind;
  settings?: Record<string, string | number>;
  web?: string;
  listen?: string;
  args?: string[];
  /** Before the server starts, with what follows `auricle` (demo, import, …); --data and --database are added. */
  before?: string[][];
  data?: string; // keep a directory over a restart
  database_url?: string; // and its database
}

export interface Answer<T = any> {
  status: number;
  headers: Headers;
  body: T;
  text: string;
}

/** Runs the block once for each database. */
export function onBothDatabases(name: string, block: (database: DatabaseKind) => void) {
  describe(`${name} (sqlite)`, () => block('sqlite'));
  describe.skipIf(!postgres)(`${name} (postgres${postgres ? '' : ': AURICLE_TEST_POSTGRES is not set'})`, () =>
    block('postgres'),
  );
}

/** Waits until `look` gives something; asks again soon, never sleeps for a fixed time. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  limit_ms = 20_000,
): Promise<T> {
  const end = Date.now() + limit_ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${limit_ms} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A browser: its cookie, its CSRF token. Every answer is held against the description. */
export class Client {
  cookie = '';
  private readonly cookies = new Map<string, string>();
  csrf = '';
  constructor(
    public url: string, // of a server started again: changed by the test
    private readonly contract: Contract,
  ) {}

  get = <T = any>(path: string, headers?: Record<string, string>) => this.send<T>('GET', path, undefined, headers);
  post = <T = any>(path: string, body?: unknown, headers?: Record<string, string>) =>
    this.send<T>('POST', path, body, headers);
  put = <T = any>(path: string, body?: unknown) => this.send<T>('PUT', path, body);
  patch = <T = any>(path: string, body?: unknown) => this.send<T>('PATCH', path, body);
  delete = <T = any>(path: string, body?: unknown) => this.send<T>('DELETE', path, body);

  async send<T>(
    method: Method,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const all: Record<string, string> = { Origin: this.url, ...headers };
    if (this.cookie) all.Cookie ??= this.cookie;
    if (this.csrf && method !== 'GET') all['X-CSRF-Token'] ??= this.csrf;
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    if (body !== undefined && !raw) all['Content-Type'] ??= 'application/json';
    const answer = await fetch(this.url + path, {
      method,
      headers: all,
      body: body === undefined ? null : raw ? (body as string) : JSON.stringify(body),
      redirect: 'manual',
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      this.cookies.set(name, value);
    }
    this.cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const text = await answer.text();
    const type = answer.headers.get('content-type') ?? '';
    const parsed = type.includes('json') && text ? JSON.parse(text) : text || undefined;
    const problems = path.startsWith('/api/test/')
      ? []
      : this.contract.problems(method, path.split('?')[0] ?? '', answer.status, type, parsed);
    if (problems.length > 0)
      throw new Error(`the answer is not as described:\n${problems.join('\n')}\n${text.slice(0, 500)}`);
    return { status: answer.status, headers: answer.headers, body: parsed as T, text };
  }

  /** Uses a one-time link (invitation, setup, sign-in); the client is signed in afterwards. */
  async accept(link: string, more: Record<string, unknown> = {}): Promise<Answer> {
    const token = link.split('#')[1];
    const answer = await this.post('/api/links/accept', { token, ...more });
    if (answer.status === 200) this.csrf = answer.body.session.csrf_token;
    return answer;
  }
}

export class Server {
  output = '';
  errors = '';
  url = '';
  port = 0;
  setup_link = '';
  exit: Promise<number | null>;
  constructor(
    readonly child: ChildProcess,
    readonly data: string,
    private readonly environment: NodeJS.ProcessEnv,
    readonly where: string[],
    private readonly forget: () => void,
    private readonly args: string[],
  ) {
    child.stdout?.on('data', (chunk) => (this.output += chunk));
    child.stderr?.on('data', (chunk) => (this.errors += chunk));
    this.exit = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  }

  contract(): Contract {
    contract ??= new Contract(join(root, 'build/api/openapi.json'));
    return contract;
  }
  client(): Client {
    return new Client(this.url, this.contract());
  }

  async ready(): Promise<this> {
    let gone: number | null | undefined;
    this.exit.then((code) => (gone = code));
    const line = await until('the line that names the address', () => {
      if (gone !== undefined) throw new Error(`auricle serve ended with ${gone}:\n${this.output}${this.errors}`);
      return /listens on (http:\S+)\n/.exec(this.output);
    });
    this.url = line[1] ?? '';
    this.port = Number(new URL(this.url).port);
    await until('readiness', async () => (await fetch(`${this.url}/health/ready`)).status === 200);
    this.setup_link = /First administrator: (\S+)/.exec(this.output)?.[1] ?? '';
    return this;
  }

  /** The command line on the same data. */
  run(...args: string[]): string {
    return execFileSync(binary, [...args, ...this.where], { env: this.environment, encoding: 'utf8' });
  }

  /** The first administrator, made by the one-time link that an empty installation prints. */
  async first_administrator(): Promise<Client> {
    const client = this.client();
    const answer = await client.accept(this.setup_link, {
      name: 'Ada Admin',
      email: 'admin@clinic.example',
      password: 'a long enough password',
      language: 'en',
      organisation_name: 'Clinic',
      site_name: 'Centre',
      time_zone: 'Europe/Madrid',
    });
    if (answer.status !== 200) throw new Error(`the setup link was refused: ${answer.text}`);
    return client;
  }

  /** A colleague with these roles (everywhere unless a site is given), invited by `by` and signed in. */
  async sign_in(by: Client, email: string, roles: string[], site_id: number | null = null): Promise<Client> {
    const invited = await by.post('/api/invitations', {
      email,
      name: email.split('@')[0],
      memberships: roles.map((role) => ({ role, site_id })),
    });
    if (invited.status !== 201) throw new Error(`the invitation was refused: ${invited.text}`);
    const client = this.client();
    const answer = await client.accept(invited.body.url, {
      name: email.split('@')[0],
      password: 'a long enough password',
      language: 'en',
    });
    if (answer.status !== 200) throw new Error(`the invitation could not be used: ${answer.text}`);
    return client;
  }

  /** The same without holding up what else the test does meanwhile. */
  start(...args: string[]): Promise<string> {
    return new Promise((resolve, reject) =>
      execFile(binary, [...args, ...this.where], { env: this.environment, encoding: 'utf8' }, (error, output) =>
        error ? reject(error) : resolve(output),
      ),
    );
  }

  async move_clock(to: Date) {
    const answer = await this.client().post('/api/test/clock', { now: to.toISOString() });
    if (answer.status !== 204) throw new Error(`the clock cannot be moved: ${answer.text}`);
  }

  /** Ends by SIGTERM and demands a clean exit. */
  async stop() {
    this.child.kill('SIGTERM');
    const code = await this.exit;
    this.forget();
    if (code !== 0) throw new Error(`auricle serve ended with ${code}:\n${this.errors.slice(-4000)}`);
  }
  async kill() {
    this.child.kill('SIGKILL');
    await this.exit;
  }
  /** The same command on the same data, after this one ended; it may listen elsewhere. */
  again(): Promise<Server> {
    return new Server(
      spawn_program(this.args, this.environment),
      this.data,
      this.environment,
      this.where,
      this.forget,
      this.args,
    ).ready();
  }
}

const spawn_program = (args: string[], env: NodeJS.ProcessEnv) =>
  spawn(binary, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });

export async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** A new database, or nothing where the data directory holds it. */
export function emptyDatabase(kind: DatabaseKind): { url: string; drop: () => void } | undefined {
  if (kind === 'sqlite') return undefined;
  if (!postgres) throw new Error('AURICLE_TEST_POSTGRES is not set');
  const name = `auricle_f_${randomBytes(6).toString('hex')}`;
  const psql = (sql: string) => execFileSync('psql', ['-q', '-X', '-d', postgres, '-c', sql], { stdio: 'pipe' });
  psql(`CREATE DATABASE ${name}`);
  const url = new URL(postgres);
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => psql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

export async function startServer(options: Options = {}): Promise<Server> {
  if (!existsSync(binary)) throw new Error(`${binary} is missing: ./dev build`);
  const folder = options.data ? dirname(options.data) : mkdtempSync(join(tmpdir(), 'auricle-test-'));
  const data = options.data ?? join(folder, 'data');
  const database = options.database_url
    ? { url: options.database_url, drop: () => {} }
    : emptyDatabase(options.database ?? 'sqlite');
  const environment = {
    ...process.env,
    XDG_CONFIG_HOME: join(folder, 'config'),
    AURICLE_KEY_FILE: join(folder, 'master.key'),
  };
  const where = ['--data', data, ...(database ? ['--database', database.url] : [])];
  for (const command of options.before ?? [])
    execFileSync(binary, [...command, ...where], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
  const settings = Object.entries({ 'log.format': 'json', ...options.settings }).flatMap(([name, value]) => [
    '--set',
    `${name}=${value}`,
  ]);
  const web = options.web ? ['--web', options.web] : [];
  const args = [
    'serve',
    ...where,
    '--listen',
    options.listen ?? '127.0.0.1:0',
    '--test-clock',
    ...settings,
    ...web,
    ...(options.args ?? []),
  ];
  const forget = () => {
    database?.drop();
    if (!options.data) rmSync(folder, { recursive: true, force: true });
  };
  return new Server(spawn_program(args, environment), data, environment, where, forget, args).ready();
}

/** A bare TCP connection: what goes out is exactly what is written. */
export class Wire {
  received = '';
  closed = false;
  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => (this.received += chunk.toString('latin1')));
    socket.on('close', () => (this.closed = true));
    socket.on('error', () => (this.closed = true));
  }
  static open(port: number): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Wire(socket)));
      socket.once('error', reject);
    });
  }
  write(text: string | Buffer) {
    this.socket.write(text);
  }
  until_closed(limit_ms = 20_000) {
    return until('the server to close', () => this.closed, limit_ms);
  }
  until_text(text: string, limit_ms = 20_000) {
    return until(`"${text}"`, () => this.received.includes(text), limit_ms);
  }
  end() {
    this.socket.destroy();
  }
}

/** The live channel of a signed-in client. */
export class Live {
  readonly messages: any[] = [];
  closed: { code: number; reason: string } | undefined;
  private constructor(readonly socket: WebSocket) {
    socket.onmessage = (event) => this.messages.push(JSON.parse(String(event.data)));
    socket.onclose = (event) => (this.closed = { code: event.code, reason: event.reason });
  }
  /** `resume`: the sequence to go on from; null: from now. */
  static async open(client: Client, resume: number | null = null, headers: Record<string, string> = {}): Promise<Live> {
    const url = `${client.url.replace('http', 'ws')}/api/live`;
    const all = { Cookie: client.cookie, Origin: client.url, ...headers };
    // Node's WebSocket takes headers besides what browsers know.
    const socket = new (WebSocket as any)(url, { headers: all }) as WebSocket;
    const live = new Live(socket);
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new Error('the live channel was refused'));
    });
    live.send({ resume });
    await live.until('hello');
    return live;
  }
  send(message: unknown) {
    this.socket.send(JSON.stringify(message));
  }
  until(type: string, fits: (message: any) => boolean = () => true): Promise<any> {
    return until(`a live message ${type}`, () => this.messages.find((one) => one.type === type && fits(one)));
  }
  get seq(): number {
    return Math.max(0, ...this.messages.map((one) => one.seq ?? 0));
  }
}
