// The first sync of a large mailbox (AURICLE_MAILS, 50,000 unless told): how fast, how much memory, and what those who
// work meanwhile notice of it; the program is killed in the middle and goes on. Real Dovecot over TLS; needs root.
import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'

import { start_mail_server } from '../mail/server.mjs'
import { memory_mb, prepare, serve, sign_in } from './desk.mjs'

const count = Number(process.env.AURICLE_MAILS ?? 50_000)
const binary = process.env.AURICLE_BIN ?? 'build/release/auricle'
const address = 'bench@clinic.example'
const wait = (ms) => new Promise((done) => setTimeout(done, ms))
const p95 = (times) => times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0

function mail_number(i) {
  const from = `patient${i % 4000}@example.com`
  const date = new Date(Date.now() - 90 * 24 * 3600_000 + i * 1000)
  const text = `Buenos días, escribo por mi cita número ${i}.\n${'Una línea más de lo que quiero contar. '.repeat(i % 40)}`
  return [`From: Patient ${i % 4000} <${from}>\nTo: ${address}\nSubject: Cita ${i}\nMessage-ID: <bench.${i}@example.com>\nDate: ${date.toUTCString()}\nContent-Type: text/plain; charset=utf-8\n\n${text}\n`, date]
}

const filed = (data) => Number(execFileSync('sqlite3', [`file:${data}/auricle.db?mode=ro`, 'SELECT COUNT(*) FROM email_message'], { encoding: 'utf8' }))

async function inbox_times(desk, until) {
  const times = []
  while (!(await until())) {
    const began = performance.now()
    await desk.get('/api/cases?view=longest_waiting')
    times.push(performance.now() - began)
    await wait(100)
  }
  return times
}

export async function bench_mail() {
  const data = 'build/bench/mail'
  rmSync(data, { recursive: true, force: true })
  cpSync(prepare(10000), data, { recursive: true })
  const mail = await start_mail_server({ accounts: [address] })
  for (let i = 0; i < count; i++) {
    const [raw, date] = mail_number(i)
    mail.put_mail(address, raw, { date })
  }
  let server = await serve(data)
  try {
    let desk = await sign_in(server.base, data)
    let rounds = 0
    const quiet = await inbox_times(desk, () => ++rounds > 100)
    const began = Date.now()
    execFileSync(binary, ['mailbox', 'connect', address, '--imap', `localhost:${mail.ports.imaps}`, '--smtp', `localhost:${mail.ports.smtps}`, '--security', 'tls', '--ca', `${mail.dir}/ca.pem`, '--password-stdin', '--import-everything', '--data', data], { input: `${mail.password}\n`, stdio: ['pipe', 'ignore', 'inherit'] })
    let most = 0
    const until = (wanted) => () => {
      most = Math.max(most, memory_mb(server.child.pid))
      return filed(data) >= wanted
    }
    const busy = await inbox_times(desk, until(count / 2))
    server.child.kill('SIGKILL')
    await new Promise((done) => server.child.on('exit', done))
    const after_kill = filed(data)
    server = await serve(data)
    desk = await sign_in(server.base, data)
    busy.push(...(await inbox_times(desk, until(count))))
    const seconds = (Date.now() - began) / 1000
    console.log(`${count.toLocaleString('en')} mails in ${seconds.toFixed(0)} s (${(count / seconds).toFixed(0)} a second), killed once at ${after_kill}; filed ${filed(data)}`)
    console.log(`inbox p95 ${p95(quiet).toFixed(1)} ms before, ${p95(busy).toFixed(1)} ms meanwhile; memory at most ${most.toFixed(0)} MB`)
  } finally {
    await server.stop()
    await mail.stop()
  }
}
