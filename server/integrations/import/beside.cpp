// Calls, appointments, surveys and presence: what does not only live in a case.
#include <algorithm>

#include "clinic/clinic.h"
#include "integrations/import/writer.h"
#include "patients/patients.h"
#include "platform/base/json_read.h"
#include "platform/base/phone.h"

namespace auricle::import {

using facts::Actor;
using facts::Fact;

// The number outside, as it is known everywhere; "" for a withheld one and for what is no number.
std::string Writer::outside_number(const Row& row) const {
  const auto number = parse_phone(row.word(row.word("direction") == "in" ? "from" : "to"), patients_.region());
  return number ? number->e164 : "";
}

// The patient of the case, else of the call, else the only person with that number (kpi.md, missed_recovered).
void Writer::identify(Fact& call, const std::optional<store::Target>& patient, const std::string& number) {
  call.caller_id = facts::caller_of(tx_, number);
  if (call.case_id) return;  // its case says
  if (patient) {
    call.subject_id = facts::subject_of(tx_, {patient->target_id});
    return;
  }
  const auto point =
      number.empty() ? std::nullopt : patients_.find_contact_point(tx_, patients::ContactSystem::phone, number);
  if (!point) return;
  const auto persons = patients_.persons_of(tx_, *point);
  if (persons.size() == 1) call.subject_id = facts::subject_of(tx_, persons.front().id);
}

bool Writer::call(const Row& row) {
  const auto of_case = reference(row, "case"), patient = reference(row, "patient"), site = reference(row, "site");
  const auto queue = reference(row, "queue"), agent = reference(row, "agent");
  store::Target target = of_case.value_or(store::Target{0, 0, patient ? patient->target_id : 0});
  Fact fact = fact_of(row, facts::Kind::call, target, "offered_at");
  target.target_id = fact.id.value;
  if (!keep(row, target)) return false;
  identify(fact, patient, outside_number(row));
  fact.actor = row.word("direction") == "in" ? Actor::patient : Actor::staff;
  fact.channel = "phone";
  if (site) fact.site_id = {site->target_id};
  if (queue) fact.queue_id = {queue->target_id};
  if (agent) fact.agent_id = {agent->target_id};
  fact.queued_at = row.instant("queued_at");
  fact.answered_at = row.instant("answered_at");
  fact.ended_at = row.instant("ended_at");
  fact.value = row.word("exit");
  fact.ended_by = row.word("ended_by");
  fact.hold_seconds = row.number("hold_seconds");
  fact.wrap_up_seconds = row.number("wrap_up_seconds");
  append(fact);
  return true;
}

bool Writer::appointment(const Row& row) {
  const auto patient = needed(row, "patient");
  const auto site = reference(row, "site");
  facts::Appointment fact;
  fact.id = new_id<facts::FactId>();
  if (!keep(row, {fact.id.value, 0, patient.target_id})) return false;
  fact.subject_id = facts::subject_of(tx_, {patient.target_id});
  fact.service = row.word("service");
  if (site) fact.site_id = {site->target_id};
  if (const auto name = row.maybe("practitioner"))  // not everybody who sees patients works here
    if (const auto agent = find("agent", row.source, *name)) fact.agent_id = {agent->target_id};
  fact.booked_at = *row.instant("booked_at");
  fact.starts_at = *row.instant("start");
  fact.ends_at = *row.instant("end");
  fact.status = enum_from_name<facts::Attendance>(row.word("status"));
  fact.cancelled_at = row.instant("cancelled_at");
  fact.arrived_at = row.instant("arrived_at");
  fact.called_at = row.instant("called_at");
  fact.started_at = row.instant("started_at");
  fact.channel = row.word("channel");
  fact.source = row.source;
  fact.source_id = row.id;
  facts::append(tx_, fact);
  return true;
}

bool Writer::survey(const Row& row) {
  const auto of_case = reference(row, "case"), appointment = reference(row, "appointment");
  facts::Survey fact;
  fact.id = new_id<facts::FactId>();
  store::Target target{fact.id.value, 0, 0};
  if (appointment) target.patient_id = appointment->patient_id;
  if (of_case) target.patient_id = of_case->patient_id;
  if (!keep(row, target)) return false;
  if (of_case) fact.case_id = {of_case->case_id};
  if (appointment) fact.appointment_id = {appointment->target_id};
  fact.instrument = row.word("instrument");
  fact.sent_at = *row.instant("sent_at");
  fact.answered_at = row.instant("answered_at");
  fact.score = row.number("score");
  fact.channel = row.word("channel");
  fact.source = row.source;
  fact.source_id = row.id;
  facts::append(tx_, fact);
  return true;
}

// A share of the time to warn from, and the escalation path.
void Writer::set_path(const Row& row, clinic::Standard& standard) {
  standard.warn_percent = row.number("warn_percent").value_or(clinic::kUsualWarning);
  if (const auto* given = row.fields.if_contains("steps"); given && given->is_array()) {
    auto steps = auricle::json::read<std::vector<clinic::EscalationStep>>(*given);
    if (!steps) throw Refused{"“steps” is not a list of steps"};
    standard.steps = std::move(*steps);
  }
  expect(clinic::check_path(standard.warn_percent, standard.steps), "the standard");
}

// One that reaches back into days whose figures are known leaves them as they were: it holds for what begins after.
bool Writer::standard(const Row& row) {
  const auto site = reference(row, "site");
  clinic::Standard standard;
  set_path(row, standard);
  standard.id = new_id<StandardId>();
  if (!keep(row, {standard.id.value, 0, 0})) return false;
  standard.measure = enum_from_name<clinic::Promise>(row.word("measure"));
  standard.seconds = row.number("seconds");
  standard.clock = enum_from_name<clinic::StandardClock>(row.word("clock"));
  standard.valid_from = row.word("valid_from").substr(0, 10);  // a date, or an instant of that day
  standard.channel = row.maybe("channel");
  standard.priority = row.maybe("priority");
  standard.topic = row.maybe("topic");
  if (site) standard.site_id = {site->target_id};
  standard.holds_from = row.instant("valid_from");
  if (known_until_.ms > 0)
    standard.holds_from = std::max(standard.holds_from.value_or(known_until_ + 1), known_until_ + 1);
  clinic::import_standard(tx_, standard);
  return true;
}

bool Writer::presence(const Row& row) {
  const auto agent = needed(row, "agent");
  facts::Presence fact;
  fact.id = new_id<facts::FactId>();
  if (!keep(row, {fact.id.value, 0, 0})) return false;
  fact.agent_id = {agent.target_id};
  fact.state = row.word("state");
  fact.at = *row.instant("at");
  fact.source = row.source;
  fact.source_id = row.id;
  facts::append(tx_, fact);
  return true;
}

}  // namespace auricle::import
