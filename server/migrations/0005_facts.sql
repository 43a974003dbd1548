-- Facts are appended, never edited. No text, no name, no birth date; the patient is a random subject. A call may belong
-- to no case.
CREATE TABLE facts_fact (
  id BIGINT PRIMARY KEY,
  case_id BIGINT,
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
  language TEXT NOT NULL,
  value TEXT NOT NULL,
  queued_at BIGINT,
  answered_at BIGINT,
  ended_at BIGINT,
  wrap_up_seconds BIGINT,
  other_case_id BIGINT
);
CREATE INDEX facts_fact_case ON facts_fact (case_id);
CREATE INDEX facts_fact_time ON facts_fact (happened_at, case_id);
CREATE INDEX facts_fact_move ON facts_fact (other_case_id) WHERE other_case_id IS NOT NULL;

-- The only place that joins a patient to a subject; erasing the patient deletes the row and keeps the figures.
CREATE TABLE facts_subject (
  patient_id BIGINT PRIMARY KEY,
  subject_id BIGINT NOT NULL UNIQUE
);

-- Derived from the facts by the fold, so that figures find their cases quickly; `auricle rebuild facts` makes it anew.
CREATE TABLE facts_case (
  case_id BIGINT PRIMARY KEY,
  opened_at BIGINT NOT NULL,
  open_until BIGINT NOT NULL
);
CREATE INDEX facts_case_open ON facts_case (open_until);
