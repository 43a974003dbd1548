#include "app/app.h"

#include "analytics/analytics.h"
#include "app/services.h"
#include "app/version.h"
#include "clinic/routes.h"
#include "conversations/routes.h"
#include "patients/routes.h"
#include "platform/base/log.h"
#include "platform/jobs/routes.h"
#include "privacy/routes.h"

namespace auricle::app {
namespace {

constexpr std::int64_t kDay = 86400 * 1000;

std::function<void(const std::string&)> report(const char* event) {
  return [event](const std::string& what) { log::warn(event, {{"what", what}}); };
}

// How deleted content leaves the files: the index has taken the deletions in and is compacted, the write-ahead log
// emptied.
bool scrub(Services& services) {
  const auto newest = services.database.read_now([](db::Session& session) { return events::newest_sequence(session); });
  if (services.index->high_water().value_or(-1) < newest) return false;
  services.index->purge();
  services.database.scrub();
  return true;
}

privacy::Ports privacy_ports(Services& services) {
  return {[&services](db::Session& session, PersonId id) {
            return services.patients.export_person(session, id).has_value();
          },
          [&services] { return scrub(services); }};
}

}  // namespace

Services::Services(Installation& installation)
    : database(installation.database()),
      keyring(installation.keyring()),
      clock(installation.clock()),
      sequencer(database),
      runner(database, clock),
      sealer(database, keyring, audit::head_file_of(keyring), clock),
      blobs(database, keyring, installation.data_directory() + "/blobs", clock),
      team(keyring),
      sessions(team::make_session_cache()),
      patients(keyring, clock, installation.config().text("region")),
      conversations(keyring, patients, channels, clock),
      index(search::open_index(database, installation.data_directory())),
      feeder(database, *index, report("search")),
      search(*index, conversations, patients),
      patient_channels(*this),
      delivery(
          database, conversations, channels,
          [](db::Session& session, UserId user) { return team::name_of(session, user); }, report("delivery")),
      privacy(keyring, bus, privacy_ports(*this), installation.data_directory() + "/erasures.list") {
  search.provide(feeder);
  add_listeners(*this);
  privacy.add_jobs(runner, database, clock);
  runner.every("platform.blobs_sweep", kDay, [this] { blobs.sweep(); });
  runner.every("platform.changes_trim", kDay, [this] {
    database.write_now([&](db::Tx& tx) { return events::trim_changes(tx, clock.now() - 30 * kDay); });
  });
}

App::App(Installation& installation)
    : installation_(installation), services_(std::make_unique<Services>(installation)) {}
App::~App() = default;

void App::add_routes(http::Router& router, std::function<std::int64_t()> live_connections) {
  auto& services = *services_;
  clinic::add_routes(router);
  team::add_routes(router, services.team, services.sessions);
  privacy::add_routes(router, services.privacy, services.keyring);
  patients::add_routes(router, services.patients);
  conversations::add_routes(router, services.conversations);
  conversations::add_file_routes(router, services.conversations, services.blobs);
  conversations::add_search_routes(router, services.search);
  services.patient_channels.add_routes(router);
  analytics::add_routes(router, conversations::case_number);
  jobs::OperationsSource source;
  source.version = kVersion;
  source.started_at = services.clock.now();
  source.search_lag = [&services](db::Session& session) -> std::optional<std::int64_t> {
    return events::newest_sequence(session) - services.index->high_water().value_or(0);
  };
  source.live_connections = std::move(live_connections);
  source.wake = [&services] { services.runner.wake(); };
  jobs::add_routes(router, std::move(source));
}

http::Authenticate App::authenticate() {
  return team::make_authenticate(services_->team, services_->database, services_->clock, services_->sessions);
}

std::map<std::string, Permission> App::live_kinds() const {
  return {{"case", Permission::cases_read},         {"message", Permission::cases_read},
          {"draft", Permission::cases_read},        {"patient", Permission::patients_read},
          {"mailbox", Permission::cases_read},      {"user", Permission::staff_read},
          {"invitation", Permission::staff_manage}, {"site", Permission::staff_read},
          {"calendar", Permission::staff_read},     {"topic", Permission::staff_read},
          {"queue", Permission::staff_read},        {"organisation", Permission::staff_read},
          {"job", Permission::operations_read},     {"quarantine", Permission::mailboxes_manage}};
}

void App::collect(metrics::Registry& registry) {
  services_->patient_channels.collect(registry);
  registry.collect([this](metrics::Writer& writer) {
    const auto counts = services_->database.read_now([](db::Session& session) { return jobs::counts(session); });
    const auto gauge = [&](const char* state, std::int64_t value) {
      writer.gauge("auricle_jobs", "Jobs by state.", static_cast<double>(value),
                   std::string("state=\"") + state + "\"");
    };
    gauge("waiting", counts.waiting);
    gauge("running", counts.running);
    gauge("parked", counts.parked);
  });
}

void App::start() {
  const int again = services_->privacy.reapply(services_->database, services_->clock.now());
  if (again > 0) log::warn("erasures_applied_again", {{"count", again}});
  services_->sequencer.start();
  services_->sealer.start();
  services_->runner.start();
  services_->feeder.start();
  services_->delivery.start();
  services_->patient_channels.start();
}

void App::stop() {
  services_->patient_channels.stop();
  services_->delivery.stop();
  services_->feeder.stop();
  services_->runner.stop();
  services_->sealer.stop();
  services_->sequencer.stop();
}

}  // namespace auricle::app
