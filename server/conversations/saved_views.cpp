#include "conversations/saved_views.h"

#include "platform/audit/audit.h"
#include "platform/base/json_read.h"
#include "platform/events/bus.h"

namespace auricle::conversations {
namespace {

constexpr int kMostViews = 50, kMostCounted = 1000;

struct ViewRow {
  std::int64_t id = 0, version = 1;
  UserId owner_id;
  std::string name;
  bool shared = false;
  SiteId site_id;
  std::string filter;
  Instant created_at;
};
BOOST_DESCRIBE_STRUCT(ViewRow, (), (id, version, owner_id, name, shared, site_id, filter, created_at))

constexpr std::string_view kSelect =
    "SELECT id, version, owner_id, name, shared, site_id, filter, created_at FROM conversations_view ";

bool may_see(const Viewer& viewer, const ViewRow& row) {
  if (row.owner_id == viewer.user) return true;
  return row.shared && may(viewer, Permission::cases_read, row.site_id);
}
bool may_change(const Viewer& viewer, const ViewRow& row) {
  return row.owner_id == viewer.user || (row.shared && may(viewer, Permission::staff_manage, row.site_id));
}

CaseFilter filter_in(const ViewRow& row) {
  auto filter = json::read<CaseFilter>(std::string_view(row.filter));
  return filter ? std::move(*filter) : CaseFilter{};
}

SavedView shown(const Conversations& cases, const Viewer& viewer, db::Session& session, const ViewRow& row) {
  SavedView out{row.id, row.name, row.shared, row.site_id, row.owner_id, row.owner_id == viewer.user, filter_in(row)};
  out.count = cases.count(viewer, session, out.filter, kMostCounted).value_or(0);
  out.version = row.version;
  return out;
}

std::optional<ViewRow> find(db::Session& session, std::int64_t id) {
  return session.one<ViewRow>(std::string(kSelect) + "WHERE id = $1", id);
}

Result<Done> check(const Conversations& cases, const Viewer& viewer, db::Session& session,
                   const SavedViewInput& input) {
  if (input.name.empty() || input.name.size() > 80) return fail_field("name", "error.missing");
  if (input.site_id && !may(viewer, Permission::cases_read, *input.site_id))
    return fail_field("site_id", "error.conversations.site_unknown");
  if (const auto counted = cases.count(viewer, session, input.filter, 1); !counted)
    return fail_field("filter", counted.error().key);
  return Done{};
}

void say(const Viewer& viewer, db::Tx& tx, const ViewRow& row, audit::Action action, Instant now) {
  audit::append(tx, viewer, {action, "case_view", {row.id}, {}, "", 0}, now);
  events::announce(tx, {"case_view", row.id, row.version, row.site_id});
}

}  // namespace

Result<SavedViews> saved_views(const Conversations& cases, const Viewer& viewer, db::Session& session) {
  SavedViews out;
  for (const auto& row : session.all<ViewRow>(
           std::string(kSelect) + "WHERE owner_id = $1 OR shared = 1 ORDER BY shared, name, id", viewer.user))
    if (may_see(viewer, row)) out.items.push_back(shown(cases, viewer, session, row));
  return out;
}

Result<SavedView> create_view(const Conversations& cases, const Viewer& viewer, db::Tx& tx, const SavedViewInput& input,
                              Instant now) {
  if (auto good = check(cases, viewer, tx, input); !good) return fail(good.error());
  const auto kept = tx.one<std::int64_t>("SELECT COUNT(*) FROM conversations_view WHERE owner_id = $1", viewer.user);
  if (kept.value_or(0) >= kMostViews) return fail(ErrorKind::conflict, "error.conversations.too_many_views");
  const ViewRow row{next_id(),
                    1,
                    viewer.user,
                    input.name,
                    input.shared,
                    input.site_id.value_or(SiteId{}),
                    json::to_json(input.filter),
                    now};
  tx.insert("conversations_view", row);
  say(viewer, tx, row, audit::Action::create, now);
  return shown(cases, viewer, tx, row);
}

Result<SavedView> update_view(const Conversations& cases, const Viewer& viewer, db::Tx& tx, std::int64_t id,
                              const SavedViewInput& input, Instant now) {
  auto row = find(tx, id);
  if (!row || !may_see(viewer, *row)) return fail(ErrorKind::not_found, "error.not_found");
  if (!may_change(viewer, *row)) return fail(ErrorKind::forbidden, "error.forbidden");
  if (auto good = check(cases, viewer, tx, input); !good) return fail(good.error());
  if (input.version && *input.version != row->version) return fail(ErrorKind::conflict, "error.conflict");
  row->name = input.name;
  row->shared = input.shared;
  row->site_id = input.site_id.value_or(SiteId{});
  row->filter = json::to_json(input.filter);
  ++row->version;
  tx.exec("UPDATE conversations_view SET name = $2, shared = $3, site_id = $4, filter = $5, version = $6 WHERE id = $1",
          id, row->name, row->shared, row->site_id, row->filter, row->version);
  say(viewer, tx, *row, audit::Action::change, now);
  return shown(cases, viewer, tx, *row);
}

Result<Done> delete_view(const Viewer& viewer, db::Tx& tx, std::int64_t id, Instant now) {
  auto row = find(tx, id);
  if (!row || !may_see(viewer, *row)) return fail(ErrorKind::not_found, "error.not_found");
  if (!may_change(viewer, *row)) return fail(ErrorKind::forbidden, "error.forbidden");
  tx.exec("DELETE FROM conversations_view WHERE id = $1", id);
  row->version = 0;
  say(viewer, tx, *row, audit::Action::change, now);
  return Done{};
}

Result<CaseFilter> saved_filter(const Viewer& viewer, db::Session& session, std::int64_t id) {
  const auto row = find(session, id);
  if (!row || !may_see(viewer, *row)) return fail(ErrorKind::not_found, "error.not_found");
  return filter_in(*row);
}

}  // namespace auricle::conversations
