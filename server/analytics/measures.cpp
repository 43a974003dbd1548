// From a ledger to what it adds to each figure. Principles are those of kpi.md.
#include <algorithm>

#include "analytics/analytics.h"

namespace auricle::analytics {
namespace {

using facts::Actor;
using facts::Ledger;
using facts::Owner;
using facts::Resolve;
using facts::WaitKind;

constexpr std::int64_t kWindowMs = 7LL * 24 * 3600 * 1000;
constexpr std::int64_t kInquiryLimitMs = 16LL * 3600 * 1000;
constexpr std::int64_t kVisitorSilenceMs = 30LL * 60 * 1000;

bool asks_for(const Query& query, Dimension dimension) {
  return std::find(query.by.begin(), query.by.end(), dimension) != query.by.end();
}

bool passes(const Query& query, const Sample& sample) {
  if (query.site && *query.site != sample.site_id) return false;
  if (!query.all_sites && !query.sites.contains(sample.site_id)) return false;
  if (query.channel && *query.channel != sample.channel) return false;
  if (query.topic && *query.topic != sample.topic) return false;
  if (query.language && *query.language != sample.language) return false;
  if (query.priority && *query.priority != sample.priority) return false;
  return !query.agent || *query.agent == sample.agent_id;
}

bool in_period(const Query& query, const Sample& sample) { return sample.day >= query.from && sample.day < query.to; }

Sample sample_at(const Query& query, const Places& places, SiteId own_site, Instant at) {
  Sample sample;
  sample.ended_at = at;
  sample.day = places.local_day(own_site, at);
  if (asks_for(query, Dimension::hour)) sample.hour = places.local_hour(own_site, at);
  return sample;
}

class Measure {
 public:
  Measure(const Query& query, const Places& places, const Ledger& ledger, const std::function<void(Sample&&)>& emit)
      : query_(query), places_(places), ledger_(ledger), emit_(emit) {}

  void cases_opened() const { count(opening()); }

  void escalation_rate() const {
    Sample sample = opening();
    sample.counted = ledger_.escalated;
    count(std::move(sample));
  }

  void answers(WaitKind kind) const {
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
    if (!ledger_.resolves.empty()) held_until(ledger_.resolves.front(), std::nullopt, false);
  }
  void until_last_resolve(std::optional<Owner> owner) const {
    if (ledger_.resolves.empty()) return;
    const auto& last = ledger_.resolves.back();
    const bool reopened = last.reopened_at && *last.reopened_at - last.at <= kWindowMs;
    held_until(last, owner, reopened || query_.as_of < last.at + kWindowMs);
  }

  void reopen_rate() const {
    for (const auto& resolve : ledger_.resolves) {
      Sample sample = resolved(resolve);
      sample.counted = resolve.reopened_at && *resolve.reopened_at - resolve.at <= kWindowMs;
      sample.provisional = !resolve.reopened_at && query_.as_of < resolve.at + kWindowMs;
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

  // The ledger is folded as of the instant at which the backlog is taken.
  void backlog(clinic::LocalDay day) const {
    if (!ledger_.open() || ledger_.intervals.empty()) return;
    Sample sample = of_case(query_.as_of);
    sample.day = day;
    sample.agent_id = ledger_.agent_id;
    sample.topic = ledger_.topic;
    sample.priority = ledger_.priority;
    pass(std::move(sample));
  }

 private:
  Sample sample_at(Instant at, SiteId own_site) const {
    Sample sample = analytics::sample_at(query_, places_, own_site, at);
    sample.case_id = ledger_.case_id;
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
    sample.provisional = counted && query_.as_of < until;
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
  void held_until(const Resolve& resolve, std::optional<Owner> owner, bool provisional) const {
    std::map<UserId, std::int64_t> held;
    const bool by_person = splits_by_person();
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
      sample.provisional = provisional;
      duration(std::move(sample), ms);
    }
  }
  bool splits_by_person() const { return query_.agent || asks_for(query_, Dimension::agent); }

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
  const std::function<void(Sample&&)>& emit_;
};

using Step = void (*)(const Measure&);
const std::map<std::string_view, Step>& steps() {
  static const std::map<std::string_view, Step> all{
      {"cases_opened", [](const Measure& m) { m.cases_opened(); }},
      {"first_response_time", [](const Measure& m) { m.answers(WaitKind::first_response); }},
      {"next_reply_time", [](const Measure& m) { m.answers(WaitKind::next_reply); }},
      {"first_resolution_time", [](const Measure& m) { m.first_resolution(); }},
      {"full_resolution_time", [](const Measure& m) { m.until_last_resolve(std::nullopt); }},
      {"clinic_time", [](const Measure& m) { m.until_last_resolve(Owner::clinic); }},
      {"patient_time", [](const Measure& m) { m.until_last_resolve(Owner::patient); }},
      {"third_party_time", [](const Measure& m) { m.until_last_resolve(Owner::third_party); }},
      {"reopen_rate", [](const Measure& m) { m.reopen_rate(); }},
      {"contacts", [](const Measure& m) { m.contacts(); }},
      {"first_automated_response_time", [](const Measure& m) { m.answers(WaitKind::first_automated); }},
      {"handoff_response_time", [](const Measure& m) { m.answers(WaitKind::handoff); }},
      {"first_contact_resolution", [](const Measure& m) { m.first_contact_resolution(); }},
      {"abandoned_inquiries", [](const Measure& m) { m.abandoned_inquiries(); }},
      {"bot_containment", [](const Measure& m) { m.bot_containment(); }},
      {"handoff_rate", [](const Measure& m) { m.handoff_rate(); }},
      {"resolved_unanswered", [](const Measure& m) { m.resolved_unanswered(); }},
      {"escalation_rate", [](const Measure& m) { m.escalation_rate(); }},
  };
  return all;
}

}  // namespace

void measure(const Definition& definition, const Query& query, const Places& places, const Ledger& ledger,
             const std::function<void(Sample&&)>& emit) {
  const Measure measure(query, places, ledger, emit);
  if (definition.key == "backlog")
    measure.backlog(places.local_day(ledger.site_id, query.as_of));
  else
    steps().at(definition.key)(measure);
}

void measure_call(const Definition& definition, const Query& query, const Places& places, const facts::Fact& call,
                  const std::function<void(Sample&&)>& emit) {
  if (definition.key != "contacts" || call.actor != Actor::patient) return;
  Sample sample = sample_at(query, places, call.site_id, call.queued_at.value_or(call.happened_at));
  sample.channel = call.channel;
  sample.site_id = places.site_or_first(call.site_id);
  if (sample.ended_at <= query.as_of && in_period(query, sample) && passes(query, sample)) emit(std::move(sample));
}

}  // namespace auricle::analytics
