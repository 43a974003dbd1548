// Few requests: left alone, the bundler makes a file of each icon that two pages share. A first pass tells what the first page
// (entry and inbox) shares with others; that becomes one file, and so do the icons and form fields shared among other pages.
import { build } from 'vite';

export async function chunks(config) {
  const { output } = await build({
    ...config,
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, target: 'es2022', assetsInlineLimit: 0 },
  });
  const named = new Map(output.map((one) => [one.fileName, one]));
  const first = new Set();
  const take = (file) => {
    const chunk = named.get(file);
    if (!chunk || first.has(chunk)) return;
    first.add(chunk);
    for (const next of chunk.imports) take(next);
  };
  const inbox = output.find((one) => one.facadeModuleId?.endsWith('/inbox_page.tsx'));
  for (const one of output) if (one.isEntry) take(one.fileName);
  take(inbox.fileName);
  first.delete(inbox);
  const shared = new Set([...first].flatMap((one) => one.moduleIds ?? []));
  return [
    { name: 'desk', test: (id) => shared.has(id), priority: 2 },
    { name: 'icons', test: /@tabler/, minShareCount: 2, priority: 1 },
    { name: 'kit', test: /\/web\/(ui|api|i18n)\//, minShareCount: 2, priority: 1 },
    { name: 'account', test: /\/features\/team\//, minShareCount: 2, priority: 1 },
    { name: 'fields', test: /@mantine/, minShareCount: 3, priority: 1 },
  ];
}
