#pragma once
// Inside this module: what every family of figures shares. A family is one file with its definitions and measures.
#include "analytics/analytics.h"

namespace auricle::analytics {

using Emit = std::function<void(Sample&&)>;

bool asks_for(const Query& query, Dimension dimension);
bool splits_by_person(const Query& query);
bool passes(const Query& query, const Sample& sample);  // the filters
bool in_period(const Query& query, const Sample& sample);
// On the local day of the fact's own site.
Sample sample_at(const Query& query, const Places& places, SiteId own_site, Instant at);
// As the query asks, else the default; in milliseconds.
std::int64_t parameter_ms(const Definition& definition, const Query& query, std::string_view name);

std::vector<Definition> case_definitions();
std::vector<Definition> call_definitions();
std::vector<Definition> survey_definitions();
std::vector<Definition> appointment_definitions();
std::vector<Definition> team_definitions();

void measure_case(const Definition& definition, const Query& query, const Places& places, const facts::Ledger& ledger,
                  const Emit& emit);
// The `contacts` of a call that belongs to no case.
void measure_contact(const Query& query, const Places& places, const facts::Fact& call, const Emit& emit);

// A finished call; `ledger` is that of its case, if it has one.
struct CallMeasure {
  const Definition& definition;
  const Query& query;
  const Places& places;
  const facts::Fact& call;
  const facts::Ledger* ledger;
  Sample sample;

  bool offered() const;  // inbound, and entered a queue
  bool answered() const { return call.answered_at.has_value(); }
  bool abandoned() const;  // hung up while queued
  bool short_abandoned() const;
  bool missed() const;
  std::int64_t waited() const;  // in the queue
  std::int64_t parameter(std::string_view name) const { return parameter_ms(definition, query, name); }
  bool rate(bool counted);                 // true
  bool lasting(Instant from, Instant to);  // false without a calendar on the business clock
  bool reached(bool by_time);              // settled when all contacts are known
};
void measure_call(const Definition& definition, const Query& query, const Places& places, const facts::Fact& call,
                  const facts::Ledger* ledger, const Emit& emit);

struct SurveyMeasure {
  const Query& query;
  const Places& places;
  const facts::Survey& survey;
  const facts::Ledger* ledger;            // of the case it asked about, if any
  const facts::Appointment* appointment;  // likewise
  Sample sample;

  bool answered() const;  // with a score, as far as is known
  bool on_day_of(Instant at);
};
void measure_survey(const Definition& definition, const Query& query, const Places& places, const facts::Survey& survey,
                    const facts::Ledger* ledger, const facts::Appointment* appointment, const Emit& emit);

struct AppointmentMeasure {
  const Definition& definition;
  const Query& query;
  const Places& places;
  const facts::Appointment& appointment;
  Sample sample;

  bool attended() const;
  bool missed() const;
  bool due() const { return appointment.starts_at <= query.as_of; }
  bool lasting(Instant from, Instant to);
};
void measure_appointment(const Definition& definition, const Query& query, const Places& places,
                         const facts::Appointment& appointment, const Emit& emit);

// What people did when: answered calls with wrap-up, and desk visits.
struct Span {
  Instant from, to;
};
using Handling = std::map<UserId, std::vector<Span>>;
void add_handling(const facts::Fact& fact, Handling& handling);
struct PersonDayMeasure {
  std::int64_t handling = 0, available = 0;  // milliseconds
  Sample sample;
};
void measure_days(const Definition& definition, const Query& query, const Places& places,
                  const std::vector<facts::Presence>& presences, const Handling& handling, const Emit& emit);

}  // namespace auricle::analytics
