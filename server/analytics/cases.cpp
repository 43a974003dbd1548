// Figures of cases, and of the automation in them: from a ledger to what it adds. Principles are those of kpi.md.
#include <algorithm>

#include "analytics/measures.h"

namespace auricle::analytics {
namespace {

using clinic::Promise;
using facts::Actor;
using facts::Contact;
using facts::Ledger;
using facts::Owner;
using facts::Resolve;
using facts::WaitKind;

constexpr std::int64_t kWindowMs = 7LL * 24 * 3600 * 1000;
constexpr std::int64_t kInquiryLimitMs = 16LL * 3600 * 1000;
constexpr std::int64_t kVisitorSilenceMs = 30LL * 60 * 1000;

}  // namespace

class CaseMeasure {
 public:
  CaseMeasure(const Query& query, const Places& places, const Ledger& ledger, const Emit& emit)
      : query_(query), places_(places), ledger_(ledger), emit_(emit) {}

  void cases_opened() const { count(opening()); }

  void escalation_rate() const {
    Sample sample = opening();
    sample.counted = ledger_.escalated;
    count(std::move(sample));
  }

  template <WaitKind kind>
  void answers() const {
    for (const auto& answer : ledger_.answers) {
      if (answer.kind != kind) continue;
      Sample sample = sample_at(answer.at, answer.site_id);
      sample.channel = answer.contact.channel;  // principle 6: of the contact that began the interval
      sample.site_id = places_.site_or_first(answer.contact.site_id);
      sample.agent_id = answer.agent_id;  // who gave it
      sample.topic = answer.topic;
      sample.priority = answer.priority;
      duration(std::move(sample), span(answer.contact.at, answer.at));
    }
  }

  void first_resolution() const {
    if (!ledger_.resolves.empty()) held_until(ledger_.resolves.front(), std::nullopt, {});
  }
  void full_resolution() const { until_last_resolve(std::nullopt); }
  template <Owner owner>
  void time_of() const {
    until_last_resolve(owner);
  }
  void until_last_resolve(std::optional<Owner> owner) const {
    if (ledger_.resolves.empty()) return;
    const auto& last = ledger_.resolves.back();
    const bool reopened = last.reopened_at && *last.reopened_at - last.at <= kWindowMs;
    held_until(last, owner, reopened ? facts::kOpenEnd : last.at + kWindowMs);
  }

  void reopen_rate() const {
    for (const auto& resolve : ledger_.resolves) {
      Sample sample = resolved(resolve);
      sample.counted = resolve.reopened_at && *resolve.reopened_at - resolve.at <= kWindowMs;
      if (!resolve.reopened_at) sample.provisional_until(resolve.at + kWindowMs, query_.as_of);
      count(std::move(sample));
    }
  }

  void resolved_unanswered() const {
    if (!ledger_.resolves.empty() && ledger_.resolves.front().unanswered) count(resolved(ledger_.resolves.front()));
  }

  void contacts() const {
    for (const auto& contact : ledger_.contacts) {
      const auto& state = ledger_.state_at(contact.at);
      Sample sample = sample_at(contact.at, contact.site_id);
      sample.channel = contact.channel;
      sample.site_id = places_.site_or_first(contact.site_id);
      sample.agent_id = state.agent_id;
      sample.topic = state.topic;
      sample.priority = state.priority;
      count(std::move(sample));
    }
  }

  void first_contact_resolution() const {
    if (ledger_.opened_by != Actor::patient || ledger_.resolves.empty()) return;
    const auto& resolve = ledger_.resolves.front();
    const auto before = std::count_if(ledger_.contacts.begin(), ledger_.contacts.end(),
                                      [&](const facts::Contact& c) { return c.at <= resolve.at; });
    const bool reopened = resolve.reopened_at && *resolve.reopened_at - resolve.at <= kWindowMs;
    Sample sample = resolved(resolve);
    settle_later(sample, before == 1 && !reopened, resolve);
    count(std::move(sample));
  }

  // By the day of the bot's first message. The last resolve decides; whoever comes back within the window was not
  // helped by the bot.
  void bot_containment() const {
    const auto* first = first_answer_of(Actor::bot);
    if (!first) return;
    Sample sample = by_bot(first->at, first->site_id);
    sample.counted = false;
    if (!ledger_.resolves.empty() && ledger_.resolves.back().by_bot && !first_answer_of(Actor::staff)) {
      const auto& last = ledger_.resolves.back();
      const bool came_back = std::any_of(ledger_.inbound.begin(), ledger_.inbound.end(),
                                         [&](Instant at) { return at > last.at && at - last.at <= kWindowMs; });
      const bool reopened = std::any_of(ledger_.resolves.begin(), ledger_.resolves.end(),
                                        [](const Resolve& r) { return r.reopened_at.has_value(); });
      settle_later(sample, !came_back && !reopened, last);
    }
    count(std::move(sample));
  }

