// SIGKILL at random moments while mails flow in and replies go out. In the ordinary run some hundred mails; all of it:
//   AURICLE_FAULT_MAILS=5000 npx vitest run --config tests/vitest.config.ts tests/functional/faults/killed
// AURICLE_FAULT_SEED repeats the moments of an earlier run.
import { createHash, randomInt, randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { connect_mailbox, open_relay } from '../../harness/mailbox.ts';
import {
  type Client,
  type DatabaseKind,
  onBothDatabases,
  type Server,
  startServer,
  until,
} from '../../harness/server.ts';
import { send_mails } from '../../mail/send.mjs';
import { type MailServer, start_mail_server } from '../../mail/server.mjs';
import { Gate } from './gate.ts';

const mail_count = Number(process.env.AURICLE_FAULT_MAILS ?? 240);
const reply_count = Math.ceil(mail_count / 10);
const patient_count = Math.max(20, Math.ceil(mail_count / 10));
const seed = Number(process.env.AURICLE_FAULT_SEED ?? randomInt(2 ** 31));
const least_kills = mail_count > 1000 ? 40 : 8;
const limit_ms = 60_000 + mail_count * 600;

function random_of(start: number) {
  // mulberry32: the same numbers for the same seed
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const header = (raw: string, name: string) => new RegExp(`^${name}: (.*)`, 'im').exec(raw)?.[1] ?? '';
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const desks = ['citas@clinic.example', 'info@clinic.example'];
const patient = (i: number) => `p${i % patient_count}@example.com`;
const attached = (i: number) => i % 5 === 0;
const file_of = (i: number) => {
  const random = random_of(i);
  return Buffer.from(Array.from({ length: 500 + Math.floor(random() * 40_000) }, () => Math.floor(random() * 256)));
};

function mail_of(i: number): string {
  const head = `From: Patient ${i % patient_count} <${patient(i)}>\nTo: ${desks.join(', ')}\nSubject: Consulta ${i}\nMessage-ID: <in-${i}@example.com>\nDate: Mon, 16 Nov 2026 09:00:00 +0100\nMIME-Version: 1.0\n`;
  const text = `Content-Type: text/plain; charset=utf-8\n\n[mail ${i}] ¿Puede ayudarme?\n`;
  if (!attached(i)) return head + text;
  const base64 = file_of(i).toString('base64').replace(/.{76}/g, '$&\n');
  return `${head}Content-Type: multipart/mixed; boundary=b\n\n--b\n${text}\n--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="informe-${i}.bin"\nContent-Transfer-Encoding: base64\n\n${base64}\n--b--\n`;
}

class Clinic {
  admin!: Client;
  agent!: Client;
  kills = 0;
  readonly acknowledged = new Map<string, number>(); // what a reply says → its message
  private constructor(
    readonly mail: MailServer,
    public server: Server,
  ) {}

  static async open(database: DatabaseKind, smtp_port?: (mail: MailServer) => Promise<number>): Promise<Clinic> {
    const mail = await start_mail_server({ accounts: desks });
    const clinic = new Clinic(mail, await startServer({ database }));
    clinic.admin = await clinic.server.first_administrator();
    clinic.agent = await clinic.server.sign_in(clinic.admin, 'agent@clinic.example', ['agent']);
    const port = smtp_port ? await smtp_port(mail) : mail.ports.smtp;
    for (const address of desks) await connect_mailbox(clinic.admin, mail, address, { smtp: open_relay(port) });
    return clinic;
  }
  async close() {
    await this.server.stop();
    await this.mail.stop();
  }
  mailboxes = async (): Promise<any[]> => (await this.admin.get('/api/mailboxes')).body.items;

  async kill_and_start() {
    await this.server.kill();
    this.kills += 1;
    this.server = await this.server.again();
    for (const client of [this.admin, this.agent]) client.url = this.server.url;
  }

  /** Asks until there is an answer: the program may be dead just now. */
  async persist<T>(ask: () => Promise<{ status: number; body: T; text: string }>): Promise<T> {
    return until(
      'an answer',
      async () => {
        const answer = await ask().catch((error) => {
          if (String(error).includes('as described')) throw error;
        });
        if (answer && answer.status < 500) expect(answer.status, answer.text).toBeLessThan(300);
        return answer && answer.status < 300 && answer.body;
      },
      120_000,
    );
  }
  async all_cases(): Promise<any[]> {
    const out: any[] = [];
    for (let cursor = ''; ; ) {
      const page: any = await this.persist(() => this.agent.get(`/api/cases?view=all&limit=100${cursor}`));
      out.push(...page.items);
      if (!page.next_cursor) return out;
      cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`;
    }
  }
  messages = async (id: number): Promise<any[]> =>
    (await this.persist<any>(() => this.agent.get(`/api/cases/${id}/messages`))).items.filter(
      (m: any) => m.kind === 'message',
    );

  async reply(id: number, text: string) {
    const [last] = await this.messages(id);
    const body = { idempotency_key: randomUUID(), conversation_id: last.conversation_id, text, confirmed: true };
    this.acknowledged.set(text, (await this.persist<any>(() => this.agent.post(`/api/cases/${id}/replies`, body))).id);
  }
  /** The ten seconds in which a reply can be taken back; a program started again goes by the real time. */
  leave = () => this.server.move_clock(new Date(Date.now() + 11_000));
  copies = (address: string, text: string) => this.mail.mails(address).filter((raw) => raw.includes(text));
  /** One of each reply in the folders of sent mail, however often it was handed over. */
  async expect_sent_copies(count: number) {
    const ids = () => desks.flatMap((desk) => this.mail.mails(desk, 'Sent')).map((raw) => header(raw, 'Message-ID'));
    await until(`${count} copies in Sent`, () => new Set(ids()).size >= count);
    expect(ids().length).toBe(count);
  }
  check() {
    let said: string;
    try {
      said = this.server.run('check');
    } catch (error) {
      said = (error as { stdout: string }).stdout;
    }
    expect(said).toContain('Everything is as it must be');
  }
}

let clinic: Clinic | undefined;
let gate: Gate | undefined;
afterEach(async () => {
  gate?.close();
  await clinic?.close();
  clinic = gate = undefined;
});

async function send_in() {
  const batch = 20;
  for (let from = 0; from < mail_count; from += batch) {
    const numbers = Array.from({ length: Math.min(batch, mail_count - from) }, (_, i) => from + i);
    // Every second batch to both addresses: one message all the same.
    const recipients = (from / batch) % 2 ? desks : desks.slice(0, 1);
    await send_mails({
      port: clinic!.mail.ports.smtp,
      mails: numbers.map(mail_of),
      envelope_from: 'patient@example.com',
      recipients,
    });
  }
}

async function answer_some() {
  const answered = new Set<number>();
  while (answered.size < reply_count) {
    for (const one of (await clinic!.all_cases()).filter((c) => !answered.has(c.id)).slice(0, 40)) {
      if (answered.size === reply_count) return;
      answered.add(one.id);
      await clinic!.reply(one.id, `[reply to ${one.title}]`);
    }
  }
}

async function kill_at_random(until_done: () => boolean) {
  const random = random_of(seed);
  while (!until_done() || clinic!.kills < least_kills) {
    await new Promise((resolve) => setTimeout(resolve, 100 + random() * (random() < 0.5 ? 600 : 4000)));
    await clinic!.kill_and_start();
  }
}

/** Killed twice while it read the same mail by itself, the program must suspect the mail; a person tries it again. */
async function take_out_of_quarantine(): Promise<number> {
  const { items } = (await clinic!.admin.get('/api/quarantine')).body;
  for (const one of items) {
    expect(one.reason_key).toBe('error.mail_ends_program');
    expect((await clinic!.admin.post(`/api/quarantine/${one.id}/retry`)).status).toBe(200);
  }
  await until('them to be filed', async () =>
    (await clinic!.mailboxes()).every((box) => box.waiting_in === 0 && box.quarantined === 0),
  );
  return items.length;
}

async function expect_all_mails() {
  const seen = new Map<number, number>();
  const out = new Map<string, number>();
  for (const one of await clinic!.all_cases())
    for (const message of await clinic!.messages(one.id)) {
      if (message.direction === 'out') {
        out.set(message.text, (out.get(message.text) ?? 0) + 1);
        expect(message.delivery.state, message.text).toBe('sent');
        continue;
      }
      const number = Number(/\[mail (\d+)\]/.exec(message.text)?.[1]);
      seen.set(number, (seen.get(number) ?? 0) + 1);
      expect(message.attachments.length, `files of mail ${number}`).toBe(attached(number) ? 1 : 0);
      for (const file of message.attachments) {
        const answer = await fetch(`${clinic!.server.url}/api/attachments/${file.id}`, {
          headers: { Cookie: clinic!.agent.cookie },
        });
        expect(hash(new Uint8Array(await answer.arrayBuffer())), file.name).toBe(hash(file_of(number)));
      }
    }
  const all = Array.from({ length: mail_count }, (_, i) => i);
  expect(
    all.filter((i) => !seen.has(i)),
    'lost',
  ).toEqual([]);
  expect(
    [...seen].filter(([, count]) => count > 1),
    'doubled',
  ).toEqual([]);
  expect(
    [...out].filter(([, count]) => count > 1),
    'replies doubled in the desk',
  ).toEqual([]);
  expect(new Set(out.keys())).toEqual(new Set(clinic!.acknowledged.keys()));
}

async function expect_all_replies(): Promise<number> {
  const copies = new Map<string, string[]>();
  for (let i = 0; i < patient_count; i += 1)
    for (const raw of clinic!.mail.mails(patient(i))) {
      const text = /\[reply to [^\]]*\]/.exec(raw)?.[0] ?? 'not a reply';
      copies.set(text, [...(copies.get(text) ?? []), header(raw, 'Message-ID')]);
    }
  expect(
    [...clinic!.acknowledged.keys()].filter((text) => !copies.has(text)),
    'replies lost',
  ).toEqual([]);
  expect(copies.size).toBe(clinic!.acknowledged.size);
  for (const [text, ids] of copies) expect(new Set(ids).size, `Message-IDs of ${text}`).toBe(1);
  return [...copies.values()].reduce((sum, ids) => sum + ids.length - 1, 0);
}

const sent_again = async () => (await clinic!.mailboxes()).reduce((sum, box) => sum + box.sent_again, 0);

onBothDatabases('a program killed at random', (database) => {
  test(
    `${mail_count} mails in, ${reply_count} replies out, seed ${seed}`,
    async () => {
      const began = Date.now();
      clinic = await Clinic.open(database);
      let done = false;
      const traffic = (async () => {
        await Promise.all([send_in(), answer_some()]);
        await until(
          'every mail and reply to be through',
          async () => {
            const [boxes, cases] = [
              await clinic!.persist<any>(() => clinic!.admin.get('/api/mailboxes')),
              await clinic!.all_cases(),
            ];
            const held = await clinic!.persist<any>(() => clinic!.admin.get('/api/quarantine'));
            return (
              cases.length + held.items.length >= mail_count &&
              cases.every((c) => !c.sending) &&
              boxes.items.every((m: any) => m.waiting_in + m.waiting_out === 0)
            );
          },
          limit_ms,
        );
      })().finally(() => (done = true));
      await Promise.all([traffic, kill_at_random(() => done)]);
      const quarantined = await take_out_of_quarantine();
      const through = (Date.now() - began) / 1000;

      await expect_all_mails();
      const again = await expect_all_replies();
      await clinic.expect_sent_copies(clinic.acknowledged.size);
      expect(again, 'replies that arrived twice are counted').toBeLessThanOrEqual(await sent_again());
      clinic.check();
      console.log(
        `${database}: seed ${seed}, ${clinic.kills} kills, ${mail_count} mails in, ${clinic.acknowledged.size} replies out, ${again} sent again, ${quarantined} suspected of the kill, through after ${through.toFixed(0)} s, verified after ${((Date.now() - began) / 1000).toFixed(0)} s`,
      );
    },
    limit_ms,
  );

  test.each(['before the dot', 'after the dot'] as const)('a reply cut off %s', async (moment) => {
    clinic = await Clinic.open(database, async (mail) => (gate = await Gate.open(mail.ports.smtp)).port);
    await send_mails({
      port: clinic.mail.ports.smtp,
      mails: [mail_of(1)],
      envelope_from: patient(1),
      recipients: [desks[0]!],
    });
    const [one] = await until('the case', async () => (await clinic!.all_cases()).length === 1 && clinic!.all_cases());
    gate!.at = moment;
    await clinic.reply(one.id, '[cut off]');
    await clinic.leave();
    await until('the reply to be handed over', () => gate!.held === 1);
    if (moment === 'after the dot') await clinic.mail.wait_for_mail(patient(1), (raw) => raw.includes('[cut off]'));
    gate!.at = undefined;
    await clinic.kill_and_start();
    await clinic.leave();
    await until('the reply to be sent', async () =>
      (await clinic!.messages(one.id)).some((m) => m.delivery?.state === 'sent'),
    );
    const copies = await until('it to arrive', () => {
      const all = clinic!.copies(patient(1), '[cut off]');
      return all.length >= (moment === 'after the dot' ? 2 : 1) && all;
    });
    // Nobody can know whether a mail arrived whose end was not answered; before the end it has not.
    expect(copies.length).toBe(moment === 'after the dot' ? 2 : 1);
    expect(new Set(copies.map((raw) => header(raw, 'Message-ID'))).size).toBe(1);
    expect(await sent_again()).toBe(copies.length - 1);
    const metrics = await (await fetch(`${clinic.server.url}/metrics`)).text();
    expect(metrics).toContain(`auricle_email_sent_again_total ${copies.length - 1}\n`);
    await clinic.expect_sent_copies(1);
    clinic.check();
  });
});
