// The pages as they are served: processor time per request against nginx, and what the first page of the desk weighs.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { prepare, serve } from './desk.mjs';

const folder = resolve(process.env.AURICLE_WEB ?? 'build/release/web');

// The process and its children: nginx works in children.
function ticks(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return [pid, ...children].reduce((sum, one) => {
    const fields = readFileSync(`/proc/${one}/stat`, 'utf8').split(') ')[1].split(' ');
    return sum + Number(fields[11]) + Number(fields[12]);
  }, 0);
}

async function nginx() {
  const at = mkdtempSync(join(tmpdir(), 'auricle-nginx-'));
  const port = 18000 + Math.floor(Math.random() * 20000);
  writeFileSync(
    join(at, 'nginx.conf'),
    `daemon off; pid ${at}/pid; error_log ${at}/error.log; worker_processes 2; user root;
events { worker_connections 1024; }
http { access_log off; sendfile on; etag on; include /etc/nginx/mime.types; keepalive_requests 1000000;
  client_body_temp_path ${at}/b; proxy_temp_path ${at}/p; fastcgi_temp_path ${at}/f; uwsgi_temp_path ${at}/u; scgi_temp_path ${at}/s;
  server { listen 127.0.0.1:${port} reuseport; root ${folder}; } }`,
  );
  const child = spawn('nginx', ['-c', join(at, 'nginx.conf'), '-p', at], { stdio: 'ignore' });
  const base = `http://127.0.0.1:${port}`;
  for (
    let tries = 0;
    !(await fetch(`${base}/index.html`).then(
      (a) => a.ok,
      () => false,
    ));
    tries++
  ) {
    if (tries > 500) throw new Error(readFileSync(join(at, 'error.log'), 'utf8'));
    await new Promise((done) => setTimeout(done, 10));
  }
  const stop = () =>
    new Promise((done) => {
      child.on('exit', () => {
        rmSync(at, { recursive: true, force: true });
        done();
      });
      child.kill('SIGTERM');
    });
  return { base, child, stop };
}

function load({ base, child }, path) {
  const before = ticks(child.pid);
  const said = execFileSync('wrk', ['-t1', '-c64', '-d4s', base + path], { encoding: 'utf8' });
  const requests = Number(said.match(/(\d+) requests in/)[1]);
  if (/Non-2xx/.test(said)) throw new Error(said);
  return {
    rate: Number(said.match(/Requests\/sec:\s+([\d.]+)/)[1]),
    cpu_us: ((ticks(child.pid) - before) * 10000) / requests,
  };
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

// What a browser fetches before the desk shows: the page and what it names, as sent to one that takes brotli.
function first_page() {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css|svg|woff2))"/g)].map((m) => m[1]);
  const size = (path) => {
    try {
      return statSync(join(folder, `${path}.br`)).size;
    } catch {
      return statSync(join(folder, path)).size;
    }
  };
  return {
    requests: named.length + 1,
    kilobytes: [...named, '/index.html'].reduce((sum, path) => sum + size(path), 0) / 1000,
  };
}

export async function bench_web() {
  const ours = await serve(prepare(10000), ['--web', folder]);
  const theirs = await nginx();
  try {
    const assets = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.js'));
    const by_size = assets
      .map((name) => ({ path: `/assets/${name}`, size: statSync(join(folder, 'assets', name)).size }))
      .sort((a, b) => a.size - b.size);
    const nearest = (size) =>
      by_size.reduce((best, one) => (Math.abs(one.size - size) < Math.abs(best.size - size) ? one : best));
    console.log('| file | requests/s | nginx | processor time per request against nginx |\n|---|---|---|---|');
    for (const { path, size } of [nearest(2000), nearest(20000), by_size.at(-1)]) {
      const a = [],
        b = [];
      for (let round = 0; round < 3; round++) a.push(load(ours, path)), b.push(load(theirs, path));
      const of = (list, key) => median(list.map((one) => one[key]));
      console.log(
        `| ${(size / 1000).toFixed(0)} kB | ${of(a, 'rate').toFixed(0)} | ${of(b, 'rate').toFixed(0)} | ${(of(a, 'cpu_us') / of(b, 'cpu_us')).toFixed(2)} |`,
      );
    }
    const { requests, kilobytes } = first_page();
    console.log(`\nThe first page: ${requests} requests, ${kilobytes.toFixed(0)} kB.`);
  } finally {
    await ours.stop();
    await theirs.stop();
  }
}
