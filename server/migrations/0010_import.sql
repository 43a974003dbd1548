-- One row per imported row: what makes an import idempotent and an export give back the fields as they came.
CREATE TABLE import_row (
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  outside_id TEXT NOT NULL,
  target_id BIGINT NOT NULL,
  case_id BIGINT,
  patient_id BIGINT,
  state TEXT NOT NULL,
  payload BYTEA,
  PRIMARY KEY (kind, source, outside_id)
);
CREATE INDEX import_row_target ON import_row (target_id);
CREATE INDEX import_row_patient ON import_row (patient_id) WHERE patient_id IS NOT NULL;

-- Cases with new facts that an import has still to fold; an import cut off goes on with them.
CREATE TABLE import_unfolded (
  case_id BIGINT PRIMARY KEY
);
