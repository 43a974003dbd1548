import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { chunks } from './build/chunks.mjs';
import { locales } from './build/locales_plugin.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const server = process.env.AURICLE_URL ?? 'http://127.0.0.1:8080';

const base = {
  root: resolve(here, 'apps/desk'),
  base: '/',
  plugins: [react(), locales(resolve(here, '../locales'))],
  resolve: { alias: { '@': here } },
};

export default defineConfig(async ({ command }) => ({
  ...base,
  build: {
    outDir: resolve(here, '../build/web'),
    emptyOutDir: true,
    target: 'es2022',
    manifest: true,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: command === 'build' ? await chunks(base) : [] } } },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: {
      '/api/live': { target: server, ws: true, changeOrigin: true },
      '/api': { target: server, changeOrigin: true, headers: { Origin: server } },
      '/health': { target: server },
    },
  },
}));
