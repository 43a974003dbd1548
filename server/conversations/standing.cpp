#include "conversations/conversations.h"

namespace auricle::conversations {
namespace {

std::string sites_of(const SiteScope& scope) {
  if (scope.all) return "";
  std::string sql = " AND site_id IN (0";
  for (const auto site : scope.sites) sql += "," + std::to_string(site.value);
  return sql + ")";
}

}  // namespace

std::vector<Standing> standing(db::Session& session, const SiteScope& scope, Instant now, Instant soon_until) {
  return session.all<Standing>(
      "SELECT channel, COUNT(unanswered_since) AS waiting, MIN(unanswered_since) AS since, "
      "COUNT(*) FILTER (WHERE due_at < $1) AS late, COUNT(*) FILTER (WHERE due_at >= $1 AND due_at <= $2) AS soon, "
      "MIN(due_at) FILTER (WHERE due_at >= $1) AS next_due FROM conversations_case WHERE state IN ('open', 'snoozed')" +
          sites_of(scope) +
          " AND (unanswered_since IS NOT NULL OR due_at IS NOT NULL) GROUP BY channel ORDER BY channel",
      now, soon_until);
}

}  // namespace auricle::conversations
