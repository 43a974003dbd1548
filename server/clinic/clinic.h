#pragma once
// Sites, their business calendars, queues and topics, and the organisation this installation serves.
#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "platform/access/access.h"
#include "platform/base/result.h"
#include "platform/base/time.h"
#include "platform/db/session.h"

namespace auricle {
struct QueueTag;
using QueueId = Id<QueueTag>;
struct TopicTag;
using TopicId = Id<TopicTag>;
struct CalendarTag;
using CalendarId = Id<CalendarTag>;
}  // namespace auricle

namespace auricle::clinic {

// ---- Local days and business time: pure, no database
// --------------------------------------------------------------------------

// A civil day of some zone, as days since 1970-01-01. 2026-11-22 ↔ "2026-11-22".
struct LocalDay {
  std::int32_t days = 0;
  auto operator<=>(const LocalDay&) const = default;
};
inline LocalDay operator+(LocalDay day, int n) { return {day.days + n}; }
inline int operator-(LocalDay a, LocalDay b) { return a.days - b.days; }
std::string to_string(LocalDay day);
std::optional<LocalDay> parse_local_day(std::string_view text);  // "2026-11-22"; nullopt if it is no date
int iso_weekday(LocalDay day);                                   // 0 = Monday … 6 = Sunday

bool known_time_zone(std::string_view name);
std::vector<std::string> time_zones();  // sorted; for a select box
// These throw std::runtime_error for an unknown zone: zones are checked when a site is saved.
LocalDay local_day(std::string_view time_zone, Instant when);
int local_minute(std::string_view time_zone, Instant when);  // minutes after local midnight by the wall clock, 0…1439
int utc_offset_s(std::string_view time_zone, Instant when);
Instant start_of_day(std::string_view time_zone, LocalDay day);  // first instant of that day
Instant at_local(std::string_view time_zone, LocalDay day,
                 int minute);  // earliest instant with that wall time; in a gap, its end

// Opening hours within one local day, minutes after midnight: 540…840 is 09:00–14:00, end 1440 is midnight.
struct Span {
  int start = 0, end = 0;
  auto operator<=>(const Span&) const = default;
};
inline constexpr LocalDay kSinceEver{-1'000'000};

struct CalendarVersion {
  LocalDay valid_from = kSinceEver;       // until the next version begins
  std::array<std::vector<Span>, 7> week;  // Monday first; sorted, not overlapping
  std::vector<LocalDay> holidays;         // closed all day; sorted
  bool operator==(const CalendarVersion&) const = default;
};
// The history of one calendar. An empty week is a calendar that is always closed (business time 0); no calendar at all
// is std::optional<Calendar> without a value (business time unknown, null).
struct Calendar {
  std::string time_zone;
  std::vector<CalendarVersion> versions;  // by valid_from
  bool operator==(const Calendar&) const = default;
};

// Open milliseconds within [from, to), each moment by the version in force on its local day; 0 if from ≥ to. nullopt if
// part of it lies before the first version: unknown is not zero (kpi.md, principle 4).
std::optional<std::int64_t> business_ms(const Calendar& calendar, Instant from, Instant to);
// The instant at which `ms` of business time have passed since `from`; nullopt if not within 400 days.
std::optional<Instant> add_business_ms(const Calendar& calendar, Instant from, std::int64_t ms);

struct Opening {
  bool known = false;  // false: no calendar
  bool open = false;
  std::optional<Instant> closes_at;  // while open: end of this span (adjoining spans are one)
  std::optional<Instant> opens_at;   // while closed: the next opening within 400 days
};
Opening opening(const Calendar& calendar, Instant now);

// The same for many intervals: days are summed once, then each question costs under a microsecond however long the
// interval.
class BusinessClock {
 public:
  explicit BusinessClock(Calendar calendar);
  ~BusinessClock();
  BusinessClock(BusinessClock&&) noexcept;
  BusinessClock& operator=(BusinessClock&&) noexcept;
  std::optional<std::int64_t> business_ms(Instant from, Instant to) const;
  LocalDay local_day(Instant when) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace auricle::clinic
