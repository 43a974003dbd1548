// The program at rest and with 1,000 live connections: memory, and the processor time it takes while nothing happens.
import { connect } from 'node:net';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { memory_mb, prepare, serve, sign_in } from './desk.mjs';

const ticks = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]);
};
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

async function idle_percent(pid, seconds) {
  const before = ticks(pid);
  await wait(seconds * 1000);
  return (ticks(pid) - before) / seconds; // 100 ticks a second: ticks per second are per cent
}

function live(base, headers) {
  const { hostname, port } = new URL(base);
  return new Promise((done, failed) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `GET /api/live HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nOrigin: ${base}\r\nCookie: ${headers.Cookie}\r\n\r\n`,
      );
    });
    socket.once('data', (data) =>
      data.toString('latin1').startsWith('HTTP/1.1 101')
        ? done(socket)
        : failed(new Error(data.toString('latin1').slice(0, 200))),
    );
    socket.once('error', failed);
  });
}

export async function bench_rest() {
  const where = prepare(10000);
  const server = await serve(where);
  try {
    const desk = await sign_in(server.base, where);
    await desk.get('/api/cases?view=all');
    const at_rest = memory_mb(server.child.pid);
    const idle = await idle_percent(server.child.pid, 10);
    const sockets = [];
    for (let i = 0; i < 1000; i++) sockets.push(await live(server.base, desk.headers));
    await wait(1000);
    console.log(`| memory at rest | ${at_rest.toFixed(1)} MB |`);
    console.log(`| memory with 1,000 live connections | ${memory_mb(server.child.pid).toFixed(1)} MB |`);
    console.log(`| processor at rest | ${idle.toFixed(2)} % |`);
    console.log(
      `| processor with 1,000 live connections | ${(await idle_percent(server.child.pid, 10)).toFixed(2)} % |`,
    );
    for (const socket of sockets) socket.destroy();
  } finally {
    await server.stop();
  }
}
