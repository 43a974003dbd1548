// Hands a mail to an SMTP server, as a patient's mail server would.
//   node tests/mail/send.mjs --port PORT --from FROM --to TO [--in-reply-to ID] "Subject" "Text"
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';

function answers(socket) {
  let buffer = '';
  const waiting = [];
  const ready = [];
  const fail = (error) => {
    for (const w of waiting.splice(0)) w.reject(error);
  };
  socket.on('data', (data) => {
    buffer += data;
    for (let match; (match = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(buffer)); buffer = buffer.slice(match[0].length)) {
      const next = waiting.shift();
      if (next) next.resolve(match[0]);
      else ready.push(match[0]);
    }
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('connection closed')));
  return () =>
    ready.length ? Promise.resolve(ready.shift()) : new Promise((resolve, reject) => waiting.push({ resolve, reject }));
}

/** A complete mail from its pieces; `headers` are added as they are. */
export function compose({
  from,
  to,
  subject = '',
  text = '',
  headers = {},
  message_id = `${randomUUID()}@example.com`,
  date = new Date(),
}) {
  const all = {
    From: from,
    To: to,
    Subject: subject,
    'Message-ID': `<${message_id}>`,
    Date: date.toUTCString().replace('GMT', '+0000'),
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Transfer-Encoding': '8bit',
    ...headers,
  };
  return (
    Object.entries(all)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}: ${value}\n`)
      .join('') +
    '\n' +
    text +
    '\n'
  );
}

const address = (text) => /<([^>]*)>/.exec(text)?.[1] ?? text;

/** `raw`, or the pieces of compose. Envelope from `envelope_from`/`from` and `recipients`/`to`. */
export async function send_mail({ port, host = '127.0.0.1', raw, envelope_from, recipients, ...pieces }) {
  const mails = [raw ?? compose(pieces)];
  await send_mails({
    port,
    host,
    mails,
    envelope_from: envelope_from ?? address(pieces.from ?? ''),
    recipients: recipients ?? [address(pieces.to)],
  });
  return mails[0];
}

/** Many mails over one connection. */
export async function send_mails({ port, host = '127.0.0.1', mails, envelope_from, recipients }) {
  const socket = connect(port, host);
  const answer = answers(socket);
  const say = async (line, wanted) => {
    if (line !== undefined) socket.write(line + '\r\n');
    const got = await answer();
    if (!got.startsWith(wanted)) throw new Error(`SMTP: ${line?.slice(0, 60) ?? 'greeting'} → ${got.trim()}`);
  };
  try {
    await say(undefined, '220');
    await say('EHLO sender.example', '250');
    for (const mail of mails) {
      await say(`MAIL FROM:<${envelope_from}> BODY=8BITMIME`, '250');
      for (const recipient of recipients) await say(`RCPT TO:<${recipient}>`, '250');
      await say('DATA', '354');
      await say(mail.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n').replaceAll('\r\n.', '\r\n..') + '\r\n.', '250');
    }
    socket.write('QUIT\r\n');
  } finally {
    socket.end();
  }
}

if (process.argv[1] && import.meta.url === new URL(`file://${process.argv[1]}`).href) {
  const args = process.argv.slice(2);
  const option = (name) => (args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : undefined);
  const port = Number(option('--port')),
    from = option('--from'),
    to = option('--to'),
    reply = option('--in-reply-to');
  const headers = reply ? { 'In-Reply-To': `<${reply}>`, References: `<${reply}>` } : {};
  if (!port || !from || !to) {
    console.error(
      'usage: node tests/mail/send.mjs --port PORT --from FROM --to TO [--in-reply-to ID] "Subject" "Text"',
    );
    process.exit(2);
  }
  await send_mail({ port, from, to, subject: args[0] ?? '', text: args[1] ?? '', headers });
  console.log(`sent to ${to}`);
}
