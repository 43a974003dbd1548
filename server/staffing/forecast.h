#pragma once
// How many will come, per half hour: a model people can check with a pencil, and how good it was. Pure.
//
//   expected(day, half hour) = level × growth × weekday × season × holiday × share of the half hour in such a day
//
//   level    mean of the daily totals, each divided by its weekday and season; recent days weigh more (half-life 3
//   weeks) growth   damped exponential trend of the weekly level (E. S. Gardner, E. McKenzie 1985), from twelve weeks
//   on, shrunk
//            by its own significance: a slope no larger than its standard error counts for nothing
//   weekday  mean total of that weekday / mean of all (half-life 12 weeks)
//   season   four harmonics of the year on the weekly level, from two years on
//   holiday  what earlier holidays had / what such days have otherwise, taken together with one imagined holiday that
//            is like a Sunday, so that it is defined without any
//   share    of the weekday's own days, drawn towards the days of all weekdays as if kProfileWeight arrivals had come
//   by
//            those
//
// Days on which nothing came although their weekday has eight or more are taken for gaps in the data, not for quiet
// days. A day counts at most three times the median of its weekday in the four weeks around.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "clinic/clinic.h"

namespace auricle::staffing {

inline constexpr int kSlots = 48;  // half hours of a day by the wall clock
inline constexpr std::int64_t kHalfHourMs = 30LL * 60 * 1000;

// What came on one local day.
struct DayArrivals {
  clinic::LocalDay day;
  bool holiday = false;
  std::array<float, kSlots> counts{};
  // How often the wall clock shows the half hour: 0 in the gap of spring, 2 when an hour is repeated in autumn.
  std::array<std::uint8_t, kSlots> lasts = once();
  double total() const;
  double in_half_hour(int slot) const { return counts[slot] / std::max<int>(1, lasts[slot]); }
  double total_of_24_hours() const;  // the repeated hour of autumn counts once
  static constexpr std::array<std::uint8_t, kSlots> once() {
    std::array<std::uint8_t, kSlots> lasts{};
    lasts.fill(1);
    return lasts;
  }
};
// Consecutive days, without a hole.
using Arrivals = std::vector<DayArrivals>;

class Forecaster {
 public:
  static constexpr int kFewestDays = 14;
  // Learns from days [0, known) of `arrivals`; none with fewer than kFewestDays days since the first arrival.
  static std::optional<Forecaster> learn(const Arrivals& arrivals, int known);
  // Expected arrivals in a half hour of normal length. Holidays have to be said.
  double expected(clinic::LocalDay day, bool holiday, int slot) const;
  double expected_day(clinic::LocalDay day, bool holiday) const;

  struct Parts {
    double level = 0;            // arrivals a day
    double growth_per_week = 0;  // 0.01: one per cent a week, before damping
    double holiday = 0;          // factor
    int holidays_seen = 0;
    bool yearly = false;
    std::vector<double> weekday = std::vector<double>(7);  // Monday first; the mean of all is 1
    int gaps = 0;                                          // days taken for missing
  };
  const Parts& parts() const { return parts_; }

 private:
  friend class Learning;
  double season(clinic::LocalDay day) const;
  Parts parts_;
  clinic::LocalDay last_;  // the last day learnt from
  std::array<std::array<double, kSlots>, 7> share_{};
  std::array<double, kSlots> holiday_share_{};
  std::array<double, 8> harmonics_{};
};
BOOST_DESCRIBE_STRUCT(Forecaster::Parts, (), (level, growth_per_week, holiday, holidays_seen, yearly, weekday, gaps))

// The half hour of the same weekday, a week before the first day to be forecast: what the forecast has to beat.
double seasonal_naive(const Arrivals& arrivals, int known, int ahead, int slot);  // ahead = 0: the first day

// --- How good it was
// ------------------------------------------------------------------------------------------------------------------------

struct Origin {      // a forecast made as if it were then
  std::string from;  // first local day of the forecast
  int days = 0;
  // Mean absolute error / that of the seasonal naive over the last 13 weeks learnt from (R. J. Hyndman, A. B. Koehler
  // 2006; a longer past would measure against the volume of then). At most 99, also where the naive makes no error.
  double mase = 0;
  double against_naive = 0;  // mean absolute error / that of the seasonal naive over the same half hours
  double day_error = 0;      // Σ |error of a day's total| / Σ totals
  double bias = 0;           // (Σ forecast − Σ came) / Σ came
  double coverage = 0;       // share of half hours with arrivals possible within their 80 % interval
  bool failed = false;       // mase or against_naive not below 1
};

BOOST_DESCRIBE_STRUCT(Origin, (), (from, days, mase, against_naive, day_error, bias, coverage, failed))

struct Accuracy {
  std::vector<Origin> origins;  // oldest first; empty: too little history
  int horizon_days = 0, step_days = 0;
  double mase = 0, against_naive = 0, day_error = 0, bias = 0, coverage = 0;  // means over the origins
  int failures = 0;
  // Variance of a count about its forecast μ is μ + spread·μ²: of half hours and of days.
  double spread = 0.05, day_spread = 0.02;
  bool measured = false;  // spread comes from the origins; else it is the fit's, doubled
};
BOOST_DESCRIBE_STRUCT(Accuracy, (),
                      (origins, horizon_days, step_days, mase, against_naive, day_error, bias, coverage, failures,
                       spread, day_spread, measured))

inline constexpr int kOrigins = 8;
// Eight rolling origins: four weeks ahead, a week apart, with 15 weeks of history or more; with less two weeks, one
// week, at least one day apart; none below five weeks.
Accuracy back_test(const Arrivals& arrivals);

// Interval that holds a negative binomial count of this mean and spread with at least 80 %: the 10th and 90th
// percentile.
struct Range {
  double low = 0, high = 0;
};
Range range_of(double mean, double spread);

}  // namespace auricle::staffing
