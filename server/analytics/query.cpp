// The text of a query, as the command line and the web give it.
#include <algorithm>
#include <charconv>

#include "analytics/analytics.h"

namespace auricle::analytics {
namespace {

constexpr std::int64_t kLongestParameter = 366LL * 24 * 3600;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::string part;
  for (const char c : text + ",") {
    if (c != ',')
      part += c;
    else if (!part.empty())
      parts.push_back(std::exchange(part, {}));
  }
  return parts;
}

Result<Done> read_keys(const std::string& text, Query& query) {
  for (auto& key : split(text)) {
    if (!find_definition(key)) return fail_field("keys", "error.kpi_unknown");
    if (std::find(query.keys.begin(), query.keys.end(), key) == query.keys.end()) query.keys.push_back(std::move(key));
  }
  if (query.keys.empty()) return fail_field("keys", "error.missing");
  return Done{};
}

Result<Done> read_dimensions(const std::string& text, Query& query) {
  for (const auto& name : split(text)) {
    const auto dimension = enum_parse<Dimension>(name);
    if (!dimension) return fail_field("by", "error.unknown_value");
    if (std::find(query.by.begin(), query.by.end(), *dimension) == query.by.end()) query.by.push_back(*dimension);
  }
  return Done{};
}

Result<Done> read_days(const QueryText& text, Query& query) {
  const auto from = clinic::parse_local_day(text.from), to = clinic::parse_local_day(text.to);
  if (!from) return fail_field("from", "error.date_not_valid");
  if (!to) return fail_field("to", "error.date_not_valid");
  if (*to < *from) return fail_field("to", "error.period_ends_before_start");
  if (*to - *from > 3700) return fail_field("to", "error.period_too_long");
  query.from = *from;
  query.to = *to;
  return Done{};
}

bool settable(const Query& query, std::string_view name) {
  return std::any_of(query.keys.begin(), query.keys.end(), [&](const std::string& key) {
    const auto& all = find_definition(key)->parameters;
    return std::any_of(all.begin(), all.end(), [&](const Parameter& p) { return p.settable && p.name == name; });
  });
}

// target=30,short=10: parameters of one of the figures asked for, in seconds.
Result<Done> read_parameters(const std::string& text, Query& query) {
  for (const auto& item : split(text)) {
    const auto equals = std::min(item.find('='), item.size());
    const auto name = item.substr(0, equals);
    if (!settable(query, name)) return fail_field("with", "error.unknown_value");
    std::int64_t seconds = -1;
    const char* const begin = item.data() + std::min(equals + 1, item.size());
    const auto read = std::from_chars(begin, item.data() + item.size(), seconds);
    if (read.ec != std::errc{} || read.ptr != item.data() + item.size() || seconds < 0 || seconds > kLongestParameter)
      return fail_field("with", "error.unknown_value");
    query.parameters[name] = seconds;
  }
  return Done{};
}

}  // namespace

Result<Query> parse_query(const QueryText& text, Instant now) {
  Query query;
  query.as_of = now;
  if (auto done = read_keys(text.keys, query); !done) return fail(done.error());
  if (auto done = read_dimensions(text.by, query); !done) return fail(done.error());
  if (auto done = read_days(text, query); !done) return fail(done.error());
  if (auto done = read_parameters(text.with, query); !done) return fail(done.error());
  const auto clock = enum_parse<ClockKind>(text.clock.empty() ? "elapsed" : text.clock);
  if (!clock) return fail_field("clock", "error.unknown_value");
  query.clock = *clock;
  query.live = text.as_of.empty();
  if (query.live) return query;
  const auto as_of = parse_rfc3339(text.as_of);
  if (!as_of) return fail_field("as_of", "error.instant_not_valid");
  query.as_of = *as_of;
  return query;
}

}  // namespace auricle::analytics
