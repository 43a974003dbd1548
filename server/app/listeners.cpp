// Who hears what. Listeners run in the transaction of the event and are idempotent.
#include "app/services.h"
#include "facts/facts.h"
#include "integrations/import/import.h"
#include "privacy/events.h"

namespace auricle::app {
namespace {

// Mail first: it is found by the conversations, which are found by the cases.
void erase_patient(Services& services, db::Tx& tx, PersonId patient) {
  services.patient_channels.forget(tx, services.conversations.conversations_of(tx, patient));
  for (const auto& blob : services.conversations.erase(tx, patient)) services.blobs.remove(tx, blob);
  services.patients.erase(tx, patient);
  facts::forget_patient(tx, patient);
  import::forget_patient(tx, patient);
}

}  // namespace

void add_listeners(Services& services) {
  services.bus.on<privacy::PatientErased>([&services](db::Tx& tx, const privacy::PatientErased& event) {
    erase_patient(services, tx, PersonId{event.patient_id});
  });
}

}  // namespace auricle::app
