#include <date/date.h>
#include <date/tz.h>

#include <algorithm>
#include <chrono>

#include "clinic/clinic.h"

namespace auricle::clinic {
namespace {
using std::chrono::milliseconds;
using std::chrono::minutes;
using SysMs = date::sys_time<milliseconds>;

const date::time_zone* zone(std::string_view name) { return date::locate_zone(std::string(name)); }
SysMs sys(Instant when) { return SysMs{milliseconds{when.ms}}; }
date::local_days local(LocalDay day) { return date::local_days{date::days{day.days}}; }

LocalDay day_of(const date::time_zone* tz, Instant when) {
  const auto day = date::floor<date::days>(tz->to_local(sys(when)));
  return {static_cast<std::int32_t>(day.time_since_epoch().count())};
}

// A wall time that a change of clocks skips stands for the moment of the change; one that comes twice for the first.
// The same choice for starts and ends keeps adjoining spans adjoining.
Instant instant_of(const date::time_zone* tz, LocalDay day, int minute) {
  const auto info = tz->get_info(local(day) + minutes{minute});
  if (info.result == date::local_info::nonexistent)
    return {std::chrono::duration_cast<milliseconds>(info.first.end.time_since_epoch()).count()};
  const auto wall = (local(day) + minutes{minute}).time_since_epoch();
  return {std::chrono::duration_cast<milliseconds>(wall - info.first.offset).count()};
}

const CalendarVersion* version_of(const Calendar& calendar, LocalDay day) {
  const auto& all = calendar.versions;
  auto after = std::upper_bound(all.begin(), all.end(), day,
                                [](LocalDay d, const CalendarVersion& v) { return d < v.valid_from; });
  return after == all.begin() ? nullptr : &*std::prev(after);
}

const std::vector<Span>& spans_of(const Calendar& calendar, LocalDay day) {
  static const std::vector<Span> closed;
  const auto* version = version_of(calendar, day);
  if (!version) return closed;
  if (std::binary_search(version->holidays.begin(), version->holidays.end(), day)) return closed;
  return version->week[iso_weekday(day)];
}

// Open milliseconds of one local day within [from, to).
std::int64_t day_ms(const Calendar& calendar, const date::time_zone* tz, LocalDay day, Instant from, Instant to) {
  std::int64_t sum = 0;
  for (const auto& span : spans_of(calendar, day)) {
    const auto start = std::max(instant_of(tz, day, span.start), from);
    const auto end = std::min(instant_of(tz, day, span.end), to);
    if (start < end) sum += end - start;
  }
  return sum;
}

std::int64_t whole_day_ms(const Calendar& calendar, const date::time_zone* tz, LocalDay day) {
  return day_ms(calendar, tz, day, {INT64_MIN / 2}, {INT64_MAX / 2});
}

bool known_since(const Calendar& calendar, const date::time_zone* tz, Instant from) {
  if (calendar.versions.empty()) return false;
  const auto first = calendar.versions.front().valid_from;
  return first <= kSinceEver || from >= instant_of(tz, first, 0);
}
constexpr int kHorizonDays = 400;
}  // namespace

std::string to_string(LocalDay day) { return date::format("%F", local(day)); }

std::optional<LocalDay> parse_local_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  int parts[3] = {0, 0, 0};
  for (std::size_t i = 0, part = 0; i < text.size(); ++i) {
    if (i == 4 || i == 7) {
      ++part;
    } else if (text[i] < '0' || text[i] > '9') {
      return std::nullopt;
    } else {
      parts[part] = parts[part] * 10 + (text[i] - '0');
    }
  }
  const date::year_month_day ymd{date::year{parts[0]}, date::month(parts[1]), date::day(parts[2])};
  if (!ymd.ok() || parts[0] < 1) return std::nullopt;
  return LocalDay{static_cast<std::int32_t>(date::local_days{ymd}.time_since_epoch().count())};
}

int iso_weekday(LocalDay day) { return static_cast<int>(date::weekday{local(day)}.iso_encoding()) - 1; }

bool known_time_zone(std::string_view name) {
  // The library looks for a file of that name: only names of the zone table, never a path.
  const auto names = time_zones();
  return std::binary_search(names.begin(), names.end(), std::string(name));
}

std::vector<std::string> time_zones() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& tz : date::get_tzdb().zones) all.push_back(tz.name());
    std::sort(all.begin(), all.end());
    return all;
  }();
  return names;
}

LocalDay local_day(std::string_view time_zone, Instant when) { return day_of(zone(time_zone), when); }

