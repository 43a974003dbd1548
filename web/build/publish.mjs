// The release binary serves the folder beside it: build/web → build/release/web, the page itself last.
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const build = join(dirname(fileURLToPath(import.meta.url)), '../../build');
const target = join(build, 'release/web');
rmSync(join(target, 'index.html'), { force: true });
rmSync(join(target, 'assets'), { recursive: true, force: true });
mkdirSync(target, { recursive: true });
cpSync(join(build, 'web'), target, { recursive: true, filter: (path) => !path.includes('/.vite') });
