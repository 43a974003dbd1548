// ./dev bench [WORD]: everything, or one of the names below.
import { spawnSync } from 'node:child_process';

import { bench_desk } from './desk.mjs';
import { bench_figures } from './figures.mjs';
import { bench_mail } from './mail.mjs';
import { bench_rest } from './rest.mjs';
import { bench_rollups } from './rollups.mjs';
import { bench_web } from './web.mjs';

const benches = {
  desk: bench_desk,
  figures: bench_figures,
  mail: bench_mail,
  rest: bench_rest,
  rollups: bench_rollups,
  web: bench_web,
  writes: () => {
    const { status } = spawnSync('build/release/platform_bench', ['build'], { stdio: 'inherit' });
    if (status !== 0) process.exit(1);
  },
};
const word = process.argv[2];
if (word && !benches[word]) {
  console.error(`unknown benchmark ${word}; there are: ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
for (const [name, bench] of Object.entries(benches)) {
  if (word && word !== name) continue;
  console.log(`\n## ${name}`);
  await bench();
}
