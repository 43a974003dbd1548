#include "staffing/erlang.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace auricle::staffing {
namespace {

// P(N ≤ j) for j = 0, 1, 2, … of the negative binomial with `a` successes of probability x = e^(−rate·t). In Erlang A
// the wait behind j others is the sum of exponentials with rates nμ, nμ+θ, …, nμ+jθ: −ln(X)/θ with X ~ Beta(nμ/θ, j+1),
// and the incomplete beta function of whole j is this sum. Kept as a logarithm, because x^a may lie below 1e−308.
class Waits {
 public:
  Waits(double a, double x) : a_(a), log_rest_(x < 1 ? std::log1p(-x) : -std::numeric_limits<double>::infinity()) {
    log_p_ = a * std::log(x);
    sum_ = std::exp(log_p_);
  }
  double at_most() const { return std::min(sum_, 1.0); }
  void next() {
    ++j_;
    log_p_ += std::log((a_ + j_ - 1) / j_) + log_rest_;
    sum_ += std::exp(log_p_);
  }

 private:
  double a_, log_rest_, log_p_ = 0, sum_ = 0;
  int j_ = 0;
};

// Sums over the states with j calls waiting, relative to the state in which all agents are busy and nobody waits.
struct Waiting {
  double all = 0, queue = 0, within = 0, answered = 0, answered_wait = 0, short_gone = 0;
  void scale(double by) {
    for (double* sum : {&all, &queue, &within, &answered, &answered_wait, &short_gone}) *sum *= by;
  }
};

constexpr double kHuge = 1e250;

// Walks up the queue. `below` is the sum over the states with fewer calls, in the same measure; both are scaled
// together before they overflow (λ far above nμ with patient callers).
class ErlangA {
 public:
  ErlangA(const Demand& demand, int agents, const Measured& measured)
      : demand_(demand),
        theta_(1 / *demand.patience_s),
        free_rate_(agents / demand.handling_s),
        share_(free_rate_ / theta_),
        within_(share_ + 1, std::exp(-theta_ * measured.within_s)),
        short_served_(share_ + 1, std::exp(-theta_ * measured.short_s)),
        short_wait_(share_, std::exp(-theta_ * measured.short_s)),
        patient_(std::exp(-theta_ * measured.short_s)) {}

  Waiting sums(double& below) {
    Waiting sums;
    double weight = 1, harmonic = 0;
    for (int j = 0;; ++j) {
      harmonic += 1 / (share_ + 1 + j);
      add(sums, weight, j, harmonic);
      const double ratio = demand_.arrivals_per_s / (free_rate_ + (j + 1) * theta_);
      weight *= ratio;
      // What is left is below weight·(j+1)/(1−ratio)², the tail of a geometric series and of its mean.
      if (ratio < 1 && weight * (j + 1) < 1e-17 * (1 - ratio) * (1 - ratio) * sums.all) return sums;
      if (weight > kHuge) {
        sums.scale(1 / kHuge);
        below /= kHuge;
        weight /= kHuge;
      }
      within_.next(), short_served_.next(), short_wait_.next();
    }
  }

 private:
  // A call that finds j waiting: served if its own patience outlasts the j+1 departures before it.
  void add(Waiting& sums, double weight, int j, double harmonic) const {
    const double served = share_ / (share_ + j + 1);
    const double soon = served * (1 - short_served_.at_most());  // within short_s
    const double longer = short_wait_.at_most();                 // would have to wait longer than short_s
    sums.all += weight;
    sums.queue += weight * j;
    sums.within += weight * served * (1 - within_.at_most());
    sums.answered += weight * served;
    sums.answered_wait += weight * served * harmonic / theta_;
    sums.short_gone += weight * ((1 - patient_) * longer + (1 - longer) - soon);
  }

  const Demand& demand_;
  double theta_, free_rate_, share_;
  Waits within_, short_served_, short_wait_;
  double patient_;
};

// Sum over 0…agents−1 calls, relative to the state with `agents`: 1/B(n) − 1, by 1/B(n) = 1 + n/a · 1/B(n−1).
double states_below(double load, int agents) {
  double inverse = 1;
  for (int k = 1; k <= agents; ++k) inverse = 1 + inverse * k / load;
  return inverse - 1;
}

Performance with_patience(const Demand& demand, int agents, const Measured& measured) {
  double below = states_below(demand.load(), agents);
  Performance result{1, 0, 0, 0, 0, demand.load() / agents};
  if (!std::isfinite(below)) return result;  // more agents than anybody will ever need
  const Waiting sums = ErlangA(demand, agents, measured).sums(below);
  const double total = below + sums.all;
  const double answered = (below + sums.answered) / total;
  result.p_wait = sums.all / total;
  result.mean_wait_s = sums.queue / total / demand.arrivals_per_s;  // Little
  result.p_abandon = *result.mean_wait_s / *demand.patience_s;      // θ·E[queue]/λ
  result.answer_s = sums.answered_wait / total / answered;
  result.occupancy = demand.load() * (1 - result.p_abandon) / agents;
  result.service_level = (below + sums.within) / (total - sums.short_gone);
  return result;
}

Performance without_patience(const Demand& demand, int agents, const Measured& measured) {
  const double load = demand.load();
  Performance result{0, 1, 0, std::nullopt, std::nullopt, 1};
  if (load >= agents) return result;
  result.p_wait = erlang_c(load, agents);
  result.mean_wait_s = result.answer_s = result.p_wait * demand.handling_s / (agents - load);
  result.service_level = 1 - result.p_wait * std::exp(-(agents - load) * measured.within_s / demand.handling_s);
  result.occupancy = load / agents;
  return result;
}

}  // namespace

double erlang_b(double load, int agents) {
  double blocked = 1;
  for (int n = 1; n <= agents; ++n) blocked = load * blocked / (n + load * blocked);
  return blocked;
}

double erlang_c(double load, int agents) {
  if (load >= agents) return load > 0 || agents == 0 ? 1 : 0;
  const double blocked = erlang_b(load, agents);
  return blocked / (1 - load / agents * (1 - blocked));
}

Performance performance(const Demand& demand, int agents, const Measured& measured) {
  if (demand.arrivals_per_s <= 0) return {1, agents > 0 ? 0.0 : 1.0, 0, 0, std::nullopt, 0};
  if (agents <= 0) {
    Performance nobody{0, 1, demand.patience_s ? 1.0 : 0.0, demand.patience_s, std::nullopt, 0};
    return nobody;
  }
  return demand.patience_s ? with_patience(demand, agents, measured) : without_patience(demand, agents, measured);
}

bool meets(const Performance& performance, const Target& target) {
  return performance.service_level >= target.service_level &&
         (!target.max_abandonment || performance.p_abandon <= *target.max_abandonment) &&
         (!target.max_occupancy || performance.occupancy <= *target.max_occupancy);
}

std::optional<int> agents_needed(const Demand& demand, const Target& target) {
  if (demand.arrivals_per_s <= 0) return 0;
  const auto enough = [&](int agents) { return meets(performance(demand, agents, target.measured), target); };
  int high = std::max(1, static_cast<int>(std::min<double>(demand.load(), kMostAgents)));
  int low = 0;  // never enough
  while (!enough(high)) {
    if (high >= kMostAgents) return std::nullopt;
    low = high;
    high = std::min(kMostAgents, high + std::max(1, high / 8));
  }
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

int rostered(int agents, double shrinkage) {
  // 7 / (1 − 0.3) is 10, also where the machine makes it 10.000000000000002.
  return static_cast<int>(std::ceil(agents / (1 - shrinkage) - 1e-9));
}

}  // namespace auricle::staffing
