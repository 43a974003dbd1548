#include <algorithm>

#include "team/sign_in.h"

// Managing colleagues: roles, access, the policy.
namespace auricle::team {
namespace {

tl::unexpected<Error> missing() { return fail(ErrorKind::not_found, "error.not_found"); }

bool manages_everywhere(const std::vector<Membership>& memberships) {
  return std::any_of(memberships.begin(), memberships.end(),
                     [](const Membership& m) { return !m.site_id && role_grants(m.role, Permission::staff_manage); });
}

// Somebody must remain who can let people in.
Result<Done> someone_manages(db::Session& session, UserId changed, const std::vector<Membership>& memberships) {
  if (manages_everywhere(memberships) || store::managers_everywhere(session, changed) > 0) return Done{};
  return fail(ErrorKind::conflict, "error.team.last_manager");
}

// Nobody gives rights to themselves: another one who manages staff has to.
bool adds_any(const std::vector<Membership>& before, const std::vector<Membership>& after) {
  return std::any_of(after.begin(), after.end(),
                     [&](const Membership& m) { return std::find(before.begin(), before.end(), m) == before.end(); });
}

Result<Done> change_memberships(const Viewer& viewer, db::Tx& tx, UserId id, std::vector<Membership> wanted) {
  const auto before = store::memberships(tx, id);
  if (wanted.empty()) return fail_field("memberships", "error.team.role_required");
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i].site_id && !clinic::find_site(tx, wanted[i].site_id))
      return fail_field("memberships." + std::to_string(i) + ".site_id", "error.clinic.site_unknown");
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  if (auto allowed = may_manage(viewer, wanted); !allowed) return allowed;
  if (id == viewer.user && adds_any(before, wanted)) return fail_field("memberships", "error.team.own_roles");
  if (auto left = someone_manages(tx, id, wanted); !left) return left;
  store::set_memberships(tx, id, wanted);
  return Done{};
}

Result<std::vector<std::string>> apply(const Viewer& viewer, db::Tx& tx, store::UserRow& row, const UserInput& input) {
  std::vector<std::string> fields;
  if (input.name) {
    if (!valid_name(*input.name)) return fail_field("name", "error.team.name_required");
    row.name = trimmed(*input.name);
    fields.push_back("name");
  }
  if (input.email) {
    const auto email = normal_email(*input.email);
    if (!valid_email(email)) return fail_field("email", "error.team.email_not_valid");
    const auto other = store::user(tx, std::string_view(email));
    if (other && other->id != row.id) return fail_field("email", "error.team.email_taken");
    row.email = email;
    fields.push_back("email");
  }
  if (input.memberships) {
    if (auto done = change_memberships(viewer, tx, row.id, *input.memberships); !done) return fail(done.error());
    fields.push_back("memberships");
  }
  return fields;
}

}  // namespace

Result<User> Team::update_user(const Viewer& viewer, db::Tx& tx, UserId id, const UserInput& input, Instant now) const {
  auto row = store::user(tx, id);
  if (!row) return missing();
  if (auto allowed = may_manage(viewer, store::memberships(tx, id)); !allowed) return fail(allowed.error());
  if (input.version && *input.version && *input.version != row->version)
    return fail(ErrorKind::conflict, "error.edited_meanwhile");
  const auto fields = apply(viewer, tx, *row, input);
  if (!fields) return fail(fields.error());
  store::update(tx, *row);
  audit_change(tx, viewer, id, *fields, now);
  return store::user_of(tx, *row);
}

Result<User> Team::set_active(const Viewer& viewer, db::Tx& tx, UserId id, bool active, Instant now) const {
  auto row = store::user(tx, id);
  if (!row) return missing();
  if (auto allowed = may_manage(viewer, store::memberships(tx, id)); !allowed) return fail(allowed.error());
  if (!active && id == viewer.user) return fail(ErrorKind::conflict, "error.team.not_oneself");
  if (!active)
    if (auto left = someone_manages(tx, id, {}); !left) return fail(left.error());
  row->active = active;
  if (!active) row->presence = Presence::offline;
  store::update(tx, *row);
  if (!active) {
    store::delete_sessions(tx, id);
    store::withdraw(tx, LinkKind::reset, row->email, now);
    store::withdraw(tx, LinkKind::sign_in, row->email, now);
  }
  audit_change(tx, viewer, id, {"active"}, now);
  return store::user_of(tx, *row);
}

Result<Done> Team::reset_second_factor(const Viewer& viewer, db::Tx& tx, UserId id, Instant now) const {
  auto row = store::user(tx, id);
  if (!row) return missing();
  if (auto allowed = may_manage(viewer, store::memberships(tx, id)); !allowed) return allowed;
  row->totp_secret.reset();
  row->totp_pending.reset();
  store::update(tx, *row);
  store::set_recovery_codes(tx, id, {});
  store::delete_sessions(tx, id);
  audit_change(tx, viewer, id, {"second_factor"}, now);
  return Done{};
}

Result<Done> Team::end_sessions(const Viewer& viewer, db::Tx& tx, UserId id, Instant now) const {
  if (!store::user(tx, id)) return missing();
  if (auto allowed = may_manage(viewer, store::memberships(tx, id)); !allowed) return allowed;
  store::delete_sessions(tx, id);
  audit_sign_in(tx, viewer, audit::Action::sign_out, id, "", now);
  return Done{};
}

void end_all_sessions(db::Tx& tx) {
  tx.exec("DELETE FROM team_session");
  tx.exec("DELETE FROM team_challenge");
}

Policy Team::policy(db::Session& session) const { return store::policy(session); }

Result<Policy> Team::update_policy(const Viewer& viewer, db::Tx& tx, const PolicyInput& input, Instant now) const {
  if (!scope_of(viewer, Permission::staff_manage).all) return fail(ErrorKind::forbidden, "error.forbidden");
  const auto before = store::policy(tx);
  if (input.version && *input.version && *input.version != before.version)
    return fail(ErrorKind::conflict, "error.edited_meanwhile");
  std::vector<FieldError> errors;
  if (input.idle_lock_minutes < 1 || input.idle_lock_minutes > 240)
    errors.push_back({"idle_lock_minutes", "error.team.minutes_range"});
  if (input.session_hours < 1 || input.session_hours > 168)
    errors.push_back({"session_hours", "error.team.hours_range"});
  if (!errors.empty()) return fail(Error{ErrorKind::invalid, "error.invalid", std::move(errors), {}, 0});
  const Policy policy{input.second_factor, input.idle_lock_minutes, input.session_hours, before.version + 1};
  store::save(tx, policy);
  audit::Entry entry;
  entry.action = audit::Action::change;
  entry.record = "team_policy";
  entry.fields = {"second_factor", "idle_lock_minutes", "session_hours"};
  audit::append(tx, viewer, entry, now);
  return policy;
}

}  // namespace auricle::team
