// TypeScript types of the HTTP contract: api/*.yaml → web/api/schema.gen.ts (never edited, never committed).
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapi, { astToString } from 'openapi-typescript';
import { parse } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, '../../api');
const merged = { openapi: '3.1.0', info: { title: 'Auricle', version: '1' }, paths: {}, components: { schemas: {} } };
for (const file of readdirSync(folder)
  .filter((f) => f.endsWith('.yaml'))
  .sort()) {
  const part = parse(readFileSync(join(folder, file), 'utf8'));
  for (const [path, item] of Object.entries(part.paths ?? {})) merged.paths[path] = { ...merged.paths[path], ...item };
  for (const [kind, entries] of Object.entries(part.components ?? {})) {
    merged.components[kind] = { ...merged.components[kind], ...entries };
  }
}
const text = `// Generated from api/*.yaml by web/api/generate.mjs\n${astToString(await openapi(merged, { defaultNonNullable: false }))}`;
const target = join(here, 'schema.gen.ts');
if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeFileSync(target, text);
