// Facts → samples: which facts a question needs, and what only all of them together decide.
#include <algorithm>

#include "analytics/collect.h"

namespace auricle::analytics {
namespace {

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
using facts::Fact;
using facts::Ledger;

struct Opening {
  CaseId case_id;
  Instant at;
  std::string topic;
};
struct Reach {  // a person of ours reached somebody
  Instant at, started;
};

struct Collected {
  Keyed keyed;
  // Of the patients, where a figure asks for what else happened to them.
  std::map<facts::SubjectId, std::vector<Opening>> openings;
  std::map<facts::SubjectId, std::vector<Reach>> reached;
  std::map<facts::CallerId, std::vector<Reach>> called;
  Handling handling;
};

// The last instant of a day at a site, or `as_of` if that comes first.
Instant end_of(const Places& places, SiteId site, clinic::LocalDay day, Instant as_of) {
  return std::min(places.start_of_day(site, day + 1) - 1, as_of);
}

bool open_at(const Ledger& ledger, Instant when) {
  return std::any_of(ledger.intervals.begin(), ledger.intervals.end(),
                     [&](const auto& i) { return i.from <= when && when < i.to; });
}

bool wants(const Query& query, std::string_view key) {
  return std::find(query.keys.begin(), query.keys.end(), key) != query.keys.end();
}

bool is_series(const Query& query) {
  return std::find(query.by.begin(), query.by.end(), Dimension::day) != query.by.end();
}

// The days whose end a backlog is taken at: each day of the period, or the last one only.
std::vector<clinic::LocalDay> backlog_days(const Query& query) {
  if (query.to <= query.from) return {};
  std::vector<clinic::LocalDay> days;
  for (auto day = is_series(query) ? query.from : query.to + -1; day < query.to; day = day + 1) days.push_back(day);
  return days;
}

void measure_backlog(const Query& query, const Places& places, const std::vector<Fact>& facts,
                     const std::vector<Ledger>& known, std::vector<Sample>& out) {
  for (const auto day : backlog_days(query)) {
    std::set<Instant> instants;  // sites of joined cases may lie in different zones
    for (const auto& ledger : known) {
      if (is_series(query) && places.start_of_day(ledger.site_id, day) > query.as_of) continue;  // not yet
      const Instant end = end_of(places, ledger.site_id, day, query.as_of);
      if (open_at(ledger, end)) instants.insert(end);
    }
    for (const Instant end : instants) {
      Query at_end = query;
      at_end.as_of = end;
      for (const auto& ledger : facts::fold(facts, end))
        if (end_of(places, ledger.site_id, day, query.as_of) == end)
          measure_case(*find_definition("backlog"), at_end, places, ledger, [&](Sample&& s) {
            s.day = day;
            out.push_back(std::move(s));
          });
    }
  }
}

// Figures that look at cases which may lie outside the facts of the period: unresolved ones.
bool looks_at_unresolved(std::string_view key) {
  return key == "backlog" || key == "abandoned_inquiries" || key == "sla_attainment";
}

template <class Test>
bool any(const Query& query, const Test& test) {
  return std::any_of(query.keys.begin(), query.keys.end(),
                     [&](const std::string& key) { return test(*find_definition(key)); });
}
bool wants_rows(const Query& query, Rows rows) {
  return any(query, [&](const Definition& d) { return d.rows == rows; });
}
bool looks_ahead(const Query& query, Rows rows) {
  return any(query, [&](const Definition& d) { return d.looks_ahead && d.rows == rows; });
}

// That of the case when it happened: a late message of an imported case opened another.
const Ledger* ledger_at(const std::vector<Ledger>& ledgers, CaseId id, Instant when) {
  const Ledger* found = nullptr;
  for (const auto& ledger : ledgers)
    if (ledger.case_id == id && (!found || ledger.opened_at <= when)) found = &ledger;
  return found;
}

// When somebody of ours reached somebody: a public message, an answered call, a call to the desk.
std::optional<Reach> reach_of(const Fact& fact) {
  using facts::Kind;
  if (fact.kind == Kind::message && fact.actor == facts::Actor::staff && fact.is_public)
    return Reach{fact.happened_at, fact.happened_at};
  if ((fact.kind == Kind::call || fact.kind == Kind::visit) && fact.answered_at)
    return Reach{*fact.answered_at, fact.queued_at.value_or(fact.happened_at)};
  return std::nullopt;
}

void collect_reaches(const Query& query, const std::vector<Fact>& facts, const std::vector<Ledger>& ledgers,
                     Collected& out) {
  for (const auto& fact : facts) {
    const auto reach = reach_of(fact);
    if (!reach || reach->at > query.as_of) continue;
    const Ledger* ledger = ledger_at(ledgers, fact.case_id, fact.happened_at);
    if (const auto subject = ledger ? ledger->subject_id : fact.subject_id) out.reached[subject].push_back(*reach);
    if (fact.caller_id) out.called[fact.caller_id].push_back(*reach);
  }
}

void measure_group(const Definition& definition, const Query& query, const Places& places,
                   const std::vector<Fact>& facts, const std::vector<Ledger>& ledgers, const Emit& emit) {
  const bool of_cases = definition.rows == Rows::cases;
  if (of_cases)
    for (const auto& ledger : ledgers) measure_case(definition, query, places, ledger, emit);
  for (const auto& fact : facts) {
    if (fact.kind != facts::Kind::call) continue;
    if (definition.rows == Rows::calls)
      measure_call(definition, query, places, fact, ledger_at(ledgers, fact.case_id, fact.happened_at), emit);
    else if (definition.key == "contacts" && !fact.case_id)
      measure_contact(query, places, fact, emit);
  }
}

void collect(const Query& query, const Places& places, const std::vector<Fact>& facts,
             const std::vector<Ledger>& ledgers, bool unresolved, Collected& out) {
  for (const auto& key : query.keys) {
    if (looks_at_unresolved(key) != unresolved || key == "backlog") continue;
    auto& samples = out.keyed[key];
    measure_group(*find_definition(key), query, places, facts, ledgers,
                  [&](Sample&& s) { samples.push_back(std::move(s)); });
  }
  if (unresolved) return;
  if (looks_ahead(query, Rows::cases))
    for (const auto& ledger : ledgers)
      if (ledger.subject_id)
        out.openings[ledger.subject_id].push_back({ledger.case_id, ledger.opened_at, ledger.opening_topic});
  if (looks_ahead(query, Rows::calls)) collect_reaches(query, facts, ledgers, out);
  if (wants_rows(query, Rows::person_days))
    for (const auto& fact : facts) add_handling(fact, out.handling);
}

using LedgerOf = std::function<std::vector<Ledger>(CaseId)>;

// Surveys, appointments and presence, which are facts of no case.
void collect_beside(const Query& query, const Places& places, const Facts& facts, const LedgerOf& ledgers_of,
                    Collected& out) {
  std::map<CaseId, std::vector<Ledger>> asked;
  const auto ledger = [&](const facts::Survey& survey) -> const Ledger* {
    if (!survey.case_id) return nullptr;
    auto [it, added] = asked.try_emplace(survey.case_id);
    if (added) it->second = ledgers_of(survey.case_id);
    return ledger_at(it->second, survey.case_id, survey.sent_at);
  };
  const auto appointment = [&](const facts::Survey& survey) -> const facts::Appointment* {
    for (const auto& one : facts.appointments)
      if (survey.appointment_id && one.id == survey.appointment_id) return &one;
    return nullptr;
  };
  for (const auto& key : query.keys) {
    const auto& definition = *find_definition(key);
    auto& samples = out.keyed[key];
    const Emit emit = [&](Sample&& s) { samples.push_back(std::move(s)); };
    if (definition.rows == Rows::surveys)
      for (const auto& survey : facts.surveys)
        measure_survey(definition, query, places, survey, ledger(survey), appointment(survey), emit);
    if (definition.rows == Rows::appointments)
      for (const auto& one : facts.appointments) measure_appointment(definition, query, places, one, emit);
    if (definition.rows == Rows::person_days)
      measure_days(definition, query, places, facts.presences, out.handling, emit);
  }
}

// Takes samples out of the numerator whose patient came with the same need again.
void settle_case(const Query& query, const Collected& collected, Sample& sample) {
  if (!sample.unless || !sample.counted) return;
  const auto found = collected.openings.find(sample.unless->subject_id);
  if (found == collected.openings.end()) return;
  const bool again = std::any_of(found->second.begin(), found->second.end(), [&](const Opening& other) {
    return other.case_id != sample.case_id && other.topic == sample.unless->topic && other.at > sample.unless->after &&
           other.at <= sample.unless->until;
  });
  if (!again) return;
  sample.counted = false;
  sample.provisional_until({}, query.as_of);
}

// The earliest contact that reached the caller decides; unidentified callers are known by their number.
const Reach* reach_for(const Collected& collected, const Sample::Reached& asked) {
  const auto first = [&](const auto& all, auto id) -> const Reach* {
    const Reach* earliest = nullptr;
    const auto found = all.find(id);
    if (!id || found == all.end()) return nullptr;
    for (const auto& reach : found->second)
      if (reach.at >= asked.after && reach.at <= asked.until &&
          (!earliest || std::pair(reach.at, reach.started) < std::pair(earliest->at, earliest->started)))
        earliest = &reach;
    return earliest;
  };
  return asked.subject_id ? first(collected.reached, asked.subject_id) : first(collected.called, asked.caller_id);
}

void settle_call(const Query& query, const Places& places, const Collected& collected, Sample& sample) {
  const auto& asked = *sample.reached;
  const auto* reach = reach_for(collected, asked);
  sample.counted = reach != nullptr;
  if (!reach) sample.provisional_until(asked.until, query.as_of);
  if (!asked.by_time || !reach) return;
  const Instant started = std::max(reach->started, asked.after);
  sample.ms = query.clock == ClockKind::elapsed
                  ? std::optional(started - asked.after)
                  : places.business_ms(sample.site_id, sample.queue_id, asked.after, started);
}

void settle(const Query& query, const Places& places, Collected& collected) {
  for (auto& [key, samples] : collected.keyed)
    for (auto& sample : samples)
      if (sample.reached)
        settle_call(query, places, collected, sample);
      else
        settle_case(query, collected, sample);
}

std::vector<Figure> all_figures(const Query& query, const Keyed& keyed) {
  std::vector<Figure> figures;
  for (const auto& key : query.keys) {
    const auto found = keyed.find(key);
    const auto some =
        summarise(*find_definition(key), query, found == keyed.end() ? std::vector<Sample>{} : found->second);
    figures.insert(figures.end(), some.begin(), some.end());
  }
  return figures;
}

Instant first_of(const Places& places, clinic::LocalDay day) {
  auto sites = places.sites();
  Instant first = places.start_of_day({}, day);
  for (const auto site : sites) first = std::min(first, places.start_of_day(site, day));
  return first;
}
Instant last_of(const Places& places, clinic::LocalDay day) {
  Instant last = places.start_of_day({}, day + 1);
  for (const auto site : places.sites()) last = std::max(last, places.start_of_day(site, day + 1));
  return last;
}

// Any fact that ends an interval of the period lies in it; a day more on each side covers long calls and visits.
facts::Candidates period_of(const Query& query, const Places& places) {
  const int later = any(query, [](const Definition& d) { return d.looks_ahead; }) ? 7 : 0;
  return {first_of(places, query.from) - kDayMs, last_of(places, query.to + -1) + (1 + later) * kDayMs, false};
}

facts::Candidates unresolved_in(const Query& query, const Places& places) {
  auto candidates = period_of(query, places);
  const auto days = backlog_days(query);
  const bool only_backlog = !wants(query, "abandoned_inquiries") && !wants(query, "sla_attainment");
  if (only_backlog && !days.empty()) candidates.from = first_of(places, days.front()) - kDayMs;
  candidates.from = std::min(candidates.from, query.as_of);
  return candidates;
}

bool folds_facts(const Query& query) {
  return any(query, [](const Definition& d) {
    return !looks_at_unresolved(d.key) &&
           (d.rows == Rows::cases || d.rows == Rows::calls || d.rows == Rows::person_days);
  });
}

Facts beside(db::Session& session, const Places& places, const Query& query) {
  const auto period = period_of(query, places);
  Facts facts;
  if (wants_rows(query, Rows::appointments)) facts.appointments = facts::appointments(session, period.from, period.to);
  if (wants_rows(query, Rows::person_days)) facts.presences = facts::presences(session, period.from, period.to);
  if (!wants_rows(query, Rows::surveys)) return facts;
  facts.surveys = facts::surveys(session, period.from, period.to);
  for (auto& one : facts::appointments_of(session, facts.surveys)) {
    const auto known = std::any_of(facts.appointments.begin(), facts.appointments.end(),
                                   [&](const facts::Appointment& a) { return a.id == one.id; });
    if (!known) facts.appointments.push_back(std::move(one));  // outside the period: no other figure takes it
  }
  return facts;
}

// Leaves out what late imports brought.
template <class T>
void drop_late(std::vector<T>& rows, const Late& late) {
  if (late.empty()) return;
  std::erase_if(rows, [&](const T& row) {
    return !row.source.empty() && std::any_of(late.begin(), late.end(), [&](const facts::Restatement& r) {
      return row.id.value >= r.first_id && row.id.value < r.last_id;
    });
  });
}

// Several questions about the same days, as of the same instant, in one pass over the facts.
class Collecting {
 public:
  Collecting(db::Session& session, const Places& places, const std::vector<Query>& queries, const Late& without)
      : session_(session), places_(places), queries_(queries), without_(without), collected_(queries.size()) {}

