// Features never import each other; ui, api and i18n import no feature. Apps compose (see docs on the tree).
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = join(dirname(fileURLToPath(import.meta.url)), '..');
const part = (path) => {
  const [top, second] = relative(web, path).split('/');
  return top === 'features' || top === 'apps' ? `${top}/${second}` : top;
};
function* sources(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(name) && !name.endsWith('.gen.ts')) yield path;
  }
}
const errors = [];
for (const file of sources(web)) {
  const text = readFileSync(file, 'utf8');
  const from = part(file);
  const lines = text.split('\n').length;
  if (lines > 600) errors.push(`${relative(web, file)}: ${lines} lines; split it by what it does (limit 600)`);
  for (const [, target] of text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
    const to = target.startsWith('@/')
      ? part(join(web, target.slice(2)))
      : target.startsWith('.')
        ? part(resolve(dirname(file), target))
        : null;
    if (!to || to === from) continue;
    const where = `${relative(web, file)} imports ${target}`;
    if (from.startsWith('features/') && to.startsWith('features/'))
      errors.push(`${where}: features never import each other; pass it in from web/apps`);
    if (from.startsWith('features/') && to.startsWith('apps/'))
      errors.push(`${where}: a feature does not know its app`);
    if (['ui', 'api', 'i18n', 'channels'].includes(from) && /^(features|apps)\//.test(to))
      errors.push(`${where}: ${from} stands below features`);
    if (from === 'ui' && to === 'api') errors.push(`${where}: ui knows nothing of the server; pass values in`);
  }
}
if (errors.length) {
  console.error(errors.join('\n'));
  process.exit(1);
}
