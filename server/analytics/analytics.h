#pragma once
// Figures: one registry of KPI definitions, and exact values computed from facts by folding ledgers (kpi.md). The
// registry feeds the engine, the API, the command line, the documentation and the screens.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "clinic/clinic.h"
#include "facts/facts.h"
#include "platform/access/access.h"
#include "platform/base/describe.h"
#include "platform/base/json.h"
#include "platform/base/result.h"
#include "platform/db/database.h"

namespace auricle::http {
class Router;
}

namespace auricle::analytics {

enum class Unit { count, seconds, ratio, points };  // points: −100 to 100
BOOST_DESCRIBE_ENUM(Unit, count, seconds, ratio, points)
enum class Family { volume, answering, resolving, automation, calls, satisfaction, appointments, team };
BOOST_DESCRIBE_ENUM(Family, volume, answering, resolving, automation, calls, satisfaction, appointments, team)
enum class Better { less, more, neither };
BOOST_DESCRIBE_ENUM(Better, less, more, neither)
enum class Rows { cases, calls, surveys, appointments, person_days };  // what a figure's n counts
BOOST_DESCRIBE_ENUM(Rows, cases, calls, surveys, appointments, person_days)
enum class ClockKind { elapsed, business };
BOOST_DESCRIBE_ENUM(ClockKind, elapsed, business)
enum class Dimension { site, channel, agent, topic, language, priority, queue, service, standard, day, weekday, hour };
BOOST_DESCRIBE_ENUM(Dimension, site, channel, agent, topic, language, priority, queue, service, standard, day, weekday,
                    hour)
inline constexpr UserId kBot{-1};  // in the place of a person, where the bot has a share

struct Parameter {
  std::string name, unit;
  std::int64_t default_ = 0;
  bool settable = false;  // a query may ask for another value
};
BOOST_DESCRIBE_STRUCT(Parameter, (), (name, unit, default_, settable))

// How a figure looks at what happened: its file (cases.cpp, calls.cpp, …) has the definition and the measure side by
// side.
class CaseMeasure;
using CaseStep = void (CaseMeasure::*)() const;
struct CallMeasure;
using CallStep = bool (*)(CallMeasure&);  // false: this call is not looked at
struct SurveyMeasure;
using SurveyStep = bool (*)(SurveyMeasure&);
struct AppointmentMeasure;
using AppointmentStep = bool (*)(AppointmentMeasure&);
struct PersonDayMeasure;
using PersonDayStep = bool (*)(PersonDayMeasure&);
using Measure = std::variant<std::monostate, CaseStep, CallStep, SurveyStep, AppointmentStep, PersonDayStep>;

struct Definition {
  std::string key;
  int version = 1;
  Unit unit = Unit::count;
  Family group = Family::volume;
  Better better = Better::less;
  Rows rows = Rows::cases;
  std::string formula, excluded;
  std::vector<Parameter> parameters;  // one named window: figures are provisional until it has passed
  bool interval = false;              // of a rate: with the 95 % interval of Wilson
  bool looks_ahead = false;           // asks what came in the window after the period
  Measure measure;
};
BOOST_DESCRIBE_STRUCT(Definition, (), (key, version, unit, group, better, rows, formula, excluded, parameters))
const std::vector<Definition>& registry();
const Definition* find_definition(std::string_view key);

// Time zones and opening hours by which facts are counted; a case without a site has the installation's first site.
class Places {
 public:
  void add_site(SiteId id, clinic::Calendar calendar);  // the first added is the first site; no versions: no calendar
  void add_queue(QueueId id, SiteId site, clinic::Calendar calendar);
  SiteId site_of(QueueId queue) const;  // zero: unknown
  void add_person(UserId person, SiteId home) { homes_[person] = home; }
  SiteId home_of(UserId person) const;  // of somebody at one site; else the first site
  std::uint64_t homes() const;          // a fingerprint of them all
  SiteId site_or_first(SiteId id) const { return sites_.contains(id) ? id : first_; }
  clinic::LocalDay local_day(SiteId site, Instant when) const;
  int local_hour(SiteId site, Instant when) const;
  Instant start_of_day(SiteId site, clinic::LocalDay day) const;
  // Rule 5: by the calendar of the queue, else of the site; nullopt if there is none.
  std::optional<std::int64_t> business_ms(SiteId site, QueueId queue, Instant from, Instant to) const;
  // The instant at which so much business time has passed; elapsed time where there is no calendar.
  Instant after_business_ms(SiteId site, QueueId queue, Instant from, std::int64_t ms) const;
  std::vector<SiteId> sites() const;
  // Of all that decides what is counted on days up to this one: zones, opening hours, standards.
  std::uint64_t fingerprint(clinic::LocalDay day) const;
  std::vector<clinic::Standard> standards;
  // When the standard in force on the day it began wants a wait over; nullopt without one.
  struct Due {
    const clinic::Standard* standard = nullptr;
    Instant at;
  };
  std::optional<Due> due(clinic::Promise measure, const clinic::Promised& wait, QueueId queue, Instant from) const;

