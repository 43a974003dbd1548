import type { Schemas } from '@/api/client';

export type Mailbox = Schemas['Mailbox'];
type Security = Schemas['MailSecurity'];

/** The form of a mailbox, flat, as people fill it in. */
export interface Values {
  address: string;
  name: string;
  from_name: string;
  site_id: string;
  language: string;
  imap_host: string;
  imap_port: string;
  imap_security: Security;
  imap_user: string;
  imap_secret: string;
  smtp_host: string;
  smtp_port: string;
  smtp_security: Security;
  same_login: boolean;
  smtp_user: string;
  smtp_secret: string;
  folder: string;
  sent_folder: string;
  auth_host: string;
  ca_certificate: string;
  signature: string;
  import_since: string;
}

export const usual_port = {
  imap: { tls: 993, starttls: 143, none: 143 },
  smtp: { tls: 465, starttls: 587, none: 25 },
} as const;

/** What was found of the servers of an address; else the usual names under its domain. */
export function servers_of(found: Schemas['MailDiscovery'] | undefined, address: string): Partial<Values> {
  const domain = address.split('@')[1]?.toLowerCase() ?? '';
  const imap = found?.imap ?? { host: `imap.${domain}`, port: 993, security: 'tls' as const, user: address };
  const smtp = found?.smtp ?? { host: `smtp.${domain}`, port: 465, security: 'tls' as const, user: address };
  return {
    imap_host: imap.host,
    imap_port: String(imap.port),
    imap_security: imap.security,
    smtp_host: smtp.host,
    smtp_port: String(smtp.port),
    smtp_security: smtp.security,
    smtp_user: smtp.user,
    imap_user: imap.user,
  };
}

export function values_of(mailbox: Mailbox | undefined, site_id: number | undefined, language: string): Values {
  const { imap, smtp } = mailbox ?? {};
  return {
    address: mailbox?.address ?? '',
    name: mailbox?.name ?? '',
    from_name: mailbox?.from_name ?? '',
    site_id: String(mailbox?.site_id ?? site_id ?? ''),
    language: mailbox?.language ?? language,
    imap_host: imap?.host ?? '',
    imap_port: String(imap?.port ?? 993),
    imap_security: imap?.security ?? 'tls',
    imap_user: imap?.user ?? '',
    imap_secret: '',
    smtp_host: smtp?.host ?? '',
    smtp_port: String(smtp?.port ?? 465),
    smtp_security: smtp?.security ?? 'tls',
    same_login: mailbox === undefined,
    smtp_user: smtp?.user ?? '',
    smtp_secret: '',
    folder: mailbox?.folder ?? 'INBOX',
    sent_folder: mailbox?.sent_folder ?? '',
    auth_host: mailbox?.auth_host ?? '',
    ca_certificate: imap?.ca_certificate ?? '',
    signature: mailbox?.signature ?? '',
    import_since: mailbox?.import_since?.slice(0, 10) ?? '',
  };
}

export function input_of(values: Values, active: boolean): Schemas['MailboxInput'] {
  const own = !values.same_login;
  return {
    address: values.address.trim(),
    name: values.name.trim() || values.address.trim(),
    site_id: Number(values.site_id),
    language: values.language as Schemas['MailboxInput']['language'],
    active,
    imap: {
      host: values.imap_host.trim(),
      port: Number(values.imap_port),
      security: values.imap_security,
      user: values.imap_user.trim(),
      secret: values.imap_secret || null,
      ca_certificate: values.ca_certificate.trim(),
    },
    smtp: {
      host: values.smtp_host.trim(),
      port: Number(values.smtp_port),
      security: values.smtp_security,
      user: (own ? values.smtp_user : values.imap_user).trim(),
      secret: (own ? values.smtp_secret : values.imap_secret) || null,
      ca_certificate: values.ca_certificate.trim(),
    },
    folder: values.folder.trim() || 'INBOX',
    sent_folder: values.sent_folder.trim(),
    from_name: values.from_name.trim(),
    signature: values.signature,
    auth_host: values.auth_host.trim(),
    import_since: values.import_since ? `${values.import_since}T00:00:00Z` : null,
  };
}

export function input_of_saved(mailbox: Mailbox, change: Partial<Schemas['MailboxInput']>): Schemas['MailboxInput'] {
  const base = input_of({ ...values_of(mailbox, undefined, mailbox.language), same_login: false }, mailbox.active);
  return { ...base, import_since: mailbox.import_since, ...change };
}

/** Field names as the server knows them → as this form knows them. */
export const renames: Record<string, string> = Object.fromEntries(
  ['imap', 'smtp'].flatMap((kind) =>
    ['host', 'port', 'security', 'user', 'secret'].map((one) => [`${kind}.${one}`, `${kind}_${one}`]),
  ),
);

export const valid_port = (text: string): boolean =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
