#include "staffing/patience.h"

#include <algorithm>
#include <cmath>

namespace auricle::staffing {
namespace {

constexpr double kTimes[] = {5, 10, 20, 30, 60, 90, 120, 180, 300, 600, 900, 1800};

// At equal times those who hung up come before those who were answered: an answer at t was still at risk at t.
bool earlier(const WaitedCall& a, const WaitedCall& b) {
  return a.wait_s != b.wait_s ? a.wait_s < b.wait_s : a.hung_up > b.hung_up;
}

void kaplan_meier(const std::vector<WaitedCall>& sorted, Patience& patience) {
  double still = 1;
  std::size_t i = 0;
  const auto until = [&](double time) {
    while (i < sorted.size() && sorted[i].wait_s <= time) {
      const auto at_risk = static_cast<double>(sorted.size() - i);
      const double now = sorted[i].wait_s;
      std::size_t gone = 0, end = i;
      for (; end < sorted.size() && sorted[end].wait_s == now; ++end) gone += sorted[end].hung_up;
      still *= 1 - static_cast<double>(gone) / at_risk;
      if (still <= 0.5 && !patience.median_s) patience.median_s = now;
      i = end;
    }
  };
  for (const double time : kTimes) {
    const auto at_risk = sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), WaitedCall{time, true}, earlier);
    if (at_risk == 0) break;  // nobody was seen to wait so long: nothing is known beyond
    until(time);
    const double exponential = patience.mean_s ? std::exp(-time / *patience.mean_s) : 0;
    patience.survival.push_back({time, still, exponential, at_risk});
  }
  if (!sorted.empty()) until(sorted.back().wait_s);
}

}  // namespace

Patience estimate_patience(std::vector<WaitedCall> calls) {
  std::erase_if(calls, [](const WaitedCall& call) { return !(call.wait_s > 0); });
  std::sort(calls.begin(), calls.end(), earlier);
  Patience patience;
  double total = 0;
  for (const auto& call : calls) {
    total += call.wait_s;
    patience.hung_up += call.hung_up;
  }
  patience.waited = static_cast<std::int64_t>(calls.size());
  if (patience.hung_up >= kFewest) {
    const double mean = total / static_cast<double>(patience.hung_up);
    const double factor = std::exp(1.96 / std::sqrt(static_cast<double>(patience.hung_up)));
    patience.mean_s = mean;
    patience.low_s = mean / factor;
    patience.high_s = mean * factor;
  }
  kaplan_meier(calls, patience);
  return patience;
}

}  // namespace auricle::staffing
