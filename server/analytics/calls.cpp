// Figures of calls. Everything about a call counts on the day it was offered, once it has ended.
#include "analytics/measures.h"

namespace auricle::analytics {

bool CallMeasure::offered() const { return call.actor == facts::Actor::patient && call.queued_at; }
bool CallMeasure::abandoned() const { return offered() && !answered() && call.value == "abandoned"; }
bool CallMeasure::short_abandoned() const { return abandoned() && waited() < parameter("short"); }

bool CallMeasure::missed() const {
  if (call.actor != facts::Actor::patient || answered()) return false;
  if (call.value == "closed") return true;
  return offered() && !short_abandoned() && call.value != "ivr_exit";
}

std::int64_t CallMeasure::waited() const { return call.answered_at.value_or(*call.ended_at) - *call.queued_at; }

bool CallMeasure::rate(bool counted) {
  sample.counted = counted;
  return true;
}

bool CallMeasure::lasting(Instant from, Instant to) {
  sample.ms =
      query.clock == ClockKind::elapsed ? to - from : places.business_ms(sample.site_id, sample.queue_id, from, to);
  return sample.ms.has_value();
}

bool CallMeasure::reached(bool by_time) {
  const Instant ended = *call.ended_at;
  sample.reached = {ledger ? ledger->subject_id : call.subject_id, call.caller_id, ended, ended + parameter("limit"),
                    by_time};
  return true;
}

namespace {

const Parameter kShort{"short", "seconds", 5, true};
const Parameter kTarget{"target", "seconds", 20, true};

// Within includes equality.
bool in_time(const CallMeasure& m) { return m.waited() <= m.parameter("target"); }
// The population of the rates: offered, and not hung up at once.
bool counts(const CallMeasure& m) { return m.offered() && !m.short_abandoned(); }

Definition of_calls(const char* key, Unit unit, Better better, std::string formula, std::string excluded,
                    std::vector<Parameter> parameters, CallStep measure) {
  return {.key = key,
          .unit = unit,
          .group = Family::calls,
          .better = better,
          .rows = Rows::calls,
          .formula = std::move(formula),
          .excluded = std::move(excluded),
          .parameters = std::move(parameters),
          .measure = measure};
}

std::vector<Definition> volume() {
  const char* const menu = "Calls that left in the menu; calls of staff.";
  return {
      of_calls("calls_offered", Unit::count, Better::neither, "Inbound calls that entered a queue.", menu, {},
               [](CallMeasure& m) { return m.offered(); }),
      of_calls("ivr_exits", Unit::count, Better::neither, "Inbound calls that ended in the menu, before any queue.", "",
               {},
               [](CallMeasure& m) {
                 return m.call.actor == facts::Actor::patient && !m.offered() && m.call.value == "ivr_exit";
               }),
      of_calls("calls_short_abandoned", Unit::count, Better::neither,
               "Calls hung up while queued after less than the short time.", menu, {kShort},
               [](CallMeasure& m) { return m.short_abandoned(); }),
      of_calls("calls_abandoned", Unit::count, Better::less, "Calls hung up while queued after the short time or more.",
               menu, {kShort}, [](CallMeasure& m) { return m.abandoned() && !m.short_abandoned(); }),
      of_calls("abandonment_rate", Unit::ratio, Better::less,
               "Abandoned calls / (calls offered − short abandoned ones).", menu, {kShort},
               [](CallMeasure& m) { return counts(m) && m.rate(m.abandoned()); }),
  };
}

std::vector<Definition> levels() {
  return {
      of_calls("service_level", Unit::ratio, Better::more,
               "Calls answered within the target of entering the queue / (calls offered − short abandoned ones).",
               "Calls that left in the menu.", {kTarget, kShort},
               [](CallMeasure& m) { return counts(m) && m.rate(m.answered() && in_time(m)); }),
      of_calls("service_level_all_abandons", Unit::ratio, Better::more,
               "As some other systems count it: calls answered within the target / calls offered.",
               "Calls that left in the menu.", {kTarget},
               [](CallMeasure& m) { return m.offered() && m.rate(m.answered() && in_time(m)); }),
      of_calls("service_level_answered_only", Unit::ratio, Better::more,
               "As some other systems count it: calls answered within the target / calls answered.",
               "Calls never answered.", {kTarget},
               [](CallMeasure& m) { return m.offered() && m.answered() && m.rate(in_time(m)); }),
      of_calls("service_level_abandons_met", Unit::ratio, Better::more,
               "As some other systems count it: (calls answered within the target + calls abandoned within it, short "
               "ones included) / calls offered.",
               "Calls that left in the menu.", {kTarget},
               [](CallMeasure& m) { return m.offered() && m.rate((m.answered() || m.abandoned()) && in_time(m)); }),
  };
}

std::vector<Definition> times() {
  return {
      of_calls("average_speed_of_answer", Unit::seconds, Better::less,
               "Mean wait in the queue of the calls that were answered; median, p90 and the longest beside it.",
               "Calls never answered.", {},
               [](CallMeasure& m) {
                 return m.offered() && m.answered() && m.lasting(*m.call.queued_at, *m.call.answered_at);
               }),
      of_calls("average_handle_time", Unit::seconds, Better::neither,
               "Of the calls offered that were answered: from the answer to the end (talk and hold) and the wrap-up "
               "after it.",
               "Calls of staff.", {},
               [](CallMeasure& m) {
                 const auto wrapped = *m.call.ended_at + 1000 * m.call.wrap_up_seconds.value_or(0);
                 return m.offered() && m.answered() && m.lasting(*m.call.answered_at, wrapped);
               }),
  };
}

std::vector<Definition> missing() {
  const Parameter limit{"limit", "seconds", 24 * 3600};
  auto recovered = of_calls(
      "missed_recovered", Unit::count, Better::more,
      "Missed calls whose patient, within the limit after the call ended, got a person's public message, an answered "
      "call in either direction or was called to the desk. The patient of the case, else of the call, else the only "
      "person with that number; unidentified callers are matched by number, on calls only. Provisional until the limit "
      "has passed.",
      "", {kShort, limit}, [](CallMeasure& m) { return m.missed() && m.reached(false); });
  auto callback =
      of_calls("callback_time", Unit::seconds, Better::less,
               "From the end of the missed call to the start of the contact that recovered it; on the day the call was "
               "offered. Provisional until the limit has passed.",
               "Missed calls that were not recovered.", {kShort, limit},
               [](CallMeasure& m) { return m.missed() && m.reached(true); });
  recovered.looks_ahead = callback.looks_ahead = true;
  return {
      of_calls("calls_missed", Unit::count, Better::less,
               "Calls offered, not short abandoned and never answered (abandoned, overflowed, voicemail, call-back "
               "requested, no answer), and calls that came while closed.",
               "Calls that left in the menu.", {kShort}, [](CallMeasure& m) { return m.missed(); }),
      std::move(recovered),
      std::move(callback),
  };
}

SiteId site_of(const Places& places, const facts::Fact& call, const facts::Ledger* ledger) {
  if (call.site_id) return call.site_id;
  if (ledger && ledger->site_id) return ledger->site_id;
  return places.site_of(call.queue_id);
}

}  // namespace

std::vector<Definition> call_definitions() {
  std::vector<Definition> all;
  for (auto part : {volume(), levels(), times(), missing()}) all.insert(all.end(), part.begin(), part.end());
  return all;
}

void measure_call(const Definition& definition, const Query& query, const Places& places, const facts::Fact& call,
                  const facts::Ledger* ledger, const Emit& emit) {
  if (!call.ended_at || *call.ended_at > query.as_of) return;
  const SiteId site = places.site_or_first(site_of(places, call, ledger));
  CallMeasure measure{definition, query, places, call, ledger, sample_at(query, places, site, call.happened_at)};
  Sample& sample = measure.sample;
  sample.ended_at = *call.ended_at;
  sample.row = call.id.value;
  sample.case_id = call.case_id;
  sample.site_id = site;
  sample.channel = call.channel;
  sample.agent_id = call.agent_id;
  sample.queue_id = call.queue_id;
  sample.detail = call.value;
  if (ledger) {
    const auto& state = ledger->state_at(*call.ended_at);
    sample.topic = state.topic;
    sample.priority = state.priority;
    sample.language = ledger->language;
    if (!sample.queue_id) sample.queue_id = ledger->queue_id;
  }
  if (!in_period(query, sample) || !passes(query, sample)) return;
  if (std::get<CallStep>(definition.measure)(measure)) emit(std::move(sample));
}

}  // namespace auricle::analytics
