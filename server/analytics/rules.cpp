#include "analytics/rules.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analytics/analytics.h"

namespace auricle::analytics {

double percentile(const std::vector<double>& sorted, double p) {
  const double rank = static_cast<double>(sorted.size() - 1) * p;
  const auto below = static_cast<std::size_t>(std::floor(rank));
  if (below + 1 >= sorted.size()) return sorted.back();
  const double share = rank - static_cast<double>(below);
  return sorted[below] + share * (sorted[below + 1] - sorted[below]);
}

std::pair<double, double> wilson(double part, double whole) {
  const double p = part / whole, z2 = kNormal95 * kNormal95;
  const double middle = p + z2 / (2 * whole);
  const double half = kNormal95 * std::sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole));
  return {(middle - half) / (1 + z2 / whole), (middle + half) / (1 + z2 / whole)};
}

std::vector<DistributionBin> distribution(const std::vector<Sample>& samples) {
  constexpr std::int64_t kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour;
  constexpr std::int64_t kEdges[] = {5 * kMinute, 15 * kMinute, 30 * kMinute, kHour,    2 * kHour, 4 * kHour, 8 * kHour,
                                     kDay,        2 * kDay,     3 * kDay,     7 * kDay, 14 * kDay, 30 * kDay};
  std::vector<DistributionBin> bins;
  std::int64_t from = 0;
  for (const auto to : kEdges) bins.push_back({std::exchange(from, to), to, 0});
  bins.push_back({from, std::nullopt, 0});
  for (const auto& sample : samples) {
    const auto seconds = sample.ms.value_or(0) / 1000;
    const auto end = std::upper_bound(std::begin(kEdges), std::end(kEdges), seconds);
    ++bins[static_cast<std::size_t>(end - std::begin(kEdges))].n;
  }
  return bins;
}

}  // namespace auricle::analytics
