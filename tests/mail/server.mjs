// A private mail server: Dovecot and Postfix on free loopback ports, in a directory of their own, ended by their process ids.
//   node tests/mail/server.mjs [--dir DIR] [--ports FILE] [--while PID] ADDRESS…   every password is "secret"
//     runs until interrupted, or its parent (or the process PID) ends
//     with --dir its mail, ports and certificates are kept and used again; FILE says where it listens
//   import { start_mail_server } from '…/server.mjs'                   for tests and the demo
// Any address of any domain is delivered here; nothing leaves the machine. Needs root (both programs drop their rights by themselves).
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { send_mail } from './send.mjs';

const password = 'secret';

async function free_ports(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

// A directory used before keeps its ports, so that mailboxes set up once go on working.
async function ports_of(dir) {
  const file = join(dir, 'ports.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const [imap, imaps, smtp, submission, smtps] = await free_ports(5);
  const ports = { imap, imaps, smtp, submission, smtps };
  writeFileSync(file, JSON.stringify(ports));
  return ports;
}

// What a killed server of this directory left running is ended by its id.
async function end_earlier(dir) {
  const files = [join(dir, 'run', 'master.pid'), join(dir, 'queue', 'pid', 'master.pid')];
  for (const file of files.filter((f) => existsSync(f))) {
    const pid = Number(readFileSync(file, 'utf8'));
    const command = `/proc/${pid}/cmdline`;
    if (!pid || !existsSync(command) || !/dovecot|postfix|master/.test(readFileSync(command, 'utf8'))) continue;
    process.kill(pid, 'SIGTERM');
    await until(() => !alive(pid), `process ${pid} does not end`);
  }
}

function make_certificates(dir) {
  if (existsSync(join(dir, 'cert.pem'))) return;
  const run = (...args) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  writeFileSync(join(dir, 'ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  run(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '3650',
    '-subj',
    '/CN=Test authority',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  run(
    'req',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-subj',
    '/CN=localhost',
    '-keyout',
    'key.pem',
    '-out',
    'csr.pem',
  );
  run(
    'x509',
    '-req',
    '-in',
    'csr.pem',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '3650',
    '-extfile',
    'ext',
    '-out',
    'cert.pem',
  );
}

function dovecot_config(dir, ports, uid, gid, introspection) {
  return `
protocols = imap lmtp
listen = 127.0.0.1
base_dir = ${dir}/run
state_dir = ${dir}/state
instance_name = ${dir}
log_path = ${dir}/dovecot.log
ssl = yes
ssl_cert = <${dir}/cert.pem
ssl_key = <${dir}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login${introspection ? ' xoauth2 oauthbearer' : ''}
mail_location = maildir:${dir}/mail/%u
mail_uid = ${uid}
mail_gid = ${gid}
first_valid_uid = 1
first_valid_gid = 1
auth_username_format = %Lu
mail_fsync = never
mailbox_idle_check_interval = 1 secs
${
  introspection
    ? `passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${dir}/oauth2.conf
}`
    : ''
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${dir}/users
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${dir}/mail/%u allow_all_users=yes
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    auto = subscribe
    special_use = \\Sent
  }
}
service imap-login {
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps}
  }
}
service lmtp {
  unix_listener ${dir}/lmtp {
    mode = 0666
  }
}
service auth {
  unix_listener ${dir}/sasl {
    mode = 0666
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
protocol lmtp {
  postmaster_address = postmaster@localhost
}
`;
}

function write_postfix_config(dir, ports) {
  for (const name of ['postfix', 'queue', 'postfix-data']) mkdirSync(join(dir, name), { recursive: true });
  chownSync(join(dir, 'postfix-data'), ...ids('postfix'));
  writeFileSync(
    join(dir, 'postfix', 'main.cf'),
    `
compatibility_level = 3.6
queue_directory = ${dir}/queue
data_directory = ${dir}/postfix-data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = ${dir}/postfix.log
maillog_file_prefixes = ${dir}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.localhost
mydestination =
local_recipient_maps =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = static:all
virtual_transport = lmtp:unix:${dir}/lmtp
virtual_mailbox_maps =
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${dir}/sasl
smtpd_sasl_auth_enable = yes
smtpd_tls_cert_file = ${dir}/cert.pem
smtpd_tls_key_file = ${dir}/key.pem
smtpd_tls_security_level = may
test_recipients = check_recipient_access inline:{ {refused@example.com = 550 5.1.1 No such user here}, {later@example.com = 451 4.3.0 Try again later} }
signed_in_only = $test_recipients, permit_sasl_authenticated, reject
smtpd_recipient_restrictions = $test_recipients, permit_mynetworks, permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
message_size_limit = 100000000
in_flow_delay = 0s
smtputf8_enable = no
notify_classes =
bounce_queue_lifetime = 1h
`,
  );
  const services = `
127.0.0.1:${ports.smtp} inet n - n - - smtpd
127.0.0.1:${ports.submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_recipient_restrictions=$signed_in_only
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
127.0.0.1:${ports.smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_recipient_restrictions=$signed_in_only
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
flush unix n - n 1000? 0 flush
postlog unix-dgram n - n - 1 postlogd
`;
  writeFileSync(join(dir, 'postfix', 'master.cf'), services);
}

function ids(user) {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((l) => l.startsWith(user + ':'));
  if (!line) throw new Error(`no user ${user}: install postfix and dovecot-imapd dovecot-lmtpd`);
  const parts = line.split(':');
  return [Number(parts[2]), Number(parts[3])];
}

async function until(condition, what, milliseconds = 20000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    if (await condition()) return;
    if (Date.now() > end) throw new Error(`mail server: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts both programs. `accounts` are addresses; more can be added with add_account. `introspection`: where tokens are checked (RFC 7662). */
export async function start_mail_server({ accounts = [], dir, introspection } = {}) {
  if (process.getuid() !== 0) throw new Error('the test mail server needs root');
  dir ??= mkdtempSync(join(tmpdir(), 'am-'));
  mkdirSync(dir, { recursive: true });
  chmodSync(dir, 0o755);
  await end_earlier(dir);
  const ports = await ports_of(dir);
  make_certificates(dir);
  const [uid, gid] = ids('mail');
  for (const name of ['run', 'state', 'mail']) mkdirSync(join(dir, name), { recursive: true });
  chownSync(join(dir, 'mail'), uid, gid);
  if (introspection)
    writeFileSync(
      join(dir, 'oauth2.conf'),
      `introspection_mode = post\nintrospection_url = ${introspection}\nusername_attribute = username\nactive_attribute = active\nactive_value = true\n`,
    );
  writeFileSync(join(dir, 'dovecot.conf'), dovecot_config(dir, ports, uid, gid, introspection));
  for (const name of ['lmtp', 'sasl']) rmSync(join(dir, name), { force: true });
  const known = new Set();
  let put = 0;
  const add_account = (address) => {
    known.add(address);
    writeFileSync(join(dir, 'users'), [...known].map((a) => `${a}:{PLAIN}${password}\n`).join(''));
  };
  writeFileSync(join(dir, 'users'), '');
  accounts.forEach(add_account);
  write_postfix_config(dir, ports);
  const dovecot = spawn('dovecot', ['-F', '-c', join(dir, 'dovecot.conf')], { stdio: 'ignore' });
  execFileSync('postfix', ['-c', join(dir, 'postfix'), 'start'], {
    stdio: 'pipe',
    env: { ...process.env, MAIL_CONFIG: join(dir, 'postfix') },
  });
  const postfix_pid = Number(readFileSync(join(dir, 'queue', 'pid', 'master.pid'), 'utf8'));
  await until(
    () => existsSync(join(dir, 'lmtp')) && existsSync(join(dir, 'sasl')),
    'dovecot did not start, see ' + dir + '/dovecot.log',
  );

  const doveadm = (...args) =>
    execFileSync('doveadm', ['-c', join(dir, 'dovecot.conf'), ...args], { encoding: 'utf8', stdio: 'pipe' });
  const folder_path = (address, folder) =>
    join(dir, 'mail', address, folder === 'INBOX' ? '' : `.${folder.replaceAll('/', '.')}`);
  const server = {
    dir,
    ports,
    password,
    add_account,
    doveadm,
    ca: readFileSync(join(dir, 'ca.pem'), 'utf8'),
    /** Hands in a mail as another mail server would. */
    deliver: (mail) => send_mail({ port: ports.smtp, ...mail }),
    /** Raw mails in a folder, oldest first. */
    mails(address, folder = 'INBOX') {
      const files = ['new', 'cur'].flatMap((sub) => {
        const at = join(folder_path(address, folder), sub);
        return existsSync(at) ? readdirSync(at).map((name) => ({ name, path: join(at, name) })) : [];
      });
      return files
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((f) => readFileSync(f.path, 'utf8').replaceAll('\r\n', '\n'));
    },
    /** Puts a mail into a folder as if it had come at `date`; for histories. */
    put_mail(address, raw, { folder = 'INBOX', date = new Date() } = {}) {
      const at = folder_path(address, folder);
      for (const sub of ['', 'new', 'cur', 'tmp']) {
        mkdirSync(join(at, sub), { recursive: true });
        chownSync(join(at, sub), uid, gid);
      }
      chownSync(join(dir, 'mail', address), uid, gid);
      const file = join(at, 'cur', `${Math.floor(date.getTime() / 1000)}.M${put++}P1.localhost:2,S`);
      writeFileSync(file, raw);
      chownSync(file, uid, gid);
      utimesSync(file, date, date);
    },
    async wait_for_mail(address, test, { folder = 'INBOX', milliseconds = 20000 } = {}) {
      let found;
      await until(
        () => (found = server.mails(address, folder).find(test)),
        `no such mail for ${address}`,
        milliseconds,
      );
      return found;
    },
    change_uid_validity(address, folder = 'INBOX') {
      doveadm(
        'mailbox',
        'update',
        '--uid-validity',
        String(Math.floor(Date.now() / 1000) + 100),
        '-u',
        address,
        folder,
      );
    },
    async stop({ keep = false } = {}) {
      for (const pid of [dovecot.pid, postfix_pid]) if (alive(pid)) process.kill(pid, 'SIGTERM');
      await until(() => !alive(dovecot.pid) && !alive(postfix_pid), 'does not end');
      if (!keep) rmSync(dir, { recursive: true, force: true });
    },
  };
  return server;
}

async function main() {
  const args = process.argv.slice(2);
  const option = (name) => (args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : undefined);
  const dir = option('--dir'),
    file = option('--ports'),
    during = Number(option('--while'));
  const server = await start_mail_server({ accounts: args, dir });
  const { ports } = server;
  if (file) writeFileSync(file, JSON.stringify({ dir: server.dir, ports, password, ca: server.ca, pid: process.pid }));
  console.log(`mail server in ${server.dir}, password "${password}" for ${args.join(', ') || 'no account'}
  IMAP  localhost:${ports.imap} (STARTTLS or plain), localhost:${ports.imaps} (TLS)
  SMTP  localhost:${ports.submission} (STARTTLS), localhost:${ports.smtps} (TLS), both with user and password; own authority: ${server.dir}/ca.pem
  write as a patient: node tests/mail/send.mjs --port ${ports.smtp} --from patient@example.com --to ${args[0] ?? 'ADDRESS'} "Subject" "Text"`);
  const end = async () => {
    await server.stop({ keep: dir !== undefined });
    process.exit(0);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  const parent = process.ppid;
  setInterval(() => (during ? !alive(during) : process.ppid !== parent) && end(), 1000);
}

if (process.argv[1] && import.meta.url === new URL(`file://${process.argv[1]}`).href) await main();
