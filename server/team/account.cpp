#include "platform/crypto/totp.h"
#include "platform/events/bus.h"
#include "team/sign_in.h"

// One's own account: preferences, password, second factor, sessions.
namespace auricle::team {
namespace {

Result<store::UserRow> own(const Viewer& viewer, db::Session& session) {
  auto row = store::user(session, viewer.user);
  if (!row || !row->active) return fail(ErrorKind::unauthenticated, "error.unauthenticated");
  return *row;
}

Account described(db::Session& session, const store::UserRow& row) {
  return {row.id,
          row.name,
          row.email,
          row.language,
          row.theme,
          row.presence,
          row.totp_secret.has_value(),
          store::policy(session).second_factor == SecondFactorPolicy::required,
          store::recovery_codes_left(session, row.id),
          row.version};
}

std::string proof_scope(const Viewer& viewer) { return "proof:" + std::to_string(viewer.user.value); }

std::vector<std::string> new_codes(db::Tx& tx, UserId user) {
  std::vector<std::string> codes, hashes;
  for (int i = 0; i < 10; ++i) {
    codes.push_back(new_recovery_code());
    hashes.push_back(crypto::sha256_hex(normal_recovery_code(codes.back())));
  }
  store::set_recovery_codes(tx, user, hashes);
  return codes;
}

}  // namespace

Result<Account> Team::account(const Viewer& viewer, db::Session& session) const {
  const auto row = own(viewer, session);
  if (!row) return fail(row.error());
  return described(session, *row);
}

Result<Account> Team::update_account(const Viewer& viewer, db::Tx& tx, const AccountInput& input, Instant now) const {
  auto row = own(viewer, tx);
  if (!row) return fail(row.error());
  std::vector<std::string> fields;
  if (input.name) {
    if (!valid_name(*input.name)) return fail_field("name", "error.team.name_required");
    row->name = trimmed(*input.name);
    fields.push_back("name");
  }
  if (input.language) row->language = *input.language, fields.push_back("language");
  if (input.theme) row->theme = *input.theme, fields.push_back("theme");
  store::update(tx, *row);
  audit_change(tx, viewer, viewer.user, fields, now);
  return described(tx, *row);
}

Result<Account> Team::set_presence(const Viewer& viewer, db::Tx& tx, Presence presence, Instant now) const {
  auto row = own(viewer, tx);
  if (!row) return fail(row.error());
  row->presence = presence;
  row->presence_since = now;
  store::update(tx, *row);
  audit_change(tx, viewer, viewer.user, {"presence"}, now);
  return described(tx, *row);
}

PasswordCheck Team::own_password(const Viewer& viewer, db::Session& session) const {
  const auto row = own(viewer, session);
  return {viewer.user, row ? row->password_hash : "", proof_scope(viewer)};
}

Result<Done> Team::begin_proof(const Viewer& viewer, db::Tx& tx, Instant now) const {
  return count_attempt(tx, proof_scope(viewer), AttemptKind::account, now);
}

void Team::proven(const Viewer& viewer, db::Tx& tx) const { store::forget_attempts(tx, proof_scope(viewer)); }

Result<Done> Team::change_password(const Viewer& viewer, db::Tx& tx, const std::string& new_hash,
                                   std::int64_t keep_session, Instant now) const {
  auto row = own(viewer, tx);
  if (!row) return fail(row.error());
  row->password_hash = new_hash;
  store::update(tx, *row);
  store::delete_sessions(tx, row->id, keep_session);
  audit_change(tx, viewer, viewer.user, {"password"}, now);
  return Done{};
}

Result<SecondFactorSecret> Team::start_second_factor(const Viewer& viewer, db::Tx& tx, Instant now) const {
  auto row = own(viewer, tx);
  if (!row) return fail(row.error());
  if (row->totp_secret) return fail(ErrorKind::conflict, "error.team.second_factor_on");
  const auto secret = crypto::totp_secret();
  const auto key = keyring_.key_for(tx, "purpose:second_factor", 0);
  row->totp_pending = keyring_.encrypt(tx, key, {"team_user", "totp_secret", row->id.value}, secret);
  store::update(tx, *row);
  audit_change(tx, viewer, viewer.user, {"second_factor_secret"}, now);
  const auto name = clinic::organisation(tx).name;
  return SecondFactorSecret{crypto::base32(secret),
                            crypto::otpauth_url(secret, name.empty() ? "Auricle" : name, row->email)};
}

Result<std::vector<std::string>> Team::enable_second_factor(const Viewer& viewer, db::Tx& tx, std::string_view code,
                                                            std::int64_t session_id, Instant now) const {
  auto row = own(viewer, tx);
  if (!row) return fail(row.error());
  if (!row->totp_pending) return fail(ErrorKind::conflict, "error.team.second_factor_not_started");
  const auto secret = keyring_.decrypt(tx, {"team_user", "totp_secret", row->id.value}, *row->totp_pending);
  if (!secret) return fail(secret.error());
  const auto step = crypto::totp_match(*secret, code, now, 0);
  if (!step) return fail_field("code", "error.team.code_wrong");
  row->totp_secret = std::move(row->totp_pending);
  row->totp_pending.reset();
  row->totp_step = *step;
  store::update(tx, *row);
  store::delete_sessions(tx, row->id, session_id);  // those were opened with the password alone
  tx.exec("UPDATE team_session SET assurance = 'second_factor' WHERE id = $1", session_id);
  audit_change(tx, viewer, viewer.user, {"second_factor"}, now);
  return new_codes(tx, row->id);
}

Result<Done> Team::disable_second_factor(const Viewer& viewer, db::Tx& tx, Instant now) const {
  auto row = own(viewer, tx);
  if (!row) return fail(row.error());
  row->totp_secret.reset();
  row->totp_pending.reset();
  store::update(tx, *row);
  store::set_recovery_codes(tx, row->id, {});
  tx.exec("UPDATE team_device SET second_factor_at = NULL WHERE user_id = $1", row->id);
  tx.exec("UPDATE team_session SET assurance = 'password' WHERE user_id = $1", row->id);
  audit_change(tx, viewer, viewer.user, {"second_factor"}, now);
  return Done{};
}

Result<std::vector<std::string>> Team::renew_recovery_codes(const Viewer& viewer, db::Tx& tx, Instant now) const {
  const auto row = own(viewer, tx);
  if (!row) return fail(row.error());
  if (!row->totp_secret) return fail(ErrorKind::conflict, "error.team.second_factor_off");
  audit_change(tx, viewer, viewer.user, {"recovery_codes"}, now);
  return new_codes(tx, row->id);
}

std::vector<OwnSession> Team::own_sessions(const Viewer& viewer, db::Session& session, std::int64_t current) const {
  std::vector<OwnSession> all;
  for (const auto& row : store::sessions(session, viewer.user))
    all.push_back({row.id, row.id == current, row.created_at, row.last_seen_at, row.address, row.agent});
  return all;
}

Result<Done> Team::end_own_session(const Viewer& viewer, db::Tx& tx, std::int64_t id, Instant now) const {
  if (tx.one<UserId>("SELECT user_id FROM team_session WHERE id = $1", id) == viewer.user) forget_trust(tx, id);
  if (tx.exec("DELETE FROM team_session WHERE id = $1 AND user_id = $2", id, viewer.user) == 0)
    return fail(ErrorKind::not_found, "error.not_found");
  events::announce(tx, {"session", viewer.user.value, 0, {}});
  audit_sign_in(tx, viewer, audit::Action::sign_out, viewer.user, "", now);
  return Done{};
}

void Team::end_other_sessions(const Viewer& viewer, db::Tx& tx, std::int64_t current, Instant now) const {
  store::delete_sessions(tx, viewer.user, current);
  audit_sign_in(tx, viewer, audit::Action::sign_out, viewer.user, "", now);
}

}  // namespace auricle::team
