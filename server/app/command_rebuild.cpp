// auricle rebuild NAME: derived data made anew from the records, to the same bytes.
#include <fmt/format.h>

#include "analytics/analytics.h"
#include "app/cli.h"
#include "app/installation.h"
#include "conversations/conversations.h"
#include "conversations/search.h"
#include "patients/patients.h"
#include "platform/search/feeder.h"

namespace auricle::app {
namespace {

void rebuild_search(Invocation& run) {
  auto& installation = run.installation();
  auto& database = installation.database();
  const patients::Patients patients(installation.keyring(), installation.clock(), installation.config().text("region"));
  const conversations::Channels channels;
  const conversations::Conversations cases(installation.keyring(), patients, channels, installation.clock());
  const auto index = search::open_index(database, installation.data_directory());
  search::Feeder feeder(database, *index, [](const std::string& what) { fmt::print(stderr, "{}\n", what); });
  const conversations::Search search(*index, cases, patients);
  search.provide(feeder);
  const auto count =
      feeder.rebuild([](std::int64_t done, std::int64_t of) { fmt::print(stderr, "\r{} of {} records", done, of); });
  fmt::print(stderr, "\n");
  fmt::print("The search index was built from {} records.\n", count);
}

void rebuild_rollups(Invocation& run) {
  auto& installation = run.installation();
  analytics::Rollups rollups(installation.database(), installation.clock());
  const auto days =
      rollups.rebuild([](std::int64_t done, std::int64_t of) { fmt::print(stderr, "\r{} of {} days", done, of); });
  fmt::print(stderr, "\n");
  fmt::print("The figures of {} days were counted from the facts.\n", days);
}

void add(CLI::App& app, Invocation& run) {
  auto* rebuild = app.add_subcommand("rebuild", "Makes derived data anew from the records");
  rebuild->require_subcommand(1);
  rebuild->add_subcommand("rollups", "The figures of past days")->callback([&run] { rebuild_rollups(run); });
  rebuild->add_subcommand("search", "The full-text index")->callback([&run] { rebuild_search(run); });
}
const Command registered{add};

}  // namespace
}  // namespace auricle::app
