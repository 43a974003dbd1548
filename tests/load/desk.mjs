// How the cost of the inbox, a case and a search grows with data: the same requests over 10 thousand, 100 thousand and 1 million
// messages, through HTTP and with the audit on, p50 and p95. Ratios are to the smallest size.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const binary = process.env.AURICLE_BIN ?? 'build/release/auricle';
const sizes = (process.env.AURICLE_BENCH_SIZES ?? '10000,100000,1000000').split(',').map(Number);
const repeats = Number(process.env.AURICLE_BENCH_REPEATS ?? 300);

// AURICLE_BENCH_POSTGRES=postgresql://…: a server on which the databases of the benchmark are made, and stay.
const postgres = process.env.AURICLE_BENCH_POSTGRES;

function database(name, fresh) {
  if (!postgres) return [];
  if (fresh)
    for (const sql of [`DROP DATABASE IF EXISTS ${name}`, `CREATE DATABASE ${name}`])
      execFileSync('psql', ['-q', '-X', '-d', postgres, '-c', sql]);
  const url = new URL(postgres);
  url.pathname = `/${name}`;
  return ['--database', url.toString()];
}

// The options that lead to an installation with so many messages; made once, in build/bench.
export function prepare(size) {
  const data = join('build/bench', `desk-${size}${postgres ? '-postgres' : ''}`);
  const made = existsSync(join(data, 'ready'));
  const where = ['--data', data, ...database(`auricle_bench_${size}`, !made)];
  if (made) return where;
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  const file = join('build/bench', `history-${size}.jsonl`);
  const out = openSync(file, 'w');
  execFileSync('node', ['tests/load/history.mjs', String(size)], { stdio: ['ignore', out, 'inherit'] });
  closeSync(out);
  const timed = (what, ...args) => {
    const began = Date.now();
    execFileSync(binary, [...args, ...where], { stdio: 'ignore' });
    console.log(`${size} messages, ${what}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  };
  timed('imported', 'import', 'history', file, '--quiet');
  timed('search index built', 'rebuild', 'search');
  rmSync(file);
  mkdirSync(join(data, 'ready'));
  return where;
}

export async function serve(where, more = []) {
  const port = 18000 + Math.floor(Math.random() * 20000);
  const began = performance.now();
  const child = spawn(binary, ['serve', ...where, '--listen', `127.0.0.1:${port}`, ...more], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const base = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}`);
    const ready = await fetch(`${base}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) break;
    await new Promise((done) => setTimeout(done, 5));
  }
  return {
    base,
    child,
    started_ms: performance.now() - began,
    stop: () =>
      new Promise((done) => {
        child.on('exit', done);
        child.kill('SIGTERM');
      }),
  };
}

// An imported colleague cannot sign in: one is invited for the benchmark, and has a link the next time.
function one_time_token(where, email) {
  const staff = (...args) =>
    execFileSync(binary, ['staff', ...args, ...where], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  let said;
  try {
    said = staff('link', email);
  } catch {
    said = staff('invite', '--email', email, '--role', 'director');
  }
  return said.match(/link#(\S+)/)[1];
}

export async function sign_in(base, where, email = 'bench@clinic.example') {
  const accept = {
    token: one_time_token(where, email),
    name: 'Bench',
    password: 'a long enough passphrase',
    language: 'en',
  };
  const post = (value) =>
    fetch(`${base}/api/links/accept`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: base },
      body: JSON.stringify(value),
    });
  let answer = await post(accept);
  if (answer.status === 422) answer = await post({ token: accept.token });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((c) => c.split(';')[0])
    .join('; ');
  const session = await (await fetch(`${base}/api/session`, { headers: { Cookie: cookie } })).json();
  const headers = {
    Cookie: cookie,
    Origin: base,
    'X-CSRF-Token': session.csrf_token ?? session.session?.csrf_token,
    'Content-Type': 'application/json',
  };
  return {
    headers,
    get: (path) => fetch(base + path, { headers }).then(body),
    post: (path, value) => fetch(base + path, { method: 'POST', headers, body: JSON.stringify(value) }).then(body),
  };
}

async function body(answer) {
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function measure(request) {
  const times = [];
  for (let i = 0; i < repeats; i++) {
    const began = performance.now();
    await request(i);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const at = (p) => times[Math.min(times.length - 1, Math.floor(times.length * p))];
  return { p50: at(0.5), p95: at(0.95) };
}

export function memory_mb(pid) {
  const line = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+)/m);
  return Number(line[1]) / 1024;
}

async function size_of(size) {
  const where = prepare(size);
  const server = await serve(where);
  try {
    const desk = await sign_in(server.base, where);
    const ids = [];
    for (const view of ['all', 'resolved'])
      ids.push(...(await desk.get(`/api/cases?view=${view}&limit=100`)).items.map((row) => row.id));
    const found = {
      'inbox (longest waiting)': await measure(() => desk.get('/api/cases?view=longest_waiting')),
      'counts of all views': await measure(() => desk.get('/api/cases/counts')),
      'inbox (resolved)': await measure(() => desk.get('/api/cases?view=resolved')),
      'case and its messages': await measure(async (i) => {
        const id = ids[(i * 7) % ids.length];
        await Promise.all([desk.get(`/api/cases/${id}`), desk.get(`/api/cases/${id}/messages`)]);
      }),
      'people as one types': await measure((i) =>
        desk.post('/api/patients/search', { query: ['ferr', 'maria or', '6100', 'patient7'][i % 4] }),
      ),
      'search, common word': await measure(() => desk.post('/api/search', { query: 'mater' })),
      'search, two common words': await measure(() => desk.post('/api/search', { query: 'terter mate' })),
      'search, a common word and one nobody wrote': await measure(() =>
        desk.post('/api/search', { query: 'riloma mate' }),
      ),
      'search, rare words': await measure((i) =>
        desk.post('/api/search', { query: `rilo${['ven', 'ca', 'du', 'pre'][i % 4]}` }),
      ),
      'search, nothing found': await measure((i) => desk.post('/api/search', { query: `xyzzy${i}` })),
    };
    return { size, found, started_ms: server.started_ms, memory_mb: memory_mb(server.child.pid) };
  } finally {
    await server.stop();
  }
}

export async function bench_desk() {
  mkdirSync('build/bench', { recursive: true });
  const results = [];
  for (const size of sizes) results.push(await size_of(size));
  const base = results[0];
  console.log(
    '\n| request | ' +
      results.map((r) => `${r.size.toLocaleString('en')} messages: p50 / p95 ms (p95 ratio)`).join(' | ') +
      ' |',
  );
  console.log('|---|' + results.map(() => '---|').join(''));
  for (const name of Object.keys(base.found))
    console.log(
      `| ${name} | ` +
        results
          .map(
            (r) =>
              `${r.found[name].p50.toFixed(1)} / ${r.found[name].p95.toFixed(1)} (${(r.found[name].p95 / base.found[name].p95).toFixed(2)})`,
          )
          .join(' | ') +
        ' |',
    );
  console.log('| start-up, ms | ' + results.map((r) => r.started_ms.toFixed(0)).join(' | ') + ' |');
  console.log('| memory after that, MB | ' + results.map((r) => r.memory_mb.toFixed(0)).join(' | ') + ' |');
}
