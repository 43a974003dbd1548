#include "staffing/forecast.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace auricle::staffing {

using clinic::iso_weekday;
using clinic::LocalDay;

double DayArrivals::total() const { return std::accumulate(counts.begin(), counts.end(), 0.0); }

double DayArrivals::total_of_24_hours() const {
  double sum = 0;
  for (int s = 0; s < kSlots; ++s) sum += in_half_hour(s);
  return sum;
}

namespace {

constexpr double kLevelHalfLife = 14, kShapeHalfLife = 84;  // days
constexpr double kProfileWeight = 100;                      // arrivals
constexpr double kDamping = 0.85;                           // of the growth, a week
constexpr double kMostOff = 3;                              // a day counts at most so many times what was expected
constexpr int kGapFrom = 8;
constexpr int kWeeksForGrowth = 12, kGrowthWeeks = 26;
constexpr int kDaysForSeason = 728;
constexpr double kYear = 365.2425;

double weight(int age, double half_life) { return std::exp2(-age / half_life); }

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Solves A x = b for a small symmetric positive matrix (Gauss with pivots).
std::vector<double> solve(std::vector<std::vector<double>> a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t pivot = i;
    for (std::size_t r = i; r < n; ++r)
      if (std::abs(a[r][i]) > std::abs(a[pivot][i])) pivot = r;
    std::swap(a[i], a[pivot]);
    std::swap(b[i], b[pivot]);
    for (std::size_t r = i + 1; r < n; ++r) {
      const double factor = a[r][i] / a[i][i];
      for (std::size_t c = i; c < n; ++c) a[r][c] -= factor * a[i][c];
      b[r] -= factor * b[i];
    }
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t c = i + 1; c < n; ++c) b[i] -= a[i][c] * b[c];
    b[i] /= a[i][i];
  }
  return b;
}

std::array<double, 8> harmonics_of(LocalDay day) {
  std::array<double, 8> values{};
  for (int k = 0; k < 4; ++k) {
    const double angle = 2 * std::numbers::pi * (k + 1) * day.days / kYear;
    values[2 * k] = std::sin(angle);
    values[2 * k + 1] = std::cos(angle);
  }
  return values;
}

double season_of(const std::array<double, 8>& harmonics, LocalDay day) {
  const auto at = harmonics_of(day);
  return std::exp(std::inner_product(harmonics.begin(), harmonics.end(), at.begin(), 0.0));
}

}  // namespace

// The steps of learning, in order.
class Learning {
 public:
  Learning(const Arrivals& arrivals, int known) : arrivals_(arrivals), known_(known) {
    while (first_ < known_ && arrivals_[first_].total() == 0) ++first_;
    for (int i = 0; i < known_; ++i) totals_.push_back(arrivals_[i].total_of_24_hours());
    usable_.assign(known_, true);
    kept_.assign(known_, 1);
  }
  bool enough() const { return known_ - first_ >= Forecaster::kFewestDays; }

  Forecaster run() {
    made_.last_ = arrivals_[known_ - 1].day;
    leave_out_gaps();
    weekdays();
    if (known_ - first_ >= kDaysForSeason) season();
    growth();
    level();
    shares();
    holidays();
    return std::move(made_);
  }

 private:
  int weekday(int i) const { return iso_weekday(arrivals_[i].day); }
  bool plain(int i) const { return usable_[i] && !arrivals_[i].holiday; }
  double shape(int i) const { return made_.parts_.weekday[weekday(i)] * season_of(made_.harmonics_, arrivals_[i].day); }

  // The same weekday four weeks before and after this day.
  double usual_total(int day) const {
    std::vector<double> about;
    for (int i = day - 28; i <= day + 28; i += 7)
      if (i >= first_ && i < known_ && !arrivals_[i].holiday) about.push_back(totals_[i]);
    return median(std::move(about));
  }

