-- How fast the clinic has promised to be. A later version of the same target (its valid_from, a local day) replaces the
-- earlier one from that day on; without seconds it ends there. Rows are added, never changed.
CREATE TABLE clinic_standard (
  id BIGINT PRIMARY KEY,
  measure TEXT NOT NULL,
  seconds BIGINT,
  clock TEXT NOT NULL,
  valid_from TEXT,
  channel TEXT,
  priority TEXT,
  topic TEXT,
  site_id BIGINT
);

-- When the standard wants the answer or the resolution that is due next.
ALTER TABLE conversations_case ADD COLUMN due_at BIGINT;
