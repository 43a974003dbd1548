-- What we sent to an address came back for good: since when, and why (a locale key). For all who share it.
ALTER TABLE patients_contact_point ADD COLUMN undeliverable_since BIGINT;
ALTER TABLE patients_contact_point ADD COLUMN undeliverable_reason TEXT;
