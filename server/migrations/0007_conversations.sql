-- Cases, the conversations in them, messages, notes and events in one stream, and what is on its way out.
CREATE TABLE conversations_counter (
  name TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);

CREATE TABLE conversations_case (
  id BIGINT PRIMARY KEY,
  number BIGINT NOT NULL,
  version BIGINT NOT NULL,
  site_id BIGINT,
  patient_id BIGINT,
  sender_id BIGINT,
  needs_patient SMALLINT NOT NULL,
  opened_by TEXT NOT NULL,
  state TEXT NOT NULL,
  list_key BIGINT NOT NULL,
  topic TEXT,
  priority TEXT NOT NULL,
  language TEXT,
  assignee_id BIGINT,
  waiting_on TEXT,
  waiting_since BIGINT,
  unanswered_since BIGINT,
  opened_at BIGINT NOT NULL,
  resolved_at BIGINT,
  outcome TEXT,
  follow_up_local TEXT,
  follow_up_zone TEXT,
  follow_up_at BIGINT,
  snoozed_until BIGINT,
  title BYTEA NOT NULL,
  preview BYTEA NOT NULL,
  channel TEXT,
  last_message_id BIGINT,
  last_message_at BIGINT,
  last_inbound_id BIGINT,
  sending SMALLINT NOT NULL,
  failed SMALLINT NOT NULL,
  has_attachments SMALLINT NOT NULL,
  linked_case_id BIGINT
);
CREATE UNIQUE INDEX conversations_case_number ON conversations_case(number);
CREATE INDEX conversations_case_state ON conversations_case(state, list_key, id);
CREATE INDEX conversations_case_assignee ON conversations_case(assignee_id, state, list_key, id);
CREATE INDEX conversations_case_patient ON conversations_case(patient_id);
CREATE INDEX conversations_case_sender ON conversations_case(sender_id);
CREATE INDEX conversations_case_follow_up ON conversations_case(follow_up_at, id) WHERE follow_up_at IS NOT NULL;
CREATE INDEX conversations_case_snoozed ON conversations_case(snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX conversations_case_failed ON conversations_case(list_key, id) WHERE failed = 1;

-- A resolve whose ten seconds are not over, or that waits for its reply to leave.
CREATE TABLE conversations_resolving (
  case_id BIGINT PRIMARY KEY,
  clicked_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  user_id BIGINT,
  outcome TEXT,
  event_id BIGINT NOT NULL,
  message_id BIGINT
);
CREATE INDEX conversations_resolving_due ON conversations_resolving(due_at);

CREATE TABLE conversations_conversation (
  id BIGINT PRIMARY KEY,
  case_id BIGINT NOT NULL,
  channel TEXT NOT NULL,
  subject BYTEA NOT NULL,
  contact_point_id BIGINT,
  person_id BIGINT,
  started_by_us SMALLINT NOT NULL,
  last_message_id BIGINT,
  last_inbound_at BIGINT,
  created_at BIGINT NOT NULL
);
CREATE INDEX conversations_conversation_case ON conversations_conversation(case_id);
CREATE INDEX conversations_conversation_contact_point ON conversations_conversation(contact_point_id);
CREATE INDEX conversations_conversation_person ON conversations_conversation(person_id);

CREATE TABLE conversations_message (
  id BIGINT PRIMARY KEY,
  case_id BIGINT NOT NULL,
  conversation_id BIGINT,
  kind TEXT NOT NULL,
  direction TEXT,
  author_kind TEXT NOT NULL,
  author_id BIGINT,
  person_id BIGINT,
  contact_point_id BIGINT,
  channel TEXT,
  happened_at BIGINT NOT NULL,
  body BYTEA,
  html BYTEA,
  language TEXT,
  auto_reply SMALLINT NOT NULL,
  warning TEXT,
  ack SMALLINT NOT NULL,
  delivery TEXT,
  delivery_reason TEXT,
  attempts BIGINT NOT NULL,
  original_blob TEXT,
  original_size BIGINT,
  idempotency_key TEXT,
  event TEXT,
  event_value TEXT,
  event_previous TEXT,
  has_attachments SMALLINT NOT NULL
);
CREATE INDEX conversations_message_case ON conversations_message(case_id, happened_at, id);
CREATE UNIQUE INDEX conversations_message_idempotency ON conversations_message(case_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX conversations_message_person ON conversations_message(person_id) WHERE person_id IS NOT NULL;

-- The identity of a message within its channel: the second time it is the same message.
CREATE TABLE conversations_external (
  external_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  message_id BIGINT NOT NULL,
  PRIMARY KEY (external_id, channel)
);
CREATE INDEX conversations_external_message ON conversations_external(message_id);

CREATE TABLE conversations_attachment (
  id BIGINT PRIMARY KEY,
  case_id BIGINT NOT NULL,
  message_id BIGINT,
  uploaded_by BIGINT,
  name BYTEA NOT NULL,
  size BIGINT NOT NULL,
  content_type TEXT NOT NULL,
  content_id TEXT,
  shown_inline SMALLINT NOT NULL,
  blob TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX conversations_attachment_message ON conversations_attachment(message_id);
CREATE INDEX conversations_attachment_case ON conversations_attachment(case_id);

CREATE TABLE conversations_draft (
  case_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  body BYTEA NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (case_id, user_id)
);

CREATE TABLE conversations_read (
  case_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  PRIMARY KEY (case_id, user_id)
);

-- Messages to be sent: due after the ten seconds of undo, leased by a worker, retried with back-off, parked after the last try.
CREATE TABLE conversations_outbox (
  message_id BIGINT PRIMARY KEY,
  due_at BIGINT NOT NULL,
  lease_until BIGINT,
  lease_node BIGINT,
  fence BIGINT NOT NULL
);
CREATE INDEX conversations_outbox_due ON conversations_outbox(due_at);
