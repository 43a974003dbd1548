-- People, their shared contact points, who may act for whom.
CREATE TABLE patients_person (
  id BIGINT PRIMARY KEY,
  version BIGINT NOT NULL,
  provisional SMALLINT NOT NULL,
  is_patient SMALLINT NOT NULL,
  given_name TEXT NOT NULL,
  family_name TEXT NOT NULL,
  birth_date TEXT,
  sex TEXT NOT NULL,
  pronouns TEXT,
  language TEXT,
  preferred_channel TEXT,
  created_at BIGINT NOT NULL
);
CREATE INDEX patients_person_birth_date ON patients_person(birth_date);

-- Folded words of the names, for search by prefix.
CREATE TABLE patients_name_word (
  word TEXT NOT NULL,
  person_id BIGINT NOT NULL,
  PRIMARY KEY (word, person_id)
);
CREATE INDEX patients_name_word_person ON patients_name_word(person_id);

-- A phone or address, once, however many persons share it.
CREATE TABLE patients_contact_point (
  id BIGINT PRIMARY KEY,
  system TEXT NOT NULL,
  value TEXT NOT NULL,
  national TEXT NOT NULL,
  backwards TEXT NOT NULL,
  UNIQUE (value, system)
);
CREATE INDEX patients_contact_point_national ON patients_contact_point(national);
CREATE INDEX patients_contact_point_backwards ON patients_contact_point(backwards);

CREATE TABLE patients_reach (
  person_id BIGINT NOT NULL,
  contact_point_id BIGINT NOT NULL,
  label TEXT,
  preferred SMALLINT NOT NULL,
  verified_at BIGINT,
  verified_by BIGINT,
  verification_method TEXT,
  PRIMARY KEY (person_id, contact_point_id)
);
CREATE INDEX patients_reach_contact_point ON patients_reach(contact_point_id);

CREATE TABLE patients_relationship (
  id BIGINT PRIMARY KEY,
  person_id BIGINT NOT NULL,
  patient_id BIGINT NOT NULL,
  relation TEXT NOT NULL,
  authority TEXT NOT NULL,
  valid_from TEXT,
  valid_to TEXT,
  evidence BYTEA
);
CREATE INDEX patients_relationship_person ON patients_relationship(person_id);
CREATE INDEX patients_relationship_patient ON patients_relationship(patient_id);

CREATE TABLE patients_identifier (
  id BIGINT PRIMARY KEY,
  person_id BIGINT NOT NULL,
  system TEXT NOT NULL,
  value TEXT NOT NULL,
  folded TEXT NOT NULL
);
CREATE INDEX patients_identifier_person ON patients_identifier(person_id);
CREATE INDEX patients_identifier_folded ON patients_identifier(folded);

CREATE TABLE patients_need (
  id BIGINT PRIMARY KEY,
  person_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  detail BYTEA NOT NULL
);
CREATE INDEX patients_need_person ON patients_need(person_id);

CREATE TABLE patients_note (
  id BIGINT PRIMARY KEY,
  person_id BIGINT NOT NULL,
  text BYTEA NOT NULL,
  author_id BIGINT,
  created_at BIGINT NOT NULL,
  changed_at BIGINT
);
CREATE INDEX patients_note_person ON patients_note(person_id);

-- One entry per record of a module above (a case, an appointment, …), put again when the record changes.
CREATE TABLE patients_timeline (
  id BIGINT PRIMARY KEY,
  person_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  happened_at BIGINT NOT NULL,
  record_kind TEXT NOT NULL,
  record_id BIGINT NOT NULL,
  title BYTEA NOT NULL,
  channel TEXT,
  state TEXT,
  detail TEXT,
  UNIQUE (record_id, record_kind)
);
CREATE INDEX patients_timeline_person ON patients_timeline(person_id, happened_at, id);
