// Every language says everything: same keys, same placeholders, and every key the code names exists.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { read_language } from './locales_plugin.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const languages = ['en', 'es', 'fr', 'ca'];
const errors = [];
const plural = /_(zero|one|two|few|many|other)$/;
const all = Object.fromEntries(
  languages.map((language) => {
    const flat = new Map();
    for (const [ns, keys] of Object.entries(read_language(join(root, 'locales'), language))) {
      for (const [key, text] of Object.entries(keys)) flat.set(`${ns}:${key}`, String(text));
    }
    return [language, flat];
  }),
);
const base = (key) => key.replace(plural, '');
const reference = new Set([...all.en.keys()].map(base));
for (const language of languages) {
  const have = new Set([...all[language].keys()].map(base));
  for (const key of reference) if (!have.has(key)) errors.push(`locales/${language}: ${key} is missing`);
  for (const key of have) if (!reference.has(key)) errors.push(`locales/${language}: ${key} is not in English`);
  for (const [key, text] of all[language]) {
    if (text.trim() === '') errors.push(`locales/${language}: ${key} is empty`);
    const wanted = all.en.get(key);
    const names = (s) =>
      [...s.matchAll(/{{\s*(\w+)/g)]
        .map((m) => m[1])
        .sort()
        .join();
    if (wanted !== undefined && !plural.test(key) && names(wanted) !== names(text)) {
      errors.push(`locales/${language}: ${key} has placeholders {${names(text)}}, English has {${names(wanted)}}`);
    }
  }
}
function* sources(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(name) && !name.endsWith('.gen.ts')) yield path;
  }
}
for (const file of sources(join(root, 'web'))) {
  for (const [, key] of readFileSync(file, 'utf8').matchAll(/\bt\(\s*'([a-z_]+:[A-Za-z0-9_.-]+)'/g)) {
    if (!reference.has(key)) errors.push(`${relative(root, file)}: ${key} is in no locale file`);
  }
}
// No text without a reader: a key counts as used when a source names it, or names its beginning before a `${`.
const named = new Set();
const beginnings = [];
for (const file of sources(join(root, 'web'))) {
  for (const [, key, more] of readFileSync(file, 'utf8').matchAll(/['"`]([a-z_]+:[A-Za-z0-9_.-]*)(\$\{)?/g)) {
    if (more) beginnings.push(key);
    else named.add(key);
  }
}
const read_here = new Set([...named, ...beginnings].map((key) => key.split(':')[0]));
for (const key of reference) {
  if (!read_here.has(key.split(':')[0]) || key.startsWith('errors:')) continue;
  if (!named.has(key) && !beginnings.some((one) => key.startsWith(one))) errors.push(`locales: ${key} is used nowhere`);
}
if (errors.length) {
  console.error(errors.join('\n'));
  process.exit(1);
}
