-- Spreadsheets of patients taken in, and what became of each row.
CREATE TABLE patients_intake (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  blob TEXT NOT NULL,
  encoding TEXT NOT NULL,
  delimiter TEXT NOT NULL,
  headings TEXT NOT NULL,
  mapping TEXT NOT NULL,
  on_known TEXT NOT NULL,
  state TEXT NOT NULL,
  total BIGINT NOT NULL,
  done BIGINT NOT NULL,
  added BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  skipped BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  kept BIGINT NOT NULL,
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  finished_at BIGINT
);

CREATE TABLE patients_intake_row (
  intake_id BIGINT NOT NULL,
  line BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  person_id BIGINT,
  detail TEXT NOT NULL,
  PRIMARY KEY (intake_id, line)
);
CREATE INDEX patients_intake_row_person ON patients_intake_row(person_id) WHERE person_id IS NOT NULL;
