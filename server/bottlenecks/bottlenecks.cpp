// From the facts in the database to stays, and what is found in them.
#include "bottlenecks/bottlenecks.h"

#include <algorithm>

namespace auricle::bottlenecks {
namespace {

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

bool seen(const Query& query, SiteId site) {
  if (query.site && *query.site != site) return false;
  return query.all_sites || query.sites.contains(site);
}
bool in_period(const Query& query, LocalDay day) { return day >= query.from && day < query.to; }

void add(const Query& query, const analytics::Places& places, std::vector<facts::Fact>&& facts,
         std::vector<Stay>& out) {
  const auto keep = [&](std::vector<Stay>&& stays) {
    for (auto& stay : stays)
      if (seen(query, stay.site_id)) out.push_back(std::move(stay));
  };
  for (const auto& fact : facts) {
    if (fact.kind != facts::Kind::call || fact.case_id || fact.ended_at.value_or(facts::kOpenEnd) > query.as_of)
      continue;
    const SiteId site = fact.site_id ? fact.site_id : places.site_of(fact.queue_id);
    if (in_period(query, places.local_day(site, fact.happened_at))) keep(stays_of(fact, places));
  }
  for (const auto& ledger : facts::fold(std::move(facts), query.as_of)) {
    if (ledger.resolves.empty()) continue;
    const auto& last = ledger.resolves.back();
    // Durations count on the day of the last resolve, like clinic_time (kpi.md).
    if (in_period(query, places.local_day(last.site_id ? last.site_id : ledger.site_id, last.at)))
      keep(stays_of(ledger, places));
  }
}

std::vector<Stay> collect(db::Session& session, const Query& query) {
  const auto places = analytics::load_places(session);
  const auto utc = [](LocalDay day) { return Instant{day.days * kDayMs}; };
  std::vector<Stay> stays;
  // Two days more on each side cover zones and long calls.
  facts::for_each_group(session, {utc(query.from + -2), utc(query.to + 2), false},
                        [&](std::vector<facts::Fact>&& facts) { add(query, places, std::move(facts), stays); });
  return stays;
}

bool covers(const Segment& segment, const staffing::ForecastInterval& one) {
  const auto day = clinic::parse_local_day(one.date);
  if (segment.weekday && day && clinic::iso_weekday(*day) != *segment.weekday) return false;
  const int hour = one.slot / 2;
  if (segment.hour_from && hour < *segment.hour_from) return false;
  return !segment.hour_to || hour < *segment.hour_to;
}

std::optional<Outlook> outlook_of(const staffing::Forecast& forecast, const Segment& segment) {
  if (!forecast.model || !forecast.timed || !forecast.handling.mean_s) return std::nullopt;
  Outlook outlook{0, *forecast.handling.mean_s, 0, forecast.patience.mean_s};
  double half_hours = 0;
  for (const auto& one : forecast.intervals) {
    if (!one.open || one.expected < staffing::kTooFew || !covers(segment, one)) continue;
    ++half_hours;
    outlook.arrivals += one.expected;
  }
  if (half_hours == 0 || forecast.days.empty()) return std::nullopt;
  outlook.arrivals /= half_hours;
  outlook.hours_a_week = half_hours / 2 * 7 / static_cast<double>(forecast.days.size());
  return outlook;
}

// The forecast that could be made at the end of the period; reading it takes a while, so each only once.
Ahead ahead_of(db::Session& session, const Query& query) {
  using Kept = std::map<std::pair<SiteId, std::string>, std::optional<staffing::Forecast>>;
  auto kept = std::make_shared<Kept>();
  return [&session, query, kept](SiteId site, const std::string& channel,
                                 const Segment& segment) -> std::optional<Outlook> {
    const auto [found, first] = kept->try_emplace({site, channel});
    if (first) {
      auto made = staffing::forecast(session, {site, channel, {}, query.to, staffing::kMostDays}, query.as_of);
      if (made) found->second = std::move(*made);
    }
    return found->second ? outlook_of(*found->second, segment) : std::nullopt;
  };
}

}  // namespace

Result<Query> parse_query(const std::string& from, const std::string& to, Instant now) {
  const auto first = clinic::parse_local_day(from), end = clinic::parse_local_day(to);
  if (!first) return fail_field("from", "error.date_not_valid");
  if (!end) return fail_field("to", "error.date_not_valid");
  if (*end <= *first) return fail_field("to", "error.period_ends_before_start");
  if (*end - *first > kMostDays) return fail_field("to", "error.bottlenecks.period_too_long");
  Query query;
  query.from = *first;
  query.to = *end;
  query.as_of = now;
  return query;
}

Report report(db::Session& session, const Query& query) {
  auto report = find(collect(session, query), ahead_of(session, query));
  report.from = to_string(query.from);
  report.to = to_string(query.to);
  report.as_of = query.as_of;
  return report;
}

Change change(db::Session& session, const Query& query) {
  Query earlier = query;
  earlier.to = query.from;
  earlier.from = query.from + -(query.to - query.from);
  auto change = compare(collect(session, earlier), collect(session, query));
  change.from = to_string(query.from);
  change.to = to_string(query.to);
  change.before_from = to_string(earlier.from);
  change.before_to = to_string(earlier.to);
  return change;
}

std::vector<Stay> stays(db::Session& session, const Query& query, Stage stage, const Segment& segment) {
  auto all = collect(session, query);
  std::erase_if(all, [&](const Stay& one) { return one.stage != stage || !holds(segment, one); });
  std::sort(all.begin(), all.end(), [](const Stay& a, const Stay& b) {
    const auto key = [](const Stay& s) { return std::tuple(-s.late_ms.value_or(0), -s.ms, s.case_id, s.row, s.from); };
    return key(a) < key(b);
  });
  return all;
}

}  // namespace auricle::bottlenecks
