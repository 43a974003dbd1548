-- What happens as the time promised runs out: a share of it from which the case is at risk, and steps (JSON). A target set
-- here holds for waits that begin after holds_from; one that came with a history holds since its day.
ALTER TABLE clinic_standard ADD COLUMN warn_percent BIGINT NOT NULL DEFAULT 75;
ALTER TABLE clinic_standard ADD COLUMN steps TEXT NOT NULL DEFAULT '[]';
ALTER TABLE clinic_standard ADD COLUMN holds_from BIGINT;

-- What falls due next (first_response, next_reply, resolution), from when it is at risk, and when the next step is taken.
ALTER TABLE conversations_case ADD COLUMN promise TEXT;
ALTER TABLE conversations_case ADD COLUMN warn_at BIGINT;
ALTER TABLE conversations_case ADD COLUMN escalate_at BIGINT;
CREATE INDEX conversations_case_warn ON conversations_case(warn_at, due_at, site_id, channel) WHERE warn_at IS NOT NULL;
CREATE INDEX conversations_case_escalate ON conversations_case(escalate_at) WHERE escalate_at IS NOT NULL;

-- Steps taken, or passed by without being taken (taken_at empty): each once for one wait.
CREATE TABLE conversations_escalation (
  case_id BIGINT NOT NULL,
  began_at BIGINT NOT NULL,
  standard_id BIGINT NOT NULL,
  step BIGINT NOT NULL,
  taken_at BIGINT,
  PRIMARY KEY (case_id, began_at, standard_id, step)
);
