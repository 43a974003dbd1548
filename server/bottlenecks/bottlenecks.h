#pragma once
// Where patients are held up (kpi.md, "Bottlenecks"): every resolved case's time is split over stages; a segment whose
// stays in a stage take significantly longer than those of the other cases is a finding, with evidence, cases and a
// proposed action. Findings are numbers and keys; the sentences are made of them where they are read.
// docs/bottlenecks.md.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analytics/analytics.h"
#include "clinic/clinic.h"
#include "facts/facts.h"
#include "platform/access/access.h"
#include "platform/base/describe.h"
#include "platform/base/result.h"
#include "staffing/staffing.h"

namespace auricle::bottlenecks {

using analytics::ClockKind;
using clinic::LocalDay;

inline constexpr int kFewestCases = 20;       // of a segment, and of those it is compared with
inline constexpr double kFalseAlarms = 0.05;  // Benjamini–Hochberg: of the findings, at most this share is chance
inline constexpr double kTolerated = 0.2;     // share of waits beyond a standard that calls for no action of its own
inline constexpr int kMostFindings = 20;
inline constexpr int kMostDays = 400;

enum class Stage { awaiting_first, awaiting_next, handling, hand_over, patient, third_party };
BOOST_DESCRIBE_ENUM(Stage, awaiting_first, awaiting_next, handling, hand_over, patient, third_party)

// What a finding is about; what is not set may be anything. Hours are of the local day at which the stay began.
struct Segment {
  SiteId site_id;
  std::optional<std::string> channel, topic, language;
  std::optional<int> weekday, hour_from, hour_to;  // Monday is 0; hour_to is not included
  bool operator==(const Segment&) const = default;
};
BOOST_DESCRIBE_STRUCT(Segment, (), (site_id, channel, topic, language, weekday, hour_from, hour_to))

// One stay of a case in a stage; all stays of a case add up to its full resolution time.
struct Stay {
  CaseId case_id;        // none: a call that belongs to no case
  std::int64_t row = 0;  // then the call
  facts::SubjectId subject_id;
  Stage stage = Stage::handling;
  Instant from, to;
  SiteId site_id;
  std::string channel, topic, language;  // "": not known
  int weekday = 0, hour = 0;
  ClockKind clock = ClockKind::elapsed;  // business where the case has opening hours
  std::int64_t ms = 0;
  std::optional<std::int64_t> standard_s, late_ms;  // what was promised, and how much of the stay came after that
  bool timed = false;                               // somebody was on the line or at the desk
  bool gave_up = false;                             // and left before it was their turn
  bool once = false;                                // the case took one contact and one answer
};

struct Spread {
  std::int64_t n = 0;
  std::optional<double> mean_s, median_s, p90_s;
};
BOOST_DESCRIBE_STRUCT(Spread, (), (n, mean_s, median_s, p90_s))
struct Bin {  // seconds; `to` is not included
  std::int64_t from = 0;
  std::optional<std::int64_t> to;
  std::int64_t n = 0, others = 0;
};
BOOST_DESCRIBE_STRUCT(Bin, (), (from, to, n, others))

// against_standard: the excess is the time beyond the standard. against_others: the time beyond what as many stays of
// the other cases took (of the same channel, on the same clock).
enum class Basis { against_standard, against_others };
BOOST_DESCRIBE_ENUM(Basis, against_standard, against_others)

enum class ActionKind { staffing, automation, template_, hand_over, ask_once, third_party };
BOOST_DESCRIBE_ENUM(ActionKind, staffing, automation, template_, hand_over, ask_once, third_party)
enum class Method { erlang_a, like_others, within_standard, answered_once, all_of_it };
BOOST_DESCRIBE_ENUM(Method, erlang_a, like_others, within_standard, answered_once, all_of_it)

struct StaffingEffect {  // Erlang A for an average half hour of the segment's open hours
  SiteId site_id;
  std::string channel;
  double arrivals = 0, handling_s = 0;
  std::optional<double> patience_s;     // none: not known, Erlang C
  int agents_now = 0, agents_then = 0;  // `now`: with one more the formula's wait would be below the one
                                        // observed; 0: fewer than one is free for them
  double wait_now_s = 0, wait_then_s = 0, service_level_now = 0, service_level_then = 0;
  double hours_a_week = 0;  // of such half hours
};
BOOST_DESCRIBE_STRUCT(StaffingEffect, (),
                      (site_id, channel, arrivals, handling_s, patience_s, agents_now, agents_then, wait_now_s,
                       wait_then_s, service_level_now, service_level_then, hours_a_week))
struct Action {
  ActionKind kind = ActionKind::staffing;
  Method method = Method::like_others;
  double saved_s = 0;           // of the time in the stage, in a period like this one
  std::optional<double> share;  // of its cases that took one answer
  std::optional<StaffingEffect> staffing;
};
BOOST_DESCRIBE_STRUCT(Action, (), (kind, method, saved_s, share, staffing))

struct Finding {
  int rank = 0;
  Stage stage = Stage::handling;
  Segment segment;
  Basis basis = Basis::against_others;
  std::int64_t cases = 0, stays = 0, patients = 0, gave_up = 0, late = 0;
  double excess_s = 0, total_s = 0;
  std::optional<std::int64_t> standard_s;  // if it is the same for all of them
  Spread time, others;
  std::int64_t other_cases = 0;
  // Of 100 pairs of one of these stays and another one, so many in which this one is longer; none: nothing to compare.
  std::optional<double> longer_of_100;
  double p = 1, q = 1;  // chance of such a difference without a cause; corrected for the number looked at
  std::vector<Bin> bins;
  Action action;
};
BOOST_DESCRIBE_STRUCT(Finding, (),
                      (rank, stage, segment, basis, cases, stays, patients, gave_up, late, excess_s, total_s,
                       standard_s, time, others, other_cases, longer_of_100, p, q, bins, action))

struct StageTotal {
  Stage stage = Stage::handling;
  std::int64_t cases = 0;
  double total_s = 0;
};
BOOST_DESCRIBE_STRUCT(StageTotal, (), (stage, cases, total_s))

struct Report {
  std::string from, to;
  Instant as_of;
  std::int64_t cases = 0;     // resolved ones and calls of the period
  std::int64_t segments = 0;  // looked at: those with enough cases
  int fewest_cases = kFewestCases;
  std::vector<StageTotal> stages;
  std::vector<Finding> items;  // worst first
};
BOOST_DESCRIBE_STRUCT(Report, (), (from, to, as_of, cases, segments, fewest_cases, stages, items))

// Why patients waited more or less for the clinic than in the days before (stages awaiting_first, awaiting_next and
// hand_over): volume + mix + speed = after − before, exactly.
struct ChangeGroup {  // cases of one site, channel and topic
  SiteId site_id;
  std::string channel, topic;
  std::int64_t cases_before = 0, cases_after = 0;
  std::optional<double> mean_before_s, mean_after_s;
  double volume_s = 0, mix_s = 0, speed_s = 0;
  double sum() const { return volume_s + mix_s + speed_s; }
};
BOOST_DESCRIBE_STRUCT(ChangeGroup, (),
                      (site_id, channel, topic, cases_before, cases_after, mean_before_s, mean_after_s, volume_s, mix_s,
                       speed_s))
struct Change {
  std::string from, to, before_from, before_to;
  std::int64_t cases_before = 0, cases_after = 0;
  double before_s = 0, after_s = 0, volume_s = 0, mix_s = 0, speed_s = 0;
  std::vector<ChangeGroup> groups;  // the greatest change first
};
BOOST_DESCRIBE_STRUCT(Change, (),
                      (from, to, before_from, before_to, cases_before, cases_after, before_s, after_s, volume_s, mix_s,
                       speed_s, groups))

struct Query {
  LocalDay from, to;  // local days of each site; `to` is exclusive
  Instant as_of;
  std::optional<SiteId> site;
  bool all_sites = true;  // else only `sites`: what the viewer may see
  std::set<SiteId> sites;
};
// Errors name the field: from, to.
Result<Query> parse_query(const std::string& from, const std::string& to, Instant now);

Report report(db::Session& session, const Query& query);
// With the as many days just before.
Change change(db::Session& session, const Query& query);
// The stays a finding is made of, the longest excess first.
std::vector<Stay> stays(db::Session& session, const Query& query, Stage stage, const Segment& segment);

// --- Pure
// --------------------------------------------------------------------------------------------------------------

// Of a case resolved at least once, up to its last resolve; else none.
std::vector<Stay> stays_of(const facts::Ledger& ledger, const analytics::Places& places);
// Of a call that belongs to no case and has ended: in the queue, and being handled.
std::vector<Stay> stays_of(const facts::Fact& call, const analytics::Places& places);
bool holds(const Segment& segment, const Stay& stay);
// How many of the half hours of a week are the segment's, what they bring, how long that takes; none: not known.
struct Outlook {
  double arrivals = 0, handling_s = 0, hours_a_week = 0;
  std::optional<double> patience_s;
};
using Ahead = std::function<std::optional<Outlook>(SiteId site, const std::string& channel, const Segment& segment)>;
Report find(const std::vector<Stay>& stays, const Ahead& ahead);
Change compare(const std::vector<Stay>& before, const std::vector<Stay>& after);

void add_routes(http::Router& router, analytics::CaseNumber number_of);

}  // namespace auricle::bottlenecks
