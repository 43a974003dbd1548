// The first sync of a large mailbox (AURICLE_MAILS, 50,000 unless told): how fast, how the memory grows, what those who work
// meanwhile notice of it, and that a kill in the middle loses and doubles nothing; then how soon a mail is on a screen. Real
// Dovecot over TLS; needs root.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { createServer, connect as connect_to } from 'node:net';

import { send_mails } from '../mail/send.mjs';
import { start_mail_server } from '../mail/server.mjs';
import { prepare, serve, sign_in } from './desk.mjs';

const count = Number(process.env.AURICLE_MAILS ?? 50_000);
const binary = process.env.AURICLE_BIN ?? 'build/release/auricle';
const address = 'bench@clinic.example';
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const at = (times, p) =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * p))] ?? 0;
const line_of = 'Una línea más de lo que quiero contarles sobre mi visita, que fue larga. ';

// Half new matters, half answers to an earlier mail of the same patient; a third HTML, a twentieth with a file of 100 kB.
function mail_number(i) {
  const who = i % 4000;
  const date = new Date(Date.now() - 90 * 24 * 3600_000 + i * 1000);
  const answer = i >= 4000 && Math.floor(i / 4000) % 2 === 1;
  const text = `Buenos días, escribo por mi cita número ${i}.\n\n${line_of.repeat(i % 40)}\n`;
  const html = `<html><body><p>Buenos días, escribo por mi <b>cita</b> número ${i}.</p>${`<p style="margin:0">${line_of}</p>`.repeat(i % 40)}</body></html>\n`;
  const part = (type, body, more = '') => `--=_b\nContent-Type: ${type}\n${more}\n${body}\n`;
  const words =
    i % 3 === 0
      ? part('text/plain; charset=utf-8', text) + part('text/html; charset=utf-8', html)
      : part('text/plain; charset=utf-8', text);
  const file =
    i % 20 === 0
      ? part(
          'application/pdf; name="informe.pdf"',
          `${'JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBSL0ZpbHRlci9GbGF0ZURl\n'.repeat(1300)}`,
          'Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="informe.pdf"\n',
        )
      : '';
  const threading = answer
    ? `In-Reply-To: <bench.${i - 4000}@example.com>\nReferences: <bench.${i - 4000}@example.com>\n`
    : '';
  const subject = `${answer ? 'Re: ' : ''}Cita ${answer ? i - 4000 : i}`;
  const type = `multipart/${file ? 'mixed' : 'alternative'}; boundary="=_b"`;
  return [
    `From: Patient ${who} <patient${who}@example.com>\nTo: ${address}\nSubject: ${subject}\nMessage-ID: <bench.${i}@example.com>\n${threading}Date: ${date.toUTCString()}\nMIME-Version: 1.0\nContent-Type: ${type}\n\n${words}${file}--=_b--\n`,
    date,
  ];
}

const ask = (data, sql) =>
  Number(execFileSync('sqlite3', [`file:${data}/auricle.db?mode=ro`, sql], { encoding: 'utf8' }));
