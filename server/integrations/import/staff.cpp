// Members of staff of a history: known by name, without access until somebody invites them.
#include <algorithm>

#include "integrations/import/people.h"
#include "integrations/import/writer.h"
#include "team/team.h"

namespace auricle::import {

LiveRows live_agents(db::Session& session) {
  LiveRows rows;
  for (const auto& user : team::users(session)) {
    boost::json::object fields{{"name", user.name}, {"email", user.email}};
    if (!user.memberships.empty()) fields["role"] = to_string(user.memberships.front().role);
    rows.emplace_back(user.id.value, std::move(fields));
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return rows;
}

bool Writer::agent(const Row& row) {
  if (find("agent", row.source, row.id)) return false;
  const auto id =
      team::import_agent(tx_, {new_id<UserId>(), row.word("name"), row.word("email"), row.word("role"), {}});
  expect(id, "the agent");
  return keep(row, {id->value, 0, 0});
}

}  // namespace auricle::import
