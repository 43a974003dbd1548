// Why the time patients waited for the clinic changed. With N cases, of which the share s of a group takes m each, M
// over all (0 before, 1 after):
//   volume  (N₁ − N₀) s₀ m₀         as many more cases of the same kinds, at the pace of before
//   mix     N₁ (s₁ − s₀)(m₀ − M₀)   a larger share of the kinds that take longer than the mean
//   speed   N₁ s₁ (m₁ − m₀)         the same kinds taking longer
// Σ volume + mix + speed = N₁ M₁ − N₀ M₀, as Σ (s₁ − s₀) = 0. A kind that was not there before is taken to have been
// like the mean. (The price–volume–mix analysis of accounting; base weights as E. Laspeyres 1871.)
#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "bottlenecks/bottlenecks.h"

namespace auricle::bottlenecks {
namespace {

bool waits_for_us(Stage stage) {
  return stage == Stage::awaiting_first || stage == Stage::awaiting_next || stage == Stage::hand_over;
}

using Kind = std::tuple<SiteId, std::string, std::string>;
struct Sums {
  double cases = 0, seconds = 0;
  double mean() const { return cases > 0 ? seconds / cases : 0; }
};
struct Counted {
  std::map<Kind, Sums> kinds;
  Sums all;
};

// A case is of the site and channel it began with, and of the topic it ended with.
Counted count(const std::vector<Stay>& stays) {
  struct OneCase {
    const Stay *first = nullptr, *last = nullptr;
    double seconds = 0;
  };
  std::map<std::pair<CaseId, std::int64_t>, OneCase> cases;
  const auto when = [](const Stay& s) { return std::tuple(s.from, s.to, s.stage); };
  for (const auto& stay : stays) {
    auto& one = cases[{stay.case_id, stay.row}];
    if (!one.first || when(stay) < when(*one.first)) one.first = &stay;
    if (!one.last || when(stay) > when(*one.last)) one.last = &stay;
    if (waits_for_us(stay.stage)) one.seconds += static_cast<double>(stay.ms) / 1000;
  }
  Counted counted;
  for (const auto& [id, one] : cases) {
    auto& kind = counted.kinds[{one.first->site_id, one.first->channel, one.last->topic}];
    for (auto* sums : {&kind, &counted.all}) {
      ++sums->cases;
      sums->seconds += one.seconds;
    }
  }
  return counted;
}

}  // namespace

Change compare(const std::vector<Stay>& before, const std::vector<Stay>& after) {
  auto was = count(before), is = count(after);
  Change change;
  change.cases_before = std::llround(was.all.cases);
  change.cases_after = std::llround(is.all.cases);
  change.before_s = was.all.seconds;
  change.after_s = is.all.seconds;
  for (const auto& [kind, sums] : is.kinds) was.kinds.try_emplace(kind);
  for (const auto& [kind, s0] : was.kinds) {
    const Sums s1 = is.kinds[kind];
    ChangeGroup group;
    std::tie(group.site_id, group.channel, group.topic) = kind;
    group.cases_before = std::llround(s0.cases);
    group.cases_after = std::llround(s1.cases);
    if (s0.cases > 0) group.mean_before_s = s0.mean();
    if (s1.cases > 0) group.mean_after_s = s1.mean();
    const double share0 = was.all.cases > 0 ? s0.cases / was.all.cases : 0;
    const double share1 = is.all.cases > 0 ? s1.cases / is.all.cases : 0;
    const double mean0 = s0.cases > 0 ? s0.mean() : was.all.mean();
    group.volume_s = (is.all.cases - was.all.cases) * share0 * mean0;
    group.mix_s = is.all.cases * (share1 - share0) * (mean0 - was.all.mean());
    group.speed_s = s1.seconds - s1.cases * mean0;
    change.volume_s += group.volume_s;
    change.mix_s += group.mix_s;
    change.speed_s += group.speed_s;
    change.groups.push_back(std::move(group));
  }
  std::stable_sort(change.groups.begin(), change.groups.end(),
                   [](const ChangeGroup& a, const ChangeGroup& b) { return std::abs(a.sum()) > std::abs(b.sum()); });
  return change;
}

}  // namespace auricle::bottlenecks
