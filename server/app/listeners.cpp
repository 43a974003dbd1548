// Who hears what. Listeners run in the transaction of the event and are idempotent.
#include "app/services.h"
#include "conversations/history.h"
#include "facts/facts.h"
#include "integrations/import/import.h"
#include "patients/events.h"
#include "patients/points.h"
#include "privacy/events.h"

namespace auricle::app {
namespace {

// Numbers that nobody else has lose what stands for them in facts.
void forget_numbers(Services& services, db::Tx& tx, PersonId patient) {
  const auto person = services.patients.export_person(tx, patient);
  if (!person) return;
  for (const auto& point : person->contact_points) {
    if (point.system != patients::ContactSystem::phone) continue;
    const auto known = services.patients.find_contact_point(tx, point.system, point.value);
    if (known && services.patients.persons_of(tx, *known).size() == 1) facts::forget_number(tx, point.value);
  }
}

// Mail first: it is found by the conversations, which are found by the cases.
void erase_patient(Services& services, db::Tx& tx, PersonId patient) {
  const auto points = conversations::points_of(tx, patient);
  services.patient_channels.forget(tx, services.conversations.conversations_of(tx, patient),
                                   services.patients.addresses_of(tx, patient));
  for (const auto& blob : services.conversations.erase(tx, patient)) services.blobs.remove(tx, blob);
  forget_numbers(services, tx, patient);
  services.patients.erase(tx, patient);
  for (const auto point : points)
    if (!conversations::uses_point(tx, point)) patients::forget_point(tx, point);
  facts::forget_patient(tx, patient);
  import::forget_patient(tx, patient);
}

}  // namespace

void add_listeners(Services& services) {
  services.bus.on<privacy::PatientErased>([&services](db::Tx& tx, const privacy::PatientErased& event) {
    erase_patient(services, tx, PersonId{event.patient_id});
  });
  services.bus.on<patients::PatientsMerged>([&services](db::Tx& tx, const patients::PatientsMerged& event) {
    services.conversations.follow_merge(tx, event.merge_id, event.kept, event.gone);
    facts::join_subjects(tx, event.kept, event.gone);
  });
  services.bus.on<patients::MergeUndone>([&services](db::Tx& tx, const patients::MergeUndone& event) {
    services.conversations.undo_merge(tx, event.merge_id, event.kept, event.gone);
    facts::part_subjects(tx, event.gone);
  });
}

}  // namespace auricle::app