  void handoff_rate() const {
    const auto* first = first_answer_of(Actor::bot);
    if (!first && ledger_.handoffs.empty()) return;
    const bool handed_first = !first || (!ledger_.handoffs.empty() && ledger_.handoffs.front() < first->at);
    Sample sample = by_bot(handed_first ? ledger_.handoffs.front() : first->at, first ? first->site_id : SiteId{});
    sample.counted = !ledger_.handoffs.empty();
    count(std::move(sample));
  }

  // Nobody answered in time. What comes later does not undo it.
  void abandoned_inquiries() const {
    const auto& first = ledger_.first_contact;
    if (ledger_.opened_by != Actor::patient || !first || first->kind != facts::Kind::message) return;
    const Instant limit = first->channel == "webchat" ? visitor_left(first->at)
                                                      : places_.after_business_ms(ledger_.site_id, ledger_.queue_id,
                                                                                  first->at, kInquiryLimitMs);
    if (limit > query_.as_of) return;
    const auto in_time = [&](const auto& one) { return one.at <= limit; };
    if (std::any_of(ledger_.public_answers.begin(), ledger_.public_answers.end(), in_time)) return;
    if (std::any_of(ledger_.resolves.begin(), ledger_.resolves.end(), in_time)) return;
    Sample sample = of_case(limit);
    apply_state(sample, limit);
    count(std::move(sample));
  }

  // Waits for an answer that were over, or should have been, by the standard in force when they began.
  void sla_attainment() const {
    for (const auto& answer : ledger_.answers)
      if (const auto measure = promise_of(answer.kind))
        promised(*measure, answer.contact, {answer.at, answer.agent_id, answer.site_id}, true);
    for (const auto& wait : ledger_.unmet)
      if (const auto measure = promise_of(wait.kind)) promised(*measure, wait.contact, {wait.until, {}, {}}, false);
    Contact opened;
    if (ledger_.first_contact) opened = *ledger_.first_contact;
    opened.at = ledger_.opened_at;
    if (ledger_.resolves.empty()) return promised(Promise::resolution, opened, {facts::kOpenEnd, {}, {}}, false);
    const auto& first = ledger_.resolves.front();
    promised(Promise::resolution, opened, {first.at, first.agent_id, first.site_id}, true);
  }

  // The ledger is folded as of the instant at which the backlog is taken.
  void backlog() const {
    if (!ledger_.open() || ledger_.intervals.empty()) return;
    Sample sample = of_case(query_.as_of);
    sample.agent_id = ledger_.agent_id;
    sample.topic = ledger_.topic;
    sample.priority = ledger_.priority;
    pass(std::move(sample));
  }

 private:
  struct End {
    Instant at;
    UserId agent_id;
    SiteId site_id;
  };
  static std::optional<Promise> promise_of(WaitKind kind) {
    if (kind == WaitKind::first_response) return Promise::first_response;
    if (kind == WaitKind::next_reply) return Promise::next_reply;
    return std::nullopt;
  }
  // Topic and priority may change meanwhile, and with them the target: the one that held when the time was up decides.
  std::optional<Places::Due> due_of(Promise measure, const Contact& contact, Instant end, Instant& fell_due) const {
    std::optional<Places::Due> due;
    const SiteId site = places_.site_or_first(contact.site_id ? contact.site_id : ledger_.site_id);
    for (std::size_t i = 0; i < ledger_.states.size(); ++i) {
      const auto& state = ledger_.states[i];
      const bool last = i + 1 == ledger_.states.size();
      if (!last && ledger_.states[i + 1].since <= contact.at) continue;
      if (state.since > end) break;
      due = places_.due(measure, {contact.channel, state.priority, state.topic, site}, ledger_.queue_id, contact.at);
      if (!due) continue;
      fell_due = std::max(due->at, std::max(state.since, contact.at));
      if (!last && fell_due < ledger_.states[i + 1].since && fell_due < end) break;
    }
    return due;
  }
  void promised(Promise measure, const Contact& contact, const End& end, bool met) const {
    Instant fell_due;
    const auto due = due_of(measure, contact, end.at, fell_due);
    if (!due) return;
    const bool in_time = end.at <= due->at;
    if (in_time && !met) return;                       // a resolve ended it without an answer
    if (!in_time && fell_due >= query_.as_of) return;  // not yet due
    const Instant at = in_time ? end.at : fell_due;
    Sample sample = sample_at(at, in_time ? end.site_id : contact.site_id);
    apply_state(sample, at);
    sample.channel = contact.channel;
    sample.site_id = places_.site_or_first(contact.site_id ? contact.site_id : ledger_.site_id);
    if (in_time) sample.agent_id = end.agent_id;
    sample.standard_id = due->standard->id;
    sample.detail = enum_name(measure);
    sample.counted = in_time;
    count(std::move(sample));
  }

