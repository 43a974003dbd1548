// The desk's first page may load at most 250 kB of script (compressed) in at most 12 files: the entry, what it imports
// statically, one language; beside them the page itself, its icon, the theme's script, the font and the other words.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const limit = 250_000;
const most_files = 12;
const root = join(dirname(fileURLToPath(import.meta.url)), '../../build/web');
const manifest = JSON.parse(readFileSync(join(root, '.vite/manifest.json'), 'utf8'));
const seen = new Map();
const seen_chunks = new Set();
const visit = (key) => {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return;
  seen_chunks.add(chunk);
  seen.set(chunk.file, gzipSync(readFileSync(join(root, chunk.file)), { level: 9 }).length);
  for (const next of chunk.imports ?? []) visit(next);
};
for (const key of Object.keys(manifest)) {
  if (manifest[key].isEntry || key.includes('apps/desk/inbox_page') || key.endsWith('inbox_page.tsx')) visit(key);
}
const language = Object.keys(manifest).find((key) => key.includes('virtual:locale/fr'));
if (language) visit(language);
const total = [...seen.values()].reduce((a, b) => a + b, 0);
const styles = new Set([...seen_chunks].flatMap((chunk) => chunk.css ?? []));
const files = seen.size + styles.size + 5;
const shown = [...seen]
  .sort((a, b) => b[1] - a[1])
  .map(([file, size]) => `  ${(size / 1000).toFixed(1).padStart(7)} kB  ${file}`);
console.log(
  `desk, first page: ${(total / 1000).toFixed(1)} kB of ${limit / 1000} kB (gzip) in ${files} files\n${shown.join('\n')}`,
);
if (total > limit) {
  console.error('Too much script for the first page: load what is not needed at once with lazy() or a lazy route.');
  process.exit(1);
}
if (files > most_files) {
  console.error(`The first page needs ${files} files (at most ${most_files}): see web/build/chunks.mjs.`);
  process.exit(1);
}
