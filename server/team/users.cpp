#include "platform/audit/audit.h"
#include "team/store.h"

// What other modules ask about staff, and staff made by the program itself.
namespace auricle::team {
namespace {

std::optional<User> described(db::Session& session, const std::optional<store::UserRow>& row) {
  return row ? std::optional(store::user_of(session, *row)) : std::nullopt;
}

store::UserRow new_row(UserId id, const std::string& email, const std::string& name, Instant now) {
  store::UserRow row;
  row.id = id;
  row.email = email;
  row.name = name;
  row.presence_since = now;
  row.created_at = now;
  return row;
}

}  // namespace

std::optional<User> find_user(db::Session& session, UserId id) { return described(session, store::user(session, id)); }
std::optional<User> find_user(db::Session& session, std::string_view email) {
  return described(session, store::user(session, std::string_view(normal_email(email))));
}

std::vector<User> users(db::Session& session) {
  std::vector<User> all;
  for (const auto& row : session.all<store::UserRow>("SELECT * FROM team_user ORDER BY active DESC, name, id"))
    all.push_back(store::user_of(session, row));
  return all;
}

std::string name_of(db::Session& session, UserId id) {
  return session
      .one<std::string>(
          "SELECT name FROM team_user WHERE id = $1 UNION ALL SELECT name FROM team_api_key WHERE id = $1", id)
      .value_or("");
}

Viewer viewer_for(db::Session& session, UserId id) {
  const auto row = store::user(session, id);
  if (!row || !row->active) return viewer_of(id, {}, Assurance::none);
  return viewer_of(id, store::memberships(session, id), Assurance::password);
}

bool can_work(db::Session& session, UserId id, Permission permission, SiteId site) {
  return may(viewer_for(session, id), permission, site);
}

bool needs_setup(db::Session& session) {
  return !session.one<std::int64_t>(
      "SELECT u.id FROM team_user u JOIN team_membership m ON m.user_id = u.id WHERE u.active = 1 AND m.role IN "
      "('director', "
      "'administrator') LIMIT 1");
}

Result<UserId> create_user(db::Tx& tx, const NewUser& user, Instant now) {
  const auto email = normal_email(user.email);
  if (!valid_email(email)) return fail_field("email", "error.team.email_not_valid");
  if (!valid_name(user.name)) return fail_field("name", "error.team.name_required");
  auto row = store::user(tx, std::string_view(email));
  if (row) {
    row->active = true;
    row->language = user.language;
    store::update(tx, *row);
  } else {
    row = new_row(new_id<UserId>(), email, trimmed(user.name), now);
    row->language = user.language;
    store::insert(tx, *row);
  }
  store::set_memberships(tx, row->id, user.memberships);
  audit::Entry entry;
  entry.action = audit::Action::create;
  entry.record = "user";
  entry.ids = {row->id.value};
  audit::append(tx, Viewer::system_viewer("administration"), entry, now);
  return row->id;
}

Result<UserId> import_agent(db::Tx& tx, const ImportedAgent& agent) {
  auto email = normal_email(agent.email);
  if (!valid_email(email)) email = "agent-" + std::to_string(agent.id.value) + "@invalid";
  if (const auto there = store::user(tx, std::string_view(email))) return there->id;
  auto row = new_row(agent.id, email, valid_name(agent.name) ? trimmed(agent.name) : email, Instant{});
  row.active = false;
  store::insert(tx, row);
  std::vector<Membership> memberships;
  for (const auto site : agent.sites) memberships.push_back({role_named(agent.role), site});
  if (memberships.empty()) memberships.push_back({role_named(agent.role), SiteId{}});
  store::set_memberships(tx, row.id, memberships);
  return row.id;
}

}  // namespace auricle::team
