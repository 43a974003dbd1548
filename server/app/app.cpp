#include "app/app.h"

#include "app/services.h"
#include "conversations/routes.h"
#include "patients/routes.h"
#include "platform/base/log.h"

namespace auricle::app {

Services::Services(Installation& installation)
    : database(installation.database()),
      keyring(installation.keyring()),
      clock(installation.clock()),
      sequencer(database),
      blobs(database, keyring, installation.data_directory() + "/blobs", clock),
      patients(keyring, clock, installation.config().text("region")),
      conversations(keyring, patients, channels, clock),
      patient_channels(*this),
      delivery(
          database, conversations, channels, [](db::Session&, UserId) { return std::string(); },
          [](const std::string& what) {
            log::warn("delivery", {{"what", what}});
          }) {
  add_listeners(*this);
}

App::App(Installation& installation)
    : installation_(installation), services_(std::make_unique<Services>(installation)) {}
App::~App() = default;

void App::add_routes(http::Router& router) {
  auto& services = *services_;
  patients::add_routes(router, services.patients);
  conversations::add_routes(router, services.conversations);
  services.patient_channels.add_routes(router);
}

http::Authenticate App::authenticate() {
  return [](const http::Request&, http::Activity) -> Task<std::optional<http::Caller>> { co_return std::nullopt; };
}

std::map<std::string, Permission> App::live_kinds() const {
  return {{"case", Permission::cases_read},
          {"message", Permission::cases_read},
          {"draft", Permission::cases_read},
          {"patient", Permission::patients_read},
          {"mailbox", Permission::cases_read},
          {"user", Permission::staff_read},
          {"invitation", Permission::staff_manage},
          {"site", Permission::staff_read},
          {"calendar", Permission::staff_read},
          {"topic", Permission::staff_read},
          {"queue", Permission::staff_read},
          {"job", Permission::operations_read},
          {"quarantine", Permission::mailboxes_manage}};
}

void App::collect(metrics::Registry& registry) { services_->patient_channels.collect(registry); }

void App::start() {
  services_->sequencer.start();
  services_->delivery.start();
  services_->patient_channels.start();
}

void App::stop() {
  services_->patient_channels.stop();
  services_->delivery.stop();
  services_->sequencer.stop();
}

}  // namespace auricle::app
