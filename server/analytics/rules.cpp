#include "analytics/rules.h"

#include <algorithm>
#include <cmath>
#include <span>
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

namespace {
constexpr std::int64_t kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr std::int64_t kEdges[] = {5 * kMinute, 15 * kMinute, 30 * kMinute, kHour,    2 * kHour, 4 * kHour, 8 * kHour,
                                   kDay,        2 * kDay,     3 * kDay,     7 * kDay, 14 * kDay, 30 * kDay};
// Where four in five take less than twenty minutes, or two: as at the desk and on the telephone.
constexpr std::int64_t kMinutes[] = {kMinute,      2 * kMinute,  3 * kMinute,  4 * kMinute, 5 * kMinute, 7 * kMinute,
                                     10 * kMinute, 15 * kMinute, 20 * kMinute, kHour / 2,   kHour,       2 * kHour};
constexpr std::int64_t kSeconds[] = {5,  10,          20,          30,          45,           kMinute,
                                     90, 2 * kMinute, 3 * kMinute, 5 * kMinute, 10 * kMinute, kHour};

std::span<const std::int64_t> edges_of(const std::vector<Sample>& samples) {
  const auto mostly_below = [&](std::int64_t seconds) {
    const auto below = std::count_if(samples.begin(), samples.end(),
                                     [&](const Sample& sample) { return sample.ms.value_or(0) < seconds * 1000; });
    return below > 0 && below * 5 >= static_cast<std::int64_t>(samples.size()) * 4;
  };
  if (mostly_below(2 * kMinute)) return kSeconds;
  if (mostly_below(20 * kMinute)) return kMinutes;
  return kEdges;
}
}  // namespace

std::vector<DistributionBin> distribution(const std::vector<Sample>& samples) {
  const auto edges = edges_of(samples);
  std::vector<DistributionBin> bins;
  std::int64_t from = 0;
  for (const auto to : edges) bins.push_back({std::exchange(from, to), to, 0});
  bins.push_back({from, std::nullopt, 0});
  for (const auto& sample : samples) {
    const auto seconds = sample.ms.value_or(0) / 1000;
    ++bins[static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), seconds) - edges.begin())].n;
  }
  return bins;
}

}  // namespace auricle::analytics
