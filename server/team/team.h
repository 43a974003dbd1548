#pragma once
// Staff: who they are, what they may do, how they sign in. Sessions, second factor, one-time links, own preferences.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clinic/clinic.h"
#include "platform/access/access.h"
#include "platform/base/describe.h"
#include "platform/base/result.h"
#include "platform/crypto/keys.h"
#include "platform/db/database.h"

namespace auricle::team {

using i18n::Language;
enum class Theme { system, light, dark };
BOOST_DESCRIBE_ENUM(Theme, system, light, dark)
enum class Presence { available, busy, break_, offline };
BOOST_DESCRIBE_ENUM(Presence, available, busy, break_, offline)

struct User {
  UserId id;
  std::string name, email;
  bool active = true;
  Language language = Language::en;
  Presence presence = Presence::offline;
  std::vector<Membership> memberships;
  bool second_factor_enabled = false;
  std::optional<Instant> last_seen_at;
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(User, (),
                      (id, name, email, active, language, presence, memberships, second_factor_enabled, last_seen_at,
                       version))

// ---- For other modules
// --------------------------------------------------------------------------------------------------------

std::optional<User> find_user(db::Session& session, UserId id);
std::optional<User> find_user(db::Session& session, std::string_view email);
std::vector<User> users(db::Session& session);         // active first, by name
std::string name_of(db::Session& session, UserId id);  // "" if unknown
// May be given work of this permission there: active, and a role that grants it at that site.
bool can_work(db::Session& session, UserId id, Permission permission, SiteId site);
Viewer viewer_for(db::Session& session, UserId id);  // of an active user; without roles otherwise

struct NewUser {
  std::string email, name;
  std::vector<Membership> memberships;
  Language language = Language::en;
};
// By the program itself (demo, command line): an active user without a password, who signs in by one-time link. An
// existing one with that e-mail is activated and given these memberships. Audited as system.
Result<UserId> create_user(db::Tx& tx, const NewUser& user, Instant now);

struct ImportedAgent {
  UserId id;
  std::string name, email, role;  // unknown role: agent
  std::vector<SiteId> sites;      // empty: all
};
// Silent, without access (not active). The id of the one who has that e-mail already, if there is one.
Result<UserId> import_agent(db::Tx& tx, const ImportedAgent& agent);

// After a restore: who was deactivated since must not come back by an old cookie.
void end_all_sessions(db::Tx& tx);
// The daily sweep (app/sweep.cpp); each returns how many went. Links used or expired before; devices and attempts not
// seen since; ended sessions.
std::int64_t forget_links(db::Tx& tx, Instant before);
std::int64_t forget_devices(db::Tx& tx, Instant before);
std::int64_t forget_attempts(db::Tx& tx, Instant before);
std::int64_t forget_sessions(db::Tx& tx, Instant now);

bool needs_setup(db::Session& session);  // nobody can manage staff: the first administrator is still to come

// ---- Sign-in
// ------------------------------------------------------------------------------------------------------------------

// Where a request comes from: the browser's cookies and address.
struct Origin {
  std::string session_token, device_token;  // "" if absent
  std::string address, user_agent;
  std::string base_url;  // "https://desk.example", for links
};

struct SessionUser {
  UserId id;
  std::string name, email;
  Language language = Language::en;
  Theme theme = Theme::system;
  Presence presence = Presence::offline;
  bool second_factor_enabled = false;
};
BOOST_DESCRIBE_STRUCT(SessionUser, (), (id, name, email, language, theme, presence, second_factor_enabled))
struct RecentUser {
  UserId id;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(RecentUser, (), (id, name))

enum class SessionState { signed_out, locked, second_factor_setup, signed_in };
BOOST_DESCRIBE_ENUM(SessionState, signed_out, locked, second_factor_setup, signed_in)
struct SessionView {
  SessionState state = SessionState::signed_out;
  bool needs_setup = false;
  std::optional<SessionUser> user;
  std::vector<Role> roles;
  std::vector<Permission> permissions;
  std::vector<Membership> memberships;
  bool all_sites = false;
  std::vector<SiteId> site_ids;
  Assurance assurance = Assurance::none;
  std::optional<std::string> csrf_token;
  std::int64_t idle_lock_s = 0;
  std::optional<Instant> expires_at;
  std::vector<RecentUser> recent_users;
  bool can_reset_by_mail = false;
};
BOOST_DESCRIBE_STRUCT(SessionView, (),
                      (state, needs_setup, user, roles, permissions, memberships, all_sites, site_ids, assurance,
                       csrf_token, idle_lock_s, expires_at, recent_users, can_reset_by_mail))

// Who is behind a session cookie. `state` signed_in or second_factor_setup (then the viewer has no roles).
struct Identity {
  Viewer viewer;
  std::string name, csrf_token;
  std::int64_t session_id = 0;
  SessionState state = SessionState::signed_out;
  bool save_activity = false;  // last_seen is old enough to be written again
};

enum class SignInOutcome { signed_in, second_factor_required };
BOOST_DESCRIBE_ENUM(SignInOutcome, signed_in, second_factor_required)
struct SignedIn {
  SignInOutcome outcome = SignInOutcome::signed_in;
  std::string challenge;      // for the second factor
  std::string session_token;  // for the cookie
  std::string device_token;
  Instant expires_at;
  UserId user;
};

enum class LinkKind { invitation, reset, setup, sign_in };
BOOST_DESCRIBE_ENUM(LinkKind, invitation, reset, setup, sign_in)
struct LinkView {
  LinkKind kind = LinkKind::invitation;
  std::string email, name;
  Language language = Language::en;
  Instant expires_at;
};
BOOST_DESCRIBE_STRUCT(LinkView, (), (kind, email, name, language, expires_at))
struct NewLink {
  std::string token;  // shown once; the database holds its hash. The link is BASE/link#TOKEN
  Instant expires_at;
};
std::string link_url(std::string_view base_url, std::string_view token);

struct LinkAccept {
  std::string token;
  std::optional<std::string> name, password, email;
  std::optional<Language> language;
  std::optional<std::string> organisation_name, site_name, time_zone;
};
BOOST_DESCRIBE_STRUCT(LinkAccept, (), (token, name, password, email, language, organisation_name, site_name, time_zone))

// ---- Policy, invitations, own account
// -------------------------------------------------------------------------------------------

enum class SecondFactorPolicy { optional, required };
BOOST_DESCRIBE_ENUM(SecondFactorPolicy, optional, required)
struct Policy {
  SecondFactorPolicy second_factor = SecondFactorPolicy::optional;
  std::int64_t idle_lock_minutes = 15, session_hours = 12, version = 0;
};
BOOST_DESCRIBE_STRUCT(Policy, (), (second_factor, idle_lock_minutes, session_hours, version))
struct PolicyInput {
  SecondFactorPolicy second_factor = SecondFactorPolicy::optional;
  std::int64_t idle_lock_minutes = 15, session_hours = 12;
  std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(PolicyInput, (), (second_factor, idle_lock_minutes, session_hours, version))

struct Invitation {
  std::int64_t id = 0;
  std::string email, name;
  Language language = Language::en;
  std::vector<Membership> memberships;
  std::string invited_by;
  Instant created_at, expires_at;
  bool expired = false;
};
BOOST_DESCRIBE_STRUCT(Invitation, (),
                      (id, email, name, language, memberships, invited_by, created_at, expires_at, expired))
struct InvitationInput {
  std::string email;
  std::optional<std::string> name;
  std::optional<Language> language;
  std::vector<Membership> memberships;
};
BOOST_DESCRIBE_STRUCT(InvitationInput, (), (email, name, language, memberships))
struct UserInput {
  std::optional<std::string> name, email;
  std::optional<std::vector<Membership>> memberships;
  std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(UserInput, (), (name, email, memberships, version))

struct Account {
  UserId id;
  std::string name, email;
  Language language = Language::en;
  Theme theme = Theme::system;
  Presence presence = Presence::offline;
  bool second_factor_enabled = false, second_factor_required = false;
  std::int64_t recovery_codes_left = 0, version = 0;
};
BOOST_DESCRIBE_STRUCT(Account, (),
                      (id, name, email, language, theme, presence, second_factor_enabled, second_factor_required,
                       recovery_codes_left, version))
struct AccountInput {
  std::optional<std::string> name;
  std::optional<Language> language;
  std::optional<Theme> theme;
};
BOOST_DESCRIBE_STRUCT(AccountInput, (), (name, language, theme))
struct OwnSession {
  std::int64_t id = 0;
  bool current = false;
  Instant created_at, last_seen_at;
  std::string address, device;
};
BOOST_DESCRIBE_STRUCT(OwnSession, (), (id, current, created_at, last_seen_at, address, device))
struct SecondFactorSecret {
  std::string secret, otpauth_url;
};
BOOST_DESCRIBE_STRUCT(SecondFactorSecret, (), (secret, otpauth_url))

// Password checks are slow (argon2id): they happen outside closures, on a worker, between `begin_…` and `finish_…`.
struct PasswordCheck {
  UserId user;  // zero: no such account; the check runs against a hash nobody's password has
  std::string hash;
  std::string scope;  // whose failures are counted
};

struct SecondFactorInput {
  std::string challenge, code;
  std::optional<bool> trust_device;
};
BOOST_DESCRIBE_STRUCT(SecondFactorInput, (), (challenge, code, trust_device))

class Team {
 public:
  explicit Team(crypto::Keyring& keyring) : keyring_(keyring) {}

