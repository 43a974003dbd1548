import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { locales } from './build/locales_plugin.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const server = process.env.AURICLE_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: resolve(here, 'apps/desk'),
  base: '/',
  plugins: [react(), locales(resolve(here, '../locales'))],
  resolve: { alias: { '@': here } },
  build: {
    outDir: resolve(here, '../build/web'),
    emptyOutDir: true,
    target: 'es2022',
    manifest: true,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
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
});