int local_minute(std::string_view time_zone, Instant when) {
  const auto wall = zone(time_zone)->to_local(sys(when));
  return static_cast<int>(date::floor<minutes>(wall - date::floor<date::days>(wall)).count());
}

int utc_offset_s(std::string_view time_zone, Instant when) {
  return static_cast<int>(zone(time_zone)->get_info(sys(when)).offset.count());
}

Instant start_of_day(std::string_view time_zone, LocalDay day) { return instant_of(zone(time_zone), day, 0); }
Instant at_local(std::string_view time_zone, LocalDay day, int minute) {
  return instant_of(zone(time_zone), day, minute);
}

std::optional<std::int64_t> business_ms(const Calendar& calendar, Instant from, Instant to) {
  const auto* tz = zone(calendar.time_zone);
  if (!known_since(calendar, tz, from)) return std::nullopt;
  if (from >= to) return 0;
  std::int64_t sum = 0;  // one day to each side: where clocks go back over midnight a day is visited twice
  for (auto day = day_of(tz, from) + -1; day <= day_of(tz, to) + 1; day = day + 1)
    sum += day_ms(calendar, tz, day, from, to);
  return sum;
}

std::optional<Instant> add_business_ms(const Calendar& calendar, Instant from, std::int64_t ms) {
  const auto* tz = zone(calendar.time_zone);
  if (!known_since(calendar, tz, from)) return std::nullopt;
  const auto first = day_of(tz, from);
  for (auto day = first + -1; day - first <= kHorizonDays; day = day + 1) {
    for (const auto& span : spans_of(calendar, day)) {
      const auto start = std::max(instant_of(tz, day, span.start), from);
      const auto end = instant_of(tz, day, span.end);
      if (start >= end) continue;
      if (end - start >= ms) return start + ms;
      ms -= end - start;
    }
  }
  return std::nullopt;
}

Opening opening(const Calendar& calendar, Instant now) {
  const auto* tz = zone(calendar.time_zone);
  Opening answer;
  answer.known = known_since(calendar, tz, now);
  if (!answer.known) return answer;
  const auto first = day_of(tz, now);
  for (auto day = first + -1; day - first <= kHorizonDays; day = day + 1) {
    for (const auto& span : spans_of(calendar, day)) {
      const auto start = instant_of(tz, day, span.start), end = instant_of(tz, day, span.end);
      if (start >= end || end <= now) continue;
      if (answer.open && start != *answer.closes_at) return answer;
      if (!answer.open && start > now) {
        answer.opens_at = start;
        return answer;
      }
      answer.open = true;
      answer.closes_at = end;
    }
  }
  return answer;  // always open within the horizon, or never
}

// Sums of whole days from kFirst on; outside them days are walked.
struct BusinessClock::Impl {
  static constexpr LocalDay kFirst{12'784}, kLast{25'567};  // 2005-01-01 … 2040-01-01
  Calendar calendar;
  const date::time_zone* tz;
  std::vector<std::int64_t> sums;  // sums[i] = open ms of all days before kFirst + i

  explicit Impl(Calendar c) : calendar(std::move(c)), tz(zone(calendar.time_zone)) {
    sums.reserve(kLast - kFirst + 1);
    sums.push_back(0);
    for (auto day = kFirst; day < kLast; day = day + 1) sums.push_back(sums.back() + whole_day_ms(calendar, tz, day));
  }
  // Open ms from the start of day `base` to `when`.
  std::int64_t until(Instant when, LocalDay day) const {
    std::int64_t sum = sums[day - kFirst - 1];
    for (int i = -1; i <= 1; ++i) sum += day_ms(calendar, tz, day + i, {INT64_MIN / 2}, when);
    return sum;
  }
};

BusinessClock::BusinessClock(Calendar calendar) : impl_(std::make_unique<Impl>(std::move(calendar))) {}
BusinessClock::~BusinessClock() = default;
BusinessClock::BusinessClock(BusinessClock&&) noexcept = default;
BusinessClock& BusinessClock::operator=(BusinessClock&&) noexcept = default;

LocalDay BusinessClock::local_day(Instant when) const { return day_of(impl_->tz, when); }

std::optional<std::int64_t> BusinessClock::business_ms(Instant from, Instant to) const {
  const auto first = day_of(impl_->tz, from), last = day_of(impl_->tz, to);
  const bool summed = first > Impl::kFirst && last < Impl::kLast && last - first > 2;
  if (!summed || from >= to) return clinic::business_ms(impl_->calendar, from, to);
  if (!known_since(impl_->calendar, impl_->tz, from)) return std::nullopt;
  return impl_->until(to, last) - impl_->until(from, first);
}

}  // namespace auricle::clinic
