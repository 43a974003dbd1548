#include "analytics/analytics.h"

namespace auricle::analytics {

void Places::add_site(SiteId id, clinic::Calendar calendar) {
  if (!first_) first_ = id;
  sites_.emplace(id, Place{calendar, clinic::BusinessClock(calendar)});
}

void Places::add_queue(QueueId id, SiteId site, clinic::Calendar calendar) {
  site_of_[id] = site;
  queues_.emplace(id, Place{calendar, clinic::BusinessClock(calendar)});
}

SiteId Places::site_of(QueueId queue) const {
  const auto found = site_of_.find(queue);
  return found == site_of_.end() ? SiteId{} : found->second;
}

SiteId Places::home_of(UserId person) const {
  const auto found = homes_.find(person);
  return site_or_first(found == homes_.end() ? SiteId{} : found->second);
}

const Places::Place* Places::place(SiteId site) const {
  const auto found = sites_.find(site_or_first(site));
  return found == sites_.end() ? nullptr : &found->second;
}

clinic::LocalDay Places::local_day(SiteId site, Instant when) const {
  const Place* found = place(site);
  return found ? found->clock.local_day(when) : clinic::local_day("UTC", when);
}

Instant Places::start_of_day(SiteId site, clinic::LocalDay day) const {
  const Place* found = place(site);
  return clinic::start_of_day(found ? found->calendar.time_zone : "UTC", day);
}

int Places::local_hour(SiteId site, Instant when) const {
  const Place* found = place(site);
  return clinic::local_minute(found ? found->calendar.time_zone : "UTC", when) / 60;
}

Instant Places::after_business_ms(SiteId site, QueueId queue, Instant from, std::int64_t ms) const {
  const auto own = queues_.find(queue);
  const Place* found = own != queues_.end() ? &own->second : place(site);
  if (!found || found->calendar.versions.empty()) return from + ms;
  return clinic::add_business_ms(found->calendar, from, ms).value_or(facts::kOpenEnd);
}

std::optional<Places::Due> Places::due(clinic::Promise measure, const clinic::Promised& wait, QueueId queue,
                                       Instant from) const {
  const auto* standard = clinic::standard_for(standards, measure, wait, local_day(wait.site, from), from);
  if (!standard) return std::nullopt;
  const auto own = queues_.find(queue);
  const Place* found = own != queues_.end() ? &own->second : place(wait.site);
  return Due{standard, clinic::wanted_by(*standard, found ? std::optional(found->calendar) : std::nullopt, from)};
}

std::optional<std::int64_t> Places::business_ms(SiteId site, QueueId queue, Instant from, Instant to) const {
  if (const auto found = queues_.find(queue); found != queues_.end()) return found->second.clock.business_ms(from, to);
  const Place* found = place(site);
  return found ? found->clock.business_ms(from, to) : std::nullopt;
}

namespace {

struct Fingerprint {  // FNV-1a
  std::uint64_t value = 14695981039346656037ull;
  void add(std::string_view text) {
    for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211ull;
    add(static_cast<std::int64_t>(text.size()));
  }
  void add(std::int64_t number) {
    for (int i = 0; i < 8; ++i) value = (value ^ ((number >> (8 * i)) & 255)) * 1099511628211ull;
  }
  void add(const clinic::Standard& s) {
    for (const auto number : {s.id.value, static_cast<std::int64_t>(s.measure), s.seconds.value_or(-1),
                              static_cast<std::int64_t>(s.clock), s.site_id.value, s.holds_from.value_or(Instant{}).ms})
      add(number);
    for (const auto& text : {s.valid_from, s.channel, s.priority, s.topic}) add(text.value_or("*"));
  }
  void add(const clinic::Calendar& calendar, clinic::LocalDay until) {
    add(calendar.time_zone);
    for (const auto& version : calendar.versions) {
      if (version.valid_from > until) break;
      add(version.valid_from.days);
      for (const auto& spans : version.week) {
        add(static_cast<std::int64_t>(spans.size()));
        for (const auto& span : spans) add(span.start * 1440 + span.end);
      }
      for (const auto holiday : version.holidays)
        if (holiday <= until) add(holiday.days);
    }
  }
};

}  // namespace

std::uint64_t Places::fingerprint(clinic::LocalDay day) const {
  const auto until = day + 3;  // calls of the day may be returned on the next
  Fingerprint print;
  print.add(first_.value);
  for (const auto& [id, place] : sites_) {
    print.add(id.value);
    print.add(place.calendar, until);
  }
  for (const auto& [id, place] : queues_) {
    print.add(id.value);
    print.add(site_of(id).value);
    print.add(place.calendar, until);
  }
  for (const auto& standard : standards) {
    if (standard.valid_from && *standard.valid_from > to_string(until)) continue;
    if (standard.holds_from && clinic::local_day("UTC", *standard.holds_from) > until) continue;
    print.add(standard);
  }
  return print.value;
}

std::uint64_t Places::homes() const {
  Fingerprint print;
  print.add(first_.value);
  for (const auto& [person, site] : homes_) {
    print.add(person.value);
    print.add(site.value);
  }
  return print.value;
}

std::vector<SiteId> Places::sites() const {
  std::vector<SiteId> ids;
  for (const auto& [id, place] : sites_) ids.push_back(id);
  return ids;
}

}  // namespace auricle::analytics
