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
#include "platform/i18n/locale.h"

namespace auricle {
struct QueueTag;
using QueueId = Id<QueueTag>;
struct TopicTag;
using TopicId = Id<TopicTag>;
struct CalendarTag;
using CalendarId = Id<CalendarTag>;
struct StandardTag;
using StandardId = Id<StandardTag>;
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

// ---- What stands in the database
// ----------------------------------------------------------------------------------------------

using i18n::Language;

struct Organisation {
  std::string name;
  Language default_language = Language::en;
  SiteId first_site_id;  // of cases that have none; zero until there is a site
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Organisation, (), (name, default_language, first_site_id, version))

struct Site {
  SiteId id;
  std::string name, time_zone;
  bool active = true, has_calendar = false;
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Site, (), (id, name, time_zone, active, has_calendar, version))

struct Queue {
  QueueId id;
  std::string name;
  SiteId site_id;
  bool active = true, has_calendar = false;  // its own; else the site's holds
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Queue, (), (id, name, site_id, active, has_calendar, version))

struct TopicNames {
  std::string en, es, fr, ca;
};
BOOST_DESCRIBE_STRUCT(TopicNames, (), (en, es, fr, ca))
struct Topic {
  TopicId id;
  std::string key;  // as in facts and figures; never changes
  TopicNames names;
  int position = 0;
  bool active = true;
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Topic, (), (id, key, names, position, active, version))

struct Holiday {
  LocalDay date;
  std::string name;
};
struct StoredCalendar {  // one version, as people see it
  CalendarId id;
  CalendarVersion version;
  std::vector<Holiday> holidays;  // those of version.holidays, with their names
};

Organisation organisation(db::Session& session);
std::vector<Site> sites(db::Session& session);    // the first site first, then as they were created
std::vector<Queue> queues(db::Session& session);  // as they were created
std::vector<Topic> topics(db::Session& session);  // active first, in the clinic's order
std::optional<Site> find_site(db::Session& session, SiteId id);
SiteId first_site(db::Session& session);  // zero while there is none
bool topic_exists(db::Session& session, std::string_view key);
// The queue's calendar, else the site's (zero site: the first one); no value: business time is unknown.
std::optional<Calendar> calendar_of(db::Session& session, SiteId site, QueueId queue = {});
std::optional<Calendar> own_calendar(db::Session& session, QueueId queue);  // without falling back on the site's
std::vector<StoredCalendar> calendars(db::Session& session, SiteId site);
std::vector<StoredCalendar> calendars(db::Session& session, QueueId queue);

// ---- Changes: permission sites_manage; `version` 0 or the one that was edited, else conflict "error.edited_meanwhile"
// ---------

struct OrganisationInput {
  std::string name;
  Language default_language = Language::en;
  std::optional<SiteId> first_site_id;
  std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OrganisationInput, (), (name, default_language, first_site_id, version))
struct SiteInput {
  std::string name, time_zone;
  std::optional<bool> active;
  std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(SiteInput, (), (name, time_zone, active, version))
struct QueueInput {
  std::string name;
  SiteId site_id;
  std::optional<bool> active;
  std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(QueueInput, (), (name, site_id, active, version))
struct TopicInput {
  std::optional<std::string> key;  // made from a name when absent
  TopicNames names;
  std::optional<int> position;
  std::optional<bool> active;
  std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(TopicInput, (), (key, names, position, active, version))
struct CalendarInput {
  LocalDay valid_from = kSinceEver;
  std::array<std::vector<Span>, 7> week;
  std::vector<Holiday> holidays;
};

Result<Organisation> update_organisation(const Viewer& viewer, db::Tx& tx, const OrganisationInput& input, Instant now);
Result<Site> create_site(const Viewer& viewer, db::Tx& tx, const SiteInput& input, Instant now);
Result<Site> update_site(const Viewer& viewer, db::Tx& tx, SiteId id, const SiteInput& input, Instant now);
Result<Queue> create_queue(const Viewer& viewer, db::Tx& tx, const QueueInput& input, Instant now);
Result<Queue> update_queue(const Viewer& viewer, db::Tx& tx, QueueId id, const QueueInput& input, Instant now);
Result<Topic> create_topic(const Viewer& viewer, db::Tx& tx, const TopicInput& input, Instant now);
Result<Topic> update_topic(const Viewer& viewer, db::Tx& tx, TopicId id, const TopicInput& input, Instant now);
// Replaces the version that begins on the same day.
Result<Done> put_calendar(const Viewer& viewer, db::Tx& tx, SiteId site, const CalendarInput& input, Instant now);
Result<Done> put_calendar(const Viewer& viewer, db::Tx& tx, QueueId queue, const CalendarInput& input, Instant now);
Result<Done> delete_calendar(const Viewer& viewer, db::Tx& tx, CalendarId id, Instant now);

// ---- Standards: how fast the clinic has promised to be
// ---------------------------------------------------------------------------------------------------------

enum class Promise { first_response, next_reply, resolution };
BOOST_DESCRIBE_ENUM(Promise, first_response, next_reply, resolution)
enum class StandardClock { elapsed, business };
BOOST_DESCRIBE_ENUM(StandardClock, elapsed, business)

// What is done when so much of the time has passed, or so long after it was over: tells somebody, or changes the case.
enum class StepAction { tell_assignee, tell_supervisors, raise_priority, release };
BOOST_DESCRIBE_ENUM(StepAction, tell_assignee, tell_supervisors, raise_priority, release)
struct EscalationStep {
  using absent_is_default = void;
  std::optional<std::int64_t> percent;        // of the time promised, 1…100; or
  std::optional<std::int64_t> after_seconds;  // after it was over, on the standard's clock
  StepAction action = StepAction::tell_assignee;
  std::optional<std::string> priority;  // of raise_priority
};
BOOST_DESCRIBE_STRUCT(EscalationStep, (), (percent, after_seconds, action, priority))
inline constexpr std::int64_t kUsualWarning = 75;

struct Standard {
  StandardId id;
  Promise measure = Promise::first_response;
  std::optional<std::int64_t> seconds;  // none: from that day on there is none
  StandardClock clock = StandardClock::business;
  std::optional<std::string> valid_from;                // local day; none: since ever
  std::optional<std::string> channel, priority, topic;  // none: any
  SiteId site_id;                                       // zero: any
  std::int64_t warn_percent = kUsualWarning;            // of the time: at risk from then on
  std::vector<EscalationStep> steps;                    // in the order of their time
  std::optional<Instant> holds_from;                    // of waits that begin then or later; none: of all since its day
};
BOOST_DESCRIBE_STRUCT(Standard, (),
                      (id, measure, seconds, clock, valid_from, channel, priority, topic, site_id, warn_percent, steps,
                       holds_from))
struct StandardInput {
  Promise measure = Promise::first_response;
  std::optional<std::int64_t> seconds;
  StandardClock clock = StandardClock::business;
  std::optional<std::string> valid_from, channel, priority, topic;
  std::optional<SiteId> site_id;
  std::optional<std::int64_t> warn_percent;
  std::optional<std::vector<EscalationStep>> steps;
};
BOOST_DESCRIBE_STRUCT(StandardInput, (),
                      (measure, seconds, clock, valid_from, channel, priority, topic, site_id, warn_percent, steps))

struct Promised {  // what a wait is of
  std::string channel, priority, topic;
  SiteId site;
};
std::vector<Standard> standards(db::Session& session);
// The narrowest one in force on the local day the wait began, of those set before it did; nullptr: none.
const Standard* standard_for(const std::vector<Standard>& all, Promise measure, const Promised& wait, LocalDay day,
                             Instant began);
// When so much time has passed on the standard's clock; business time is elapsed time where there is no calendar.
Instant passed_by(const Standard& standard, const std::optional<Calendar>& calendar, Instant from, std::int64_t ms);
Instant wanted_by(const Standard& standard, const std::optional<Calendar>& calendar, Instant from);
Instant at_risk_from(const Standard& standard, const std::optional<Calendar>& calendar, Instant from);
Instant step_at(const Standard& standard, const EscalationStep& step, const std::optional<Calendar>& calendar,
                Instant from);
// Permission sites_manage. A target changes for what begins after the change; what holds already is not deleted but
// replaced, except within kStandardUndoMs and while nothing fell due by it.
inline constexpr std::int64_t kStandardUndoMs = 10 * 60 * 1000;
Result<Standard> create_standard(const Viewer& viewer, db::Tx& tx, const StandardInput& input, Instant now);
Result<Done> delete_standard(const Viewer& viewer, db::Tx& tx, StandardId id, Instant now);
// As it would be made; errors by field.
Result<Standard> standard_of(db::Session& session, const StandardInput& input, Instant now);
Result<Done> check_path(std::int64_t warn_percent, const std::vector<EscalationStep>& steps);
bool same_target(const Standard& one, const Standard& other);
void import_standard(db::Tx& tx, const Standard& standard);

// ---- History: silent, no audit row each, ids decided by the importer
// -----------------------------------------------------------

struct ImportedSite {
  SiteId id;
  std::string name, time_zone;
  std::optional<CalendarVersion> calendar;
};
struct ImportedQueue {
  QueueId id;
  std::string name;
  SiteId site_id;
  std::optional<CalendarVersion> calendar;
};
Result<Done> import_site(db::Tx& tx, const ImportedSite& site);
Result<Done> import_queue(db::Tx& tx, const ImportedQueue& queue);
// A topic of that key if there is none yet; its name is the key until someone names it.
void ensure_topic(db::Tx& tx, std::string_view key, const TopicNames& names = {});

}  // namespace auricle::clinic