  std::vector<Keyed> run() {
    groups();
    for (std::size_t i = 0; i < queries_.size(); ++i) others(queries_[i], collected_[i]);
    std::vector<Keyed> keyed;
    for (auto& one : collected_) keyed.push_back(std::move(one.keyed));
    return keyed;
  }

 private:
  static bool unresolved(const Query& query) {
    return any(query, [](const Definition& d) { return looks_at_unresolved(d.key); });
  }
  // Which cases any of the questions needs; read once for all of them.
  std::optional<facts::Candidates> candidates() const {
    std::optional<facts::Candidates> touched, open;
    const auto widen = [](std::optional<facts::Candidates>& all, const facts::Candidates& one) {
      if (!all) all = one;
      all->from = std::min(all->from, one.from);
      all->to = std::max(all->to, one.to);
    };
    for (const auto& query : queries_) {
      if (folds_facts(query)) widen(touched, period_of(query, places_));
      if (unresolved(query)) widen(open, unresolved_in(query, places_));
    }
    if (touched && open) {
      touched->open_from = open->from;
      touched->open_to = open->to;
    }
    if (touched || !open) return touched;
    open->open_after = true;
    return open;
  }
  void groups() {
    const auto wanted = candidates();
    if (!wanted) return;
    facts::for_each_group(session_, *wanted, [&](std::vector<Fact>&& facts) {
      drop_late(facts, without_);
      const auto ledgers = facts::fold(facts, queries_.front().as_of);
      for (std::size_t i = 0; i < queries_.size(); ++i) {
        if (folds_facts(queries_[i])) group(queries_[i], facts, ledgers, false, collected_[i]);
        if (unresolved(queries_[i])) group(queries_[i], facts, ledgers, true, collected_[i]);
      }
    });
  }
  void group(const Query& query, const std::vector<Fact>& facts, const std::vector<Ledger>& ledgers, bool open,
             Collected& out) const {
    collect(query, places_, facts, ledgers, open, out);
    if (open && wants(query, "backlog")) measure_backlog(query, places_, facts, ledgers, out.keyed["backlog"]);
  }
  void others(const Query& query, Collected& out) const {
    const auto ledgers = [&](CaseId id) {
      auto facts = facts::facts_of(session_, id);
      drop_late(facts, without_);
      return facts::fold(std::move(facts), query.as_of);
    };
    Facts beside_cases = beside(session_, places_, query);
    drop_late(beside_cases.surveys, without_);
    drop_late(beside_cases.appointments, without_);
    drop_late(beside_cases.presences, without_);
    collect_beside(query, places_, beside_cases, ledgers, out);
    settle(query, places_, out);
  }

