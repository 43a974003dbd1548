// Figures of appointments. An appointment counts on the day it starts.
#include <algorithm>

#include "analytics/measures.h"

namespace auricle::analytics {

using facts::Attendance;

// What is not known to have happened by then has not: it was still booked.
bool AppointmentMeasure::attended() const {
  const auto& a = appointment;
  if (a.status != Attendance::arrived && a.status != Attendance::fulfilled) return false;
  return a.arrived_at.value_or(a.started_at.value_or(a.starts_at)) <= query.as_of;
}
bool AppointmentMeasure::missed() const { return appointment.status == Attendance::noshow && due(); }

bool AppointmentMeasure::lasting(Instant from, Instant to) {
  if (to > query.as_of && to != appointment.starts_at) return false;  // not yet
  if (query.clock == ClockKind::elapsed)
    sample.ms = std::max<std::int64_t>(to - from, 0);
  else
    sample.ms = places.business_ms(sample.site_id, {}, from, to);
  return sample.ms.has_value();
}

namespace {

Definition of_appointments(const char* key, Unit unit, Better better, std::string formula, std::string excluded,
                           AppointmentStep measure) {
  return {.key = key,
          .unit = unit,
          .group = Family::appointments,
          .better = better,
          .rows = Rows::appointments,
          .formula = std::move(formula),
          .excluded = std::move(excluded),
          .measure = measure};
}

bool no_show(AppointmentMeasure& m) {
  m.sample.counted = m.missed();
  return m.missed() || m.attended();
}

bool late_cancellation(AppointmentMeasure& m) {
  const auto& a = m.appointment;
  if (!m.due()) return false;
  m.sample.counted = false;
  if (a.status != Attendance::cancelled) return true;
  if (!a.cancelled_at) return false;
  m.sample.counted = a.starts_at - *a.cancelled_at <= parameter_ms(m.definition, m.query, "notice");
  return true;
}

bool waiting(AppointmentMeasure& m) {
  const auto& a = m.appointment;
  return a.arrived_at && a.called_at && m.lasting(std::max(*a.arrived_at, a.starts_at), *a.called_at);
}

}  // namespace

std::vector<Definition> appointment_definitions() {
  auto late =
      of_appointments("late_cancellation_rate", Unit::ratio, Better::less,
                      "Appointments cancelled within the notice before the start, or later / all that were due.",
                      "Cancelled ones of which it is not known when.", late_cancellation);
  late.parameters = {{"notice", "seconds", 24 * 3600, true}};
  return {
      of_appointments("booking_lead_time", Unit::seconds, Better::neither,
                      "From the booking to the start of the appointment; on the day it starts.",
                      "Appointments entered after they began.",
                      [](AppointmentMeasure& m) {
                        const auto& a = m.appointment;
                        return a.booked_at <= a.starts_at && m.lasting(a.booked_at, a.starts_at);
                      }),
      of_appointments("no_show_rate", Unit::ratio, Better::less,
                      "No-shows / (arrived or fulfilled + no-shows), on the day of the appointment.",
                      "Cancelled and still open ones.", no_show),
      std::move(late),
      of_appointments("waiting_room_time", Unit::seconds, Better::less,
                      "From the check-in to being called; a patient who came early waits from the appointed time, and "
                      "not at all when called before it.",
                      "Appointments without a check-in or a call.", waiting),
      of_appointments("start_delay", Unit::seconds, Better::less,
                      "From the appointed time to the actual start; none when it began early.",
                      "Appointments of which the actual start is not known.",
                      [](AppointmentMeasure& m) {
                        const auto& a = m.appointment;
                        return a.started_at && m.lasting(a.starts_at, *a.started_at);
                      }),
  };
}

void measure_appointment(const Definition& definition, const Query& query, const Places& places,
                         const facts::Appointment& appointment, const Emit& emit) {
  if (appointment.booked_at > query.as_of && appointment.starts_at > query.as_of) return;
  const SiteId site = places.site_or_first(appointment.site_id);
  AppointmentMeasure measure{definition, query, places, appointment,
                             sample_at(query, places, site, appointment.starts_at)};
  Sample& sample = measure.sample;
  sample.row = appointment.id.value;
  sample.site_id = site;
  sample.agent_id = appointment.agent_id;
  sample.service = appointment.service;
  sample.channel = appointment.channel;
  sample.detail = enum_name(appointment.status);
  if (!in_period(query, sample) || !passes(query, sample)) return;
  if (std::get<AppointmentStep>(definition.measure)(measure)) emit(std::move(sample));
}

}  // namespace auricle::analytics