  void leave_out_gaps() {
    for (int i = first_; i < known_; ++i) {
      const double usual = usual_total(i);
      const bool gap = totals_[i] == 0 && !arrivals_[i].holiday && usual >= kGapFrom;
      if (usual >= kGapFrom) kept_[i] = std::min(1.0, kMostOff * usual / std::max(totals_[i], 1.0));
      usable_[i] = !gap;
      made_.parts_.gaps += gap;
    }
    for (int i = 0; i < known_; ++i) totals_[i] *= kept_[i];
  }

  void weekdays() {
    std::array<double, 7> sum{}, weights{};
    for (int i = first_; i < known_; ++i) {
      if (!plain(i)) continue;
      const double w = weight(known_ - 1 - i, kShapeHalfLife);
      sum[weekday(i)] += w * totals_[i];
      weights[weekday(i)] += w;
    }
    double mean = 0;
    int seen = 0;
    for (int d = 0; d < 7; ++d)
      if (weights[d] > 0) mean += sum[d] / weights[d], ++seen;
    mean = seen ? mean / seen : 0;
    for (int d = 0; d < 7; ++d)
      made_.parts_.weekday[d] = mean > 0 && weights[d] > 0 ? sum[d] / weights[d] / mean : seen ? 1 : 0;
  }

  // Weeks counted back from the last day: arrivals per expected weekday, without holidays and gaps.
  struct Week {
    LocalDay middle;
    double level = 0;
  };
  std::vector<Week> weeks(bool with_season) const {
    std::vector<Week> all;
    for (int end = known_; end - 7 >= first_; end -= 7) {
      double came = 0, expected = 0;
      for (int i = end - 7; i < end; ++i) {
        if (!plain(i)) continue;
        came += totals_[i];
        expected += with_season ? shape(i) : made_.parts_.weekday[weekday(i)];
      }
      if (expected > 2) all.push_back({arrivals_[end - 4].day, came / expected});
    }
    std::reverse(all.begin(), all.end());
    return all;
  }

