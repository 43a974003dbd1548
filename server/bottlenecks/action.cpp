// A finding → what to do about it, by rule, and what that would save. The first rule that fits holds:
//   hand_over                           do without the hand-over: all of that time
//   patient                             ask for everything at once, and remind: as short as with others
//   third_party                         agree on a deadline and ask after it: as short as with others
//   handling                            a template or an entry of the knowledge base: as short as with others
//   awaiting, mostly on the line        one more person or more at those hours: Erlang A, from the arrival forecast
//   awaiting, at certain hours or days  more people then: as short as at other times
//   awaiting a first answer, by topic,  automate that answer: no wait for those cases
//     one answer was enough for most
//   awaiting, by topic                  a template or an entry of the knowledge base: as short as with others
//   awaiting otherwise                  more people there: as short as elsewhere
// Where there is a standard, "as short as with others" is "within the standard".
#include <algorithm>
#include <cmath>
#include <map>

#include "bottlenecks/find.h"

namespace auricle::bottlenecks {
namespace {

constexpr double kMostly = 0.5;
constexpr int kMostMore = 5;  // people one would propose to add
constexpr double kHalfHour = 1800;

double share_of(const Members& members, bool Stay::*property) {
  const auto n = std::count_if(members.begin(), members.end(), [&](const Stay* one) { return one->*property; });
  return members.empty() ? 0 : static_cast<double>(n) / static_cast<double>(members.size());
}

bool awaits(Stage stage) { return stage == Stage::awaiting_first || stage == Stage::awaiting_next; }

ActionKind kind_of_action(const Finding& finding, const Members& members) {
  switch (finding.stage) {
    case Stage::hand_over:
      return ActionKind::hand_over;
    case Stage::patient:
      return ActionKind::ask_once;
    case Stage::third_party:
      return ActionKind::third_party;
    case Stage::handling:
      return ActionKind::template_;
    default:
      break;
  }
  if (share_of(members, &Stay::timed) > kMostly || finding.segment.weekday || !finding.segment.topic)
    return ActionKind::staffing;
  const bool once = share_of(members, &Stay::once) >= kMostly;
  return finding.stage == Stage::awaiting_first && once ? ActionKind::automation : ActionKind::template_;
}

using Place = std::pair<SiteId, std::string>;
Place busiest(const Members& members) {  // of those on the line or at the desk
  std::map<Place, int> counts;
  for (const auto* one : members)
    if (one->timed) ++counts[{one->site_id, one->channel}];
  return std::max_element(counts.begin(), counts.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

double wait_of(const staffing::Demand& demand, int agents) {
  if (agents == 0) return demand.patience_s.value_or(HUGE_VAL);  // everybody hangs up in the end
  return staffing::performance(demand, agents).mean_wait_s.value_or(HUGE_VAL);
}

// The number of people with whom the wait by the formula is just not below the wait observed (0: those who answer do
// something else besides), and the fewest that bring it down to `target_s`.
StaffingEffect effect_of(const Outlook& outlook, double observed_s, double target_s) {
  const staffing::Demand demand{outlook.arrivals / kHalfHour, outlook.handling_s, outlook.patience_s};
  StaffingEffect effect;
  effect.arrivals = outlook.arrivals;
  effect.handling_s = outlook.handling_s;
  effect.patience_s = outlook.patience_s;
  effect.hours_a_week = outlook.hours_a_week;
  int& now = effect.agents_now;
  while (wait_of(demand, now + 1) >= observed_s) ++now;
  int& then = effect.agents_then = now + 1;
  while (wait_of(demand, then) > target_s && then < now + kMostMore) ++then;
  effect.wait_now_s = observed_s;
  effect.wait_then_s = std::min(observed_s, wait_of(demand, then));
  effect.service_level_now = now ? staffing::performance(demand, now).service_level : 0;
  effect.service_level_then = staffing::performance(demand, then).service_level;
  return effect;
}

void by_erlang(const Finding& finding, const Members& members, const Members& others, const Ahead& ahead,
               Action& action) {
  Members timed, timed_others;
  for (const auto* one : members)
    if (one->timed) timed.push_back(one);
  for (const auto* one : others)
    if (one->timed) timed_others.push_back(one);
  if (timed.size() * 2 <= members.size() || !ahead) return;
  const auto [site, channel] = busiest(timed);
  const auto outlook = ahead(site, channel, finding.segment);
  if (!outlook || outlook->arrivals <= 0 || outlook->handling_s <= 0) return;
  const double observed = *spread_of(timed).mean_s;
  if (observed <= 0) return;  // nobody waited for a person: no number of them makes it less
  const auto usual = spread_of(timed_others).mean_s.value_or(20);
  auto effect = effect_of(*outlook, observed, finding.standard_s ? static_cast<double>(*finding.standard_s) : usual);
  if (effect.wait_then_s >= observed) return;
  effect.site_id = site;
  effect.channel = channel;
  action.method = Method::erlang_a;
  action.saved_s = static_cast<double>(timed.size()) * (observed - effect.wait_then_s);
  action.staffing = std::move(effect);
}

}  // namespace

Action propose(const Finding& finding, const Members& members, const Members& others, const Ahead& ahead) {
  Action action;
  action.kind = kind_of_action(finding, members);
  const bool promised = finding.basis == Basis::against_standard;
  action.method = promised ? Method::within_standard : Method::like_others;
  action.saved_s = promised ? finding.excess_s : std::max(0.0, longer_s(members, others));
  if (awaits(finding.stage)) action.share = share_of(members, &Stay::once);
  if (action.kind == ActionKind::hand_over) {
    action.method = Method::all_of_it;
    action.saved_s = finding.total_s;
  } else if (action.kind == ActionKind::automation) {
    action.method = Method::answered_once;
    action.saved_s = 0;
    for (const auto* one : members) action.saved_s += one->once ? static_cast<double>(one->ms) / 1000 : 0;
  } else if (action.kind == ActionKind::staffing) {
    by_erlang(finding, members, others, ahead, action);
  }
  return action;
}

}  // namespace auricle::bottlenecks
