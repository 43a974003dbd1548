-- The organisation (one row), its sites with calendars, queues and topics.
CREATE TABLE clinic_organisation (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  default_language TEXT NOT NULL,
  first_site_id BIGINT,
  version BIGINT NOT NULL
);

CREATE TABLE clinic_site (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  active SMALLINT NOT NULL,
  version BIGINT NOT NULL
);

CREATE TABLE clinic_queue (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  site_id BIGINT NOT NULL,
  active SMALLINT NOT NULL,
  version BIGINT NOT NULL
);

-- One version of the calendar of a site or queue (owner_id), in force from a local day (days since 1970) until the next version.
-- week: minutes after midnight, "540-840,960-1200;…", Monday first.
CREATE TABLE clinic_calendar (
  id BIGINT PRIMARY KEY,
  owner_kind TEXT NOT NULL,
  owner_id BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  week TEXT NOT NULL
);
CREATE UNIQUE INDEX clinic_calendar_owner ON clinic_calendar(owner_kind, owner_id, valid_from);

CREATE TABLE clinic_holiday (
  calendar_id BIGINT NOT NULL,
  local_day BIGINT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (calendar_id, local_day)
);

CREATE TABLE clinic_topic (
  id BIGINT PRIMARY KEY,
  slug TEXT NOT NULL,
  name_en TEXT NOT NULL,
  name_es TEXT NOT NULL,
  name_fr TEXT NOT NULL,
  name_ca TEXT NOT NULL,
  position BIGINT NOT NULL,
  active SMALLINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX clinic_topic_slug ON clinic_topic(slug);