 private:
  struct Place {
    clinic::Calendar calendar;
    clinic::BusinessClock clock;
  };
  const Place* place(SiteId site) const;
  std::map<SiteId, Place> sites_;
  std::map<QueueId, Place> queues_;
  std::map<QueueId, SiteId> site_of_;
  std::map<UserId, SiteId> homes_;
  SiteId first_;
};
Places load_places(db::Session& session);
void load_homes(db::Session& session, Places& places);  // of people

struct Query {
  std::vector<std::string> keys;
  clinic::LocalDay from, to;  // local days of each site; `to` is exclusive
  std::vector<Dimension> by;
  ClockKind clock = ClockKind::elapsed;
  std::map<std::string, std::int64_t> parameters;  // other values than the defaults, by name
  Instant as_of;      // nothing later is known; windows that have not passed by then are provisional
  bool live = false;  // as_of is now: all that is known counts, and roll-ups may answer for past days
  std::optional<SiteId> site;
  std::optional<std::string> channel, topic, language, priority;
  std::optional<UserId> agent;  // zero: nobody; kBot: the bot
  std::optional<QueueId> queue;
  std::optional<std::string> service;
  bool all_sites = true;  // else only `sites`: what the viewer may see
  std::set<SiteId> sites;
};

using GroupValue = std::variant<std::nullptr_t, std::int64_t, std::string>;
using Group = std::map<std::string, GroupValue>;

// What stood there before an import brought facts into a period that was closed.
struct Restated {
  Instant at;
  std::int64_t n = 0;
  std::optional<double> value;
  std::string added;  // to the days of the period, all figures alike: "12 message, 3 resolve"
};
BOOST_DESCRIBE_STRUCT(Restated, (), (at, n, value, added))

struct Figure {
  std::string key;
  int version = 1;
  std::optional<ClockKind> clock;
  std::optional<Group> group;
  std::int64_t n = 0;
  std::optional<double> value, p50, p90, p99, longest;
  std::optional<double> numerator, denominator;  // whole numbers but where a score is shared out by person
  std::optional<double> low, high;
  std::optional<std::int64_t> provisional;
  std::optional<Restated> restated;
};
BOOST_DESCRIBE_STRUCT(Figure, (),
                      (key, version, clock, group, n, value, p50, p90, p99, longest, numerator, denominator, low, high,
                       provisional, restated))

// What one case (for durations by agent: one case and person), call, survey, appointment or person's day adds to a
// figure.
struct Sample {
  CaseId case_id;        // none: a call without a case, …
  std::int64_t row = 0;  // the call, survey or appointment
  Instant ended_at;
  clinic::LocalDay day;
  SiteId site_id;
  std::string channel;
  UserId agent_id;
  std::string topic, language, priority;
  QueueId queue_id;
  std::string service;
  StandardId standard_id;
  std::string detail;              // exit of a call, instrument of a survey, status of an appointment
  int hour = 0;                    // of the local day; set where asked for
  std::optional<std::int64_t> ms;  // of a duration
  std::optional<int> score;        // of points
  bool counted = true;             // of a rate: in the numerator
  double weight = 1;               // of a rate: the share of a person; seconds where time is compared
  std::optional<double> part;      // of a rate: so much of the weight is in the numerator
  bool provisional = false;
  Instant settles;  // provisional before this instant; zero: never was
  void provisional_until(Instant until, Instant as_of) {
    settles = until;
    provisional = as_of < until;
  }
  // In the numerator only if no other case of this patient and topic was opened in (after, until].
  struct Unless {
    facts::SubjectId subject_id;
    std::string topic;
    Instant after, until;
  };
  std::optional<Unless> unless;
  // Counted only if the patient, else the number, was reached in [after, until]; by_time: `ms` is how long it took.
  struct Reached {
    facts::SubjectId subject_id;
    facts::CallerId caller_id;
    Instant after, until;
    bool by_time = false;
  };
  std::optional<Reached> reached;
};

// Samples → figures, one per group that occurs; without `by` exactly one.
std::vector<Figure> summarise(const Definition& definition, const Query& query, const std::vector<Sample>& samples);

// Figures from the facts in the database; of past days by their roll-ups, where the query is live. Percentiles of more
// than 50,000 values from roll-ups are within 1 % of the exact ones, all else is exact.
std::vector<Figure> figures(db::Session& session, const Query& query);
std::vector<Figure> scanned_figures(db::Session& session, const Query& query);  // without roll-ups
// The samples behind one figure, unsorted.
std::vector<Sample> samples(db::Session& session, const Query& query, std::string_view key);
// The same over facts already at hand (tests, examples).
struct Facts {
  std::vector<facts::Fact> of_cases;
  std::vector<facts::Survey> surveys;
  std::vector<facts::Appointment> appointments;
  std::vector<facts::Presence> presences;
};
std::vector<Figure> figures(const Facts& facts, const Places& places, const Query& query);

// Roll-ups: what each figure counted on each settled day, kept beside the facts and made of nothing else (rollups.cpp).
class Rollups {
 public:
  Rollups(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}
  enum class Marks { when_quiet, at_once };  // quiet: nobody has written of past days for some seconds
  // Counts a few days that wait, the latest first; false when there was nothing to do.
  bool step(Marks when = Marks::when_quiet);
  // All of them anew; how many days.
  std::int64_t rebuild(const std::function<void(std::int64_t done, std::int64_t of)>& progress);