  // Sessions.
  std::optional<Identity> identify(db::Session& session, std::string_view token, Instant now) const;
  void seen(db::Tx& tx, std::int64_t session_id, Instant now) const;
  SessionView view(db::Session& session, const Origin& origin, Instant now) const;
  void sign_out(const Viewer& viewer, db::Tx& tx, std::int64_t session_id, Instant now) const;
  void lock(db::Tx& tx, std::int64_t session_id) const;

  // Sign-in by password. begin counts the attempt before anything is checked (concurrent guesses all count) and refuses
  // too early ones with rate_limited; finish takes the count back when `matches`.
  struct Credentials {
    std::string email;
    UserId user;          // instead: a recent user of this device
    bool unlock = false;  // instead: the user of the locked session
  };
  Result<PasswordCheck> begin_sign_in(db::Tx& tx, const Credentials& who, const Origin& origin, Instant now) const;
  Result<SignedIn> finish_sign_in(db::Tx& tx, const PasswordCheck& check, bool matches, const Origin& origin,
                                  Instant now) const;
  Result<SignedIn> unlock(db::Tx& tx, const PasswordCheck& check, bool matches, const Origin& origin,
                          Instant now) const;
  void refused(db::Tx& tx, UserId user,
               Instant now) const;  // the audit of a sign-in that failed; zero: no such account
  Result<Done> begin_second_factor(db::Tx& tx, std::string_view challenge, Instant now) const;
  Result<SignedIn> finish_second_factor(db::Tx& tx, const SecondFactorInput& input, const Origin& origin,
                                        Instant now) const;

