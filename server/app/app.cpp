#include "app/app.h"

#include "analytics/analytics.h"
#include "app/letters.h"
#include "app/services.h"
#include "app/sweep.h"
#include "app/version.h"
#include "app/welcome.h"
#include "bottlenecks/bottlenecks.h"
#include "clinic/routes.h"
#include "conversations/escalation.h"
#include "conversations/notifications.h"
#include "conversations/routes.h"
#include "patients/routes.h"
#include "platform/base/log.h"
#include "platform/jobs/routes.h"
#include "privacy/routes.h"
#include "staffing/staffing.h"
#include "wall/wall.h"

namespace auricle::app {
namespace {

constexpr std::int64_t kDay = 86400 * 1000;

std::function<void(const std::string&)> report(const char* event) {
  return [event](const std::string& what) { log::warn(event, {{"what", what}}); };
}

std::string without_slash(std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
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
          [&services] { return scrub(services); },
          [&services](db::Session& session, PersonId id) { return services.patients.same_person(session, id); }};
}

// A patient is of all sites, what was said at one of them is not.
patients::MaySee may_see_entry(Services& services) {
  return [&services](const Viewer& viewer, db::Session& session, const patients::TimelineEntry& entry) {
    if (entry.record_kind != "case") return true;
    const auto site = services.conversations.site_of(session, CaseId{entry.record_id});
    return site && may(viewer, Permission::cases_read, *site);
  };
}

}  // namespace

namespace {

// Two seconds at a time: others want the thread, and the program to end.
void roll_up(Services& services) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (!services.runner.stopping() && std::chrono::steady_clock::now() < until && services.rollups.step()) continue;
}

}  // namespace

Services::Services(Installation& installation, World world)
    : database(installation.database()),
      public_url(without_slash(installation.config().text("public_url"))),
      keyring(installation.keyring()),
      clock(installation.clock()),
      sequencer(database),
      runner(database, clock),
      sealer(database, keyring, audit::head_file_of(keyring), clock),
      blobs(database, keyring, installation.blobs_folder(), clock),
      team(keyring),
      sessions(team::make_session_cache()),
      patients(keyring, clock, installation.config().text("region"), &bus),
      intaking(patients, blobs, database, clock),
      conversations(keyring, patients, channels, clock),
      index(search::open_index(database, installation.data_directory())),
      feeder(database, *index, report("search")),
      search(*index, conversations, patients),
      patient_channels(*this, world),
      delivery(
          database, conversations, channels,
          [](db::Session& session, UserId user) { return team::name_of(session, user); }, report("delivery")),
      privacy(keyring, bus, privacy_ports(*this), installation.data_directory() + "/erasures.list"),
      rollups(database, clock) {
  search.provide(feeder);
  // First of all listeners: the live channels then ask who their people are.
  sequencer.on_changes([this](const auto& changes) { team::forget_sessions(*sessions, changes); });
  add_listeners(*this);
  privacy.add_jobs(runner, database, clock);
  runner.every("conversations.digests", 5 * 60'000, [this] { send_digests(*this); });
  runner.on(team::kResetMailJob, [this](const jobs::Job& job) {
    return team::send_reset_mail(team, database, mailer_of(*this), job.payload, clock.now());
  });
  runner.every("conversations.follow_ups", 60'000, [this] {
    database.write_now([&](db::Tx& tx) { return conversations::notify_follow_ups(tx, clock.now()); });
  });
  runner.every("conversations.escalations", 5'000, [this] {
    conversations::move_promises(database);
    conversations::escalate_due(database, keyring, patients, clock);
  });
  runner.every("app.sweep", kDay, [this] { sweep(*this); });
  intaking.add_jobs(runner);
  runner.every("analytics.rollups", 5'000, [this] { roll_up(*this); });
  runner.every("patients.suspects", 1'000,
               [this] {  // a second at a time: others want the thread, and the program to end
                 const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
                 while (patients.find_suspects(database, 50) > 0 && std::chrono::steady_clock::now() < until) continue;
               });
}

App::App(Installation& installation) : App(installation, World::clinic) {}
App::App(Installation& installation, World world)
    : installation_(installation), services_(std::make_unique<Services>(installation, world)) {}
App::~App() = default;

