-- Facts are appended, never edited. No text, no name, no birth date; the patient is a random subject.
CREATE TABLE facts_fact (
  id BIGINT PRIMARY KEY,
  case_id BIGINT NOT NULL,
  subject_id BIGINT,
  kind TEXT NOT NULL,
  happened_at BIGINT NOT NULL,
  source TEXT NOT NULL,
  source_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  agent_id BIGINT,
  conversation_id BIGINT,
  message_id BIGINT,
  channel TEXT NOT NULL,
  site_id BIGINT,
  queue_id BIGINT,
  is_public SMALLINT NOT NULL,
  owner TEXT,
  topic TEXT NOT NULL,
  priority TEXT NOT NULL,
  value TEXT NOT NULL,
  queued_at BIGINT,
  answered_at BIGINT,
  ended_at BIGINT,
  other_case_id BIGINT
);
CREATE INDEX facts_fact_case ON facts_fact (case_id);
CREATE INDEX facts_fact_move ON facts_fact (other_case_id) WHERE other_case_id IS NOT NULL;

-- The only place that joins a patient to a subject; erasing the patient deletes the row and keeps the figures.
CREATE TABLE facts_subject (
  patient_id BIGINT PRIMARY KEY,
  subject_id BIGINT NOT NULL UNIQUE
);

-- Opening hours of a queue where it has its own (history-format.md: queue); else the site's hold.
CREATE TABLE facts_queue (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  site_id BIGINT,
  calendar TEXT NOT NULL,
  holidays TEXT NOT NULL
);
