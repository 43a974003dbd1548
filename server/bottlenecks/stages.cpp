// A case's ledger → its stays in stages. All stays of a case add up to its full resolution time (kpi.md): the time of
// the patient and of third parties as the ledger has it, the clinic's own time divided by what was going on:
//   awaiting_first, awaiting_next  a contact of the patient had no answer by a person yet
//   hand_over                      one person had given the case away and the next had not answered yet
//   handling                       the rest: a call in progress, the work after a third party's answer, …
#include <algorithm>
#include <set>

#include "bottlenecks/bottlenecks.h"

namespace auricle::bottlenecks {
namespace {

using facts::Contact;
using facts::Ledger;
using facts::Owner;

constexpr std::int64_t kShortMs = 5'000;  // a call hung up sooner counts nowhere (kpi.md, calls_short_abandoned)

struct Wait {  // for an answer by a person
  Contact contact;
  Instant from, to;
  bool first = false;
};

const Contact* last_contact(const Ledger& ledger, Instant at) {
  const Contact* found = nullptr;
  for (const auto& contact : ledger.contacts)
    if (contact.at <= at) found = &contact;
  if (found) return found;
  return ledger.first_contact ? &*ledger.first_contact : nullptr;
}

// What the case was told of the contact: answers know it best, runs of messages only their first.
Contact contact_of(const Ledger& ledger, Instant from, Instant to) {
  for (const auto& answer : ledger.answers)
    if (answer.at == to && answer.contact.at == from) return answer.contact;
  const Contact* last = last_contact(ledger, from);
  return last ? *last : Contact{};
}

enum class Turn { contact, answer, resolve };  // of one instant in this order

std::vector<Wait> waits_of(const Ledger& ledger, Instant end) {
  std::set<std::pair<Instant, Turn>> turns;
  if (ledger.first_contact) turns.emplace(ledger.first_contact->at, Turn::contact);
  for (const auto& contact : ledger.contacts) turns.emplace(contact.at, Turn::contact);
  for (const auto at : ledger.inbound) turns.emplace(at, Turn::contact);
  for (const auto& answer : ledger.public_answers)
    if (answer.by == facts::Actor::staff) turns.emplace(answer.at, Turn::answer);
  for (const auto& resolve : ledger.resolves) turns.emplace(resolve.at, Turn::resolve);
  std::vector<Wait> waits;
  std::optional<Instant> since;
  bool first = ledger.opened_by == facts::Actor::patient;
  for (const auto& [at, turn] : turns) {
    if (at > end) break;
    if (turn == Turn::contact) {
      if (!since) since = at;
      continue;
    }
    if (since) waits.push_back({contact_of(ledger, *since, at), *since, at, first});
    if (since || turn == Turn::resolve) first = false;
    since.reset();
  }
  return waits;
}

// Time without a hole in which the clinic had the case.
struct Run {
  Instant from, to;
  std::vector<Instant> given_away;  // by one person to another, or back to all
};

class Divider {
 public:
  Divider(const Ledger& ledger, const analytics::Places& places)
      : ledger_(ledger), places_(places), end_(ledger.resolves.back().at), waits_(waits_of(ledger, end_)) {
    once_ = ledger.contacts.size() == 1 && ledger.resolves.size() == 1 && answers() == 1;
  }

  std::vector<Stay> divide() {
    std::optional<Run> run;
    const facts::Interval* before = nullptr;
    for (const auto& interval : ledger_.intervals) {
      if (interval.to > end_) break;
      const bool goes_on = before && before->to == interval.from && before->owner == interval.owner;
      if (run && !goes_on) divide_run(*std::exchange(run, std::nullopt));
      if (interval.owner != Owner::clinic) {
        beside(interval, goes_on);
      } else if (!run) {
        run = Run{interval.from, interval.to, {}};
      } else {
        if (before->agent_id && before->agent_id != interval.agent_id) run->given_away.push_back(interval.from);
        run->to = interval.to;
      }
      before = &interval;
    }
    if (run) divide_run(*run);
    for (auto& [from, stay] : waiting_) stays_.push_back(std::move(stay));
    return std::move(stays_);
  }

