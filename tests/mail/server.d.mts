export interface Mail {
  from?: string;
  to?: string;
  subject?: string;
  text?: string;
  headers?: Record<string, string | undefined>;
  message_id?: string;
  date?: Date;
  raw?: string;
  envelope_from?: string;
  recipients?: string[];
}
export interface MailServer {
  dir: string;
  ports: { imap: number; imaps: number; smtp: number; submission: number; smtps: number };
  password: string;
  ca: string;
  add_account(address: string): void;
  doveadm(...args: string[]): string;
  deliver(mail: Mail): Promise<string>;
  mails(address: string, folder?: string): string[];
  put_mail(address: string, raw: string, options?: { folder?: string; date?: Date }): void;
  wait_for_mail(
    address: string,
    test: (raw: string) => boolean,
    options?: { folder?: string; milliseconds?: number },
  ): Promise<string>;
  change_uid_validity(address: string, folder?: string): void;
  stop(options?: { keep?: boolean }): Promise<void>;
}
export function start_mail_server(options?: {
  accounts?: string[];
  dir?: string;
  introspection?: string;
}): Promise<MailServer>;
