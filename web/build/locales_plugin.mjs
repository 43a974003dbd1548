// Gives the browser one chunk per language: every locales/<lang>/<namespace>.json, flattened to "a.b.c" keys.
// Every "error.…" key, in whichever file it stands, belongs to the namespace "errors".
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export function flatten(value, prefix = '', into = {}) {
  for (const [key, child] of Object.entries(value)) {
    const path = prefix ? `${prefix}.${key}` : key;
    if (child !== null && typeof child === 'object') flatten(child, path, into);
    else into[path] = child;
  }
  return into;
}

export function namespace_of(file) {
  return file.replace(/\.json$/, '');
}

export function read_language(folder, language) {
  const out = {};
  for (const file of readdirSync(join(folder, language))
    .filter((f) => f.endsWith('.json'))
    .sort()) {
    const text = readFileSync(join(folder, language, file), 'utf8');
    for (const [key, value] of Object.entries(flatten(JSON.parse(text)))) {
      (out[key.startsWith('error.') ? 'errors' : namespace_of(file)] ??= {})[key] = value;
    }
  }
  return out;
}

export function locales(folder) {
  const first = new Set(['app', 'inbox', 'panel', 'welcome', 'errors']);
  const pattern = /^\0?virtual:locale(-rest)?\/(\w+)$/;
  return {
    name: 'auricle-locales',
    resolveId: (id) => (pattern.test(id) ? `\0${id}` : undefined),
    load(id) {
      const [, rest, language] = pattern.exec(id) ?? [];
      if (!language) return undefined;
      for (const file of readdirSync(join(folder, language))) this.addWatchFile(join(folder, language, file));
      const chosen = Object.entries(read_language(folder, language)).filter(
        ([name]) => first.has(name) !== Boolean(rest),
      );
      return `export default ${JSON.stringify(Object.fromEntries(chosen))};`;
    },
  };
}
