-- What changed, for live clients, the search index and webhooks. seq is given after commit by one sequencer.
CREATE TABLE platform_change(
  id BIGINT PRIMARY KEY,
  seq BIGINT,
  kind TEXT NOT NULL,
  record_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  site_id BIGINT,
  occurred BIGINT NOT NULL
);
CREATE UNIQUE INDEX platform_change_seq ON platform_change(seq);
CREATE INDEX platform_change_unsequenced ON platform_change(id) WHERE seq IS NULL;

-- How far a follower of the changes has come (search index, webhooks) and other counters.
CREATE TABLE platform_mark(
  name TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);

CREATE TABLE platform_setting(
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- Data keys, wrapped by the master key that lives outside the data directory. A destroyed key keeps its row, without the key.
CREATE TABLE platform_key(
  id BIGINT PRIMARY KEY,
  owner_kind TEXT NOT NULL,
  owner_id BIGINT NOT NULL,
  wrapped BYTEA,
  master TEXT NOT NULL,
  created BIGINT NOT NULL,
  destroyed BIGINT
);
CREATE UNIQUE INDEX platform_key_owner ON platform_key(owner_kind, owner_id) WHERE destroyed IS NULL;

-- Who saw and changed what. Ids and field names, never values. `merge_key` finds the same read within five minutes. `block` is null until the sealer has chained the row;
-- `count_block` likewise for the final count of a merged read.
CREATE TABLE platform_audit(
  id BIGINT PRIMARY KEY,
  occurred BIGINT NOT NULL,
  user_id BIGINT,
  by_system SMALLINT NOT NULL,
  action TEXT NOT NULL,
  record TEXT NOT NULL,
  ids TEXT NOT NULL,
  fields TEXT NOT NULL,
  reason TEXT NOT NULL,
  purpose TEXT NOT NULL,
  break_glass TEXT NOT NULL,
  patient_id BIGINT,
  reads BIGINT NOT NULL,
  last_read BIGINT NOT NULL,
  merge_key BIGINT,
  block BIGINT,
  count_block BIGINT
);
CREATE INDEX platform_audit_patient ON platform_audit(patient_id, occurred) WHERE patient_id IS NOT NULL;
CREATE INDEX platform_audit_unsealed ON platform_audit(id) WHERE block IS NULL;
CREATE INDEX platform_audit_uncounted ON platform_audit(id) WHERE count_block IS NULL AND reads > 1;
CREATE INDEX platform_audit_block_rows ON platform_audit(block, id) WHERE block IS NOT NULL;
CREATE INDEX platform_audit_merge ON platform_audit(merge_key, occurred) WHERE merge_key IS NOT NULL;
CREATE INDEX platform_audit_count_rows ON platform_audit(count_block) WHERE count_block IS NOT NULL;
CREATE INDEX platform_audit_user ON platform_audit(user_id, occurred);

CREATE TABLE platform_audit_block(
  id BIGINT PRIMARY KEY,
  row_count BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  signature BYTEA NOT NULL,
  sealed BIGINT NOT NULL
);

-- Immutable encrypted attachments and raw mail. The content is a file, or chunks below.
CREATE TABLE platform_blob(
  id BIGINT PRIMARY KEY,
  key_id BIGINT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  created BIGINT NOT NULL
);
CREATE INDEX platform_blob_key ON platform_blob(key_id);

CREATE TABLE platform_blob_chunk(
  blob_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  created BIGINT NOT NULL,
  data BYTEA NOT NULL,
  PRIMARY KEY(blob_id, number)
);

-- Work to be done: retried with back-off, parked with a reason after the last try, never lost.
CREATE TABLE platform_job(
  id BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  unique_key TEXT,
  state TEXT NOT NULL,
  run_after BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  max_attempts BIGINT NOT NULL,
  owner TEXT NOT NULL,
  lease_end BIGINT NOT NULL,
  fence BIGINT NOT NULL,
  error_key TEXT NOT NULL,
  created BIGINT NOT NULL,
  finished BIGINT
);
CREATE INDEX platform_job_due ON platform_job(state, run_after);
CREATE UNIQUE INDEX platform_job_unique ON platform_job(kind, unique_key) WHERE unique_key IS NOT NULL AND state IN ('ready', 'running');

-- Exclusive work on something (a mailbox, a scheduled task) by one owner at a time; the fence grows with each new owner.
CREATE TABLE platform_lease(
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  lease_end BIGINT NOT NULL,
  fence BIGINT NOT NULL
);
