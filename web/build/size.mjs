// The desk's first page may load at most 250 kB of script (compressed): the entry, what it imports statically, one language.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const limit = 250_000;
const root = join(dirname(fileURLToPath(import.meta.url)), '../../build/web');
const manifest = JSON.parse(readFileSync(join(root, '.vite/manifest.json'), 'utf8'));
const seen = new Map();
const visit = (key) => {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return;
  seen.set(chunk.file, gzipSync(readFileSync(join(root, chunk.file)), { level: 9 }).length);
  for (const next of chunk.imports ?? []) visit(next);
};
for (const key of Object.keys(manifest)) {
  if (manifest[key].isEntry || key.includes('apps/desk/inbox_page') || key.endsWith('inbox_page.tsx')) visit(key);
}
const language = Object.keys(manifest).find((key) => key.includes('virtual:locale/fr'));
if (language) visit(language);
const total = [...seen.values()].reduce((a, b) => a + b, 0);
const shown = [...seen]
  .sort((a, b) => b[1] - a[1])
  .map(([file, size]) => `  ${(size / 1000).toFixed(1).padStart(7)} kB  ${file}`);
console.log(`desk, first page: ${(total / 1000).toFixed(1)} kB of ${limit / 1000} kB (gzip)\n${shown.join('\n')}`);
if (total > limit) {
  console.error('Too much script for the first page: load what is not needed at once with lazy() or a lazy route.');
  process.exit(1);
}
