-- Postal address; a record merged into another stays, hidden, so that the merge can be undone.
ALTER TABLE patients_person ADD COLUMN address TEXT;
ALTER TABLE patients_person ADD COLUMN postal_code TEXT;
ALTER TABLE patients_person ADD COLUMN city TEXT;
ALTER TABLE patients_person ADD COLUMN merged_into BIGINT;
CREATE INDEX patients_person_merged ON patients_person(merged_into) WHERE merged_into IS NOT NULL;

-- What records of one person almost always share (hashes of sound of a name with year, day or postal code; match.h).
CREATE TABLE patients_match_key (
  match_key BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  PRIMARY KEY (match_key, person_id)
);
CREATE INDEX patients_match_key_person ON patients_match_key(person_id);

-- Records that changed and were not yet compared with the others.
CREATE TABLE patients_unmatched (
  person_id BIGINT PRIMARY KEY
);

-- Pairs that may be one person, and what somebody decided. first_id is the smaller.
CREATE TABLE patients_suspect (
  id BIGINT PRIMARY KEY,
  first_id BIGINT NOT NULL,
  second_id BIGINT NOT NULL,
  tenth_bits BIGINT NOT NULL,
  state TEXT NOT NULL,
  found_at BIGINT NOT NULL,
  decided_at BIGINT,
  decided_by BIGINT,
  UNIQUE (first_id, second_id)
);
CREATE INDEX patients_suspect_open ON patients_suspect(tenth_bits, id) WHERE state = 'open';
CREATE INDEX patients_suspect_second ON patients_suspect(second_id);

-- A merge, with what it needs to be undone: the fields of the kept record as they were and became (encrypted), and what moved.
CREATE TABLE patients_merge (
  id BIGINT PRIMARY KEY,
  kept_id BIGINT NOT NULL,
  gone_id BIGINT NOT NULL,
  fields BYTEA NOT NULL,
  merged_at BIGINT NOT NULL,
  merged_by BIGINT,
  undone_at BIGINT,
  undone_by BIGINT
);
CREATE INDEX patients_merge_kept ON patients_merge(kept_id);
CREATE INDEX patients_merge_gone ON patients_merge(gone_id);

CREATE TABLE patients_merge_move (
  merge_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  row_id BIGINT NOT NULL,
  PRIMARY KEY (merge_id, kind, row_id)
);

-- The same for what is kept about them in cases.
CREATE TABLE conversations_merge_move (
  merge_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  row_id BIGINT NOT NULL,
  PRIMARY KEY (merge_id, kind, row_id)
);
CREATE INDEX conversations_merge_move_row ON conversations_merge_move(row_id);

-- Two subjects that turned out to be one patient; figures count them as same_as.
CREATE TABLE facts_same_subject (
  subject_id BIGINT PRIMARY KEY,
  same_as BIGINT NOT NULL
);
