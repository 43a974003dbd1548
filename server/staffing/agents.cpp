// Agents for given arrivals.
#include <cmath>

#include "staffing/staffing.h"

namespace auricle::staffing {
namespace {

void check(std::vector<FieldError>& errors, const char* field, bool right) {
  if (!right) errors.push_back({field, "error.staffing.out_of_range"});
}

bool share(const std::optional<double>& value) { return !value || (*value > 0 && *value < 1); }

Result<Done> sound(const AgentsInput& in) {
  std::vector<FieldError> errors;
  const double length = in.interval_s.value_or(1800);
  if (in.model == Model::erlang_a && !in.patience_s) errors.push_back({"patience_s", "error.missing"});
  check(errors, "handling_s", in.handling_s >= 1 && in.handling_s <= 86'400);
  check(errors, "patience_s", !in.patience_s || (*in.patience_s >= 1 && *in.patience_s <= 86'400));
  check(errors, "service_level", in.service_level > 0 && in.service_level < 1);
  check(errors, "within_s", in.within_s >= 0 && in.within_s <= 86'400);
  check(errors, "shrinkage", in.shrinkage >= 0 && in.shrinkage <= 0.9);
  check(errors, "max_abandonment", share(in.max_abandonment));
  check(errors, "max_occupancy", share(in.max_occupancy));
  check(errors, "interval_s", length >= 60 && length <= 86'400);
  check(errors, "intervals", in.intervals.size() <= 1'500);
  for (std::size_t i = 0; i < in.intervals.size(); ++i) {
    const auto& one = in.intervals[i];
    const auto field = "intervals." + std::to_string(i);
    const bool possible = one.arrivals >= 0 && one.arrivals / length * in.handling_s <= kMostAgents;
    check(errors, (field + ".arrivals").c_str(), possible);
    check(errors, (field + ".agents").c_str(), !one.agents || (*one.agents >= 0 && *one.agents <= kMostAgents));
  }
  if (errors.empty()) return Done{};
  return fail(Error{ErrorKind::invalid, "error.invalid", std::move(errors), {}, 0});
}

// Sums of intervals, weighted.
struct Sum {
  double arrivals = 0, answered_soon = 0, abandoned = 0, agents = 0, busy = 0, length_s = 0;
  void add(const Performance& performance, double came, int at_work) {
    arrivals += came;
    answered_soon += came * performance.service_level;
    abandoned += came * performance.p_abandon;
    agents += at_work;
    busy += at_work * performance.occupancy;
  }
  WholeOfIntervals whole() const {
    WholeOfIntervals whole{arrivals, agents * length_s / 3600, std::nullopt, std::nullopt, std::nullopt};
    if (arrivals > 0) whole.service_level = answered_soon / arrivals, whole.p_abandon = abandoned / arrivals;
    if (agents > 0) whole.occupancy = busy / agents;
    return whole;
  }
};

}  // namespace

Result<AgentsAnswer> agents_for(const AgentsInput& in) {
  if (auto right = sound(in); !right) return fail(right.error());
  const double length = in.interval_s.value_or(1800);
  const auto patience = in.model == Model::erlang_a ? in.patience_s : std::nullopt;
  const Target target{in.service_level, in.max_abandonment, in.max_occupancy, {in.within_s}};
  AgentsAnswer answer;
  Sum needed, tried;
  needed.length_s = tried.length_s = length;
  bool any_tried = false;
  for (const auto& interval : in.intervals) {
    const Demand demand{interval.arrivals / length, in.handling_s, patience};
    IntervalAgents one;
    one.load = demand.load();
    one.needed = interval.arrivals < kTooFew ? 0 : agents_needed(demand, target);
    if (one.needed) {
      one.rostered = rostered(*one.needed, in.shrinkage);
      answer.rostered_hours += *one.rostered * length / 3600;
      if (interval.arrivals >= kTooFew) {
        one.at_needed = performance(demand, *one.needed, target.measured);
        needed.add(*one.at_needed, interval.arrivals, *one.needed);
      }
    }
    if (interval.agents) {
      any_tried = true;
      one.at_agents = performance(demand, *interval.agents, target.measured);
      tried.add(*one.at_agents, interval.arrivals < kTooFew ? 0 : interval.arrivals, *interval.agents);
    }
    answer.items.push_back(std::move(one));
  }
  answer.with_needed = needed.whole();
  if (any_tried) answer.with_agents = tried.whole();
  return answer;
}

}  // namespace auricle::staffing