  // Least squares of the log of the weekly level on a line and four harmonics, with a slight ridge.
  void season() {
    constexpr std::size_t n = 10;
    std::vector<std::vector<double>> a(n, std::vector<double>(n, 0));
    std::vector<double> b(n, 0);
    for (const auto& week : weeks(false)) {
      std::array<double, n> x{1, (week.middle - made_.last_) / kYear};
      const auto h = harmonics_of(week.middle);
      std::copy(h.begin(), h.end(), x.begin() + 2);
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) a[i][j] += x[i] * x[j];
        b[i] += x[i] * std::log(week.level + 0.5);
      }
    }
    for (std::size_t i = 0; i < n; ++i) a[i][i] += i < 2 ? 1e-6 : 1;
    const auto found = solve(a, b);
    std::copy(found.begin() + 2, found.end(), made_.harmonics_.begin());
    made_.parts_.yearly = true;
  }

  // As of the last day: the growth since then added.
  void level() {
    double came = 0, expected = 0;
    for (int i = first_; i < known_; ++i) {
      if (!plain(i)) continue;
      const int age = known_ - 1 - i;
      const double w = weight(age, kLevelHalfLife);
      came += w * totals_[i];
      expected += w * shape(i) * std::exp(-made_.parts_.growth_per_week * std::min(age, kGrowthWeeks * 7) / 7);
    }
    made_.parts_.level = expected > 0 ? came / expected : 0;
  }

  void growth() {
    auto all = weeks(true);
    if (all.size() > kGrowthWeeks) all.erase(all.begin(), all.end() - kGrowthWeeks);
    if (all.size() < kWeeksForGrowth) return;
    const auto n = static_cast<double>(all.size());
    double mean_y = 0, xx = 0, xy = 0, rest = 0;
    const auto x = [&](std::size_t i) { return static_cast<double>(i) - (n - 1) / 2; };
    const auto y = [&](std::size_t i) { return std::log(all[i].level + 0.5); };
    for (std::size_t i = 0; i < all.size(); ++i) mean_y += y(i) / n;
    for (std::size_t i = 0; i < all.size(); ++i) xx += x(i) * x(i), xy += x(i) * (y(i) - mean_y);
    const double slope = xy / xx;
    for (std::size_t i = 0; i < all.size(); ++i) rest += std::pow(y(i) - mean_y - slope * x(i), 2);
    const double variance = rest / (n - 2) / xx;
    const double kept = slope != 0 ? std::max(0.0, 1 - variance / (slope * slope)) : 0;
    made_.parts_.growth_per_week = std::clamp(slope * kept, -0.05, 0.05);
  }

  void shares() {
    std::array<std::array<double, kSlots>, 7> sum{};
    std::array<double, kSlots> all{};
    for (int i = first_; i < known_; ++i) {
      if (!plain(i)) continue;
      const double w = weight(known_ - 1 - i, kShapeHalfLife);
      for (int s = 0; s < kSlots; ++s) {
        const double came = arrivals_[i].in_half_hour(s) * kept_[i];
        sum[weekday(i)][s] += w * came;
        all[s] += w * came;
      }
    }
    const double total = std::accumulate(all.begin(), all.end(), 0.0);
    if (total <= 0) return;
    for (auto& share : all) share /= total;
    for (int d = 0; d < 7; ++d) {
      const double of_day = std::accumulate(sum[d].begin(), sum[d].end(), 0.0);
      for (int s = 0; s < kSlots; ++s)
        made_.share_[d][s] = (sum[d][s] + kProfileWeight * all[s]) / (of_day + kProfileWeight);
    }
    made_.holiday_share_ = all;
  }

  // What an ordinary day of the four weeks around this one brought, weekday and season aside.
  double level_about(int day) const {
    double came = 0, expected = 0;
    for (int i = std::max(first_, day - 14); i < std::min(known_, day + 15); ++i) {
      if (!plain(i)) continue;
      came += totals_[i];
      expected += shape(i);
    }
    return expected > 0 ? came / expected : made_.parts_.level;
  }

  void holidays() {
    const auto& parts = made_.parts_;
    double came = parts.level * std::min(1.0, parts.weekday[6]), expected = parts.level;
    for (int i = first_; i < known_; ++i) {
      if (!arrivals_[i].holiday) continue;
      ++made_.parts_.holidays_seen;
      came += totals_[i];
      expected += level_about(i) * shape(i);
    }
    made_.parts_.holiday = expected > 0 ? came / expected : 0;
  }

  const Arrivals& arrivals_;
  int known_, first_ = 0;
  std::vector<double> totals_, kept_;  // kept: what remains of a day far above all others
  std::vector<bool> usable_;
  Forecaster made_;
};

std::optional<Forecaster> Forecaster::learn(const Arrivals& arrivals, int known) {
  Learning learning(arrivals, known);
  if (!learning.enough()) return std::nullopt;
  return learning.run();
}

double Forecaster::season(LocalDay day) const { return season_of(harmonics_, day); }

double Forecaster::expected_day(LocalDay day, bool holiday) const {
  const double weeks = std::max(0.0, (day - last_) / 7.0);
  const double steps = kDamping * (1 - std::pow(kDamping, weeks)) / (1 - kDamping);
  const double usual =
      parts_.level * std::exp(parts_.growth_per_week * steps) * parts_.weekday[iso_weekday(day)] * season(day);
  return holiday ? usual * parts_.holiday : usual;
}

double Forecaster::expected(LocalDay day, bool holiday, int slot) const {
  return expected_day(day, holiday) * (holiday ? holiday_share_ : share_[iso_weekday(day)])[slot];
}

double seasonal_naive(const Arrivals& arrivals, int known, int ahead, int slot) {
  const int index = known - 7 + ahead % 7;
  return index >= 0 ? arrivals[index].counts[slot] : 0;
}

}  // namespace auricle::staffing