void App::add_routes(http::Router& router, std::function<std::int64_t()> live_connections) {
  auto& services = *services_;
  clinic::add_routes(router);
  team::add_routes(router, services.team, services.sessions, mailer_of(services));
  privacy::add_routes(router, services.privacy, services.keyring);
  patients::add_routes(router, services.patients, may_see_entry(services));
  services.intaking.add_routes(router);
  conversations::add_routes(router, services.conversations);
  conversations::add_file_routes(router, services.conversations, services.blobs);
  conversations::add_desk_routes(router, services.conversations);
  conversations::add_notification_routes(router, services.keyring);
  conversations::add_search_routes(router, services.search);
  services.patient_channels.add_routes(router);
  analytics::add_routes(router, conversations::case_number);
  add_welcome_routes(router, services);
  staffing::add_routes(router);
  wall::add_routes(router);
  bottlenecks::add_routes(router, conversations::case_number);
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

http::LiveRules App::live_rules() const {
  http::LiveRules rules;
  rules.kinds = {{"case", Permission::cases_read},
                 {"message", Permission::cases_read},
                 {"note", Permission::cases_read},
                 {"draft", Permission::cases_read},
                 {"case_view", Permission::cases_read},
                 {"patient", Permission::patients_read},
                 {"patient_import", Permission::patients_read},
                 {"mailbox", Permission::cases_read},
                 {"mailbox_history", Permission::mailboxes_manage},
                 {"user", Permission::staff_read},
                 {"invitation", Permission::staff_manage},
                 {"site", Permission::staff_read},
                 {"calendar", Permission::staff_read},
                 {"topic", Permission::staff_read},
                 {"standard", Permission::staff_read},
                 {"queue", Permission::staff_read},
                 {"organisation", Permission::staff_read},
                 {"job", Permission::operations_read},
                 {"quarantine", Permission::mailboxes_manage},
                 {"api_key", Permission::api_keys_manage}};
  rules.personal = {"notification"};
  rules.site_of_case = [this](db::Session& session, CaseId id) {
    return services_->conversations.site_of(session, id);
  };
  return rules;
}

namespace {

// Read off the I/O threads, when asked.
struct Queues {
  jobs::Counts jobs;
  conversations::Conversations::Outbox outbox;
  std::int64_t search_lag = 0, days_waiting = 0;
};

void write_queues(metrics::Writer& writer, const Queues& now, Instant at) {
  const auto jobs = [&](const char* state, std::int64_t value) {
    writer.gauge("auricle_jobs", "Jobs by state.", static_cast<double>(value), std::string("state=\"") + state + "\"");
  };
  jobs("waiting", now.jobs.waiting);
  jobs("running", now.jobs.running);
  jobs("parked", now.jobs.parked);
  const auto outbox = [&](const char* state, std::int64_t value) {
    writer.gauge("auricle_outbox_messages", "Messages to be sent.", static_cast<double>(value),
                 std::string("state=\"") + state + "\"");
  };
  outbox("due", now.outbox.due);
  outbox("later", now.outbox.scheduled);
  const auto late = now.outbox.due > 0 ? static_cast<double>(at - now.outbox.oldest_due) / 1000 : 0.0;
  writer.gauge("auricle_outbox_oldest_seconds", "How long the oldest due message has waited.", late);
  writer.gauge("auricle_search_lag_changes", "Changes the search index has yet to take in.",
               static_cast<double>(now.search_lag));
  writer.gauge("auricle_rollup_days_waiting", "Past days whose figures are read from the facts until they are counted.",
               static_cast<double>(now.days_waiting));
}

void write_database(metrics::Writer& writer, const db::Statistics& now) {
  writer.counter("auricle_db_commits_total", "Durable commits.", static_cast<double>(now.commits));
  writer.counter("auricle_db_closures_total",
                 "Writes made durable by them: divided by the commits, the mean size of a batch.",
                 static_cast<double>(now.closures));
  writer.gauge("auricle_db_largest_batch", "Most writes that shared one commit.",
               static_cast<double>(now.largest_batch));
  writer.gauge("auricle_db_waiting", "Closures waiting for the database.", static_cast<double>(now.waiting));
}

}  // namespace

void App::collect(metrics::Registry& registry) {
  services_->patient_channels.collect(registry);
  registry.collect([this](metrics::Writer& writer) {
    write_database(writer, services_->database.statistics());
    const auto queues = services_->database.read_now([&](db::Session& session) {
      return Queues{jobs::counts(session), services_->conversations.outbox(session),
                    events::newest_sequence(session) - services_->index->high_water().value_or(0),
                    analytics::days_waiting(session, services_->clock.now())};
    });
    write_queues(writer, queues, services_->clock.now());
  });
}

void App::start() {
  const int again = services_->privacy.reapply(services_->database, services_->clock.now());
  if (again > 0) log::warn("erasures_applied_again", {{"count", again}});
  services_->sequencer.start();
  // What is played is not proved: its heads do not stand in the log beside those of the clinic.
  if (!services_->patient_channels.invented()) services_->sealer.start();
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
