#include <algorithm>

#include "platform/events/bus.h"
#include "team/sign_in.h"

namespace auricle::team {
namespace {

// Never stored: whoever has the session cookie can make it, nobody else.
std::string csrf_of(std::string_view token) {
  return crypto::sha256_hex(crypto::blind_index("auricle csrf of a session", token));
}

// Activity is written at most every `gap`, so that reading costs no write each time.
std::int64_t save_gap_ms(const Policy& policy) {
  return std::min<std::int64_t>(kMinuteMs, policy.idle_lock_minutes * kMinuteMs / 8);
}

bool is_locked(const store::SessionRow& row, const Policy& policy, Instant now) {
  return row.locked || now - row.last_seen_at >= policy.idle_lock_minutes * kMinuteMs;
}

bool setup_due(const store::UserRow& user, const Policy& policy) {
  return policy.second_factor == SecondFactorPolicy::required && !user.totp_secret;
}

struct Known {
  store::SessionRow row;
  store::UserRow user;
};
std::optional<Known> known(db::Session& session, std::string_view token, Instant now) {
  if (token.empty()) return std::nullopt;
  auto row = store::session_of(session, crypto::sha256_hex(token));
  if (!row || row->expires_at <= now) return std::nullopt;
  auto user = store::user(session, row->user_id);
  if (!user || !user->active) return std::nullopt;
  return Known{std::move(*row), std::move(*user)};
}

std::vector<Permission> permissions_of(const Viewer& viewer) {
  std::vector<Permission> all;
  for (const auto& info : permission_registry())
    if (has_permission(viewer, info.permission)) all.push_back(info.permission);
  return all;
}

void fill(SessionView& view, const Known& known, const Viewer& viewer, std::string_view token) {
  const auto& u = known.user;
  view.user = SessionUser{u.id, u.name, u.email, u.language, u.theme, u.presence, u.totp_secret.has_value()};
  view.csrf_token = csrf_of(token);
  view.expires_at = known.row.expires_at;
  view.assurance = known.row.assurance;
  view.roles = viewer.roles;
  view.memberships = viewer.memberships;
  view.permissions = permissions_of(viewer);
  view.all_sites = viewer.all_sites;
  if (!viewer.all_sites) view.site_ids.assign(viewer.sites.begin(), viewer.sites.end());
}

}  // namespace

std::optional<Identity> Team::identify(db::Session& session, std::string_view token, Instant now) const {
  const auto found = known(session, token, now);
  if (!found) return std::nullopt;
  const auto rules = store::policy(session);
  if (is_locked(found->row, rules, now)) return std::nullopt;
  Identity identity;
  identity.name = found->user.name;
  identity.csrf_token = csrf_of(token);
  identity.session_id = found->row.id;
  const bool due = setup_due(found->user, rules);
  identity.state = due ? SessionState::second_factor_setup : SessionState::signed_in;
  identity.viewer =
      viewer_of(found->user.id, due ? std::vector<Membership>{} : store::memberships(session, found->user.id),
                found->row.assurance);
  identity.save_activity = now - found->row.last_seen_at >= save_gap_ms(rules);
  return identity;
}

void Team::seen(db::Tx& tx, std::int64_t session_id, Instant now) const {
  tx.exec("UPDATE team_session SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2 AND locked = 0", session_id,
          now);
  tx.exec("UPDATE team_user SET last_seen_at = $2 WHERE id = (SELECT user_id FROM team_session WHERE id = $1)",
          session_id, now);
}

SessionView Team::view(db::Session& session, const Origin& origin, Instant now) const {
  SessionView view;
  view.needs_setup = needs_setup(session);
  const auto rules = store::policy(session);
  view.idle_lock_s = rules.idle_lock_minutes * 60;
  const auto found = known(session, origin.session_token, now);
  if (!found) return view;
  if (is_locked(found->row, rules, now)) {
    view.state = SessionState::locked;
    const auto& u = found->user;
    view.user = SessionUser{u.id, u.name, u.email, u.language, u.theme, u.presence, u.totp_secret.has_value()};
    view.csrf_token = csrf_of(origin.session_token);
    view.expires_at = found->row.expires_at;
    if (!origin.device_token.empty())
      view.recent_users = store::recent_users(session, crypto::sha256_hex(origin.device_token), now - kDayMs / 2);
    return view;
  }
  const bool due = setup_due(found->user, rules);
  view.state = due ? SessionState::second_factor_setup : SessionState::signed_in;
  fill(view, *found,
       viewer_of(found->user.id, due ? std::vector<Membership>{} : store::memberships(session, found->user.id),
                 found->row.assurance),
       origin.session_token);
  return view;
}

void Team::sign_out(const Viewer& viewer, db::Tx& tx, std::int64_t session_id, Instant now) const {
  tx.exec("DELETE FROM team_session WHERE id = $1", session_id);
  events::announce(tx, {"session", viewer.user.value, 0, {}});
  audit_sign_in(tx, viewer, audit::Action::sign_out, viewer.user, "", now);
}

void Team::lock(db::Tx& tx, std::int64_t session_id) const {
  tx.exec("UPDATE team_session SET locked = 1 WHERE id = $1", session_id);
  const auto user = tx.one<UserId>("SELECT user_id FROM team_session WHERE id = $1", session_id);
  if (user) events::announce(tx, {"session", user->value, 0, {}});
}

}  // namespace auricle::team