  Sample sample_at(Instant at, SiteId own_site) const {
    Sample sample = analytics::sample_at(query_, places_, own_site, at);
    sample.case_id = ledger_.case_id;
    sample.queue_id = ledger_.queue_id;
    sample.language = ledger_.language;
    return sample;
  }
  // Channel and site of the first contact: for case counts and resolution.
  Sample of_case(Instant at, SiteId own_site = {}) const {
    Sample sample = sample_at(at, own_site ? own_site : ledger_.site_id);
    sample.channel = ledger_.first_contact ? ledger_.first_contact->channel : "";
    sample.site_id = places_.site_or_first(ledger_.first_contact ? ledger_.first_contact->site_id : ledger_.site_id);
    return sample;
  }
  Sample opening() const {
    Sample sample = of_case(ledger_.opened_at);
    sample.agent_id = ledger_.opening_agent_id;
    sample.topic = ledger_.opening_topic;
    sample.priority = ledger_.opening_priority;
    return sample;
  }
  Sample resolved(const Resolve& resolve) const {
    Sample sample = of_case(resolve.at, resolve.site_id);
    sample.agent_id = resolve.agent_id;
    sample.topic = resolve.topic;
    sample.priority = resolve.priority;
    return sample;
  }
  void apply_state(Sample& sample, Instant when) const {
    const auto& state = ledger_.state_at(when);
    sample.agent_id = state.agent_id;
    sample.topic = state.topic;
    sample.priority = state.priority;
  }
  Sample by_bot(Instant at, SiteId own_site) const {  // nobody's in person
    Sample sample = of_case(at, own_site);
    apply_state(sample, at);
    sample.agent_id = {};
    return sample;
  }
  const facts::PublicAnswer* first_answer_of(Actor actor) const {
    for (const auto& answer : ledger_.public_answers)
      if (answer.by == actor) return &answer;
    return nullptr;
  }
  // Counted unless the same need comes again as another case; provisional while it still may.
  void settle_later(Sample& sample, bool counted, const Resolve& resolve) const {
    const Instant until = resolve.at + kWindowMs;
    sample.counted = counted;
    if (counted) sample.provisional_until(until, query_.as_of);
    if (counted && ledger_.subject_id) sample.unless = {ledger_.subject_id, resolve.topic, resolve.at, until};
  }
  // When the visitor of a web chat was gone: said so, or silent for half an hour.
  Instant visitor_left(Instant first) const {
    if (ledger_.left_at) return *ledger_.left_at;
    Instant last = first;
    for (const auto at : ledger_.inbound) {
      if (at - last > kVisitorSilenceMs) break;
      last = std::max(last, at);
    }
    return last + kVisitorSilenceMs;
  }

  std::optional<std::int64_t> span(Instant from, Instant to) const {
    if (query_.clock == ClockKind::elapsed) return to - from;
    return places_.business_ms(ledger_.site_id, ledger_.queue_id, from, to);
  }

  // Intervals up to a resolve, in all or by the person who held them (principle 6). Everybody who held the case has a
  // value for every owner, so clinic, patient and third party add up for each person too.
  void held_until(const Resolve& resolve, std::optional<Owner> owner, Instant settles) const {
    std::map<UserId, std::int64_t> held;
    const bool by_person = splits_by_person(query_);
    if (!by_person) held[{}] = 0;
    for (const auto& interval : ledger_.intervals) {
      if (interval.to > resolve.at) break;
      const auto ms = span(interval.from, interval.to);
      if (!ms) return;  // no calendar: null, not zero
      held[by_person ? interval.agent_id : UserId{}] += !owner || *owner == interval.owner ? *ms : 0;
    }
    if (held.empty()) held[ledger_.opening_agent_id] = 0;
    for (const auto& [agent, ms] : held) {
      Sample sample = resolved(resolve);
      sample.agent_id = agent;
      sample.provisional_until(settles, query_.as_of);
      duration(std::move(sample), ms);
    }
  }
  void duration(Sample&& sample, std::optional<std::int64_t> ms) const {
    if (!ms) return;
    sample.ms = ms;
    count(std::move(sample));
  }
  void count(Sample&& sample) const {
    if (in_period(query_, sample)) pass(std::move(sample));
  }
  void pass(Sample&& sample) const {
    if (passes(query_, sample)) emit_(std::move(sample));
  }

