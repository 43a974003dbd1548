// Forecasts made as if it were then, against what came.
#include <algorithm>
#include <cmath>

#include "staffing/forecast.h"

namespace auricle::staffing {
namespace {

constexpr int kLearn = 21;  // days before the first origin
constexpr double kTail = 0.1;

// Moments of the errors: Σ(error² − μ) and Σμ² give the spread.
struct Moments {
  double excess = 0, squares = 0;
  void add(double mean, double came) {
    excess += (came - mean) * (came - mean) - mean;
    squares += mean * mean;
  }
  void add(const Moments& other) { excess += other.excess, squares += other.squares; }
  double spread() const { return squares > 0 ? std::clamp(excess / squares, 0.001, 4.0) : 0.001; }
};

struct Tested {
  Origin origin;
  Moments slots, days;
  std::vector<std::pair<double, double>> pairs;  // expected, came: of half hours in which somebody may come
};

struct Layout {
  int horizon = 0, step = 0;
};

// The largest horizon for which eight origins fit, at most a week apart.
Layout layout_of(int days) {
  for (const int horizon : {28, 14, 7}) {
    const int room = days - kLearn - horizon;
    const int step = std::min(7, room / (kOrigins - 1));
    if (step >= (horizon == 7 ? 1 : 7)) return {horizon, step};
  }
  return {};
}

int first_arrival(const Arrivals& arrivals) {
  int first = 0;
  while (first < static_cast<int>(arrivals.size()) && arrivals[first].total() == 0) ++first;
  return first;
}

// Mean absolute error of "as a week before" over the last 13 weeks learnt from.
double naive_error(const Arrivals& arrivals, int first, int known) {
  double sum = 0;
  first = std::max(first, known - 98);
  for (int i = first + 7; i < known; ++i)
    for (int s = 0; s < kSlots; ++s) sum += std::abs(arrivals[i].counts[s] - arrivals[i - 7].counts[s]);
  const int n = (known - first - 7) * kSlots;
  return n > 0 ? sum / n : 0;
}

double ratio(double a, double b) { return b > 0 ? a / b : 0; }
double relative(double ours, double naive) { return naive > 0 ? std::min(99.0, ours / naive) : ours > 0 ? 99 : 1; }

// A day without anything where eight were expected is a hole in the data and tells nothing of the forecast.
bool gap(const DayArrivals& day, double expected) { return day.total() == 0 && !day.holiday && expected >= 8; }

Tested test(const Arrivals& arrivals, int first, int known, int horizon) {
  Tested tested;
  tested.origin.from = to_string(arrivals[known].day);
  tested.origin.days = horizon;
  const auto model = *Forecaster::learn(arrivals, known);
  double ours = 0, naive = 0, came_sum = 0, day_error = 0, expected_sum = 0;
  int n = 0;
  for (int ahead = 0; ahead < horizon; ++ahead) {
    const auto& day = arrivals[known + ahead];
    if (gap(day, model.expected_day(day.day, false))) continue;
    double of_day = 0;
    for (int s = 0; s < kSlots; ++s, ++n) {
      const double mean = model.expected(day.day, day.holiday, s) * day.lasts[s];
      const double came = day.counts[s];
      ours += std::abs(mean - came);
      naive += std::abs(seasonal_naive(arrivals, known, ahead, s) - came);
      of_day += mean;
      tested.slots.add(mean, came);
      if (mean >= 0.1 || came > 0) tested.pairs.emplace_back(mean, came);
    }
    tested.days.add(of_day, day.total());
    day_error += std::abs(of_day - day.total());
    came_sum += day.total();
    expected_sum += of_day;
  }
  auto& origin = tested.origin;
  origin.mase = relative(ours / std::max(n, 1), naive_error(arrivals, first, known));
  origin.against_naive = relative(ours, naive);
  origin.day_error = ratio(day_error, came_sum);
  origin.bias = ratio(expected_sum - came_sum, came_sum);
  origin.failed = !(origin.mase < 1 && origin.against_naive < 1);
  return tested;
}

// Each origin's intervals by the spread of the others: none is judged by itself.
void judge(std::vector<Tested>& all, Accuracy& accuracy) {
  Moments slots, days;
  for (const auto& one : all) slots.add(one.slots), days.add(one.days);
  for (auto& one : all) {
    const Moments others{slots.excess - one.slots.excess, slots.squares - one.slots.squares};
    double inside = 0;
    for (const auto& [mean, came] : one.pairs) {
      const auto range = range_of(mean, others.spread());
      inside += came >= range.low && came <= range.high;
    }
    one.origin.coverage = ratio(inside, static_cast<double>(one.pairs.size()));
    accuracy.origins.push_back(one.origin);
  }
  accuracy.spread = slots.spread();
  accuracy.day_spread = days.spread();
  accuracy.measured = true;
}

void average(Accuracy& accuracy) {
  const auto n = static_cast<double>(accuracy.origins.size());
  for (const auto& origin : accuracy.origins) {
    accuracy.mase += origin.mase / n;
    accuracy.against_naive += origin.against_naive / n;
    accuracy.day_error += origin.day_error / n;
    accuracy.bias += origin.bias / n;
    accuracy.coverage += origin.coverage / n;
    accuracy.failures += origin.failed;
  }
}

// With too little history for origins: the errors over the days learnt from, doubled, because they are too small.
void from_the_fit(const Arrivals& arrivals, int first, Accuracy& accuracy) {
  const auto model = Forecaster::learn(arrivals, static_cast<int>(arrivals.size()));
  if (!model) return;
  Moments slots, days;
  for (std::size_t i = static_cast<std::size_t>(first); i < arrivals.size(); ++i) {
    const auto& day = arrivals[i];
    double of_day = 0;
    for (int s = 0; s < kSlots; ++s) {
      const double mean = model->expected(day.day, day.holiday, s) * day.lasts[s];
      slots.add(mean, day.counts[s]);
      of_day += mean;
    }
    if (!gap(day, of_day)) days.add(of_day, day.total());
  }
  accuracy.spread = 2 * slots.spread();
  accuracy.day_spread = 2 * days.spread();
}

}  // namespace

Accuracy back_test(const Arrivals& arrivals) {
  Accuracy accuracy;
  const int first = first_arrival(arrivals), days = static_cast<int>(arrivals.size());
  const auto layout = layout_of(days - first);
  if (layout.horizon == 0) {
    from_the_fit(arrivals, first, accuracy);
    return accuracy;
  }
  accuracy.horizon_days = layout.horizon;
  accuracy.step_days = layout.step;
  std::vector<Tested> all;
  for (int i = kOrigins - 1; i >= 0; --i)
    all.push_back(test(arrivals, first, days - layout.horizon - i * layout.step, layout.horizon));
  judge(all, accuracy);
  average(accuracy);
  return accuracy;
}

Range range_of(double mean, double spread) {
  if (mean <= 0) return {};
  const double variance = mean + spread * mean * mean;
  if (mean > 2'000) {  // the normal distribution serves
    const double reach = 1.2816 * std::sqrt(variance);
    return {std::max(0.0, std::floor(mean - reach)), std::ceil(mean + reach)};
  }
  const double r = 1 / spread, q = mean / (mean + r);
  double log_p = -r * std::log1p(mean / r), sum = 0;
  Range range{-1, 0};
  for (int k = 0;; ++k) {
    sum += std::exp(log_p);
    if (range.low < 0 && sum > kTail) range.low = k;
    if (sum >= 1 - kTail || k > 20'000) {
      range.high = k;
      return range;
    }
    log_p += std::log((r + k) / (k + 1) * q);
  }
}

}  // namespace auricle::staffing
