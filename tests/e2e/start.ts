import { chromium, type FullConfig } from '@playwright/test';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Started } from './desk';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function free_port(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Starts the real program on a demo clinic of its own, signs its director in by the one-time link, and ends it afterwards. */
export default async function start(config: FullConfig) {
  const binary = process.env.AURICLE_BIN ?? join(root, 'build/release/auricle');
  if (!existsSync(binary)) throw new Error(`${binary} is missing: ./dev build`);
  const folder = mkdtempSync(join(tmpdir(), 'auricle-e2e-'));
  const data = join(folder, 'data');
  const environment = {
    ...process.env,
    AURICLE_KEY_FILE: join(folder, 'master.key'),
    XDG_CONFIG_HOME: join(folder, 'config'),
  };
  execFileSync(binary, ['demo', '--data', data, '--patients', '60', '--days', '35', '--seed', '7'], {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const port = await free_port();
  const server = spawn(binary, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`, '--print-links'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const link = await new Promise<string>((resolve, reject) => {
    const look = (chunk: Buffer) => {
      output += chunk;
      const found = /https?:\/\/\S+\/link#\S+/.exec(output);
      if (found) resolve(found[0]);
    };
    server.stdout.on('data', look);
    server.stderr.on('data', look);
    server.once('exit', (code) => reject(new Error(`auricle serve ended (${code}):\n${output}`)));
  });
  const url = `http://127.0.0.1:${port}`;
  const browser = await chromium.launch(config.projects[0]?.use.launchOptions);
  const page = await browser.newPage({ baseURL: url, locale: 'en-GB' });
  await page.goto(link.replace(/^https?:\/\/[^/]+/, url));
  await page.locator('form button[type=submit]').click();
  await page.waitForURL(/\/inbox/);
  const state = join(folder, 'director.json');
  await page.context().storageState({ path: state });
  const first = await page.evaluate(async () => {
    const cases = await (await fetch('/api/cases?view=all')).json();
    const sites = await (await fetch('/api/sites')).json();
    return {
      patient: cases.items.find((one: { patient: unknown }) => one.patient).patient.id,
      site: sites.items[0].id,
    };
  });
  await browser.close();
  const started: Started = { url, data, binary, state, ...first };
  process.env.AURICLE_E2E = JSON.stringify(started);
  return async () => {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await gone;
    if (process.env.AURICLE_KEEP) console.log(`kept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  };
}