 private:
  bool take_marks(Marks when);
  bool roll_some();
  void forget_unsettled();
  void forget_moved_homes();

  db::Database& database_;
  const Clock& clock_;
  std::uint64_t homes_ = 0;
};
std::int64_t days_waiting(db::Session& session, Instant now);  // settled days that are not rolled up
// Compares days with what the facts say; what is wrong.
std::vector<std::string> check_rollups(db::Session& session, Instant now, int days);

// How durations are spread, over bins people count in.
struct DistributionBin {
  std::int64_t from = 0;           // seconds
  std::optional<std::int64_t> to;  // not included; none: no end
  std::int64_t n = 0;
};
BOOST_DESCRIBE_STRUCT(DistributionBin, (), (from, to, n))
std::vector<DistributionBin> distribution(const std::vector<Sample>& samples);

// Unresolved cases by who is to act and how long ago they were opened.
struct BacklogBand {
  facts::Owner owner = facts::Owner::clinic;
  std::string band;
  std::int64_t n = 0;
};
BOOST_DESCRIBE_STRUCT(BacklogBand, (), (owner, band, n))
struct Backlog {
  Instant as_of;
  std::int64_t n = 0;
  std::vector<BacklogBand> bands;
};
BOOST_DESCRIBE_STRUCT(Backlog, (), (as_of, n, bands))
Backlog backlog(db::Session& session, const Query& query);

// What the command line and the web take; errors name the field: keys, from, to, by, clock, as_of, with.
struct QueryText {
  std::string keys, from, to, by, clock = "elapsed", as_of;
  std::string with;  // other values of settable parameters: target=30,short=10
};
Result<Query> parse_query(const QueryText& text, Instant now);

// Command line: `names` puts the outside's ids or names in place of our ids of sites and agents.
enum class Format { table, csv, json };
BOOST_DESCRIBE_ENUM(Format, table, csv, json)
using Naming = std::function<GroupValue(std::string_view dimension, std::int64_t id)>;
std::string print(const std::vector<Figure>& figures, Format format, const Naming& naming);

// docs/kpis.md, from the registry and the example files in `folder` (server/analytics/golden).
std::string kpi_documentation(const std::string& folder);

// How people call a case, from the module that has cases.
using CaseNumber = std::function<std::optional<std::int64_t>(db::Session&, CaseId)>;
void add_routes(http::Router& router, CaseNumber number_of);

}  // namespace auricle::analytics
