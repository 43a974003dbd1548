#pragma once
// The only code that touches the tables of the team.
#include "team/rules.h"
#include "team/team.h"

namespace auricle::team::store {

struct UserRow {
  UserId id;
  std::string email, name;
  bool active = true;
  Language language = Language::en;
  Theme theme = Theme::system;
  Presence presence = Presence::offline;
  Instant presence_since;
  std::string password_hash;
  std::optional<db::Bytes> totp_secret, totp_pending;
  std::int64_t totp_step = 0;
  Instant created_at;
  std::optional<Instant> last_seen_at;
  std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(UserRow, (),
                      (id, email, name, active, language, theme, presence, presence_since, password_hash, totp_secret,
                       totp_pending, totp_step, created_at, last_seen_at, version))
std::optional<UserRow> user(db::Session& session, UserId id);
std::optional<UserRow> user(db::Session& session, std::string_view normal_email);
void insert(db::Tx& tx, const UserRow& row);
void update(db::Tx& tx, UserRow& row);  // raises the version and announces the change
std::vector<Membership> memberships(db::Session& session, UserId id);
void set_memberships(db::Tx& tx, UserId id, const std::vector<Membership>& memberships);
User user_of(db::Session& session, const UserRow& row);

struct SessionRow {
  std::int64_t id = 0;
  std::string token_hash;
  UserId user_id;
  Assurance assurance = Assurance::password;
  std::string device_hash, address, agent;
  Instant created_at, last_seen_at, expires_at;
  bool locked = false;
};
BOOST_DESCRIBE_STRUCT(SessionRow, (),
                      (id, token_hash, user_id, assurance, device_hash, address, agent, created_at, last_seen_at,
                       expires_at, locked))
std::optional<SessionRow> session_of(db::Session& session, std::string_view token_hash);
std::vector<SessionRow> sessions(db::Session& session, UserId user);
// Every device asks for the second factor again.
void delete_sessions(db::Tx& tx, UserId user, std::int64_t except = 0);

struct LinkRow {
  std::int64_t id = 0;
  std::string token_hash;
  LinkKind kind = LinkKind::invitation;
  UserId user_id;
  std::string email, name;
  Language language = Language::en;
  UserId created_by;
  Instant created_at, expires_at;
  std::optional<Instant> used_at;
};
BOOST_DESCRIBE_STRUCT(LinkRow, (),
                      (id, token_hash, kind, user_id, email, name, language, created_by, created_at, expires_at,
                       used_at))
std::optional<LinkRow> open_link(db::Session& session, std::string_view token, Instant now);  // not used, not expired
std::optional<LinkRow> link(db::Session& session, std::int64_t id);
std::vector<LinkRow> open_invitations(db::Session& session);
std::vector<Membership> link_memberships(db::Session& session, std::int64_t link);
void insert(db::Tx& tx, const LinkRow& row, const std::vector<Membership>& memberships);
bool use_up(db::Tx& tx, std::int64_t link, Instant now);  // false: someone else was first
void withdraw(db::Tx& tx, LinkKind kind, std::string_view email, Instant now);
void delete_link(db::Tx& tx, std::int64_t link);

// Failed attempts. The count of a scope after a day of quiet is zero.
struct Attempts {
  std::int64_t failures = 0;
  Instant last_at;
};
BOOST_DESCRIBE_STRUCT(Attempts, (), (failures, last_at))
Attempts attempts(db::Session& session, std::string_view scope, Instant now);
void count_attempt(db::Tx& tx, std::string_view scope, const Attempts& so_far, Instant now);
void forget_attempts(db::Tx& tx, std::string_view scope);
void take_back_attempt(db::Tx& tx, std::string_view scope);

struct DeviceRow {
  std::string token_hash;
  UserId user_id;
  Instant last_seen_at;
  std::optional<Instant> second_factor_at;
};
BOOST_DESCRIBE_STRUCT(DeviceRow, (), (token_hash, user_id, last_seen_at, second_factor_at))
std::optional<DeviceRow> device(db::Session& session, std::string_view token_hash, UserId user);
std::vector<RecentUser> recent_users(db::Session& session, std::string_view device_hash, Instant since);
void save(db::Tx& tx, const DeviceRow& row);

void set_recovery_codes(db::Tx& tx, UserId user, const std::vector<std::string>& hashes);
bool use_recovery_code(db::Tx& tx, UserId user, std::string_view hash);
std::int64_t recovery_codes_left(db::Session& session, UserId user);

Policy policy(db::Session& session);
void save(db::Tx& tx, const Policy& policy);
std::int64_t managers_everywhere(db::Session& session, UserId except);  // active, may manage staff at every site

}  // namespace auricle::team::store
