// How fast the clinic has promised to be: which standard holds for a wait, and when that wants it over.
#include <algorithm>
#include <tuple>

#include "clinic/clinic.h"
#include "platform/audit/audit.h"
#include "platform/events/bus.h"

namespace auricle::clinic {
namespace {

constexpr std::int64_t kLongest = 366LL * 24 * 3600;
constexpr std::string_view kStandards =
    "SELECT id, measure, seconds, clock, valid_from, channel, priority, topic, site_id FROM clinic_standard";

LocalDay begins(const Standard& standard) {
  return standard.valid_from ? parse_local_day(*standard.valid_from).value_or(kSinceEver) : kSinceEver;
}

bool applies(const Standard& standard, Promise measure, const Promised& wait, LocalDay day) {
  const auto fits = [](const std::optional<std::string>& asked, const std::string& is) {
    return !asked || *asked == is;
  };
  return standard.measure == measure && begins(standard) <= day && fits(standard.channel, wait.channel) &&
         fits(standard.priority, wait.priority) && fits(standard.topic, wait.topic) &&
         (!standard.site_id || standard.site_id == wait.site);
}

// What a standard is about; versions of one target agree in it.
auto target(const Standard& s) { return std::tie(s.channel, s.priority, s.topic, s.site_id); }

// Narrower is stronger: priority before topic before channel before site, where as many are given.
std::pair<int, int> strength(const Standard& s) {
  const int marks = (s.priority ? 8 : 0) + (s.topic ? 4 : 0) + (s.channel ? 2 : 0) + (s.site_id ? 1 : 0);
  return {(s.priority ? 1 : 0) + (s.topic ? 1 : 0) + (s.channel ? 1 : 0) + (s.site_id ? 1 : 0), marks};
}

bool replaced(const Standard& standard, const std::vector<const Standard*>& others) {
  return std::any_of(others.begin(), others.end(), [&](const Standard* other) {
    return target(*other) == target(standard) &&
           std::pair(begins(*other), other->id) > std::pair(begins(standard), standard.id);
  });
}

Result<Done> check(const StandardInput& input, LocalDay today) {
  if (input.seconds && (*input.seconds < 1 || *input.seconds > kLongest))
    return fail_field("seconds", "error.clinic.seconds_not_valid");
  const auto from = input.valid_from ? parse_local_day(*input.valid_from) : std::nullopt;
  if (!from) return fail_field("valid_from", "error.clinic.date_not_valid");
  // Changing a target never rewrites the past.
  if (*from < today) return fail_field("valid_from", "error.clinic.standard_in_the_past");
  return Done{};
}

LocalDay today_at(db::Session& session, SiteId site, Instant now) {
  const auto found = find_site(session, site ? site : first_site(session));
  return local_day(found ? found->time_zone : "UTC", now);
}

void announce(const Viewer& viewer, db::Tx& tx, audit::Action action, const Standard& standard, Instant now) {
  audit::Entry entry;
  entry.action = action;
  entry.record = "standard";
  entry.ids = {standard.id.value};
  entry.fields = {"measure", "seconds", "clock", "valid_from"};
  audit::append(tx, viewer, entry, now);
  events::announce(tx, {"standard", standard.id.value, 1, standard.site_id});
}

}  // namespace

const Standard* standard_for(const std::vector<Standard>& all, Promise measure, const Promised& wait, LocalDay day) {
  std::vector<const Standard*> fitting;
  for (const auto& one : all)
    if (applies(one, measure, wait, day)) fitting.push_back(&one);
  const Standard* best = nullptr;
  for (const auto* one : fitting) {
    if (!one->seconds || replaced(*one, fitting)) continue;
    if (!best || strength(*one) > strength(*best)) best = one;
  }
  return best;
}

Instant wanted_by(const Standard& standard, const std::optional<Calendar>& calendar, Instant from) {
  const std::int64_t ms = 1000 * standard.seconds.value_or(0);
  if (standard.clock == StandardClock::elapsed || !calendar || calendar->versions.empty()) return from + ms;
  return add_business_ms(*calendar, from, ms).value_or(Instant{INT64_MAX});
}

std::vector<Standard> standards(db::Session& session) {
  return session.all<Standard>(std::string(kStandards) + " ORDER BY id");
}

Result<Standard> create_standard(const Viewer& viewer, db::Tx& tx, const StandardInput& input, Instant now) {
  const SiteId site = input.site_id.value_or(SiteId{});
  if (!may(viewer, Permission::sites_manage, site)) return fail(ErrorKind::forbidden, "error.forbidden");
  if (site && !find_site(tx, site)) return fail_field("site_id", "error.clinic.site_unknown");
  if (auto sound = check(input, today_at(tx, site, now)); !sound) return fail(sound.error());
  const Standard standard{new_id<StandardId>(), input.measure,  input.seconds, input.clock, input.valid_from,
                          input.channel,        input.priority, input.topic,   site};
  tx.insert("clinic_standard", standard);
  announce(viewer, tx, audit::Action::create, standard, now);
  return standard;
}

Result<Done> delete_standard(const Viewer& viewer, db::Tx& tx, StandardId id, Instant now) {
  const auto found = tx.one<Standard>(std::string(kStandards) + " WHERE id = $1", id);
  if (!found) return fail(ErrorKind::not_found, "error.not_found");
  if (!may(viewer, Permission::sites_manage, found->site_id)) return fail(ErrorKind::forbidden, "error.forbidden");
  if (begins(*found) <= today_at(tx, found->site_id, now))
    return fail(ErrorKind::conflict, "error.clinic.standard_began");
  tx.exec("DELETE FROM clinic_standard WHERE id = $1", id);
  announce(viewer, tx, audit::Action::change, *found, now);
  return Done{};
}

void import_standard(db::Tx& tx, const Standard& standard) { tx.insert("clinic_standard", standard); }

}  // namespace auricle::clinic
