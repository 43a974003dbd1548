// Surveys, appointments and presence: facts that belong to no case's story; and the random stand-ins of numbers.
#include <random>
#include <set>

#include "facts/facts.h"
#include "facts/marks.h"

namespace auricle::facts {
namespace {

template <class T>
void add(db::Tx& tx, std::string_view table, T fact, std::initializer_list<std::optional<Instant>> counts_on) {
  if (!fact.id) fact.id = new_id<FactId>();
  tx.insert(table, fact);
  for (const auto at : counts_on)
    if (at) mark_time(tx, fact.id, *at);
}

}  // namespace

void append(db::Tx& tx, const Survey& survey) { add(tx, "facts_survey", survey, {survey.sent_at, survey.answered_at}); }
void append(db::Tx& tx, const Appointment& appointment) {
  add(tx, "facts_appointment", appointment, {appointment.starts_at});
}
void append(db::Tx& tx, const Presence& presence) { add(tx, "facts_presence", presence, {presence.at}); }

CallerId caller_of(db::Tx& tx, const std::string& number) {
  if (number.empty()) return {};
  if (const auto found = tx.one<CallerId>("SELECT caller_id FROM facts_caller WHERE number = $1", number))
    return *found;
  std::random_device device;  // the system's generator: a stand-in must not tell the number
  std::uint64_t bits = 0;
  while (bits == 0) bits = ((static_cast<std::uint64_t>(device()) << 32) | device()) >> 11;
  const CallerId caller{static_cast<std::int64_t>(bits)};
  tx.exec("INSERT INTO facts_caller(number, caller_id) VALUES($1, $2)", number, caller);
  return caller;
}

void forget_number(db::Tx& tx, const std::string& number) {
  tx.exec("DELETE FROM facts_caller WHERE number = $1", number);
}

std::vector<Survey> surveys(db::Session& session, Instant from, Instant to) {
  return session.all<Survey>(
      "SELECT id, case_id, appointment_id, instrument, sent_at, answered_at, score, channel, source, source_id FROM "
      "facts_survey WHERE (sent_at >= $1 AND sent_at < $2) OR (answered_at >= $1 AND answered_at < $2)",
      from, to);
}

std::vector<Appointment> appointments(db::Session& session, Instant from, Instant to) {
  return session.all<Appointment>(
      "SELECT id, subject_id, service, agent_id, site_id, booked_at, starts_at, ends_at, status, cancelled_at, "
      "arrived_at, called_at, started_at, channel, source, source_id FROM facts_appointment "
      "WHERE starts_at >= $1 AND starts_at < $2",
      from, to);
}

std::vector<Presence> presences(db::Session& session, Instant from, Instant to) {
  return session.all<Presence>(
      "SELECT id, agent_id, state, at, source, source_id FROM facts_presence WHERE at >= $1 AND at < $2 "
      "ORDER BY agent_id, at, source_id, id",
      from, to);
}

std::vector<Appointment> appointments_of(db::Session& session, const std::vector<Survey>& surveys) {
  std::set<FactId> ids;
  for (const auto& survey : surveys)
    if (survey.appointment_id) ids.insert(survey.appointment_id);
  std::vector<Appointment> found;
  for (const auto id : ids)
    if (auto one = session.one<Appointment>(
            "SELECT id, subject_id, service, agent_id, site_id, booked_at, starts_at, ends_at, status, cancelled_at, "
            "arrived_at, called_at, started_at, channel, source, source_id FROM facts_appointment WHERE id = $1",
            id))
      found.push_back(std::move(*one));
  return found;
}

}  // namespace auricle::facts