 private:
  std::int64_t answers() const {
    return std::count_if(ledger_.public_answers.begin(), ledger_.public_answers.end(),
                         [](const facts::PublicAnswer& a) { return a.by == facts::Actor::staff; });
  }
  struct Span {
    std::int64_t ms = 0;
    ClockKind clock = ClockKind::elapsed;
  };
  Span span(Instant from, Instant to) const {
    if (const auto ms = places_.business_ms(ledger_.site_id, ledger_.queue_id, from, to))
      return {*ms, ClockKind::business};
    return {to - from, ClockKind::elapsed};
  }

  Stay stay(Stage stage, const Contact* contact, Instant from, Instant to) const {
    Stay stay;
    stay.case_id = ledger_.case_id;
    stay.subject_id = ledger_.subject_id;
    stay.stage = stage;
    stay.from = from;
    stay.to = to;
    stay.site_id = places_.site_or_first(contact && contact->site_id ? contact->site_id : ledger_.site_id);
    if (contact) stay.channel = contact->channel;
    stay.topic = ledger_.state_at(to).topic;
    stay.language = ledger_.language;
    stay.weekday = clinic::iso_weekday(places_.local_day(stay.site_id, from));
    stay.hour = places_.local_hour(stay.site_id, from);
    stay.timed = contact && contact->kind != facts::Kind::message && contact->kind != facts::Kind::handoff;
    stay.once = once_;
    return stay;
  }
  void add(Stay& stay, Instant from, Instant to) const {
    const auto [ms, clock] = span(from, to);
    stay.ms += ms;
    stay.clock = clock;
  }

  // An assignment does not begin another stay.
  void beside(const facts::Interval& interval, bool goes_on) {
    const auto stage = interval.owner == Owner::patient ? Stage::patient : Stage::third_party;
    if (!goes_on) stays_.push_back(stay(stage, last_contact(ledger_, interval.from), interval.from, interval.to));
    auto& last = stays_.back();
    add(last, interval.from, interval.to);
    last.to = interval.to;
    last.topic = ledger_.state_at(interval.to).topic;
  }

  const Wait* wait_at(Instant at) const {
    for (const auto& wait : waits_)
      if (wait.from <= at && at < wait.to) return &wait;
    return nullptr;
  }
  Instant next_answer(Instant at) const {
    Instant next = end_;
    for (const auto& answer : ledger_.public_answers)
      if (answer.by == facts::Actor::staff && answer.at >= at) next = std::min(next, answer.at);
    return next;
  }

  void divide_run(const Run& run) {
    std::set<Instant> cuts{run.from, run.to};
    const auto cut = [&](Instant at) {
      if (at > run.from && at < run.to) cuts.insert(at);
    };
    std::vector<std::pair<Instant, Instant>> given;
    for (const auto at : run.given_away)
      if (given.empty() || at >= given.back().second) given.emplace_back(at, std::min(run.to, next_answer(at)));
    for (const auto& [from, to] : given) cut(from), cut(to);
    for (const auto& wait : waits_) cut(wait.from), cut(wait.to);
    std::optional<Stage> before;
    for (auto from = cuts.begin(), to = std::next(from); to != cuts.end(); ++from, ++to) {
      const bool handed = std::any_of(given.begin(), given.end(),
                                      [&](const auto& one) { return one.first <= *from && *from < one.second; });
      const Wait* wait = handed ? nullptr : wait_at(*from);
      if (wait)
        await(*wait, *from, *to);
      else
        work(handed ? Stage::hand_over : Stage::handling, before, *from, *to);
      before = wait ? std::nullopt : std::optional(handed ? Stage::hand_over : Stage::handling);
    }
  }
  void work(Stage stage, std::optional<Stage> before, Instant from, Instant to) {
    if (before != stage) stays_.push_back(stay(stage, last_contact(ledger_, from), from, to));
    auto& last = stays_.back();
    add(last, from, to);
    last.to = to;
    last.topic = ledger_.state_at(to).topic;
  }

