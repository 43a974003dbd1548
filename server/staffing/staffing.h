#pragma once
// How many will come and how many must be there: the forecast of one series of arrivals (a site's channel, all its
// queues together or one), what it rests on, and the plan of an ordinary week. The formulas stand in forecast.h,
// erlang.h and patience.h.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "clinic/clinic.h"
#include "facts/facts.h"
#include "platform/access/access.h"
#include "platform/base/result.h"
#include "staffing/erlang.h"
#include "staffing/forecast.h"
#include "staffing/patience.h"

namespace auricle::http {
class Router;
}

namespace auricle::staffing {

inline constexpr int kHistoryDays = 3 * 366;  // looked back at
inline constexpr int kRecentDays = 91;        // for handling time and patience
inline constexpr int kMostDays = 28;          // ahead
// Fewer are expected in a half hour than one in twenty of them: nobody has to wait for that one.
inline constexpr double kTooFew = 0.05;

struct SeriesChoice {
  std::string channel;
  QueueId queue_id;  // zero: all queues of the channel
  std::int64_t n = 0;
  bool timed = false;  // calls and visits: agents can be computed
};
BOOST_DESCRIBE_STRUCT(SeriesChoice, (), (channel, queue_id, n, timed))

struct ForecastQuery {
  SiteId site_id;
  std::string channel;  // "": the busiest one that waits in a queue, else the busiest
  QueueId queue_id;
  std::optional<clinic::LocalDay> from;  // default today; only what came before it is learnt from
  int days = kMostDays;
};

struct ForecastDay {
  std::string date;
  std::optional<std::string> holiday;  // its name, "" if it has none
  double expected = 0, low = 0, high = 0;
  std::optional<std::int64_t> came;  // of days that are over
};
BOOST_DESCRIBE_STRUCT(ForecastDay, (), (date, holiday, expected, low, high, came))

struct ForecastInterval {  // half an hour; a day has 46 to 50 of them
  Instant starts_at;
  std::string date;
  int slot = 0;      // by the wall clock: 18 is 9:00
  bool open = true;  // by the calendar of the queue or site; true where there is none
  double expected = 0, low = 0, high = 0;
  std::optional<std::int64_t> came;  // of half hours that are over
};
BOOST_DESCRIBE_STRUCT(ForecastInterval, (), (starts_at, date, slot, open, expected, low, high, came))

struct Handling {  // answered to ended, and wrap-up
  std::int64_t n = 0;
  std::optional<double> mean_s;
};
BOOST_DESCRIBE_STRUCT(Handling, (), (n, mean_s))

struct Learnt {
  std::optional<std::string> first_day, last_day;  // of the arrivals learnt from
  std::int64_t arrivals = 0;
};
BOOST_DESCRIBE_STRUCT(Learnt, (), (first_day, last_day, arrivals))

struct Forecast {
  SiteId site_id;
  std::string channel, time_zone;
  QueueId queue_id;
  bool timed = false;
  Instant as_of;
  std::vector<SeriesChoice> choices;  // of the site, the most frequent first
  Learnt history;
  std::optional<Forecaster::Parts> model;  // none: fewer than Forecaster::kFewestDays of history
  Accuracy accuracy;
  Handling handling;
  Patience patience;
  std::vector<ForecastDay> days;  // none without a model
  std::vector<ForecastInterval> intervals;
};
BOOST_DESCRIBE_STRUCT(Forecast, (),
                      (site_id, channel, time_zone, queue_id, timed, as_of, choices, history, model, accuracy, handling,
                       patience, days, intervals))
// Errors: not_found (site), "days" error.staffing.days.
Result<Forecast> forecast(db::Session& session, const ForecastQuery& query, Instant now);

// --- Agents for given arrivals: pure
// -----------------------------------------------------------------------------------

struct IntervalDemand {
  double arrivals = 0;
  std::optional<int> agents;  // to try out
};
BOOST_DESCRIBE_STRUCT(IntervalDemand, (), (arrivals, agents))
struct AgentsInput {
  Model model = Model::erlang_a;
  double handling_s = 0;
  std::optional<double> patience_s;  // for Erlang A
  double service_level = 0.8, within_s = 20, shrinkage = 0;
  std::optional<double> max_abandonment, max_occupancy;
  std::optional<double> interval_s;  // 1800
  std::vector<IntervalDemand> intervals;
};
BOOST_DESCRIBE_STRUCT(AgentsInput, (),
                      (model, handling_s, patience_s, service_level, within_s, shrinkage, max_abandonment,
                       max_occupancy, interval_s, intervals))
struct IntervalAgents {
  double load = 0;            // erlangs
  std::optional<int> needed;  // at work; none: more than kMostAgents
  std::optional<int> rostered;
  std::optional<Performance> at_needed, at_agents;
};
BOOST_DESCRIBE_STRUCT(IntervalAgents, (), (load, needed, rostered, at_needed, at_agents))
struct WholeOfIntervals {  // weighted by arrivals (service level, abandonment) or by agents (occupancy)
  double arrivals = 0, agent_hours = 0;
  std::optional<double> service_level, p_abandon, occupancy;
};
BOOST_DESCRIBE_STRUCT(WholeOfIntervals, (), (arrivals, agent_hours, service_level, p_abandon, occupancy))
struct AgentsAnswer {
  std::vector<IntervalAgents> items;
  WholeOfIntervals with_needed;
  std::optional<WholeOfIntervals> with_agents;  // where agents were given
  double rostered_hours = 0;
};
BOOST_DESCRIBE_STRUCT(AgentsAnswer, (), (items, with_needed, with_agents, rostered_hours))
// Errors name the field: error.staffing.out_of_range, for Erlang A without patience error.missing.
Result<AgentsAnswer> agents_for(const AgentsInput& input);

// --- The plan of an ordinary week
// ---------------------------------------------------------------------------------------

using Week = std::array<std::array<int, kSlots>, 7>;  // Monday first
struct Plan {
  SiteId site_id;
  std::string channel;
  QueueId queue_id;
  std::vector<std::vector<int>> week;
  std::int64_t version = 0;  // 0: not yet saved
};
BOOST_DESCRIBE_STRUCT(Plan, (), (site_id, channel, queue_id, week, version))
Plan plan_of(db::Session& session, SiteId site, const std::string& channel, QueueId queue);
// Permission sites_manage. Errors: "week" error.staffing.week, conflict error.edited_meanwhile.
Result<Plan> save_plan(const Viewer& viewer, db::Tx& tx, Plan plan, Instant now);

void add_routes(http::Router& router);

}  // namespace auricle::staffing
