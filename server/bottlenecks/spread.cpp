// How long stays lasted.
#include <algorithm>
#include <cmath>
#include <map>

#include "bottlenecks/find.h"

namespace auricle::bottlenecks {
namespace {

// R's type 7, as kpi.md, principle 9.
double percentile(const std::vector<double>& sorted, double p) {
  const double rank = static_cast<double>(sorted.size() - 1) * p;
  const auto below = static_cast<std::size_t>(rank);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (rank - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

constexpr std::int64_t kMinute = 60, kHour = 3600, kDay = 86'400;
constexpr std::int64_t kEdges[] = {10,           20,           30,       kMinute,   2 * kMinute, 5 * kMinute,
                                   15 * kMinute, 30 * kMinute, kHour,    2 * kHour, 4 * kHour,   8 * kHour,
                                   kDay,         2 * kDay,     3 * kDay, 7 * kDay,  14 * kDay,   30 * kDay};

std::size_t bin_of(const Stay& stay) {
  return static_cast<std::size_t>(std::upper_bound(std::begin(kEdges), std::end(kEdges), stay.ms / 1000) -
                                  std::begin(kEdges));
}

struct Sum {
  double n = 0, s = 0;
};
std::map<std::string, Sum> sums(const Members& members) {
  std::map<std::string, Sum> all;
  for (const auto* one : members) {
    auto& sum = all[kind_of(*one)];
    ++sum.n;
    sum.s += static_cast<double>(one->ms) / 1000;
  }
  return all;
}

}  // namespace

Spread spread_of(const Members& members) {
  Spread spread;
  std::vector<double> seconds;
  double sum = 0;
  for (const auto* one : members) {
    seconds.push_back(static_cast<double>(one->ms) / 1000);
    sum += seconds.back();
  }
  spread.n = static_cast<std::int64_t>(seconds.size());
  if (seconds.empty()) return spread;
  std::sort(seconds.begin(), seconds.end());
  spread.mean_s = sum / static_cast<double>(seconds.size());
  spread.median_s = percentile(seconds, 0.5);
  spread.p90_s = percentile(seconds, 0.9);
  return spread;
}

std::vector<Bin> bins_of(const Members& members, const Members& others) {
  std::vector<Bin> bins;
  std::int64_t from = 0;
  for (const auto to : kEdges) bins.push_back({std::exchange(from, to), to, 0, 0});
  bins.push_back({from, std::nullopt, 0, 0});
  for (const auto* one : members) ++bins[bin_of(*one)].n;
  for (const auto* one : others) ++bins[bin_of(*one)].others;
  const auto empty = [](const Bin& bin) { return bin.n == 0 && bin.others == 0; };
  while (!bins.empty() && empty(bins.back())) bins.pop_back();
  const auto first = std::find_if_not(bins.begin(), bins.end(), empty);
  bins.erase(bins.begin(), first);
  if (!bins.empty()) bins.front().from = 0;
  return bins;
}

double longer_s(const Members& members, const Members& others) {
  const auto of_others = sums(others);
  double longer = 0;
  for (const auto& [kind, sum] : sums(members))
    if (const auto found = of_others.find(kind); found != of_others.end())
      longer += sum.s - sum.n * found->second.s / found->second.n;
  return longer;
}

}  // namespace auricle::bottlenecks
