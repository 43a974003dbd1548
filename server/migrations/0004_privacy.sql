-- Erasures carried out: applied again after a restore from a backup that is older. patient_id names nobody any more.
CREATE TABLE privacy_erasure (
  id BIGINT PRIMARY KEY,
  patient_id BIGINT NOT NULL,
  reason TEXT NOT NULL,
  user_id BIGINT,
  erased_at BIGINT NOT NULL,
  purged_at BIGINT
);
CREATE UNIQUE INDEX privacy_erasure_patient ON privacy_erasure(patient_id);
