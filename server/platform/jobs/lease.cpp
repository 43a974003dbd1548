#include "platform/jobs/lease.h"

#include "platform/base/id.h"
#include "platform/crypto/keys.h"

namespace auricle::jobs {

std::optional<std::int64_t> take_lease(db::Tx& tx, std::string_view name, std::string_view owner, Instant now,
                                       std::int64_t ms) {
  return tx.one<std::int64_t>(
      "INSERT INTO platform_lease(name, owner, lease_end, fence) VALUES($1, $2, $4, 1) ON CONFLICT(name) DO UPDATE SET "
      "fence = CASE WHEN platform_lease.owner = $2 AND platform_lease.lease_end > $3 THEN platform_lease.fence ELSE "
      "platform_lease.fence + 1 END, owner = $2, lease_end = $4 WHERE platform_lease.owner = $2 OR "
      "platform_lease.lease_end <= $3 "
      "RETURNING fence",
      name, owner, now, now + ms);
}

bool holds_lease(db::Session& session, std::string_view name, std::int64_t fence, Instant now) {
  return session
      .one<std::int64_t>("SELECT 1 FROM platform_lease WHERE name = $1 AND fence = $2 AND lease_end > $3", name, fence,
                         now)
      .has_value();
}

void give_up_lease(db::Tx& tx, std::string_view name, std::int64_t fence) {
  tx.exec("UPDATE platform_lease SET lease_end = 0, owner = '' WHERE name = $1 AND fence = $2", name, fence);
}

std::string this_owner() {
  static const std::string token = crypto::random_token(12);
  return std::to_string(id_node()) + ":" + token;
}

std::string owners_of_this_node() { return std::to_string(id_node()) + ":%"; }

}  // namespace auricle::jobs
