// Month and year dashboards over many facts, by roll-ups and by scanning the facts.
// A million in a year unless ROLLUPS_FACTS=10000000 ROLLUPS_DAYS=1826 says otherwise. AURICLE_BENCH_POSTGRES=postgresql://… measures there too. The databases stay.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const facts = process.env.ROLLUPS_FACTS ?? '1000000';
const days = process.env.ROLLUPS_DAYS ?? '365';

function run(...args) {
  const { status } = spawnSync('build/release/rollups_bench', args, { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

function measure(name, where, present) {
  console.log(`\n### ${name}\n`);
  if (!present) run('fill', where, facts, days);
  if (!present || process.env.ROLLUPS_ANEW) run('roll', where);
  run('ask', where, '40', '1');
}

export async function bench_rollups() {
  const folder = 'build/bench/rollups';
  measure('SQLite', folder, existsSync(`${folder}/auricle.db`));
  const postgres = process.env.AURICLE_BENCH_POSTGRES;
  if (!postgres) return;
  const database = 'auricle_bench_rollups';
  const made = spawnSync('psql', [postgres, '-c', `CREATE DATABASE ${database}`]).status === 0;
  measure('PostgreSQL', postgres.replace(/\/[^/]*$/, `/${database}`), !made);
}
