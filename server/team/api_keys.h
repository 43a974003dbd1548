#pragma once
// Keys for other programs: a part of what their maker may do, at some sites, until they expire or are revoked. The key
// is shown once; the database holds its hash.
#include "team/team.h"

namespace auricle::team {

struct ApiKey {
  std::int64_t id = 0;
  std::string name, prefix;  // the first letters, to tell keys apart
  std::vector<Permission> permissions;
  std::optional<std::vector<SiteId>> site_ids;  // none: every site
  UserId created_by;
  Instant created_at;
  std::optional<Instant> expires_at, last_used_at, revoked_at;
};
BOOST_DESCRIBE_STRUCT(ApiKey, (),
                      (id, name, prefix, permissions, site_ids, created_by, created_at, expires_at, last_used_at,
                       revoked_at))
struct ApiKeyInput {
  using absent_is_default = void;
  std::string name;
  std::vector<Permission> permissions;
  std::optional<std::vector<SiteId>> site_ids;
  std::optional<Instant> expires_at;
};
BOOST_DESCRIBE_STRUCT(ApiKeyInput, (), (name, permissions, site_ids, expires_at))
struct NewApiKey {
  ApiKey api_key;
  std::string token;  // shown this once
};
BOOST_DESCRIBE_STRUCT(NewApiKey, (), (api_key, token))

inline constexpr std::string_view kKeyPrefix = "aur_";

std::vector<ApiKey> api_keys(db::Session& session);  // living ones first, newest first
Result<NewApiKey> create_api_key(const Viewer& viewer, db::Tx& tx, const ApiKeyInput& input, Instant now);
Result<Done> revoke_api_key(const Viewer& viewer, db::Tx& tx, std::int64_t id, Instant now);
// Who calls with this key; nothing for an unknown, expired or revoked one.
std::optional<Identity> identify_key(db::Session& session, std::string_view token, Instant now);
void key_used(db::Tx& tx, std::int64_t id, Instant now);

}  // namespace auricle::team