  // One-time links.
  Result<LinkView> open_link(db::Session& session, std::string_view token, Instant now) const;
  Result<SignedIn> accept_link(db::Tx& tx, const LinkAccept& input, const std::string& password_hash,
                               const Origin& origin, Instant now) const;
  Result<NewLink> create_setup_link(db::Tx& tx, Instant now) const;  // conflict when someone manages staff already
  Result<NewLink> create_sign_in_link(db::Tx& tx, std::string_view email, Instant now) const;
  struct Invited {
    Invitation invitation;
    NewLink link;
  };
  Result<Invited> invite(const Viewer& viewer, db::Tx& tx, const InvitationInput& input, Instant now) const;
  Result<Invited> renew_invitation(const Viewer& viewer, db::Tx& tx, std::int64_t id, Instant now) const;
  Result<Done> revoke_invitation(const Viewer& viewer, db::Tx& tx, std::int64_t id, Instant now) const;
  Result<std::vector<Invitation>> invitations(const Viewer& viewer, db::Session& session, Instant now) const;
  Result<NewLink> create_reset_link(const Viewer& viewer, db::Tx& tx, UserId id, Instant now) const;

  // Colleagues.
  Result<User> update_user(const Viewer& viewer, db::Tx& tx, UserId id, const UserInput& input, Instant now) const;
  Result<User> set_active(const Viewer& viewer, db::Tx& tx, UserId id, bool active, Instant now) const;
  Result<Done> reset_second_factor(const Viewer& viewer, db::Tx& tx, UserId id, Instant now) const;
  Result<Done> end_sessions(const Viewer& viewer, db::Tx& tx, UserId id, Instant now) const;
  Policy policy(db::Session& session) const;
  Result<Policy> update_policy(const Viewer& viewer, db::Tx& tx, const PolicyInput& input, Instant now) const;

  // Own account: the viewer's.
  Result<Account> account(const Viewer& viewer, db::Session& session) const;
  Result<Account> update_account(const Viewer& viewer, db::Tx& tx, const AccountInput& input, Instant now) const;
  Result<Account> set_presence(const Viewer& viewer, db::Tx& tx, Presence presence, Instant now) const;
  PasswordCheck own_password(const Viewer& viewer, db::Session& session) const;
  Result<Done> begin_proof(const Viewer& viewer, db::Tx& tx,
                           Instant now) const;  // counts an attempt to prove the password
  void proven(const Viewer& viewer, db::Tx& tx) const;
  Result<Done> change_password(const Viewer& viewer, db::Tx& tx, const std::string& new_hash, std::int64_t keep_session,
                               Instant now) const;
  Result<SecondFactorSecret> start_second_factor(const Viewer& viewer, db::Tx& tx, Instant now) const;
  Result<std::vector<std::string>> enable_second_factor(const Viewer& viewer, db::Tx& tx, std::string_view code,
                                                        std::int64_t session_id, Instant now) const;
  Result<Done> disable_second_factor(const Viewer& viewer, db::Tx& tx, Instant now) const;
  Result<std::vector<std::string>> renew_recovery_codes(const Viewer& viewer, db::Tx& tx, Instant now) const;
  std::vector<OwnSession> own_sessions(const Viewer& viewer, db::Session& session, std::int64_t current) const;
  Result<Done> end_own_session(const Viewer& viewer, db::Tx& tx, std::int64_t id, Instant now) const;
  void end_other_sessions(const Viewer& viewer, db::Tx& tx, std::int64_t current, Instant now) const;

 private:
  crypto::Keyring& keyring_;
};

// A new password: at least 12 characters, not the name or address, not one everybody tries.
Result<Done> check_password(std::string_view field, std::string_view password, std::string_view email,
                            std::string_view name);

}  // namespace auricle::team
