import { chromium } from '@playwright/test';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Started {
  url: string;
  data: string;
  binary: string;
  /** Cookies of the signed-in director, for a browser context. */
  state: string;
  patient: number;
  site: number;
}

export const browser_options = {
  executablePath: process.env.AURICLE_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--headless',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

const root = fileURLToPath(new URL('../..', import.meta.url));

async function free_port(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

interface Running {
  url: string;
  link: string;
  data: string;
  binary: string;
  folder: string;
  stop: () => Promise<void>;
}

const environment = (folder: string) => ({ ...process.env, XDG_CONFIG_HOME: join(folder, 'config') });

/** The real program on a folder of its own; `fill` may write into its data before it starts. */
async function serve(flags: string[], fill?: (binary: string, data: string, folder: string) => void): Promise<Running> {
  const binary = process.env.AURICLE_BIN ?? join(root, 'build/release/auricle');
  if (!existsSync(binary)) throw new Error(`${binary} is missing: ./dev build`);
  const folder = mkdtempSync(join(tmpdir(), 'auricle-e2e-'));
  const data = join(folder, 'data');
  fill?.(binary, data, folder);
  const port = await free_port();
  const web = process.env.AURICLE_WEB ? ['--web', process.env.AURICLE_WEB] : [];
  const args = ['serve', '--data', data, '--listen', `127.0.0.1:${port}`, ...flags, ...web];
  const server = spawn(binary, args, { env: environment(folder), stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = async () => {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    if (server.exitCode === null && server.kill('SIGTERM')) await gone;
    if (process.env.AURICLE_KEEP) console.log(`kept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { url: `http://127.0.0.1:${port}`, link: await link_of(server), data, binary, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A clinic with nothing in it; the link makes its first administrator. */
export const start_empty_desk = (): Promise<Running> => serve([]);

/** Starts the real program on a demo clinic of its own (and more history) and signs its director in by the one-time link. */
export async function start_desk({
  patients = 120,
  days = 35,
  history = '',
  test_clock = false,
} = {}): Promise<{ started: Started; stop: () => Promise<void> }> {
  const { url, link, data, binary, folder, stop } = await serve(
    ['--print-links', ...(test_clock ? ['--test-clock'] : [])],
    (program, where, home) => {
      const invent = ['demo', '--data', where, '--patients', String(patients), '--days', String(days), '--seed', '11'];
      const run = (args: string[]) =>
        execFileSync(program, args, { env: environment(home), stdio: ['ignore', 'ignore', 'inherit'] });
      run(invent);
      if (!history) return;
      const file = join(home, 'history.jsonl');
      writeFileSync(file, history);
      run(['import', 'history', file, '--quiet', '--data', where]);
    },
  );
  try {
    const state = join(folder, 'director.json');
    const records = await sign_in(url, link, state);
    return { started: { url, data, binary, state, ...records }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The first one-time link the program prints is the director's. */
function link_of(server: ChildProcess): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    const look = (chunk: Buffer) => {
      output += chunk;
      const found = /\/link#[^\s"]+/.exec(output);
      if (found) resolve(found[0]);
    };
    server.stdout?.on('data', look);
    server.stderr?.on('data', look);
    server.once('exit', (code) => reject(new Error(`auricle serve ended (${code}):\n${output}`)));
  });
}

async function sign_in(url: string, link: string, state: string): Promise<{ patient: number; site: number }> {
  const browser = await chromium.launch(browser_options);
  try {
    const page = await browser.newPage({ baseURL: url, locale: 'en-GB' });
    await page.goto(link);
    await page.locator('form button[type=submit]').click();
    await page.waitForURL(/\/inbox/);
    await page.context().storageState({ path: state });
    return await page.evaluate(async () => {
      const session = await (await fetch('/api/session')).json();
      await fetch('/api/account', {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf_token },
        body: JSON.stringify({ language: 'en' }), // the stories are told in English
      });
      const cases = await (await fetch('/api/cases?view=all')).json();
      const sites = await (await fetch('/api/sites')).json();
      const known = cases.items.find((one: { patient: unknown }) => one.patient);
      return { patient: known.patient.id as number, site: sites.items[0].id as number };
    });
  } finally {
    await browser.close();
  }
}

export default async function start() {
  const { started, stop } = await start_desk();
  process.env.AURICLE_E2E = JSON.stringify(started);
  return stop;
}
