#include "team/api_keys.h"

#include <algorithm>

#include "clinic/clinic.h"
#include "platform/audit/audit.h"
#include "platform/base/json_read.h"
#include "platform/events/bus.h"

namespace auricle::team {
namespace {

constexpr std::int64_t kUsedGapMs = 60'000;  // `last_used_at` is written at most this often
constexpr std::size_t kShown = 10;           // letters of a key kept to tell it apart
constexpr int kMostKeys = 100;

struct KeyRow {
  std::int64_t id = 0;
  std::string name, token_hash, prefix, permissions;
  std::optional<std::string> site_ids;
  UserId created_by;
  Instant created_at;
  std::optional<Instant> expires_at, last_used_at, revoked_at;
};
BOOST_DESCRIBE_STRUCT(KeyRow, (),
                      (id, name, token_hash, prefix, permissions, site_ids, created_by, created_at, expires_at,
                       last_used_at, revoked_at))

constexpr std::string_view kSelect =
    "SELECT id, name, token_hash, prefix, permissions, site_ids, created_by, created_at, expires_at, last_used_at, "
    "revoked_at FROM team_api_key ";

template <class T>
std::vector<T> list_in(const std::string& text) {
  auto list = json::read<std::vector<T>>(std::string_view(text));
  if (!list) throw std::runtime_error("the scope of an API key cannot be read");
  return std::move(*list);
}

ApiKey key_of(const KeyRow& row) {
  ApiKey key{row.id, row.name, row.prefix, list_in<Permission>(row.permissions), {}, row.created_by, row.created_at};
  if (row.site_ids) key.site_ids = list_in<SiteId>(*row.site_ids);
  key.expires_at = row.expires_at;
  key.last_used_at = row.last_used_at;
  key.revoked_at = row.revoked_at;
  return key;
}

// Staff and keys themselves are managed by people only; and nobody gives what they do not have.
bool may_give(const Viewer& viewer, Permission permission, const std::optional<std::vector<SiteId>>& sites) {
  if (permission == Permission::staff_manage || permission == Permission::api_keys_manage) return false;
  const auto scope = scope_of(viewer, permission);
  if (scope.all) return true;
  return sites && std::all_of(sites->begin(), sites->end(), [&](SiteId site) { return scope.sites.contains(site); });
}

Result<Done> check(const Viewer& viewer, db::Session& session, const ApiKeyInput& input, Instant now) {
  if (input.name.empty() || input.name.size() > 80) return fail_field("name", "error.missing");
  if (input.permissions.empty()) return fail_field("permissions", "error.missing");
  if (input.site_ids && input.site_ids->empty()) return fail_field("site_ids", "error.missing");
  for (const auto site : input.site_ids.value_or(std::vector<SiteId>{}))
    if (!clinic::find_site(session, site)) return fail_field("site_ids", "error.team.site_unknown");
  for (const auto permission : input.permissions)
    if (!may_give(viewer, permission, input.site_ids)) return fail_field("permissions", "error.team.key_permissions");
  if (input.expires_at && *input.expires_at <= now) return fail_field("expires_at", "error.team.key_expiry");
  const auto kept = session.one<std::int64_t>("SELECT COUNT(*) FROM team_api_key WHERE revoked_at IS NULL");
  if (kept.value_or(0) >= kMostKeys) return fail(ErrorKind::conflict, "error.team.key_too_many");
  return Done{};
}

}  // namespace

std::vector<ApiKey> api_keys(db::Session& session) {
  std::vector<ApiKey> out;
  for (const auto& row : session.all<KeyRow>(
           std::string(kSelect) +
           "ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, created_at DESC, id DESC LIMIT 500"))
    out.push_back(key_of(row));
  return out;
}

Result<NewApiKey> create_api_key(const Viewer& viewer, db::Tx& tx, const ApiKeyInput& input, Instant now) {
  if (auto good = check(viewer, tx, input, now); !good) return fail(good.error());
  const auto token = std::string(kKeyPrefix) + crypto::random_token();
  KeyRow row;
  row.id = next_id();
  row.name = input.name;
  row.token_hash = crypto::sha256_hex(token);
  row.prefix = token.substr(0, kShown);
  row.permissions = json::to_json(input.permissions);
  if (input.site_ids) row.site_ids = json::to_json(*input.site_ids);
  row.created_by = viewer.user;
  row.created_at = now;
  row.expires_at = input.expires_at;
  tx.insert("team_api_key", row);
  audit::append(tx, viewer, {audit::Action::create, "api_key", {row.id}, {"permissions", "site_ids"}, "", 0}, now);
  events::announce(tx, {"api_key", row.id, 1, {}});
  return NewApiKey{key_of(row), token};
}

Result<Done> revoke_api_key(const Viewer& viewer, db::Tx& tx, std::int64_t id, Instant now) {
  if (tx.exec("UPDATE team_api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", id, now) == 0)
    return fail(ErrorKind::not_found, "error.not_found");
  audit::append(tx, viewer, {audit::Action::change, "api_key", {id}, {"revoked_at"}, "", 0}, now);
  events::announce(tx, {"api_key", id, 0, {}});
  events::announce(tx, {"session", id, 0, {}});  // its live channels end
  return Done{};
}

std::optional<Identity> identify_key(db::Session& session, std::string_view token, Instant now) {
  const auto row = session.one<KeyRow>(std::string(kSelect) + "WHERE token_hash = $1", crypto::sha256_hex(token));
  if (!row || row->revoked_at || (row->expires_at && *row->expires_at <= now)) return std::nullopt;
  const auto key = key_of(*row);
  Identity out;
  out.name = key.name;
  out.session_id = key.id;
  out.state = SessionState::signed_in;
  out.viewer.user = UserId{key.id};  // what it does stands in the audit under the key's own id
  out.viewer.purpose = "api_key";
  out.viewer.granted = std::set<Permission>(key.permissions.begin(), key.permissions.end());
  out.viewer.all_sites = !key.site_ids;
  for (const auto site : key.site_ids.value_or(std::vector<SiteId>{})) out.viewer.sites.insert(site);
  out.save_activity = !key.last_used_at || now - *key.last_used_at >= kUsedGapMs;
  return out;
}

void key_used(db::Tx& tx, std::int64_t id, Instant now) {
  tx.exec("UPDATE team_api_key SET last_used_at = $2 WHERE id = $1", id, now);
}

}  // namespace auricle::team
