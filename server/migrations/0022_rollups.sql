-- Times whose figures may have changed: written with the facts, taken by who keeps the roll-ups.
CREATE TABLE facts_mark (
  id BIGINT PRIMARY KEY,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL
);
-- Other cases and calls of a patient, and the surveys about a case: what a late fact changes too. Of a case its patient
-- as known last: who wrote may have been told later.
ALTER TABLE facts_case ADD COLUMN subject_id BIGINT;
UPDATE facts_case SET subject_id = (
  SELECT f.subject_id FROM facts_fact f WHERE f.case_id = facts_case.case_id AND f.subject_id IS NOT NULL
  ORDER BY f.happened_at DESC, f.id DESC LIMIT 1
);
CREATE INDEX facts_case_subject ON facts_case (subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX facts_fact_subject ON facts_fact (subject_id) WHERE kind = 'call';
CREATE INDEX facts_fact_caller ON facts_fact (caller_id) WHERE caller_id IS NOT NULL;
CREATE INDEX facts_survey_case ON facts_survey (case_id) WHERE case_id IS NOT NULL;

-- Derived from the facts, `auricle rebuild rollups` makes them anew: the samples of a figure on a local day, in columns.
CREATE TABLE analytics_rollup (
  kpi TEXT NOT NULL,
  variant SMALLINT NOT NULL,
  day BIGINT NOT NULL,
  totals BYTEA NOT NULL,
  samples BYTEA NOT NULL,
  PRIMARY KEY (kpi, variant, day)
);
CREATE INDEX analytics_rollup_day ON analytics_rollup (day);
-- The days they stand for; `rules` is the fingerprint of calendars, standards and definitions they were counted by.
CREATE TABLE analytics_day (
  day BIGINT PRIMARY KEY,
  rules BIGINT NOT NULL
);
