// What is kept for a time only.
#include "team/team.h"

namespace auricle::team {

std::int64_t forget_links(db::Tx& tx, Instant before) {
  tx.exec(
      "DELETE FROM team_link_membership WHERE link_id IN (SELECT id FROM team_link WHERE expires_at < $1 AND "
      "COALESCE(used_at, expires_at) < $1)",
      before);
  return tx.exec("DELETE FROM team_link WHERE expires_at < $1 AND COALESCE(used_at, expires_at) < $1", before);
}

std::int64_t forget_devices(db::Tx& tx, Instant before) {
  return tx.exec("DELETE FROM team_device WHERE last_seen_at < $1", before);
}

std::int64_t forget_attempts(db::Tx& tx, Instant before) {
  return tx.exec("DELETE FROM team_attempt WHERE last_at < $1", before);
}

std::int64_t forget_sessions(db::Tx& tx, Instant now) {
  tx.exec("DELETE FROM team_challenge WHERE expires_at < $1", now);
  return tx.exec("DELETE FROM team_session WHERE expires_at < $1", now);
}

}  // namespace auricle::team
