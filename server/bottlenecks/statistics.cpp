#include "bottlenecks/statistics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace auricle::bottlenecks {
namespace {

constexpr double kMostZ = 37;  // beyond it a double knows no smaller p

// What a part has in one stratum.
struct Side {
  double n = 0, ranks = 0, above_least = 0;
  std::map<int, std::int64_t> of_unit;
};

double effective(double n, double square) { return square > 0 ? n * n / square : 0; }

}  // namespace

Pool::Pool(std::vector<Observation> all) : all_(std::move(all)), ranks_(all_.size()) {
  std::size_t strata = 0;
  for (const auto& one : all_) {
    strata = std::max(strata, static_cast<std::size_t>(one.stratum) + 1);
    units_ = std::max(units_, static_cast<std::size_t>(one.unit) + 1);
  }
  strata_.resize(strata);
  of_unit_.resize(strata * units_);
  for (const auto& one : all_)
    ++of_unit_[static_cast<std::size_t>(one.stratum) * units_ + static_cast<std::size_t>(one.unit)];
  for (std::size_t i = 0; i < of_unit_.size(); ++i)
    if (of_unit_[i] > 0) {
      strata_[i / units_].square += static_cast<double>(of_unit_[i]) * static_cast<double>(of_unit_[i]);
      ++strata_[i / units_].units;
    }
  std::vector<int> order(all_.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    return std::pair(all_[a].stratum, all_[a].value) < std::pair(all_[b].stratum, all_[b].value);
  });
  for (std::size_t i = 0; i < order.size();) {
    const auto& first = all_[order[i]];
    auto& stratum = strata_[first.stratum];
    std::size_t end = i;
    while (end < order.size() && all_[order[end]].stratum == first.stratum && all_[order[end]].value == first.value)
      ++end;
    const auto t = static_cast<double>(end - i);
    if (stratum.n == 0) {
      stratum.least = first.value;
      stratum.at_least = t;
    }
    for (std::size_t k = i; k < end; ++k) ranks_[order[k]] = stratum.n + (t + 1) / 2;  // midranks, from 1
    stratum.ties += t * t * t - t;
    stratum.n += t;
    i = end;
  }
}

std::optional<Compared> Pool::compare(const std::vector<int>& part) const {
  std::map<int, Side> sides;
  for (const int i : part) {
    const auto& one = all_[i];
    auto& side = sides[one.stratum];
    ++side.n;
    side.ranks += ranks_[i];
    side.above_least += one.value > strata_[one.stratum].least;
    ++side.of_unit[one.unit];
  }
  double weighted_z = 0, weights = 0, weighted_effect = 0, effects = 0;
  Compared result;
  for (const auto& [number, side] : sides) {
    const auto& stratum = strata_[number];
    const double n1 = side.n, n2 = stratum.n - n1, n = stratum.n;
    if (n2 <= 0) continue;
    double square1 = 0, square2 = stratum.square;
    std::int64_t both = 0;
    for (const auto& [unit, m] : side.of_unit) {
      const auto whole = of_unit_[static_cast<std::size_t>(number) * units_ + static_cast<std::size_t>(unit)];
      square1 += static_cast<double>(m * m);
      square2 += static_cast<double>((whole - m) * (whole - m) - whole * whole);
      both += whole > m;
    }
    const double e1 = effective(n1, square1), e2 = effective(n2, square2);
    const double greater = (side.ranks - n1 * (n1 + 1) / 2) / (n1 * n2);
    const double design = std::sqrt(e1 * e2 * (n + 1) / (n1 * n2 * (e1 + e2 + 1)));  // 1 if every unit has one
    double z = 0;
    if (stratum.at_least * 2 > n) {
      const auto whole = [](double x) { return static_cast<std::int64_t>(std::llround(x)); };
      const double p = hypergeometric_tail(whole(side.above_least), whole(n1), whole(n - stratum.at_least), whole(n));
      z = normal_quantile(std::clamp(p, 1e-300, 1 - 1e-16));
    } else if (const double ties = 1 - stratum.ties / (n * n * n - n); ties > 0) {
      z = (greater - 0.5) / std::sqrt((n + 1) / (12 * n1 * n2) * ties);
    }
    const double weight = std::sqrt(e1 * e2 / (e1 + e2 + 1));
    weighted_z += weight * z * std::min(1.0, design);
    weights += weight * weight;
    weighted_effect += weight * weight * greater;
    effects += weight * weight;
    result.units += static_cast<std::int64_t>(side.of_unit.size());
    result.others += stratum.units - static_cast<std::int64_t>(side.of_unit.size()) + both;
  }
  if (weights <= 0) return std::nullopt;
  result.z = std::min(weighted_z / std::sqrt(weights), kMostZ);
  result.p = upper_tail(result.z);
  result.greater = weighted_effect / effects;
  return result;
}

double upper_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

double normal_quantile(double p) {
  double low = -kMostZ - 1, high = kMostZ + 1;
  for (int i = 0; i < 80; ++i) {
    const double middle = (low + high) / 2;
    (upper_tail(middle) > p ? low : high) = middle;
  }
  return (low + high) / 2;
}

double hypergeometric_tail(std::int64_t k, std::int64_t drawn, std::int64_t marked, std::int64_t all) {
  const auto choose = [](std::int64_t n, std::int64_t m) {
    return std::lgamma(static_cast<double>(n) + 1) - std::lgamma(static_cast<double>(m) + 1) -
           std::lgamma(static_cast<double>(n - m) + 1);
  };
  const std::int64_t least = std::max<std::int64_t>(k, drawn + marked - all), most = std::min(drawn, marked);
  if (k <= std::max<std::int64_t>(0, drawn + marked - all)) return 1;
  double sum = 0;
  for (std::int64_t i = least; i <= most; ++i)
    sum += std::exp(choose(marked, i) + choose(all - marked, drawn - i) - choose(all, drawn));
  return std::min(1.0, sum);
}

double share_above(double share, double tolerated, double effective) {
  return upper_tail((share - tolerated) / std::sqrt(tolerated * (1 - tolerated) / effective));
}

std::vector<double> benjamini_hochberg(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size());
  double least = 1;
  for (std::size_t i = order.size(); i-- > 0;) {
    least = std::min(least, p[order[i]] * static_cast<double>(p.size()) / static_cast<double>(i + 1));
    adjusted[order[i]] = least;
  }
  return adjusted;
}

}  // namespace auricle::bottlenecks
