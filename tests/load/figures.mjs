// What a month's figures cost over years of history, and how fast a history comes in. Exact figures read only the cases that had a fact in
// the period, so the cost follows the period, not the age of the clinic.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const auricle = process.env.AURICLE_BIN ?? 'build/release/auricle';
const keys = [
  'first_response_time',
  'next_reply_time',
  'full_resolution_time',
  'clinic_time',
  'reopen_rate',
  'cases_opened',
];

function run(data, ...args) {
  const start = performance.now();
  const out = execFileSync(auricle, [...args, '--data', data, '--key-file', join(data, '..', 'key')], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { seconds: (performance.now() - start) / 1000, out };
}

function best(times, call) {
  let least = Infinity;
  for (let i = 0; i < times; i++) least = Math.min(least, call().seconds);
  return least;
}

const day = (back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);

function measure(days) {
  const folder = mkdtempSync(join(tmpdir(), 'auricle-figures-'));
  const data = join(folder, 'data');
  try {
    const demo = join(folder, 'demo.jsonl');
    const { out } = run(data, 'demo', '--patients', '2000', '--days', String(days), '--keep', demo);
    const rows = Number(/total\s+(\d+)/.exec(out)[1]);
    const messages = Number(/message\s+(\d+)/.exec(out)[1]);
    const other = join(folder, 'other');
    const seconds = run(other, 'import', 'history', demo, '--quiet').seconds;
    const month = best(3, () => run(data, 'kpi', ...keys, '--from', day(30), '--to', day(0)));
    const idle = best(3, () => run(data, 'kpi', 'cases_opened', '--from', '2000-01-01', '--to', '2000-01-02'));
    const backlog = best(3, () => run(data, 'kpi', 'backlog', '--from', day(1), '--to', day(0)));
    const bytes = statSync(demo).size;
    return { days, rows, messages, bytes, rate: rows / seconds, month: month - idle, backlog: backlog - idle };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function bench_figures() {
  const sizes = (process.env.FIGURES_DAYS ?? '60,240,960').split(',').map(Number);
  const results = sizes.map(measure);
  const first = results[0];
  console.log('| days | messages | rows imported per second | a month of 6 figures | ratio | backlog | ratio |');
  console.log('|---|---|---|---|---|---|---|');
  for (const r of results) {
    const ms = (seconds) => `${(seconds * 1000).toFixed(0)} ms`;
    console.log(
      `| ${r.days} | ${r.messages} | ${r.rate.toFixed(0)} | ${ms(r.month)} | ${(r.month / first.month).toFixed(2)} | ` +
        `${ms(r.backlog)} | ${(r.backlog / first.backlog).toFixed(2)} |`,
    );
  }
}
