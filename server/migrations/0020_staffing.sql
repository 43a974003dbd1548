-- How many people are meant to be at work: one ordinary week per site, channel and queue (0: all queues together).
-- week: 7 × 48 half hours from Monday 0:00, numbers separated by commas.
CREATE TABLE staffing_plan (
  site_id BIGINT NOT NULL,
  channel TEXT NOT NULL,
  queue_id BIGINT NOT NULL,
  week TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (site_id, channel, queue_id)
);
