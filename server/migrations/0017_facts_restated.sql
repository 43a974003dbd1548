-- Facts that an import brought into days that had already been counted: figures of those days are restated, and what
-- stood there before can be computed by leaving out the rows of this range of ids.
CREATE TABLE facts_restatement (
  id BIGINT PRIMARY KEY,
  recorded_at BIGINT NOT NULL,
  first_id BIGINT NOT NULL,
  last_id BIGINT NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  added TEXT NOT NULL
);
