#include "clinic/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "platform/search/fold.h"

namespace auricle::clinic {
namespace {
int two_digits(std::string_view text, std::size_t from) {
  if (text[from] < '0' || text[from] > '9' || text[from + 1] < '0' || text[from + 1] > '9') return -1;
  return (text[from] - '0') * 10 + (text[from + 1] - '0');
}

int number(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

void check_day(std::vector<Span>& spans, const char* day, std::vector<FieldError>& errors) {
  bool sound = true;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const auto field = fmt::format("week.{}.{}", day, i);
    const bool inside = spans[i].start >= 0 && spans[i].end <= 1440;
    if (!inside)
      errors.push_back({field + ".start", "error.clinic.clock_not_valid"});
    else if (spans[i].start >= spans[i].end)
      errors.push_back({field + ".end", "error.clinic.span_end_before_start"});
    sound = sound && inside && spans[i].start < spans[i].end;
  }
  if (!sound) return;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const bool overlaps = std::any_of(spans.begin(), spans.begin() + i, [&](const Span& earlier) {
      return earlier.start < spans[i].end && spans[i].start < earlier.end;
    });
    if (overlaps) errors.push_back({fmt::format("week.{}.{}.start", day, i), "error.clinic.span_overlaps"});
  }
  std::sort(spans.begin(), spans.end());
}
}  // namespace

std::string encode_week(const std::array<std::vector<Span>, 7>& week) {
  std::string text;
  for (std::size_t day = 0; day < week.size(); ++day) {
    if (day) text += ';';
    for (std::size_t i = 0; i < week[day].size(); ++i)
      text += fmt::format("{}{}-{}", i ? "," : "", week[day][i].start, week[day][i].end);
  }
  return text;
}

std::array<std::vector<Span>, 7> decode_week(std::string_view text) {
  std::array<std::vector<Span>, 7> week;
  for (std::size_t day = 0; day < 7; ++day) {
    auto part = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    while (!part.empty()) {
      const auto span = part.substr(0, part.find(','));
      const auto dash = span.find('-');
      week[day].push_back({number(span.substr(0, dash)), number(span.substr(dash + 1))});
      part.remove_prefix(std::min(part.size(), span.size() + 1));
    }
  }
  return week;
}

std::optional<int> parse_clock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const int hours = two_digits(text, 0), minutes = two_digits(text, 3);
  if (hours < 0 || minutes < 0 || minutes > 59 || hours * 60 + minutes > 1440) return std::nullopt;
  return hours * 60 + minutes;
}

std::string format_clock(int minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

Result<std::array<std::vector<Span>, 7>> checked_week(std::array<std::vector<Span>, 7> week) {
  std::vector<FieldError> errors;
  for (std::size_t day = 0; day < week.size(); ++day) check_day(week[day], kWeekdays[day], errors);
  if (!errors.empty()) return fail(Error{ErrorKind::invalid, "error.invalid", std::move(errors), {}, 0});
  return week;
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kSpace) - first + 1));
}

TopicNames trimmed(const TopicNames& names) {
  return {trimmed(names.en), trimmed(names.es), trimmed(names.fr), trimmed(names.ca)};
}

bool valid_name(std::string_view text) {
  const auto name = trimmed(text);
  return !name.empty() && name.size() <= 200;
}

std::string first_name(const TopicNames& names) {
  for (const auto* name : {&names.en, &names.es, &names.fr, &names.ca})
    if (const auto text = trimmed(*name); !text.empty()) return text;
  return {};
}

std::string topic_key(std::string_view text) {
  std::string key;
  for (const char c : search::fold(text)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain)
      key += c;
    else if (!key.empty() && key.back() != '_')
      key += '_';
  }
  while (!key.empty() && key.back() == '_') key.pop_back();
  return key.substr(0, 60);
}

CalendarInput with_plain_holidays(const CalendarVersion& version, const std::array<std::vector<Span>, 7>& week) {
  CalendarInput input{version.valid_from, week, {}};
  for (const auto day : version.holidays) input.holidays.push_back({day, ""});
  return input;
}

}  // namespace auricle::clinic
