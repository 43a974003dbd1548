-- Of a call: a stand-in for the outside number, how long it was held, who ended it.
ALTER TABLE facts_fact ADD COLUMN caller_id BIGINT;
ALTER TABLE facts_fact ADD COLUMN hold_seconds BIGINT;
ALTER TABLE facts_fact ADD COLUMN ended_by TEXT NOT NULL DEFAULT '';

-- Telephone numbers that called or were called, each with a random stand-in; erasing deletes the row.
CREATE TABLE facts_caller (
  number TEXT PRIMARY KEY,
  caller_id BIGINT NOT NULL UNIQUE
);

-- Facts that belong to no case's story; appended, never edited. No text, no name.
CREATE TABLE facts_survey (
  id BIGINT PRIMARY KEY,
  case_id BIGINT,
  appointment_id BIGINT,
  instrument TEXT NOT NULL,
  sent_at BIGINT NOT NULL,
  answered_at BIGINT,
  score BIGINT,
  channel TEXT NOT NULL,
  source TEXT NOT NULL,
  source_id TEXT NOT NULL
);
CREATE INDEX facts_survey_sent ON facts_survey (sent_at);
CREATE INDEX facts_survey_answered ON facts_survey (answered_at) WHERE answered_at IS NOT NULL;

CREATE TABLE facts_appointment (
  id BIGINT PRIMARY KEY,
  subject_id BIGINT,
  service TEXT NOT NULL,
  agent_id BIGINT,
  site_id BIGINT,
  booked_at BIGINT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  status TEXT NOT NULL,
  cancelled_at BIGINT,
  arrived_at BIGINT,
  called_at BIGINT,
  started_at BIGINT,
  channel TEXT NOT NULL,
  source TEXT NOT NULL,
  source_id TEXT NOT NULL
);
CREATE INDEX facts_appointment_start ON facts_appointment (starts_at);

CREATE TABLE facts_presence (
  id BIGINT PRIMARY KEY,
  agent_id BIGINT NOT NULL,
  state TEXT NOT NULL,
  at BIGINT NOT NULL,
  source TEXT NOT NULL,
  source_id TEXT NOT NULL
);
CREATE INDEX facts_presence_time ON facts_presence (at);
