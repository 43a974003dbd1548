// Puts .br and .gz beside every text file of build/web, so that the server compresses nothing at run time.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../build/web');
const text = new Set(['.js', '.css', '.html', '.svg', '.json', '.txt', '.webmanifest']);

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}
for (const path of files(root)) {
  if (!text.has(extname(path))) continue;
  const raw = readFileSync(path);
  if (raw.length < 512) continue;
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length } };
  writeFileSync(`${path}.br`, brotliCompressSync(raw, options));
  writeFileSync(`${path}.gz`, gzipSync(raw, { level: 9 }));
}
