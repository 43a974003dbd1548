#pragma once
// What sign-in, links and accounts share inside the module.
#include "platform/audit/audit.h"
#include "team/store.h"

namespace auricle::team {

enum class Verdict { refused, done };
void audit_sign_in(db::Tx& tx, const Viewer& viewer, audit::Action action, UserId user, std::string reason,
                   Instant now);
void audit_change(db::Tx& tx, const Viewer& viewer, UserId user, std::vector<std::string> fields, Instant now);

// Counts an attempt in the scope, or refuses it with rate_limited and the seconds to wait.
Result<Done> count_attempt(db::Tx& tx, const std::string& scope, AttemptKind kind, Instant now);
std::string account_scope(std::string_view email);

// After the first factor: a challenge if a second is due, else a session in place of the browser's earlier one.
enum class FirstFactor { password, link };
SignedIn after_first_factor(db::Tx& tx, store::UserRow& user, FirstFactor factor, const Origin& origin, Instant now);
SignedIn open_session(db::Tx& tx, store::UserRow& user, Assurance assurance, const Origin& origin, Instant now);
void forget_trust(db::Tx& tx, std::int64_t session_id);  // the device of this session asks for the second factor again

// Matches an authenticator code (and marks its step as used) or a recovery code (and removes it).
enum class SecondFactor { none, code, recovery_code };
SecondFactor second_factor_matches(db::Tx& tx, crypto::Keyring& keyring, store::UserRow& user, std::string_view code,
                                   Instant now);

Result<Done> may_manage(const Viewer& viewer, const std::vector<Membership>& memberships);

}  // namespace auricle::team
