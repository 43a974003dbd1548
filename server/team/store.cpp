#include "team/store.h"

#include "platform/events/bus.h"

namespace auricle::team::store {

std::optional<UserRow> user(db::Session& session, UserId id) {
  return session.one<UserRow>("SELECT * FROM team_user WHERE id = $1", id);
}

std::optional<UserRow> user(db::Session& session, std::string_view normal_email) {
  return session.one<UserRow>("SELECT * FROM team_user WHERE email = $1", normal_email);
}

void insert(db::Tx& tx, const UserRow& row) {
  tx.insert("team_user", row);
  events::announce(tx, {"user", row.id.value, row.version, {}});
}

void update(db::Tx& tx, UserRow& row) {
  ++row.version;
  tx.exec(
      "UPDATE team_user SET email = $2, name = $3, active = $4, language = $5, theme = $6, presence = $7, "
      "presence_since = $8, "
      "password_hash = $9, totp_secret = $10, totp_pending = $11, totp_step = $12, version = $13 WHERE id = $1",
      row.id, row.email, row.name, row.active, row.language, row.theme, row.presence, row.presence_since,
      row.password_hash, row.totp_secret, row.totp_pending, row.totp_step, row.version);
  events::announce(tx, {"user", row.id.value, row.version, {}});
}

std::vector<Membership> memberships(db::Session& session, UserId id) {
  return session.all<Membership>("SELECT role, site_id FROM team_membership WHERE user_id = $1 ORDER BY role, site_id",
                                 id);
}

void set_memberships(db::Tx& tx, UserId id, const std::vector<Membership>& memberships) {
  tx.exec("DELETE FROM team_membership WHERE user_id = $1", id);
  for (const auto& m : memberships)
    tx.exec("INSERT INTO team_membership(user_id, role, site_id) VALUES($1, $2, $3)", id, m.role, m.site_id);
}

User user_of(db::Session& session, const UserRow& row) {
  return {row.id,
          row.name,
          row.email,
          row.active,
          row.language,
          row.presence,
          memberships(session, row.id),
          row.totp_secret.has_value(),
          row.last_seen_at,
          row.version};
}

std::optional<SessionRow> session_of(db::Session& session, std::string_view token_hash) {
  return session.one<SessionRow>("SELECT * FROM team_session WHERE token_hash = $1", token_hash);
}

std::vector<SessionRow> sessions(db::Session& session, UserId user) {
  return session.all<SessionRow>("SELECT * FROM team_session WHERE user_id = $1 ORDER BY last_seen_at DESC", user);
}

void delete_sessions(db::Tx& tx, UserId user, std::int64_t except) {
  tx.exec("DELETE FROM team_session WHERE user_id = $1 AND id <> $2", user, except);
  events::announce(tx, {"session", user.value, 0, {}});
  tx.exec("DELETE FROM team_challenge WHERE user_id = $1", user);
  tx.exec("UPDATE team_device SET second_factor_at = NULL WHERE user_id = $1", user);
}

std::optional<LinkRow> open_link(db::Session& session, std::string_view token, Instant now) {
  return session.one<LinkRow>("SELECT * FROM team_link WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2",
                              crypto::sha256_hex(token), now);
}

std::optional<LinkRow> link(db::Session& session, std::int64_t id) {
  return session.one<LinkRow>("SELECT * FROM team_link WHERE id = $1", id);
}

std::vector<LinkRow> open_invitations(db::Session& session) {
  return session.all<LinkRow>(
      "SELECT * FROM team_link WHERE kind = 'invitation' AND used_at IS NULL ORDER BY created_at DESC");
}

std::vector<Membership> link_memberships(db::Session& session, std::int64_t link) {
  return session.all<Membership>(
      "SELECT role, site_id FROM team_link_membership WHERE link_id = $1 ORDER BY role, site_id", link);
}

void insert(db::Tx& tx, const LinkRow& row, const std::vector<Membership>& memberships) {
  tx.insert("team_link", row);
  for (const auto& m : memberships)
    tx.exec("INSERT INTO team_link_membership(link_id, role, site_id) VALUES($1, $2, $3)", row.id, m.role, m.site_id);
}

bool use_up(db::Tx& tx, std::int64_t link, Instant now) {
  return tx.exec("UPDATE team_link SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND expires_at > $2", link,
                 now) == 1;
}

void withdraw(db::Tx& tx, LinkKind kind, std::string_view email, Instant now) {
  tx.exec("UPDATE team_link SET used_at = $3 WHERE kind = $1 AND email = $2 AND used_at IS NULL", kind, email, now);
}

void delete_link(db::Tx& tx, std::int64_t link) {
  tx.exec("DELETE FROM team_link_membership WHERE link_id = $1", link);
  tx.exec("DELETE FROM team_link WHERE id = $1", link);
}

Attempts attempts(db::Session& session, std::string_view scope, Instant now) {
  const auto found = session.one<Attempts>("SELECT failures, last_at FROM team_attempt WHERE scope = $1", scope);
  return found && now - found->last_at < kDayMs ? *found : Attempts{};
}

void count_attempt(db::Tx& tx, std::string_view scope, const Attempts& so_far, Instant now) {
  tx.exec(
      "INSERT INTO team_attempt(scope, failures, last_at) VALUES($1, $2, $3) ON CONFLICT (scope) DO UPDATE SET "
      "failures = excluded.failures, last_at = excluded.last_at",
      scope, so_far.failures + 1, now);
}

void forget_attempts(db::Tx& tx, std::string_view scope) {
  tx.exec("DELETE FROM team_attempt WHERE scope = $1", scope);
}

void take_back_attempt(db::Tx& tx, std::string_view scope) {
  tx.exec("UPDATE team_attempt SET failures = failures - 1 WHERE scope = $1 AND failures > 0", scope);
}

std::optional<DeviceRow> device(db::Session& session, std::string_view token_hash, UserId user) {
  return session.one<DeviceRow>("SELECT * FROM team_device WHERE token_hash = $1 AND user_id = $2", token_hash, user);
}

std::vector<RecentUser> recent_users(db::Session& session, std::string_view device_hash, Instant since) {
  return session.all<RecentUser>(
      "SELECT u.id, u.name FROM team_device d JOIN team_user u ON u.id = d.user_id WHERE d.token_hash = $1 AND "
      "d.last_seen_at > $2 "
      "AND u.active = 1 ORDER BY d.last_seen_at DESC LIMIT 12",
      device_hash, since);
}

void save(db::Tx& tx, const DeviceRow& row) {
  tx.exec(
      "INSERT INTO team_device(token_hash, user_id, last_seen_at, second_factor_at) VALUES($1, $2, $3, $4) "
      "ON CONFLICT (token_hash, user_id) DO UPDATE SET last_seen_at = excluded.last_seen_at, "
      "second_factor_at = excluded.second_factor_at",
      row.token_hash, row.user_id, row.last_seen_at, row.second_factor_at);
}

void set_recovery_codes(db::Tx& tx, UserId user, const std::vector<std::string>& hashes) {
  tx.exec("DELETE FROM team_recovery_code WHERE user_id = $1", user);
  for (const auto& hash : hashes)
    tx.exec("INSERT INTO team_recovery_code(user_id, code_hash) VALUES($1, $2) ON CONFLICT DO NOTHING", user, hash);
}

bool use_recovery_code(db::Tx& tx, UserId user, std::string_view hash) {
  return tx.exec("DELETE FROM team_recovery_code WHERE user_id = $1 AND code_hash = $2", user, hash) == 1;
}

std::int64_t recovery_codes_left(db::Session& session, UserId user) {
  return session.one<std::int64_t>("SELECT COUNT(*) FROM team_recovery_code WHERE user_id = $1", user).value_or(0);
}

Policy policy(db::Session& session) {
  return session
      .one<Policy>("SELECT second_factor, idle_lock_minutes, session_hours, version FROM team_policy WHERE id = 1")
      .value_or(Policy{});
}

void save(db::Tx& tx, const Policy& p) {
  tx.exec(
      "INSERT INTO team_policy(id, second_factor, idle_lock_minutes, session_hours, version) VALUES(1, $1, $2, $3, $4) "
      "ON CONFLICT (id) DO UPDATE SET second_factor = excluded.second_factor, idle_lock_minutes = "
      "excluded.idle_lock_minutes, "
      "session_hours = excluded.session_hours, version = excluded.version",
      p.second_factor, p.idle_lock_minutes, p.session_hours, p.version);
}

std::int64_t managers_everywhere(db::Session& session, UserId except) {
  return session
      .one<std::int64_t>(
          "SELECT COUNT(DISTINCT u.id) FROM team_user u JOIN team_membership m ON m.user_id = u.id WHERE u.active = 1 "
          "AND "
          "u.id <> $1 AND m.site_id IS NULL AND m.role IN ('director', 'administrator')",
          except.value)
      .value_or(0);
}

}  // namespace auricle::team::store
