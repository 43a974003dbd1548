#include "team/sign_in.h"

#include "platform/crypto/totp.h"

namespace auricle::team {
namespace {

std::string device_hash(const Origin& origin) {
  return origin.device_token.empty() ? std::string() : crypto::sha256_hex(origin.device_token);
}

Error too_early(std::int64_t wait_ms) {
  Error error{ErrorKind::rate_limited, "error.team.too_many_attempts", {}, {}, 0};
  error.retry_after_s = static_cast<int>((wait_ms + 999) / 1000);
  error.params["seconds"] = std::to_string(error.retry_after_s);
  return error;
}

// A browser that has signed in as this person counts by itself: strangers guessing from elsewhere do not keep its owner
// out.
std::string scope_of_attempt(db::Session& session, std::string_view email, UserId user, const Origin& origin) {
  const auto device = device_hash(origin);
  if (user && !device.empty() && store::device(session, device, user))
    return "device:" + device + ":" + std::to_string(user.value);
  return account_scope(email);
}

AttemptKind kind_of(std::string_view scope) {
  return scope.starts_with("device:") ? AttemptKind::device : AttemptKind::account;
}

std::optional<store::UserRow> user_named(db::Session& session, const Team::Credentials& who, const Origin& origin,
                                         Instant now) {
  if (who.unlock) {
    const auto row = store::session_of(session, crypto::sha256_hex(origin.session_token));
    return row && row->expires_at > now ? store::user(session, row->user_id) : std::nullopt;
  }
  if (!who.user) return store::user(session, std::string_view(normal_email(who.email)));
  const auto known = origin.device_token.empty() ? std::nullopt : store::device(session, device_hash(origin), who.user);
  return known ? store::user(session, who.user) : std::nullopt;
}

Error wrong_password() { return Error{ErrorKind::unauthenticated, "error.team.sign_in_failed", {}, {}, 0}; }

void remember_device(db::Tx& tx, SignedIn& signed_in, UserId user, const Origin& origin, Instant now) {
  signed_in.device_token = origin.device_token.empty() ? crypto::random_token() : origin.device_token;
  const auto hash = crypto::sha256_hex(signed_in.device_token);
  auto row = store::device(tx, hash, user).value_or(store::DeviceRow{hash, user, now, {}});
  row.last_seen_at = now;
  store::save(tx, row);
}

// Only when asked for, and only with a code of the authenticator: a recovery code says that it is out of reach.
void trust_device(db::Tx& tx, UserId user, const std::string& device_token, Instant now) {
  tx.exec("UPDATE team_device SET second_factor_at = $3 WHERE token_hash = $1 AND user_id = $2",
          crypto::sha256_hex(device_token), user, now);
}

bool trusted_device(db::Session& session, UserId user, const Origin& origin, Instant now) {
  const auto row = origin.device_token.empty() ? std::nullopt : store::device(session, device_hash(origin), user);
  return row && row->second_factor_at && now - *row->second_factor_at < kDeviceTrustMs;
}

std::string new_challenge(db::Tx& tx, UserId user, Instant now) {
  auto token = crypto::random_token();
  tx.exec("DELETE FROM team_challenge WHERE expires_at <= $1", now);
  tx.exec("INSERT INTO team_challenge(token_hash, user_id, expires_at) VALUES($1, $2, $3)", crypto::sha256_hex(token),
          user, now + kChallengeMs);
  return token;
}

UserId user_of_challenge(db::Session& session, std::string_view challenge, Instant now) {
  return session
      .one<UserId>("SELECT user_id FROM team_challenge WHERE token_hash = $1 AND expires_at > $2",
                   crypto::sha256_hex(challenge), now)
      .value_or(UserId{});
}

Error challenge_over() { return Error{ErrorKind::unauthenticated, "error.team.challenge_over", {}, {}, 0}; }
std::string second_scope(UserId user) { return "second:" + std::to_string(user.value); }

}  // namespace

std::string account_scope(std::string_view email) { return "account:" + crypto::sha256_hex(normal_email(email)); }

void audit_sign_in(db::Tx& tx, const Viewer& viewer, audit::Action action, UserId user, std::string reason,
                   Instant now) {
  audit::Entry entry;
  entry.action = action;
  entry.record = "session";
  if (user) entry.ids = {user.value};
  entry.reason = std::move(reason);
  audit::append(tx, viewer, entry, now);
}

void audit_change(db::Tx& tx, const Viewer& viewer, UserId user, std::vector<std::string> fields, Instant now) {
  audit::Entry entry;
  entry.action = audit::Action::change;
  entry.record = "user";
  entry.ids = {user.value};
  entry.fields = std::move(fields);
  audit::append(tx, viewer, entry, now);
}

Result<Done> count_attempt(db::Tx& tx, const std::string& scope, AttemptKind kind, Instant now) {
  const auto so_far = store::attempts(tx, scope, now);
  const auto wait = so_far.last_at.ms + delay_ms(kind, so_far.failures) - now.ms;
  if (wait > 0) return fail(too_early(wait));
  store::count_attempt(tx, scope, so_far, now);
  return Done{};
}

SignedIn open_session(db::Tx& tx, store::UserRow& user, Assurance assurance, const Origin& origin, Instant now) {
  SignedIn signed_in;
  signed_in.user = user.id;
  signed_in.session_token = crypto::random_token();
  signed_in.expires_at = now + store::policy(tx).session_hours * kHourMs;
  remember_device(tx, signed_in, user.id, origin, now);
  if (!origin.session_token.empty())
    tx.exec("DELETE FROM team_session WHERE token_hash = $1", crypto::sha256_hex(origin.session_token));
  tx.exec("DELETE FROM team_session WHERE expires_at <= $1", now);
  store::SessionRow row{next_id(),
                        crypto::sha256_hex(signed_in.session_token),
                        user.id,
                        assurance,
                        crypto::sha256_hex(signed_in.device_token),
                        origin.address,
                        device_name(origin.user_agent),
                        now,
                        now,
                        signed_in.expires_at,
                        false};
  tx.insert("team_session", row);
  tx.exec("UPDATE team_user SET last_seen_at = $2 WHERE id = $1", user.id, now);
  audit_sign_in(tx, viewer_of(user.id, store::memberships(tx, user.id), assurance), audit::Action::sign_in, user.id, "",
                now);
  return signed_in;
}

void forget_trust(db::Tx& tx, std::int64_t session_id) {
  tx.exec(
      "UPDATE team_device SET second_factor_at = NULL WHERE EXISTS (SELECT 1 FROM team_session s WHERE s.id = $1 AND "
      "s.device_hash = team_device.token_hash AND s.user_id = team_device.user_id)",
      session_id);
}

SignedIn after_first_factor(db::Tx& tx, store::UserRow& user, FirstFactor factor, const Origin& origin, Instant now) {
  if (!user.totp_secret) return open_session(tx, user, Assurance::password, origin, now);
  if (factor == FirstFactor::password && trusted_device(tx, user.id, origin, now))
    return open_session(tx, user, Assurance::second_factor, origin, now);
  SignedIn waiting;
  waiting.outcome = SignInOutcome::second_factor_required;
  waiting.challenge = new_challenge(tx, user.id, now);
  waiting.user = user.id;
  return waiting;
}

SecondFactor second_factor_matches(db::Tx& tx, crypto::Keyring& keyring, store::UserRow& user, std::string_view code,
                                   Instant now) {
  if (!user.totp_secret) return SecondFactor::none;
  const auto secret = keyring.decrypt(tx, {"team_user", "totp_secret", user.id.value}, *user.totp_secret);
  if (!secret) return SecondFactor::none;
  if (const auto step = crypto::totp_match(*secret, code, now, user.totp_step)) {
    // Conditional: of two requests with the same code one wins.
    const auto won = tx.exec("UPDATE team_user SET totp_step = $2 WHERE id = $1 AND totp_step < $2", user.id, *step);
    return won == 1 ? SecondFactor::code : SecondFactor::none;
  }
  const auto recovery = normal_recovery_code(code);
  const bool used = recovery.size() == 16 && store::use_recovery_code(tx, user.id, crypto::sha256_hex(recovery));
  return used ? SecondFactor::recovery_code : SecondFactor::none;
}

Result<PasswordCheck> Team::begin_sign_in(db::Tx& tx, const Credentials& who, const Origin& origin, Instant now) const {
  const auto user = user_named(tx, who, origin, now);
  const auto email = user ? user->email : normal_email(who.email);
  const auto scope = scope_of_attempt(tx, email, user ? user->id : UserId{}, origin);
  if (auto counted = count_attempt(tx, "address:" + crypto::sha256_hex(origin.address), AttemptKind::address, now);
      !counted)
    return fail(counted.error());
  if (auto counted = count_attempt(tx, scope, kind_of(scope), now); !counted) return fail(counted.error());
  const bool usable = user && user->active && !user->password_hash.empty();
  return PasswordCheck{usable ? user->id : UserId{}, usable ? user->password_hash : "", scope};
}

namespace {
// What a right password takes back, and what a wrong one leaves behind.
Result<store::UserRow> settled(db::Tx& tx, const PasswordCheck& check, bool matches, const Origin& origin,
                               Instant now) {
  auto user = check.user ? store::user(tx, check.user) : std::nullopt;
  const bool still = user && user->active && user->password_hash == check.hash;
  if (!matches || !still) return fail(wrong_password());
  store::forget_attempts(tx, check.scope);
  store::take_back_attempt(tx, "address:" + crypto::sha256_hex(origin.address));
  (void)now;
  return *user;
}
}  // namespace

Result<SignedIn> Team::finish_sign_in(db::Tx& tx, const PasswordCheck& check, bool matches, const Origin& origin,
                                      Instant now) const {
  auto user = settled(tx, check, matches, origin, now);
  if (!user) return fail(user.error());
  return after_first_factor(tx, *user, FirstFactor::password, origin, now);
}

Result<SignedIn> Team::unlock(db::Tx& tx, const PasswordCheck& check, bool matches, const Origin& origin,
                              Instant now) const {
  auto user = settled(tx, check, matches, origin, now);
  if (!user) return fail(user.error());
  const auto row = store::session_of(tx, crypto::sha256_hex(origin.session_token));
  if (!row || row->user_id != user->id || row->expires_at <= now) return fail(wrong_password());
  tx.exec("UPDATE team_session SET locked = 0, last_seen_at = $2 WHERE id = $1", row->id, now);
  audit_sign_in(tx, viewer_of(user->id, store::memberships(tx, user->id), row->assurance), audit::Action::sign_in,
                user->id, "unlock", now);
  SignedIn again;
  again.user = user->id;
  again.session_token = origin.session_token;
  again.device_token = origin.device_token;
  again.expires_at = row->expires_at;
  return again;
}

void Team::refused(db::Tx& tx, UserId user, Instant now) const {
  audit_sign_in(tx, viewer_of(user, {}, Assurance::none), audit::Action::refuse, user, "", now);
}

Result<Done> Team::begin_second_factor(db::Tx& tx, std::string_view challenge, Instant now) const {
  const auto user = user_of_challenge(tx, challenge, now);
  if (!user) return fail(challenge_over());
  return count_attempt(tx, second_scope(user), AttemptKind::second_factor, now);
}

Result<SignedIn> Team::finish_second_factor(db::Tx& tx, const SecondFactorInput& input, const Origin& origin,
                                            Instant now) const {
  const auto id = user_of_challenge(tx, input.challenge, now);
  auto user = id ? store::user(tx, id) : std::nullopt;
  if (!user || !user->active) return fail(challenge_over());
  const auto proof = second_factor_matches(tx, keyring_, *user, input.code, now);
  if (proof == SecondFactor::none)
    return fail(Error{ErrorKind::unauthenticated, "error.team.code_wrong", {{"code", "error.team.code_wrong"}}, {}, 0});
  tx.exec("DELETE FROM team_challenge WHERE token_hash = $1", crypto::sha256_hex(input.challenge));
  store::forget_attempts(tx, second_scope(id));
  auto signed_in = open_session(tx, *user, Assurance::second_factor, origin, now);
  if (input.trust_device.value_or(false) && proof == SecondFactor::code)
    trust_device(tx, id, signed_in.device_token, now);
  return signed_in;
}

}  // namespace auricle::team