  // A wait may be interrupted: by a third party, or while the case changes hands.
  void await(const Wait& wait, Instant from, Instant to) {
    const auto stage = wait.first ? Stage::awaiting_first : Stage::awaiting_next;
    const auto [found, begun] = waiting_.try_emplace(wait.from);
    auto& one = found->second;
    if (begun) one = stay(stage, &wait.contact, wait.from, wait.to);
    add(one, from, to);
    const auto due = due_of(one, wait);
    if (!due) return;
    one.standard_s = due->standard->seconds;
    const Instant late_from = std::max(from, due->at);
    const bool business = due->standard->clock == clinic::StandardClock::business;
    std::int64_t late = 0;
    if (late_from < to) late = business ? span(late_from, to).ms : to - late_from;
    one.late_ms = one.late_ms.value_or(0) + late;
  }
  std::optional<analytics::Places::Due> due_of(const Stay& stay, const Wait& wait) const {
    const auto measure = wait.first ? clinic::Promise::first_response : clinic::Promise::next_reply;
    const auto& state = ledger_.state_at(wait.to);
    return places_.due(measure, {stay.channel, state.priority, state.topic, stay.site_id}, ledger_.queue_id, wait.from);
  }

  const Ledger& ledger_;
  const analytics::Places& places_;
  const Instant end_;
  const std::vector<Wait> waits_;
  bool once_ = false;
  std::map<Instant, Stay> waiting_;
  std::vector<Stay> stays_;
};

}  // namespace

std::vector<Stay> stays_of(const Ledger& ledger, const analytics::Places& places) {
  if (ledger.resolves.empty()) return {};
  return Divider(ledger, places).divide();
}

std::vector<Stay> stays_of(const facts::Fact& call, const analytics::Places& places) {
  if (call.actor != facts::Actor::patient || !call.queued_at || !call.ended_at) return {};
  const Instant left = call.answered_at.value_or(*call.ended_at);
  const bool gave_up = !call.answered_at && call.value == "abandoned";
  if (gave_up && left - *call.queued_at < kShortMs) return {};
  Stay stay;
  stay.row = call.id.value;
  stay.subject_id = call.subject_id;
  stay.site_id = places.site_or_first(call.site_id ? call.site_id : places.site_of(call.queue_id));
  stay.channel = call.channel;
  stay.weekday = clinic::iso_weekday(places.local_day(stay.site_id, *call.queued_at));
  stay.hour = places.local_hour(stay.site_id, *call.queued_at);
  stay.timed = stay.once = true;
  const auto lasting = [&](Stage stage, Instant from, Instant to) {
    Stay one = stay;
    one.stage = stage;
    one.from = from;
    one.to = to;
    one.ms = to - from;  // somebody is on the line: the clock does not stop when the doors close
    return one;
  };
  std::vector<Stay> stays{lasting(Stage::awaiting_first, *call.queued_at, left)};
  auto& waiting = stays.front();
  waiting.gave_up = gave_up;
  const auto due =
      places.due(clinic::Promise::first_response, {stay.channel, "", "", stay.site_id}, call.queue_id, *call.queued_at);
  if (due) {
    waiting.standard_s = due->standard->seconds;
    waiting.late_ms = std::max<std::int64_t>(0, left - std::max(due->at, *call.queued_at));
  }
  if (call.answered_at) stays.push_back(lasting(Stage::handling, left, *call.ended_at));
  return stays;
}

bool holds(const Segment& segment, const Stay& stay) {
  if (segment.site_id && segment.site_id != stay.site_id) return false;
  if (segment.channel && *segment.channel != stay.channel) return false;
  if (segment.topic && *segment.topic != stay.topic) return false;
  if (segment.language && *segment.language != stay.language) return false;
  if (segment.weekday && *segment.weekday != stay.weekday) return false;
  if (segment.hour_from && stay.hour < *segment.hour_from) return false;
  return !segment.hour_to || stay.hour < *segment.hour_to;
}

}  // namespace auricle::bottlenecks