const filed = (data) => ask(data, 'SELECT COUNT(*) FROM email_message');
const rss_mb = (pid, what = 'VmRSS') =>
  Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${what}:\\s+(\\d+)`, 'm'))[1]) / 1024;

async function inbox_times(desk, until) {
  const times = [];
  while (!(await until())) {
    const began = performance.now();
    await desk.get('/api/cases?view=longest_waiting');
    times.push(performance.now() - began);
    await wait(50);
  }
  return times;
}

function connect(mail, data, imap_port, more = []) {
  const args = [
    'mailbox',
    'connect',
    address,
    '--imap',
    `localhost:${imap_port}`,
    '--smtp',
    `localhost:${mail.ports.smtps}`,
    '--ca',
    `${mail.dir}/ca.pem`,
    '--password-stdin',
    ...more,
    '--data',
    data,
  ];
  execFileSync(binary, args, { input: `${mail.password}\n`, stdio: ['pipe', 'ignore', 'inherit'] });
}

// Until so many are filed; the memory is noted on the way.
function progress(data, server, wanted, memory) {
  let looked = 0;
  return () => {
    if (Date.now() - looked < 1000) return false;
    looked = Date.now();
    const done = filed(data);
    if (done > 0) memory.push([done, rss_mb(server.child.pid), Date.now()]);
    if (process.env.AURICLE_BENCH_TELL) console.log(...(memory.at(-1) ?? []));
    return done >= wanted;
  };
}

async function first_sync(mail, data) {
  let server = await serve(['--data', data]);
  let desk = await sign_in(server.base, ['--data', data]);
  let rounds = 0;
  const quiet = await inbox_times(desk, () => ++rounds > 200);
  connect(mail, data, mail.ports.imaps, ['--import-everything']);
  const memory = [];
  const busy = await inbox_times(desk, progress(data, server, count / 2, memory));
  server.child.kill('SIGKILL');
  await new Promise((done) => server.child.on('exit', done));
  const at_kill = filed(data);
  server = await serve(['--data', data]);
  desk = await sign_in(server.base, ['--data', data]);
  busy.push(...(await inbox_times(desk, progress(data, server, count, memory))));
  const seconds = (memory.at(-1)[2] - memory[0][2]) / 1000;
  const half = memory.filter(([done]) => done > count / 2);
  const growth =
    ((half.at(-1)[1] - half[Math.floor(half.length / 4)][1]) * 1024) /
    (half.at(-1)[0] - half[Math.floor(half.length / 4)][0]);
  console.log(
    `${count.toLocaleString('en')} mails in ${seconds.toFixed(0)} s (${((count - memory[0][0]) / seconds).toFixed(0)} a second), killed once at ${at_kill}`,
  );
  console.log(
    `lost or doubled: ${count - filed(data)}; distinct mails ${ask(data, 'SELECT COUNT(DISTINCT message_id) FROM email_message')}, open ${ask(data, "SELECT COUNT(*) FROM email_raw WHERE state <> 'parsed'")}`,
  );
  console.log(
    `inbox p50/p95: ${at(quiet, 0.5).toFixed(1)}/${at(quiet, 0.95).toFixed(1)} ms before, ${at(busy, 0.5).toFixed(1)}/${at(busy, 0.95).toFixed(1)} ms meanwhile (${(at(busy, 0.95) / at(quiet, 0.95)).toFixed(2)})`,
  );
  console.log(
    `memory at most ${rss_mb(server.child.pid, 'VmHWM').toFixed(0)} MB${Number.isFinite(growth) ? `; over the last mails ${growth.toFixed(2)} kB a mail` : ''}`,
  );
  return { server, desk };
}

// Between the program and Dovecot: says when the server announced a mail.
function watch_exists(port) {
  const seen = [];
  const server = createServer((client) => {
    const up = connect_to(port, '127.0.0.1');
    client.pipe(up);
    up.on('data', (bytes) => {
      if (bytes.includes(' EXISTS')) seen.push(performance.now());
      client.write(bytes);
    });
    for (const one of [client, up]) one.on('error', () => {}).on('close', () => (client.destroy(), up.destroy()));
  });
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () => done({ seen, port: server.address().port, stop: () => server.close() })),
  );
}

// 200 mails, one after another: from the mail server's word (and from the sender's last dot) to the event in a browser.
async function latency(mail, data, { server, desk }) {
  const proxy = await watch_exists(mail.ports.imap);
  connect(mail, data, proxy.port, ['--security', 'none']);
  const socket = new WebSocket(`${server.base.replace('http', 'ws')}/api/live`, { headers: desk.headers });
  let heard;
  socket.onopen = () => socket.send(JSON.stringify({ resume: null }));
  socket.onmessage = (message) => heard && JSON.parse(message.data).kind === 'case' && heard(performance.now());
  const idle = [],
    sent = [];
  for (let i = -5; i < 200; i++) {
    const event = new Promise((done) => (heard = done));
    const raw = `From: Neu <neu${i}@example.com>\nTo: ${address}\nSubject: Neu ${i}\nMessage-ID: <neu.${i}@example.com>\n\nHola\n`;
    await send_mails({
      port: mail.ports.smtp,
      mails: [raw],
      envelope_from: `neu${i}@example.com`,
      recipients: [address],
    });
    const handed = performance.now();
    const before = proxy.seen.length;
    const shown = await event;
    heard = undefined;
    await wait(200);
    if (i < 0) continue;
    sent.push(shown - handed);
    const told =
      proxy.seen
        .slice(before)
        .filter((when) => when < shown)
        .at(-1) ?? proxy.seen.filter((when) => when < shown).at(-1);
    idle.push(shown - told);
  }
  socket.close();
  proxy.stop();
  console.log(
    `from the mail server's announcement to the event in the browser, 200 mails: p50 ${at(idle, 0.5).toFixed(0)} ms, p95 ${at(idle, 0.95).toFixed(0)} ms; from handing in at SMTP: p50 ${at(sent, 0.5).toFixed(0)} ms, p95 ${at(sent, 0.95).toFixed(0)} ms`,
  );
}

export async function bench_mail() {
  const data = 'build/bench/mail';
  rmSync(data, { recursive: true, force: true });
  cpSync(prepare(10000)[1], data, { recursive: true });
  const mail = await start_mail_server({ accounts: [address] });
  let running;
  try {
    for (let i = 0; i < count; i++) {
      const [raw, date] = mail_number(i);
      mail.put_mail(address, raw, { date });
    }
    running = await first_sync(mail, data);
    await latency(mail, data, running);
  } finally {
    await running?.server.stop();
    await mail.stop();
  }
}
