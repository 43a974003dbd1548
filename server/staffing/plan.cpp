// The plan of an ordinary week, and its table.
#include <charconv>

#include "platform/audit/audit.h"
#include "staffing/staffing.h"

namespace auricle::staffing {
namespace {

constexpr int kMostPlanned = 5'000;

struct PlanRow {
  std::string week;
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(PlanRow, (), (week, version))

std::string encoded(const std::vector<std::vector<int>>& week) {
  std::string text;
  for (const auto& day : week)
    for (const int agents : day) text += (text.empty() ? "" : ",") + std::to_string(agents);
  return text;
}

std::vector<std::vector<int>> decoded(std::string_view text) {
  std::vector<std::vector<int>> week(7, std::vector<int>(kSlots, 0));
  const char* at = text.data();
  const char* end = at + text.size();
  for (auto& day : week)
    for (auto& agents : day) {
      at = std::from_chars(at, end, agents).ptr;
      if (at < end) ++at;  // the comma
    }
  return week;
}

bool whole(const std::vector<std::vector<int>>& week) {
  if (week.size() != 7) return false;
  for (const auto& day : week) {
    if (day.size() != kSlots) return false;
    for (const int agents : day)
      if (agents < 0 || agents > kMostPlanned) return false;
  }
  return true;
}

}  // namespace

Plan plan_of(db::Session& session, SiteId site, const std::string& channel, QueueId queue) {
  const auto row = session.one<PlanRow>(
      "SELECT week, version FROM staffing_plan WHERE site_id = $1 AND channel = $2 AND queue_id = $3", site, channel,
      queue.value);
  return {site, channel, queue, decoded(row ? row->week : ""), row ? row->version : 0};
}

Result<Plan> save_plan(const Viewer& viewer, db::Tx& tx, Plan plan, Instant now) {
  if (!may(viewer, Permission::sites_manage, plan.site_id)) return fail(ErrorKind::forbidden, "error.forbidden");
  if (!clinic::find_site(tx, plan.site_id)) return fail(ErrorKind::not_found, "error.not_found");
  if (plan.channel.empty() || plan.channel.size() > 40) return fail_field("channel", "error.staffing.out_of_range");
  if (!whole(plan.week)) return fail_field("week", "error.staffing.week");
  const auto before = plan_of(tx, plan.site_id, plan.channel, plan.queue_id);
  if (plan.version != before.version) return fail(ErrorKind::conflict, "error.edited_meanwhile");
  ++plan.version;
  tx.exec(
      "INSERT INTO staffing_plan(site_id, channel, queue_id, week, version) VALUES($1, $2, $3, $4, $5) "
      "ON CONFLICT (site_id, channel, queue_id) DO UPDATE SET week = excluded.week, version = excluded.version",
      plan.site_id, plan.channel, plan.queue_id.value, encoded(plan.week), plan.version);
  audit::append(tx, viewer, {audit::Action::change, "staffing_plan", {plan.site_id.value}, {"week"}, "", 0}, now);
  return plan;
}

}  // namespace auricle::staffing
