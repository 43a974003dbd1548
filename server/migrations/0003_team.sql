-- Staff, their roles, sessions, one-time links and attempts to sign in.
CREATE TABLE team_user (
  id BIGINT PRIMARY KEY,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  active SMALLINT NOT NULL,
  language TEXT NOT NULL,
  theme TEXT NOT NULL,
  presence TEXT NOT NULL,
  presence_since BIGINT NOT NULL,
  password_hash TEXT NOT NULL,
  totp_secret BYTEA,
  totp_pending BYTEA,
  totp_step BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX team_user_email ON team_user(email);

-- A role at a site, or (site_id null) at every site.
CREATE TABLE team_membership (
  user_id BIGINT NOT NULL,
  role TEXT NOT NULL,
  site_id BIGINT
);
CREATE INDEX team_membership_user ON team_membership(user_id);

CREATE TABLE team_recovery_code (
  user_id BIGINT NOT NULL,
  code_hash TEXT NOT NULL,
  PRIMARY KEY (user_id, code_hash)
);

-- token_hash: the cookie itself is known to the browser alone.
CREATE TABLE team_session (
  id BIGINT PRIMARY KEY,
  token_hash TEXT NOT NULL,
  user_id BIGINT NOT NULL,
  assurance TEXT NOT NULL,
  device_hash TEXT NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  locked SMALLINT NOT NULL
);
CREATE UNIQUE INDEX team_session_token ON team_session(token_hash);
CREATE INDEX team_session_user ON team_session(user_id);

-- A sign-in that waits for its second factor.
CREATE TABLE team_challenge (
  token_hash TEXT PRIMARY KEY,
  user_id BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

-- Invitation, password reset, first administrator, sign-in. Used once; used and expired ones are kept for the list.
CREATE TABLE team_link (
  id BIGINT PRIMARY KEY,
  token_hash TEXT NOT NULL,
  kind TEXT NOT NULL,
  user_id BIGINT,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE UNIQUE INDEX team_link_token ON team_link(token_hash);
CREATE INDEX team_link_kind ON team_link(kind, used_at);
CREATE TABLE team_link_membership (
  link_id BIGINT NOT NULL,
  role TEXT NOT NULL,
  site_id BIGINT
);
CREATE INDEX team_link_membership_link ON team_link_membership(link_id);

-- Failed attempts by scope (hash of an account, an address, a known device): the next may come only later.
CREATE TABLE team_attempt (
  scope TEXT PRIMARY KEY,
  failures BIGINT NOT NULL,
  last_at BIGINT NOT NULL
);

-- Who worked at which browser: quick switch, and a known device keeps its own count of failures.
CREATE TABLE team_device (
  token_hash TEXT NOT NULL,
  user_id BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  second_factor_at BIGINT,
  PRIMARY KEY (token_hash, user_id)
);

CREATE TABLE team_policy (
  id BIGINT PRIMARY KEY,
  second_factor TEXT NOT NULL,
  idle_lock_minutes BIGINT NOT NULL,
  session_hours BIGINT NOT NULL,
  version BIGINT NOT NULL
);

-- Keys for other programs: the key itself is known to its holder alone. Scopes are JSON lists; site_ids null: every site.
CREATE TABLE team_api_key (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  prefix TEXT NOT NULL,
  permissions TEXT NOT NULL,
  site_ids TEXT,
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  last_used_at BIGINT,
  revoked_at BIGINT
);
CREATE UNIQUE INDEX team_api_key_token ON team_api_key(token_hash);
