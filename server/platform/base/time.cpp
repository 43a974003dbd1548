#include "platform/base/time.h"

#include <date/date.h>
#include <fmt/format.h>

#include <chrono>

namespace auricle {
using std::chrono::milliseconds;
using std::chrono::system_clock;

Instant SystemClock::now() const {
  return {std::chrono::duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

std::string to_rfc3339(Instant at) {
  const date::sys_time<milliseconds> point{milliseconds{at.ms}};
  const auto day = date::floor<date::days>(point);
  const date::year_month_day ymd{day};
  const date::hh_mm_ss<milliseconds> hms{point - day};
  auto text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int(ymd.year()), unsigned(ymd.month()),
                          unsigned(ymd.day()), hms.hours().count(), hms.minutes().count(), hms.seconds().count());
  if (const auto ms = hms.subseconds().count()) text += fmt::format(".{:03}", ms);
  return text + "Z";
}

namespace {
// Reads exactly `digits` decimal digits at `at`; -1 if anything else stands there.
int number(std::string_view text, std::size_t at, int digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (int i = 0; i < digits; ++i) {
    const char c = text[at + i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<int> offset_minutes(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const int hours = number(text, 1, 2), minutes = number(text, 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

// Fraction after the dot; advances `at`. Digits past the millisecond are cut.
int fraction_ms(std::string_view text, std::size_t& at) {
  int ms = 0, weight = 100;
  for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, weight /= 10)
    ms += (text[at] - '0') * weight;
  return ms;
}
}  // namespace

std::optional<Instant> parse_rfc3339(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') return std::nullopt;
  if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
  const int y = number(text, 0, 4), mo = number(text, 5, 2), d = number(text, 8, 2), h = number(text, 11, 2),
            mi = number(text, 14, 2), s = number(text, 17, 2);
  if (y < 0 || mo < 0 || d < 0 || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60) return std::nullopt;
  const date::year_month_day ymd{date::year{y}, date::month(mo), date::day(d)};
  if (!ymd.ok()) return std::nullopt;
  std::size_t at = 19;
  const int ms = text[at] == '.' ? fraction_ms(text, at) : 0;
  const auto offset = offset_minutes(text.substr(at));
  if (!offset) return std::nullopt;
  const std::int64_t days = date::sys_days{ymd}.time_since_epoch().count();
  return Instant{((days * 24 + h) * 60 + mi - *offset) * 60000LL + s * 1000LL + ms};
}
}  // namespace auricle
