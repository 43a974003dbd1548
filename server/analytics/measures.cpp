// From a ledger to what it adds to each figure. Principles are those of kpi.md.
#include <algorithm>

#include "analytics/analytics.h"

namespace auricle::analytics {
namespace {

using facts::Ledger;
using facts::Owner;
using facts::Resolve;
using facts::WaitKind;

constexpr std::int64_t kWindowMs = 7LL * 24 * 3600 * 1000;

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
    for (const auto& resolve : ledger_.resolves)
      if (resolve.unanswered) count(resolved(resolve));
  }

  // The ledger is folded as of the instant at which the backlog is taken.
  void backlog(clinic::LocalDay day) const {
    if (!ledger_.open() || ledger_.intervals.empty()) return;
    Sample sample = of_case(query_.as_of);
    sample.day = day;
    sample.agent_id = ledger_.agent_id;
    sample.topic = ledger_.topic;
    pass(std::move(sample));
  }

 private:
  Sample sample_at(Instant at, SiteId own_site) const {
    Sample sample;
    sample.case_id = ledger_.case_id;
    sample.ended_at = at;
    sample.day = places_.local_day(own_site, at);
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
    return sample;
  }
  Sample resolved(const Resolve& resolve) const {
    Sample sample = of_case(resolve.at, resolve.site_id);
    sample.agent_id = resolve.agent_id;
    sample.topic = resolve.topic;
    return sample;
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
  bool splits_by_person() const {
    return query_.agent || std::find(query_.by.begin(), query_.by.end(), Dimension::agent) != query_.by.end();
  }

  void duration(Sample&& sample, std::optional<std::int64_t> ms) const {
    if (!ms) return;
    sample.ms = ms;
    count(std::move(sample));
  }
  void count(Sample&& sample) const {
    if (sample.day >= query_.from && sample.day < query_.to) pass(std::move(sample));
  }
  void pass(Sample&& sample) const {
    if (query_.site && *query_.site != sample.site_id) return;
    if (!query_.all_sites && !query_.sites.contains(sample.site_id)) return;
    if (query_.channel && *query_.channel != sample.channel) return;
    if (query_.topic && *query_.topic != sample.topic) return;
    if (query_.agent && *query_.agent != sample.agent_id) return;
    emit_(std::move(sample));
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

}  // namespace auricle::analytics
