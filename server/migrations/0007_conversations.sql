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
  linked_case_id BIGINT,
  merged_into_case_id BIGINT,
  scheduled SMALLINT NOT NULL,
  held SMALLINT NOT NULL
);
CREATE UNIQUE INDEX conversations_case_number ON conversations_case(number);
-- Site and channel stand at the end, so that filtering by them reads the index only.
CREATE INDEX conversations_case_state ON conversations_case(state, list_key, id, site_id, channel);
CREATE INDEX conversations_case_assignee ON conversations_case(assignee_id, state, list_key, id, site_id, channel);
CREATE INDEX conversations_case_patient ON conversations_case(patient_id);
CREATE INDEX conversations_case_sender ON conversations_case(sender_id);
CREATE INDEX conversations_case_follow_up ON conversations_case(follow_up_at, id) WHERE follow_up_at IS NOT NULL;
CREATE INDEX conversations_case_snoozed ON conversations_case(snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX conversations_case_merged ON conversations_case(merged_into_case_id) WHERE merged_into_case_id IS NOT NULL;
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
  created_at BIGINT NOT NULL,
  merged_from_case_id BIGINT
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
  has_attachments SMALLINT NOT NULL,
  merged_from_case_id BIGINT,
  scheduled_local TEXT,
  scheduled_zone TEXT
);
CREATE INDEX conversations_message_case ON conversations_message(case_id, happened_at, id);
CREATE UNIQUE INDEX conversations_message_idempotency ON conversations_message(case_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX conversations_message_original ON conversations_message(original_blob) WHERE original_blob IS NOT NULL;
CREATE INDEX conversations_message_person ON conversations_message(person_id) WHERE person_id IS NOT NULL;

-- Cases that belong together: linked by staff, a late message, a split, a merge or a moved conversation.
CREATE TABLE conversations_link (
  case_id BIGINT NOT NULL,
  other_case_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (case_id, other_case_id)
);
CREATE INDEX conversations_link_other ON conversations_link(other_case_id);

-- A split that can still be taken back as if it had never happened.
CREATE TABLE conversations_split (
  case_id BIGINT PRIMARY KEY,
  from_case_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  from_conversation_id BIGINT NOT NULL,
  split_at BIGINT NOT NULL
);
CREATE INDEX conversations_split_from ON conversations_split(from_case_id);

-- Colleagues named in a note.
CREATE TABLE conversations_mention (
  message_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  case_id BIGINT NOT NULL,
  PRIMARY KEY (message_id, user_id)
);
CREATE INDEX conversations_mention_case ON conversations_mention(case_id);

-- Saved filters over the inbox: enumerated conditions only, of one colleague or shared with all.
CREATE TABLE conversations_view (
  id BIGINT PRIMARY KEY,
  version BIGINT NOT NULL,
  owner_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  shared SMALLINT NOT NULL,
  site_id BIGINT,
  filter TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX conversations_view_owner ON conversations_view(owner_id);

-- What a colleague is told about: ids only. The same unread news of a case is renewed, not doubled.
CREATE TABLE conversations_notification (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  case_id BIGINT NOT NULL,
  by_user_id BIGINT,
  created_at BIGINT NOT NULL,
  read_at BIGINT,
  mailed_at BIGINT
);
CREATE INDEX conversations_notification_user ON conversations_notification(user_id, id);
CREATE INDEX conversations_notification_unread ON conversations_notification(user_id, case_id, kind) WHERE read_at IS NULL;
CREATE INDEX conversations_notification_case ON conversations_notification(case_id);

-- How a colleague wants to be told.
CREATE TABLE conversations_notification_setting (
  user_id BIGINT PRIMARY KEY,
  digest TEXT NOT NULL,
  digest_time TEXT NOT NULL,
  quiet_from TEXT,
  quiet_to TEXT,
  zone TEXT,
  muted TEXT NOT NULL,
  last_digest_at BIGINT
);

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
CREATE INDEX conversations_attachment_blob ON conversations_attachment(blob);
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
