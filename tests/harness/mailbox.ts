// A mailbox of the clinic on the stand-in mail server.
import type { MailServer } from '../mail/server.mjs';
import { type Client, until } from './server.ts';

/** As the settings take it: read over TLS, sent by STARTTLS with the same password; `more` replaces what a test needs otherwise. */
export function mailbox_body(mail: MailServer, address: string, site_id: number, more: Record<string, unknown> = {}) {
  const sign_in = { host: 'localhost', user: address, secret: mail.password, ca_certificate: mail.ca };
  return {
    address,
    name: address,
    site_id,
    language: 'es',
    active: true,
    folder: 'INBOX',
    sent_folder: 'Sent',
    from_name: 'Clínica del Mar',
    auth_host: 'mail.localhost',
    imap: { ...sign_in, port: mail.ports.imaps, security: 'tls' },
    smtp: { ...sign_in, port: mail.ports.submission, security: 'starttls' },
    ...more,
  };
}

/** A server that takes mail from whoever is on this machine, for example one put in between. */
export const open_relay = (port: number) => ({ host: '127.0.0.1', port, security: 'none', user: '', secret: null });

/** Connects it at the first site and waits until it is; answers its id. */
export async function connect_mailbox(
  admin: Client,
  mail: MailServer,
  address: string,
  more: Record<string, unknown> = {},
): Promise<number> {
  const site_id = (await admin.get('/api/sites')).body.items[0].id;
  const made = await admin.post('/api/mailboxes', mailbox_body(mail, address, site_id, more));
  if (made.status !== 201) throw new Error(`the mailbox was refused: ${made.text}`);
  if (made.text.includes(`"${mail.password}"`)) throw new Error('the answer holds the password');
  const state = async () => (await admin.get(`/api/mailboxes/${made.body.id}`)).body.state;
  await until(`${address} to be connected`, async () => (await state()) === 'connected');
  return made.body.id;
}
