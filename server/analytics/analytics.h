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

namespace auricle::http {
class Router;
}

namespace auricle::analytics {

enum class Unit { count, seconds, ratio };
BOOST_DESCRIBE_ENUM(Unit, count, seconds, ratio)
enum class ClockKind { elapsed, business };
BOOST_DESCRIBE_ENUM(ClockKind, elapsed, business)
enum class Dimension { site, channel, agent, topic, language, priority, day, weekday, hour };
BOOST_DESCRIBE_ENUM(Dimension, site, channel, agent, topic, language, priority, day, weekday, hour)

struct Parameter {
  std::string name, unit;
  std::int64_t default_ = 0;
};
BOOST_DESCRIBE_STRUCT(Parameter, (), (name, unit, default_))

struct Definition {
  std::string key;
  int version = 1;
  Unit unit = Unit::count;
  std::string formula, excluded;
  std::vector<Parameter> parameters;  // one named window: figures are provisional until it has passed
};
BOOST_DESCRIBE_STRUCT(Definition, (), (key, version, unit, formula, excluded, parameters))
const std::vector<Definition>& registry();
const Definition* find_definition(std::string_view key);

// Time zones and opening hours by which facts are counted; a case without a site has the installation's first site.
class Places {
 public:
  void add_site(SiteId id, clinic::Calendar calendar);  // the first added is the first site; no versions: no calendar
  void add_queue(QueueId id, clinic::Calendar calendar);
  SiteId site_or_first(SiteId id) const { return sites_.contains(id) ? id : first_; }
  clinic::LocalDay local_day(SiteId site, Instant when) const;
  int local_hour(SiteId site, Instant when) const;
  Instant start_of_day(SiteId site, clinic::LocalDay day) const;
  // Rule 5: by the calendar of the queue, else of the site; nullopt if there is none.
  std::optional<std::int64_t> business_ms(SiteId site, QueueId queue, Instant from, Instant to) const;
  // The instant at which so much business time has passed; elapsed time where there is no calendar.
  Instant after_business_ms(SiteId site, QueueId queue, Instant from, std::int64_t ms) const;
  std::vector<SiteId> sites() const;

 private:
  struct Place {
    clinic::Calendar calendar;
    clinic::BusinessClock clock;
  };
  const Place* place(SiteId site) const;
  std::map<SiteId, Place> sites_;
  std::map<QueueId, Place> queues_;
  SiteId first_;
};
Places load_places(db::Session& session);

struct Query {
  std::vector<std::string> keys;
  clinic::LocalDay from, to;  // local days of each site; `to` is exclusive
  std::vector<Dimension> by;
  ClockKind clock = ClockKind::elapsed;
  Instant as_of;  // nothing later is known; windows that have not passed by then are provisional
  std::optional<SiteId> site;
  std::optional<std::string> channel, topic, language, priority;
  std::optional<UserId> agent;  // zero: nobody
  bool all_sites = true;        // else only `sites`: what the viewer may see
  std::set<SiteId> sites;
};

using GroupValue = std::variant<std::nullptr_t, std::int64_t, std::string>;
using Group = std::map<std::string, GroupValue>;

struct Figure {
  std::string key;
  int version = 1;
  std::optional<ClockKind> clock;
  std::optional<Group> group;
  std::int64_t n = 0;
  std::optional<double> value, p50, p90, p99;
  std::optional<std::int64_t> numerator, denominator;
  std::optional<double> low, high;
  std::optional<std::int64_t> provisional;
};
BOOST_DESCRIBE_STRUCT(Figure, (),
                      (key, version, clock, group, n, value, p50, p90, p99, numerator, denominator, low, high,
                       provisional))

// What one case (for durations by agent: one case and person) adds to a figure.
struct Sample {
  CaseId case_id;  // none: a call without a case
  Instant ended_at;
  clinic::LocalDay day;
  SiteId site_id;
  std::string channel;
  UserId agent_id;
  std::string topic, language, priority;
  int hour = 0;                    // of the local day; set where asked for
  std::optional<std::int64_t> ms;  // of a duration
  bool counted = true;             // of a rate: in the numerator
  bool provisional = false;
  // In the numerator only if no other case of this patient and topic was opened in (after, until].
  struct Unless {
    facts::SubjectId subject_id;
    std::string topic;
    Instant after, until;
  };
  std::optional<Unless> unless;
};

// The samples of one key over some ledgers, filtered as the query says (pure).
void measure(const Definition& definition, const Query& query, const Places& places, const facts::Ledger& ledger,
             const std::function<void(Sample&&)>& emit);
// The same of a call that belongs to no case.
void measure_call(const Definition& definition, const Query& query, const Places& places, const facts::Fact& call,
                  const std::function<void(Sample&&)>& emit);
// Samples → figures, one per group that occurs; without `by` exactly one.
std::vector<Figure> summarise(const Definition& definition, const Query& query, const std::vector<Sample>& samples);

// Exact figures from the facts in the database.
std::vector<Figure> figures(db::Session& session, const Query& query);
// The samples behind one figure, unsorted.
std::vector<Sample> samples(db::Session& session, const Query& query, std::string_view key);
// The same over facts already at hand (tests, examples).
std::vector<Figure> figures(const std::vector<facts::Fact>& facts, const Places& places, const Query& query);

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

// What the command line and the web take; errors name the field: keys, from, to, by, clock, as_of.
struct QueryText {
  std::string keys, from, to, by, clock = "elapsed", as_of;
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