  db::Session& session_;
  const Places& places_;
  const std::vector<Query>& queries_;
  const Late& without_;
  std::vector<Collected> collected_;
};

Places places_for(db::Session& session, const Query& query) {
  Places places = load_places(session);
  if (wants_rows(query, Rows::person_days)) load_homes(session, places);
  return places;
}

// Restatements of days of the period that were recorded when it was over.
Late late_in(db::Session& session, const Places& places, const Query& query) {
  const auto period = period_of(query, places);
  const Instant closed{query.to.days * kDayMs};
  auto late = facts::restatements(session, period.from, period.to);
  std::erase_if(late, [&](const facts::Restatement& r) { return r.recorded_at < closed; });
  return late;
}

void mark_restated(db::Session& session, const Places& places, const Query& query, std::vector<Figure>& figures) {
  const Late late = late_in(session, places, query);
  if (late.empty()) return;
  const auto before = all_figures(query, collect_all(session, places, query, late));
  for (auto& figure : figures) {
    const auto was = std::find_if(before.begin(), before.end(), [&](const Figure& other) {
      return other.key == figure.key && other.group == figure.group;
    });
    Restated restated{late.back().recorded_at, 0, std::nullopt, late.back().added};
    if (was != before.end()) {
      restated.n = was->n;
      restated.value = was->value;
    }
    if (restated.n != figure.n || restated.value != figure.value) figure.restated = restated;
  }
}

}  // namespace

std::vector<Keyed> collect_many(db::Session& session, const Places& places, const std::vector<Query>& queries,
                                const Late& without) {
  return Collecting(session, places, queries, without).run();
}

Keyed collect_all(db::Session& session, const Places& places, const Query& query, const Late& without) {
  return std::move(collect_many(session, places, {query}, without).front());
}

namespace {

constexpr std::pair<const char*, std::int64_t> kBands[] = {{"under_4_hours", kDayMs / 6},  {"under_1_day", kDayMs},
                                                           {"under_3_days", 3 * kDayMs},   {"under_7_days", 7 * kDayMs},
                                                           {"under_30_days", 30 * kDayMs}, {"over_30_days", INT64_MAX}};

const char* band_of(std::int64_t age) {
  for (const auto& [name, limit] : kBands)
    if (age < limit) return name;
  return "over_30_days";
}

}  // namespace

std::vector<Figure> figures(db::Session& session, const Query& query) {
  const Places places = places_for(session, query);
  auto now =
      query.live ? rolled_figures(session, places, query) : all_figures(query, collect_all(session, places, query));
  mark_restated(session, places, query, now);
  return now;
}

std::vector<Figure> scanned_figures(db::Session& session, const Query& query) {
  Query asked = query;
  asked.live = false;
  return figures(session, asked);
}

std::vector<Sample> samples(db::Session& session, const Query& query, std::string_view key) {
  Query one = query;
  one.keys = {std::string(key)};
  auto all = std::move(collect_all(session, places_for(session, one), one)[one.keys.front()]);
  if (find_definition(key)->unit == Unit::seconds)
    std::erase_if(all, [](const Sample& sample) { return !sample.ms; });  // what may still come is no row yet
  return all;
}

std::vector<Figure> figures(const Facts& facts, const Places& places, const Query& query) {
  Collected collected;
  const auto known = facts::fold(facts.of_cases, query.as_of);
  collect(query, places, facts.of_cases, known, false, collected);
  collect(query, places, facts.of_cases, known, true, collected);
  const auto ledgers = [&](CaseId) { return known; };
  collect_beside(query, places, facts, ledgers, collected);
  settle(query, places, collected);
  if (wants(query, "backlog")) measure_backlog(query, places, facts.of_cases, known, collected.keyed["backlog"]);
  return all_figures(query, collected.keyed);
}

Backlog backlog(db::Session& session, const Query& query) {
  const Places places = load_places(session);
  Backlog result;
  result.as_of = query.as_of;
  std::map<std::pair<int, std::string>, std::int64_t> counts;
  facts::for_each_group(session, {query.as_of, query.as_of, true}, [&](std::vector<Fact>&& facts) {
    for (const auto& ledger : facts::fold(std::move(facts), query.as_of))
      measure_case(*find_definition("backlog"), query, places, ledger, [&](Sample&&) {
        ++result.n;
        ++counts[{static_cast<int>(ledger.intervals.back().owner), band_of(query.as_of - ledger.opened_at)}];
      });
  });
  for (const auto owner : {facts::Owner::clinic, facts::Owner::patient, facts::Owner::third_party})
    for (const auto& [band, limit] : kBands)
      result.bands.push_back({owner, band, counts[{static_cast<int>(owner), band}]});
  return result;
}

}  // namespace auricle::analytics
