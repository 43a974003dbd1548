-- The header of a mail that is put aside, encrypted: whom it is from and about what, without opening the mail.
ALTER TABLE email_raw ADD COLUMN head BYTEA;

-- Who takes in the past of a mailbox: one owner at a time, as with email_state.
ALTER TABLE email_history ADD COLUMN lease_owner TEXT NOT NULL DEFAULT '';
ALTER TABLE email_history ADD COLUMN lease_end BIGINT NOT NULL DEFAULT 0;
ALTER TABLE email_history ADD COLUMN fence BIGINT NOT NULL DEFAULT 0;