  const Query& query_;
  const Places& places_;
  const Ledger& ledger_;
  const Emit& emit_;
};

namespace {

constexpr std::int64_t kDay = 24 * 3600;
const std::vector<Parameter> kSevenDays{{"window", "seconds", 7 * kDay}};

std::vector<Definition> counting() {
  return {
      {.key = "cases_opened",
       .group = Family::volume,
       .better = Better::neither,
       .formula = "Cases whose opening lies in the period.",
       .measure = &CaseMeasure::cases_opened},
      {.key = "contacts",
       .group = Family::volume,
       .better = Better::neither,
       .formula =
           "Contacts of patients: a call, a desk visit, or a run of messages of one conversation in which the patient "
           "was never silent longer than the gap. Our answers do not end a run.",
       .excluded = "Thank-you messages; messages and calls of staff.",
       .parameters = {{"gap", "seconds", 8 * 3600}},
       .measure = &CaseMeasure::contacts},
      {.key = "backlog",
       .group = Family::volume,
       .formula = "Unresolved cases at the end of the period, or at the instant given if that is earlier.",
       .measure = &CaseMeasure::backlog},
      {.key = "escalation_rate",
       .unit = Unit::ratio,
       .group = Family::volume,
       .formula = "Cases opened in the period that were escalated at least once / cases opened in the period.",
       .measure = &CaseMeasure::escalation_rate},
  };
}

std::vector<Definition> answering() {
  return {
      {.key = "first_response_time",
       .unit = Unit::seconds,
       .group = Family::answering,
       .formula =
           "From the patient's first contact of the case to the first human, public answer on any channel (message "
           "sent by a person, call answered in either direction, called to the desk), if it comes before the first "
           "resolve.",
       .excluded = "Cases opened by staff; answers by a bot, internal notes and thank-you messages.",
       .measure = &CaseMeasure::answers<WaitKind::first_response>},
      {.key = "next_reply_time",
       .unit = Unit::seconds,
       .group = Family::answering,
       .formula = "Every other wait: from the earliest unanswered inbound message to the next human answer on any "
                  "channel.",
       .excluded = "The first response of a case the patient opened; waits that a resolve ended; answers by a bot, "
                   "internal notes and thank-you messages.",
       .measure = &CaseMeasure::answers<WaitKind::next_reply>},
      {.key = "resolved_unanswered",
       .group = Family::answering,
       .formula = "Cases resolved although neither a person nor a bot had ever answered, on the day of their first "
                  "resolve.",
       .measure = &CaseMeasure::resolved_unanswered},
      {.key = "abandoned_inquiries",
       .group = Family::answering,
       .formula =
           "Cases opened by patients in writing that got no public answer, by a person or a bot, and no resolve within "
           "the limit of business time (elapsed where there is no calendar); a web chat: none before the visitor left "
           "or was silent for half an hour. Counted on the day the limit passed; a later answer does not undo it.",
       .excluded = "Cases opened by staff, by phone or at the desk.",
       .parameters = {{"limit", "business_seconds", 16 * 3600}, {"silence", "seconds", 30 * 60}},
       .measure = &CaseMeasure::abandoned_inquiries},
      {.key = "sla_attainment",
       .unit = Unit::ratio,
       .group = Family::answering,
       .better = Better::more,
       .formula = "Answers and resolutions given within the target / all that fell due, per target: the narrowest "
                  "standard in force when the wait began, by the topic and priority it had when the time was up. "
                  "An answer in time counts on its day, a breach on the day the time was up.",
       .excluded = "Waits not yet due; waits that a resolve ended in time; what no standard is set for.",
       .measure = &CaseMeasure::sla_attainment},
  };
}

std::vector<Definition> resolving() {
  const char* const unresolved = "Cases that were never resolved.";
  const auto lasting = [&](const char* key, const char* formula, Better better, CaseStep measure) {
    return Definition{.key = key,
                      .unit = Unit::seconds,
                      .group = Family::resolving,
                      .better = better,
                      .formula = formula,
                      .excluded = unresolved,
                      .parameters = kSevenDays,
                      .measure = measure};
  };
  return {
      {.key = "first_resolution_time",
       .unit = Unit::seconds,
       .group = Family::resolving,
       .formula = "From the opening of the case to its first resolve.",
       .excluded = unresolved,
       .measure = &CaseMeasure::first_resolution},
      lasting("full_resolution_time",
              "From the opening of the case to its last resolve, less the time it spent resolved in between; "
              "provisional until the window has passed without a reopen.",
              Better::less, &CaseMeasure::full_resolution),
      lasting("clinic_time", "The part of the full resolution time in which the clinic was to act.", Better::less,
              &CaseMeasure::time_of<Owner::clinic>),
      lasting("patient_time", "The part of the full resolution time in which the patient was to act.", Better::neither,
              &CaseMeasure::time_of<Owner::patient>),
      lasting("third_party_time",
              "The part of the full resolution time in which a third party (insurer, laboratory) was to act.",
              Better::neither, &CaseMeasure::time_of<Owner::third_party>),
      {.key = "first_contact_resolution",
       .unit = Unit::ratio,
       .group = Family::resolving,
       .better = Better::more,
       .formula =
           "First resolves before which the patient was in touch exactly once, that no reopen followed within the "
           "window, nor another case of the same patient and topic / cases opened by patients, on the day of their "
           "first resolve; provisional until the window has passed.",
       .excluded = "Cases opened by staff; cases never resolved.",
       .parameters = kSevenDays,
       .looks_ahead = true,
       .measure = &CaseMeasure::first_contact_resolution},
      {.key = "reopen_rate",
       .unit = Unit::ratio,
       .group = Family::resolving,
       .formula = "Resolves of the period that were followed by a reopen within the window / resolves of the period; "
                  "provisional until the window has passed.",
       .excluded = "Thank-you messages reopen nothing.",
       .parameters = kSevenDays,
       .measure = &CaseMeasure::reopen_rate},
  };
}

std::vector<Definition> automation() {
  return {
      {.key = "first_automated_response_time",
       .unit = Unit::seconds,
       .group = Family::automation,
       .formula = "From the patient's first contact of the case to the first answer by a bot, if it comes before the "
                  "first resolve.",
       .excluded = "Cases opened by staff.",
       .measure = &CaseMeasure::answers<WaitKind::first_automated>},
      {.key = "handoff_response_time",
       .unit = Unit::seconds,
       .group = Family::automation,
       .formula = "From the bot's hand-off to the first human, public answer after it, on any channel.",
       .excluded = "Hand-offs that a resolve ended; a second hand-off of the same wait.",
       .measure = &CaseMeasure::answers<WaitKind::handoff>},
      {.key = "bot_containment",
       .unit = Unit::ratio,
       .group = Family::automation,
       .better = Better::more,
       .formula =
           "Cases last resolved by the bot without any public answer by a person, not reopened, without a message of "
           "the patient and another case of the same patient and topic within the window after / cases with a public "
           "message of the bot, on the day of the first; provisional until the window has passed.",
       .excluded = "Cases without a bot.",
       .parameters = kSevenDays,
       .looks_ahead = true,
       .measure = &CaseMeasure::bot_containment},
      {.key = "handoff_rate",
       .unit = Unit::ratio,
       .group = Family::automation,
       .better = Better::neither,
       .formula = "Cases the bot handed to a person / cases the bot took part in, on the day of its first message.",
       .excluded = "Cases without a bot.",
       .measure = &CaseMeasure::handoff_rate},
  };
}

}  // namespace

std::vector<Definition> case_definitions() {
  std::vector<Definition> all;
  for (auto part : {counting(), answering(), resolving(), automation()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

void measure_case(const Definition& definition, const Query& query, const Places& places, const Ledger& ledger,
                  const Emit& emit) {
  const CaseMeasure measure(query, places, ledger, emit);
  (measure.*std::get<CaseStep>(definition.measure))();
}

void measure_contact(const Query& query, const Places& places, const facts::Fact& call, const Emit& emit) {
  if (call.actor != Actor::patient) return;
  const SiteId site = places.site_or_first(call.site_id ? call.site_id : places.site_of(call.queue_id));
  Sample sample = sample_at(query, places, site, call.queued_at.value_or(call.happened_at));
  sample.row = call.id.value;
  sample.channel = call.channel;
  sample.site_id = site;
  sample.queue_id = call.queue_id;
  if (sample.ended_at <= query.as_of && in_period(query, sample) && passes(query, sample)) emit(std::move(sample));
}

}  // namespace auricle::analytics
