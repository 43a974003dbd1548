-- A mailbox: how it is reached and who it is towards patients. Secrets are encrypted by the program.
CREATE TABLE email_mailbox(
  id BIGINT PRIMARY KEY,
  version BIGINT NOT NULL,
  address TEXT NOT NULL,
  name TEXT NOT NULL,
  site_id BIGINT NOT NULL,
  language TEXT NOT NULL,
  active SMALLINT NOT NULL,
  imap_host TEXT NOT NULL,
  imap_port BIGINT NOT NULL,
  imap_security TEXT NOT NULL,
  imap_user TEXT NOT NULL,
  imap_secret BYTEA,
  imap_ca TEXT NOT NULL,
  smtp_host TEXT NOT NULL,
  smtp_port BIGINT NOT NULL,
  smtp_security TEXT NOT NULL,
  smtp_user TEXT NOT NULL,
  smtp_secret BYTEA,
  smtp_ca TEXT NOT NULL,
  folder TEXT NOT NULL,
  sent_folder TEXT NOT NULL,
  from_name TEXT NOT NULL,
  signature TEXT NOT NULL,
  auth_host TEXT NOT NULL,
  import_since BIGINT,
  created BIGINT NOT NULL,
  deleted BIGINT
);
CREATE UNIQUE INDEX email_mailbox_address ON email_mailbox(address) WHERE deleted IS NULL;

-- What the worker of a mailbox last saw, and who works on it: one owner at a time, the fence grows with each new one.
CREATE TABLE email_state(
  mailbox_id BIGINT PRIMARY KEY,
  state TEXT NOT NULL,
  error_key TEXT,
  error_detail TEXT,
  last_sync BIGINT,
  next_attempt BIGINT,
  lag_ms BIGINT,
  sent_again BIGINT NOT NULL,
  sync_found BIGINT,
  sync_read BIGINT,
  lease_owner TEXT NOT NULL,
  lease_end BIGINT NOT NULL,
  fence BIGINT NOT NULL
);

-- How far a folder has been read: by UID, never by \Seen.
CREATE TABLE email_folder(
  mailbox_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  uid_validity BIGINT NOT NULL,
  last_uid BIGINT NOT NULL,
  PRIMARY KEY(mailbox_id, name)
);

-- Each mail as it came, durable before it is parsed. `raw` is emptied once the mail is filed.
CREATE TABLE email_raw(
  id BIGINT PRIMARY KEY,
  mailbox_id BIGINT NOT NULL,
  folder TEXT NOT NULL,
  uid_validity BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  raw_hash TEXT NOT NULL,
  size BIGINT NOT NULL,
  arrived BIGINT NOT NULL,
  stored BIGINT NOT NULL,
  raw BYTEA,
  attempts BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason_key TEXT NOT NULL,
  detail TEXT NOT NULL,
  record_id BIGINT,
  conversation_id BIGINT,
  finished BIGINT
);
CREATE UNIQUE INDEX email_raw_identity ON email_raw(mailbox_id, folder, uid_validity, uid);
CREATE INDEX email_raw_hash ON email_raw(mailbox_id, folder, raw_hash);
CREATE INDEX email_raw_open ON email_raw(mailbox_id, id) WHERE state IN ('received', 'parsing', 'filing');
CREATE INDEX email_raw_quarantine ON email_raw(id) WHERE state = 'quarantined';
CREATE INDEX email_raw_conversation ON email_raw(conversation_id);

-- Which message of the desk a mail is: by this threads are found.
CREATE TABLE email_message(
  id BIGINT PRIMARY KEY,
  mailbox_id BIGINT NOT NULL,
  message_id TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  record_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  direction TEXT NOT NULL,
  subject_hash TEXT NOT NULL,
  sent BIGINT NOT NULL
);
CREATE INDEX email_message_message_id ON email_message(message_id);
CREATE INDEX email_message_content ON email_message(content_hash);
CREATE INDEX email_message_record ON email_message(record_id);
CREATE INDEX email_message_conversation ON email_message(conversation_id, sent);

-- Each handing over of a reply: started before the connection, ended before the final dot, answered after the server said so.
CREATE TABLE email_attempt(
  id BIGINT PRIMARY KEY,
  record_id BIGINT NOT NULL,
  mailbox_id BIGINT NOT NULL,
  started BIGINT NOT NULL,
  ended BIGINT,
  answered BIGINT,
  outcome TEXT NOT NULL,
  reason_key TEXT NOT NULL
);
CREATE INDEX email_attempt_record ON email_attempt(record_id);
CREATE INDEX email_attempt_open ON email_attempt(mailbox_id) WHERE outcome IN ('started', 'not_sent', 'uncertain');

-- Signing in with tokens: the clinic's client at its provider, and what the provider gave. Secrets are encrypted by the program.
CREATE TABLE email_oauth(
  mailbox_id BIGINT PRIMARY KEY,
  provider TEXT NOT NULL,
  client_id TEXT NOT NULL,
  authorize_url TEXT NOT NULL,
  token_url TEXT NOT NULL,
  scope TEXT NOT NULL,
  redirect_url TEXT NOT NULL,
  client_secret BYTEA,
  refresh_token BYTEA,
  access_token BYTEA,
  expires BIGINT,
  pending_state TEXT NOT NULL,
  pending_verifier BYTEA
);

-- The time before the connection, taken in as history: how far that is.
CREATE TABLE email_history(
  mailbox_id BIGINT PRIMARY KEY,
  state TEXT NOT NULL,
  since BIGINT NOT NULL,
  keep_open SMALLINT NOT NULL,
  found BIGINT NOT NULL,
  read_count BIGINT NOT NULL,
  skipped BIGINT NOT NULL,
  cases BIGINT NOT NULL,
  messages BIGINT NOT NULL,
  replies BIGINT NOT NULL,
  kept BIGINT NOT NULL,
  error_key TEXT,
  started BIGINT NOT NULL,
  finished BIGINT
);

-- Each case that came so, with whom it made known: what an undo takes back.
CREATE TABLE email_past(
  case_id BIGINT PRIMARY KEY,
  mailbox_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  person_made BIGINT,
  messages BIGINT NOT NULL
);
CREATE INDEX email_past_mailbox ON email_past(mailbox_id, case_id);
CREATE INDEX email_past_conversation ON email_past(conversation_id);

-- Copies of sent mail that are still to be put into the folder of sent mail; encrypted, removed once they are there.
CREATE TABLE email_copy(
  record_id BIGINT PRIMARY KEY,
  mailbox_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  message_id TEXT NOT NULL,
  raw BYTEA NOT NULL
);
CREATE INDEX email_copy_mailbox ON email_copy(mailbox_id, record_id);
CREATE INDEX email_copy_conversation ON email_copy(conversation_id);
