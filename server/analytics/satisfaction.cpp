// Figures of surveys. A score counts on the day it was given; by person it is shared by those who held the case.
#include <algorithm>

#include "analytics/measures.h"

namespace auricle::analytics {

bool SurveyMeasure::answered() const {
  return survey.score && survey.answered_at.value_or(survey.sent_at) <= query.as_of;
}

bool SurveyMeasure::on_day_of(Instant at) {
  const auto& contact = ledger ? ledger->first_contact : std::nullopt;
  const SiteId site = places.site_or_first(contact       ? contact->site_id
                                           : ledger      ? ledger->site_id
                                           : appointment ? appointment->site_id
                                                         : SiteId{});
  sample = sample_at(query, places, site, at);
  sample.row = survey.id.value;
  sample.case_id = survey.case_id;
  sample.site_id = site;
  sample.detail = survey.instrument;
  if (appointment) {
    sample.channel = appointment->channel;
    sample.agent_id = appointment->agent_id;
    sample.service = appointment->service;
  }
  if (ledger) {
    const auto& state = ledger->state_at(at);
    sample.channel = contact ? contact->channel : "";
    sample.topic = state.topic;
    sample.priority = state.priority;
    sample.language = ledger->language;
    sample.queue_id = ledger->queue_id;
  }
  if (!survey.channel.empty()) sample.channel = survey.channel;
  return true;
}

namespace {

constexpr std::int64_t kTwoWeeks = 14 * 24 * 3600;

bool scored(SurveyMeasure& m, const char* instrument) {
  if (m.survey.instrument != instrument || !m.answered()) return false;
  m.on_day_of(m.survey.answered_at.value_or(m.survey.sent_at));
  m.sample.score = static_cast<int>(*m.survey.score);
  m.sample.counted = m.sample.score >= 4;  // of csat
  return true;
}

bool responded(SurveyMeasure& m) {
  if (m.survey.sent_at > m.query.as_of) return false;
  m.on_day_of(m.survey.sent_at);
  const Instant until = m.survey.sent_at + 1000 * kTwoWeeks;
  m.sample.counted = m.answered() && m.survey.answered_at.value_or(m.survey.sent_at) <= until;
  if (!m.sample.counted) m.sample.provisional_until(until, m.query.as_of);
  return true;
}

using Shares = std::map<UserId, double>;

// Since when the bot holds a case that nobody else does, and until when.
std::pair<Instant, Instant> bots_turn(const facts::Ledger& ledger) {
  const auto& answers = ledger.public_answers;
  const auto by = [](facts::Actor actor) { return [actor](const facts::PublicAnswer& a) { return a.by == actor; }; };
  const auto first = std::find_if(answers.begin(), answers.end(), by(facts::Actor::bot));
  if (first == answers.end()) return {};
  Instant until = facts::kOpenEnd;
  for (const auto& handed : ledger.handoffs)
    if (handed >= first->at) until = std::min(until, handed);
  const auto person = std::find_if(first, answers.end(), by(facts::Actor::staff));
  if (person != answers.end()) until = std::min(until, person->at);
  return {first->at, until};
}

// How long each person, and the bot, held the case before it was asked about; where nobody did, who answered how often,
// else who resolved.
Shares shares_of(const facts::Ledger& ledger, Instant asked) {
  Shares held;
  const auto [bot_from, bot_until] = bots_turn(ledger);
  const auto add = [&](UserId who, Instant from, Instant to) {
    if (const auto ms = std::min(to, asked) - from; ms > 0) held[who] += static_cast<double>(ms);
  };
  for (const auto& interval : ledger.intervals)
    if (interval.agent_id)
      add(interval.agent_id, interval.from, interval.to);
    else
      add(kBot, std::max(interval.from, bot_from), std::min(interval.to, bot_until));
  if (!held.empty()) return held;
  for (const auto& answer : ledger.answers)
    if (answer.at <= asked && answer.agent_id) ++held[answer.agent_id];
  for (const auto& answer : ledger.public_answers)
    if (answer.at <= asked && answer.by == facts::Actor::bot) ++held[kBot];
  if (!held.empty()) return held;
  for (const auto& resolve : ledger.resolves)
    if (resolve.at <= asked) held = {{resolve.by_bot ? kBot : resolve.agent_id, 1}};
  return held;
}

std::vector<Sample> shared_out(const SurveyMeasure& measure) {
  if (!measure.ledger || !splits_by_person(measure.query)) return {measure.sample};
  const auto shares = shares_of(*measure.ledger, measure.survey.sent_at);
  double sum = 0;
  for (const auto& [who, share] : shares) sum += share;
  if (shares.empty()) return {measure.sample};
  std::vector<Sample> samples;
  for (const auto& [who, share] : shares) {
    samples.push_back(measure.sample);
    samples.back().agent_id = who;
    samples.back().weight = share / sum;
  }
  return samples;
}

Definition of_surveys(const char* key, Unit unit, std::string formula, std::string excluded, SurveyStep measure) {
  return {.key = key,
          .unit = unit,
          .group = Family::satisfaction,
          .better = Better::more,
          .rows = Rows::surveys,
          .formula = std::move(formula),
          .excluded = std::move(excluded),
          .measure = measure};
}

}  // namespace

std::vector<Definition> survey_definitions() {
  auto csat = of_surveys("csat", Unit::ratio,
                         "Answers of 4 or 5 on a scale of 1 to 5 / answers, with the 95 % interval of Wilson; on the "
                         "day the score was given. By person: in shares of those who held the case, the bot included.",
                         "Answers without a score.", [](SurveyMeasure& m) { return scored(m, "csat"); });
  csat.interval = true;
  auto response = of_surveys("survey_response_rate", Unit::ratio,
                             "Surveys answered with a score within the window / surveys sent, on the day they were "
                             "sent; provisional until the window has passed.",
                             "", responded);
  response.parameters = {{"window", "seconds", kTwoWeeks}};
  return {
      std::move(csat),
      of_surveys("nps", Unit::points,
                 "100 × (share of scores of 9 or 10 − share of scores of 0 to 6), with the 95 % interval "
                 "±196 √((p + d − (p − d)²)/n) of promoters p and detractors d; on the day the score was given. By "
                 "person: in shares of those who held the case, the bot included.",
                 "Answers without a score.", [](SurveyMeasure& m) { return scored(m, "nps"); }),
      std::move(response),
  };
}

void measure_survey(const Definition& definition, const Query& query, const Places& places, const facts::Survey& survey,
                    const facts::Ledger* ledger, const facts::Appointment* appointment, const Emit& emit) {
  SurveyMeasure measure{query, places, survey, ledger, appointment, {}};
  if (!std::get<SurveyStep>(definition.measure)(measure)) return;
  for (auto& sample : shared_out(measure))
    if (in_period(query, sample) && passes(query, sample)) emit(std::move(sample));
}

}  // namespace auricle::analytics
