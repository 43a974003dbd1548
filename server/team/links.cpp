#include <algorithm>

#include "team/sign_in.h"

namespace auricle::team {
namespace {

Error link_over() { return Error{ErrorKind::not_found, "error.team.link_over", {}, {}, 0}; }

store::LinkRow new_row(LinkKind kind, std::string_view token, std::int64_t life_ms, Instant now) {
  store::LinkRow row;
  row.id = next_id();
  row.token_hash = crypto::sha256_hex(token);
  row.kind = kind;
  row.created_at = now;
  row.expires_at = now + life_ms;
  return row;
}

Invitation described(db::Session& session, const store::LinkRow& row, Instant now) {
  return {row.id,
          row.email,
          row.name,
          row.language,
          store::link_memberships(session, row.id),
          name_of(session, row.created_by),
          row.created_at,
          row.expires_at,
          row.expires_at <= now};
}

Result<Done> check_memberships(db::Session& session, const std::vector<Membership>& memberships) {
  if (memberships.empty()) return fail_field("memberships", "error.team.role_required");
  for (std::size_t i = 0; i < memberships.size(); ++i)
    if (memberships[i].site_id && !clinic::find_site(session, memberships[i].site_id))
      return fail_field("memberships." + std::to_string(i) + ".site_id", "error.clinic.site_unknown");
  return Done{};
}

Result<Done> check_new_person(const LinkAccept& input) {
  std::vector<FieldError> errors;
  if (!valid_name(input.name.value_or(""))) errors.push_back({"name", "error.team.name_required"});
  if (!input.password) errors.push_back({"password", "error.missing"});
  if (!errors.empty()) return fail(Error{ErrorKind::invalid, "error.invalid", std::move(errors), {}, 0});
  return Done{};
}

Result<Done> check_setup(const LinkAccept& input) {
  if (auto sound = check_new_person(input); !sound) return sound;
  std::vector<FieldError> errors;
  if (!valid_email(normal_email(input.email.value_or("")))) errors.push_back({"email", "error.team.email_not_valid"});
  if (!valid_name(input.organisation_name.value_or("")))
    errors.push_back({"organisation_name", "error.clinic.name_required"});
  if (!valid_name(input.site_name.value_or(""))) errors.push_back({"site_name", "error.clinic.name_required"});
  if (!clinic::known_time_zone(input.time_zone.value_or("")))
    errors.push_back({"time_zone", "error.clinic.time_zone_unknown"});
  if (!errors.empty()) return fail(Error{ErrorKind::invalid, "error.invalid", std::move(errors), {}, 0});
  return Done{};
}

// An invited person, new or known (imported from history, deactivated), with password and roles.
Result<store::UserRow> person_of(db::Tx& tx, const store::LinkRow& link, const LinkAccept& input,
                                 const std::string& hash, Instant now) {
  const auto email = link.kind == LinkKind::setup ? normal_email(*input.email) : link.email;
  if (auto sound = check_password("password", *input.password, email, *input.name); !sound) return fail(sound.error());
  auto user = store::user(tx, std::string_view(email));
  const bool fresh = !user;
  if (fresh) {
    user.emplace();
    user->id = new_id<UserId>();
    user->email = email;
    user->presence_since = user->created_at = now;
  }
  user->active = true;
  user->name = trimmed(*input.name);
  user->language = input.language.value_or(link.language);
  user->password_hash = hash;
  fresh ? store::insert(tx, *user) : store::update(tx, *user);
  return *user;
}

Result<Done> set_up_clinic(db::Tx& tx, const LinkAccept& input, Instant now) {
  const auto program = Viewer::system_viewer("administration");
  clinic::OrganisationInput organisation{*input.organisation_name, input.language.value_or(Language::en), {}, {}};
  if (auto done = clinic::update_organisation(program, tx, organisation, now); !done) return fail(done.error());
  if (!clinic::sites(tx).empty()) return Done{};
  const auto site = clinic::create_site(program, tx, {*input.site_name, *input.time_zone, {}, {}}, now);
  if (!site) return fail(site.error());
  return Done{};
}

Result<store::UserRow> accept_setup(db::Tx& tx, const store::LinkRow& link, const LinkAccept& input,
                                    const std::string& hash, Instant now) {
  if (!needs_setup(tx)) return fail(link_over());
  if (auto sound = check_setup(input); !sound) return fail(sound.error());
  auto user = person_of(tx, link, input, hash, now);
  if (!user) return user;
  // One person starts alone: every role, so that all of the product can be reached; others take them over later.
  store::set_memberships(tx, user->id,
                         {{Role::director, {}}, {Role::administrator, {}}, {Role::data_protection_officer, {}}});
  if (auto done = set_up_clinic(tx, input, now); !done) return fail(done.error());
  return user;
}

Result<store::UserRow> accept_invitation(db::Tx& tx, const store::LinkRow& link, const LinkAccept& input,
                                         const std::string& hash, Instant now) {
  if (auto sound = check_new_person(input); !sound) return fail(sound.error());
  auto user = person_of(tx, link, input, hash, now);
  if (user) store::set_memberships(tx, user->id, store::link_memberships(tx, link.id));
  return user;
}

Result<store::UserRow> accept_reset(db::Tx& tx, const store::LinkRow& link, const LinkAccept& input,
                                    const std::string& hash) {
  auto user = store::user(tx, link.user_id);
  if (!user || !user->active) return fail(link_over());
  if (!input.password) return fail_field("password", "error.missing");
  if (auto sound = check_password("password", *input.password, user->email, user->name); !sound)
    return fail(sound.error());
  user->password_hash = hash;
  store::update(tx, *user);
  store::delete_sessions(tx, user->id);
  store::forget_attempts(tx, account_scope(user->email));
  return *user;
}

Result<store::UserRow> accept_by_kind(db::Tx& tx, const store::LinkRow& link, const LinkAccept& input,
                                      const std::string& hash, Instant now) {
  switch (link.kind) {
    case LinkKind::setup:
      return accept_setup(tx, link, input, hash, now);
    case LinkKind::invitation:
      return accept_invitation(tx, link, input, hash, now);
    case LinkKind::reset:
      return accept_reset(tx, link, input, hash);
    case LinkKind::sign_in:
      break;
  }
  auto user = store::user(tx, link.user_id);
  if (!user || !user->active) return fail(link_over());
  return *user;
}

void audit_link(db::Tx& tx, const Viewer& viewer, audit::Action action, const store::LinkRow& row, Instant now) {
  audit::Entry entry;
  entry.action = action;
  entry.record = row.kind == LinkKind::invitation ? "invitation" : "user";
  entry.ids = {row.kind == LinkKind::invitation ? row.id : row.user_id.value};
  entry.fields = {std::string(enum_name(row.kind)) + "_link"};
  audit::append(tx, viewer, entry, now);
}

}  // namespace

std::string link_url(std::string_view base_url, std::string_view token) {
  return std::string(base_url) + "/link#" + std::string(token);  // a fragment is never sent, so it stands in no log
}

Result<Done> may_manage(const Viewer& viewer, const std::vector<Membership>& memberships) {
  const auto scope = scope_of(viewer, Permission::staff_manage);
  const bool all = std::all_of(memberships.begin(), memberships.end(), [&](const Membership& m) {
    return scope.all || (m.site_id && scope.sites.contains(m.site_id));
  });
  if (!has_permission(viewer, Permission::staff_manage) || !all) return fail(ErrorKind::forbidden, "error.forbidden");
  return Done{};
}

Result<LinkView> Team::open_link(db::Session& session, std::string_view token, Instant now) const {
  const auto row = store::open_link(session, token, now);
  if (!row || (row->kind == LinkKind::setup && !needs_setup(session))) return fail(link_over());
  return LinkView{row->kind, row->email, row->name, row->language, row->expires_at};
}

Result<SignedIn> Team::accept_link(db::Tx& tx, const LinkAccept& input, const std::string& hash, const Origin& origin,
                                   Instant now) const {
  const auto link = store::open_link(tx, input.token, now);
  if (!link || !store::use_up(tx, link->id, now)) return fail(link_over());
  auto user = accept_by_kind(tx, *link, input, hash, now);
  if (!user) return fail(user.error());
  if (link->kind != LinkKind::sign_in)
    audit_change(tx, viewer_of(user->id, store::memberships(tx, user->id), Assurance::password), user->id, {"password"},
                 now);
  return after_first_factor(tx, *user, FirstFactor::link, origin, now);
}

Result<NewLink> Team::create_setup_link(db::Tx& tx, Instant now) const {
  if (!needs_setup(tx)) return fail(ErrorKind::conflict, "error.team.already_set_up");
  store::withdraw(tx, LinkKind::setup, "", now);
  NewLink link{crypto::random_token(), {}};
  auto row = new_row(LinkKind::setup, link.token, kInvitationMs, now);
  link.expires_at = row.expires_at;
  store::insert(tx, row, {});
  return link;
}

Result<NewLink> Team::create_sign_in_link(db::Tx& tx, std::string_view email, Instant now) const {
  const auto user = store::user(tx, std::string_view(normal_email(email)));
  if (!user || !user->active) return fail(ErrorKind::not_found, "error.team.user_unknown");
  NewLink link{crypto::random_token(), {}};
  auto row = new_row(LinkKind::sign_in, link.token, kLinkMs, now);
  row.user_id = user->id;
  row.email = user->email;
  row.name = user->name;
  row.language = user->language;
  link.expires_at = row.expires_at;
  store::insert(tx, row, {});
  audit_link(tx, Viewer::system_viewer("administration"), audit::Action::create, row, now);
  return link;
}

Result<Team::Invited> Team::invite(const Viewer& viewer, db::Tx& tx, const InvitationInput& input, Instant now) const {
  const auto email = normal_email(input.email);
  if (!valid_email(email)) return fail_field("email", "error.team.email_not_valid");
  if (auto sound = check_memberships(tx, input.memberships); !sound) return fail(sound.error());
  if (auto allowed = may_manage(viewer, input.memberships); !allowed) return fail(allowed.error());
  const auto there = store::user(tx, std::string_view(email));
  if (there && there->active) return fail_field("email", "error.team.email_taken");
  store::withdraw(tx, LinkKind::invitation, email, now);
  NewLink link{crypto::random_token(), {}};
  auto row = new_row(LinkKind::invitation, link.token, kInvitationMs, now);
  row.email = email;
  row.name = trimmed(input.name.value_or(there ? there->name : ""));
  row.language = input.language.value_or(clinic::organisation(tx).default_language);
  row.created_by = viewer.user;
  link.expires_at = row.expires_at;
  store::insert(tx, row, input.memberships);
  audit_link(tx, viewer, audit::Action::create, row, now);
  return Invited{described(tx, row, now), link};
}

Result<Team::Invited> Team::renew_invitation(const Viewer& viewer, db::Tx& tx, std::int64_t id, Instant now) const {
  const auto old = store::link(tx, id);
  if (!old || old->kind != LinkKind::invitation || old->used_at) return fail(ErrorKind::not_found, "error.not_found");
  return invite(viewer, tx, {old->email, old->name, old->language, store::link_memberships(tx, id)}, now);
}

Result<Done> Team::revoke_invitation(const Viewer& viewer, db::Tx& tx, std::int64_t id, Instant now) const {
  const auto row = store::link(tx, id);
  if (!row || row->kind != LinkKind::invitation || row->used_at) return fail(ErrorKind::not_found, "error.not_found");
  if (auto allowed = may_manage(viewer, store::link_memberships(tx, id)); !allowed) return allowed;
  store::withdraw(tx, LinkKind::invitation, row->email, now);
  audit_link(tx, viewer, audit::Action::erase, *row, now);
  return Done{};
}

Result<std::vector<Invitation>> Team::invitations(const Viewer& viewer, db::Session& session, Instant now) const {
  if (auto allowed = may_manage(viewer, {}); !allowed) return fail(allowed.error());
  std::vector<Invitation> all;
  for (const auto& row : store::open_invitations(session))
    if (may_manage(viewer, store::link_memberships(session, row.id))) all.push_back(described(session, row, now));
  return all;
}

Result<NewLink> Team::create_reset_link(const Viewer& viewer, db::Tx& tx, UserId id, Instant now) const {
  const auto user = store::user(tx, id);
  if (!user) return fail(ErrorKind::not_found, "error.not_found");
  if (auto allowed = may_manage(viewer, store::memberships(tx, id)); !allowed) return fail(allowed.error());
  if (!user->active) return fail(ErrorKind::conflict, "error.team.user_inactive");
  store::withdraw(tx, LinkKind::reset, user->email, now);
  NewLink link{crypto::random_token(), {}};
  auto row = new_row(LinkKind::reset, link.token, kLinkMs, now);
  row.user_id = id;
  row.email = user->email;
  row.name = user->name;
  row.language = user->language;
  row.created_by = viewer.user;
  link.expires_at = row.expires_at;
  store::insert(tx, row, {});
  audit_link(tx, viewer, audit::Action::create, row, now);
  return link;
}

}  // namespace auricle::team
