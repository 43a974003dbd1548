// How fast the clinic has promised to be: which standard holds for a wait, and when that wants it over.
#include <algorithm>
#include <array>
#include <tuple>

#include "clinic/clinic.h"
#include "platform/audit/audit.h"
#include "platform/base/json_read.h"
#include "platform/events/bus.h"

namespace auricle::clinic {
namespace {

constexpr std::int64_t kLongest = 366LL * 24 * 3600;
constexpr std::size_t kMostSteps = 8;
constexpr std::string_view kStandards =
    "SELECT id, measure, seconds, clock, valid_from, channel, priority, topic, site_id, warn_percent, steps, "
    "holds_from FROM clinic_standard";
constexpr std::array kPriorities{"low", "normal", "high", "urgent"};

struct StandardRow {
  StandardId id;
  Promise measure = Promise::first_response;
  std::optional<std::int64_t> seconds;
  StandardClock clock = StandardClock::business;
  std::optional<std::string> valid_from, channel, priority, topic;
  SiteId site_id;
  std::int64_t warn_percent = kUsualWarning;
  std::string steps;
  std::optional<Instant> holds_from;
};
BOOST_DESCRIBE_STRUCT(StandardRow, (),
                      (id, measure, seconds, clock, valid_from, channel, priority, topic, site_id, warn_percent, steps,
                       holds_from))

Standard as_standard(StandardRow&& row) {
  auto steps = json::read<std::vector<EscalationStep>>(std::string_view(row.steps));
  return {row.id,
          row.measure,
          row.seconds,
          row.clock,
          std::move(row.valid_from),
          std::move(row.channel),
          std::move(row.priority),
          std::move(row.topic),
          row.site_id,
          row.warn_percent,
          steps ? std::move(*steps) : std::vector<EscalationStep>{},
          row.holds_from};
}

void insert(db::Tx& tx, const Standard& s) {
  tx.insert("clinic_standard", StandardRow{s.id, s.measure, s.seconds, s.clock, s.valid_from, s.channel, s.priority,
                                           s.topic, s.site_id, s.warn_percent, json::to_json(s.steps), s.holds_from});
}

LocalDay begins(const Standard& standard) {
  return standard.valid_from ? parse_local_day(*standard.valid_from).value_or(kSinceEver) : kSinceEver;
}

bool applies(const Standard& standard, Promise measure, const Promised& wait, LocalDay day, Instant began) {
  const auto fits = [](const std::optional<std::string>& asked, const std::string& is) {
    return !asked || *asked == is;
  };
  return standard.measure == measure && begins(standard) <= day &&
         (!standard.holds_from || *standard.holds_from <= began) && fits(standard.channel, wait.channel) &&
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

bool is_priority(const std::string& word) {
  return std::find(kPriorities.begin(), kPriorities.end(), word) != kPriorities.end();
}

// Order of the steps: shares of the time first, then what comes after it.
std::pair<std::int64_t, std::int64_t> turn(const EscalationStep& step) {
  return {step.percent.value_or(100), step.after_seconds.value_or(0)};
}

Result<Done> check_step(const EscalationStep& step, const std::string& field) {
  if (step.percent.has_value() == step.after_seconds.has_value())
    return fail_field(field, "error.clinic.step_time_not_valid");
  if (step.percent && (*step.percent < 1 || *step.percent > 100))
    return fail_field(field, "error.clinic.percent_not_valid");
  if (step.after_seconds && (*step.after_seconds < 1 || *step.after_seconds > kLongest))
    return fail_field(field, "error.clinic.seconds_not_valid");
  if (step.action == StepAction::raise_priority && (!step.priority || !is_priority(*step.priority)))
    return fail_field(field, "error.clinic.step_priority_missing");
  return Done{};
}

Result<Done> check(db::Session& session, const StandardInput& input, LocalDay today) {
  if (input.site_id && *input.site_id && !find_site(session, *input.site_id))
    return fail_field("site_id", "error.clinic.site_unknown");
  if (input.topic && !topic_exists(session, *input.topic)) return fail_field("topic", "error.clinic.topic_unknown");
  if (input.priority && !is_priority(*input.priority)) return fail_field("priority", "error.unknown_value");
  if (input.seconds && (*input.seconds < 1 || *input.seconds > kLongest))
    return fail_field("seconds", "error.clinic.seconds_not_valid");
  const auto steps = input.steps.value_or(std::vector<EscalationStep>{});
  if (auto sound = check_path(input.warn_percent.value_or(kUsualWarning), steps); !sound) return sound;
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
  entry.fields = {"measure", "seconds", "clock", "valid_from", "warn_percent", "steps"};
  audit::append(tx, viewer, entry, now);
  events::announce(tx, {"standard", standard.id.value, 1, standard.site_id});
}

}  // namespace

const Standard* standard_for(const std::vector<Standard>& all, Promise measure, const Promised& wait, LocalDay day,
                             Instant began) {
  std::vector<const Standard*> fitting;
  for (const auto& one : all)
    if (applies(one, measure, wait, day, began)) fitting.push_back(&one);
  const Standard* best = nullptr;
  for (const auto* one : fitting) {
    if (!one->seconds || replaced(*one, fitting)) continue;
    if (!best || strength(*one) > strength(*best)) best = one;
  }
  return best;
}

Result<Done> check_path(std::int64_t warn_percent, const std::vector<EscalationStep>& steps) {
  if (warn_percent < 1 || warn_percent > 100) return fail_field("warn_percent", "error.clinic.percent_not_valid");
  if (steps.size() > kMostSteps) return fail_field("steps", "error.clinic.too_many_steps");
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (auto sound = check_step(steps[i], "steps." + std::to_string(i)); !sound) return sound;
  return Done{};
}

bool same_target(const Standard& one, const Standard& other) {
  return one.measure == other.measure && target(one) == target(other);
}

Instant passed_by(const Standard& standard, const std::optional<Calendar>& calendar, Instant from, std::int64_t ms) {
  if (standard.clock == StandardClock::elapsed || !calendar || calendar->versions.empty()) return from + ms;
  return add_business_ms(*calendar, from, ms).value_or(Instant{INT64_MAX});
}

Instant wanted_by(const Standard& standard, const std::optional<Calendar>& calendar, Instant from) {
  return passed_by(standard, calendar, from, 1000 * standard.seconds.value_or(0));
}

Instant at_risk_from(const Standard& standard, const std::optional<Calendar>& calendar, Instant from) {
  return passed_by(standard, calendar, from, 10 * standard.seconds.value_or(0) * standard.warn_percent);
}

Instant step_at(const Standard& standard, const EscalationStep& step, const std::optional<Calendar>& calendar,
                Instant from) {
  const auto seconds = standard.seconds.value_or(0);
  const auto ms = step.after_seconds ? 1000 * (seconds + *step.after_seconds) : 10 * seconds * step.percent.value_or(0);
  return passed_by(standard, calendar, from, ms);
}

std::vector<Standard> standards(db::Session& session) {
  std::vector<Standard> all;
  for (auto& row : session.all<StandardRow>(std::string(kStandards) + " ORDER BY id"))
    all.push_back(as_standard(std::move(row)));
  return all;
}

Result<Standard> standard_of(db::Session& session, const StandardInput& input, Instant now) {
  const SiteId site = input.site_id.value_or(SiteId{});
  if (auto sound = check(session, input, today_at(session, site, now)); !sound) return fail(sound.error());
  Standard standard{{},
                    input.measure,
                    input.seconds,
                    input.clock,
                    input.valid_from,
                    input.channel,
                    input.priority,
                    input.topic,
                    site,
                    input.warn_percent.value_or(kUsualWarning),
                    {},
                    now};
  if (input.steps && input.seconds) standard.steps = *input.steps;
  std::stable_sort(standard.steps.begin(), standard.steps.end(),
                   [](const EscalationStep& a, const EscalationStep& b) { return turn(a) < turn(b); });
  return standard;
}

namespace {

// A target without a site holds at all of them.
bool may_set(const Viewer& viewer, SiteId site) {
  return site ? may(viewer, Permission::sites_manage, site) : scope_of(viewer, Permission::sites_manage).all;
}

}  // namespace

Result<Standard> create_standard(const Viewer& viewer, db::Tx& tx, const StandardInput& input, Instant now) {
  if (!may_set(viewer, input.site_id.value_or(SiteId{}))) return fail(ErrorKind::forbidden, "error.forbidden");
  auto standard = standard_of(tx, input, now);
  if (!standard) return standard;
  standard->id = new_id<StandardId>();
  insert(tx, *standard);
  announce(viewer, tx, audit::Action::create, *standard, now);
  return standard;
}

Result<Done> delete_standard(const Viewer& viewer, db::Tx& tx, StandardId id, Instant now) {
  auto row = tx.one<StandardRow>(std::string(kStandards) + " WHERE id = $1", id);
  if (!row) return fail(ErrorKind::not_found, "error.not_found");
  const Standard found = as_standard(std::move(*row));
  if (!may_set(viewer, found.site_id)) return fail(ErrorKind::forbidden, "error.forbidden");
  const auto undone_by = std::min(kStandardUndoMs, 1000 * found.seconds.value_or(kStandardUndoMs));
  const bool fresh = found.holds_from && now - *found.holds_from < undone_by;
  if (!fresh && begins(found) <= today_at(tx, found.site_id, now))
    return fail(ErrorKind::conflict, "error.clinic.standard_began");
  tx.exec("DELETE FROM clinic_standard WHERE id = $1", id);
  announce(viewer, tx, audit::Action::change, found, now);
  return Done{};
}

void import_standard(db::Tx& tx, const Standard& standard) { insert(tx, standard); }

}  // namespace auricle::clinic
