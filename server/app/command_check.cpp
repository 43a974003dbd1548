// auricle check: is everything as it must be? Safe beside a running server.
#include <fmt/format.h>

#include "app/checks.h"
#include "app/cli.h"

namespace auricle::app {
namespace {

void print(const check::Outcome& outcome) {
  fmt::print("{:<16} {:<5} {:6.2f} s\n", outcome.name, outcome.problems.empty() ? "good" : "BAD", outcome.seconds);
  for (const auto& problem : outcome.problems) fmt::print("    {}\n", problem);
  std::fflush(stdout);
}

void check_all(Invocation& run) {
  auto& installation = run.installation();
  blobs::Blobs blobs(installation.database(), installation.keyring(), installation.blobs_folder(),
                     installation.clock());
  check::Checks checks;
  check::add_platform_checks(checks, installation.database(), installation.keyring(), blobs, installation.clock());
  add_module_checks(checks, installation);
  std::size_t bad = 0;
  for (const auto& outcome : checks.run(print)) bad += outcome.problems.empty() ? 0 : 1;
  if (bad)
    fmt::print("{} of these need attention. docs/operations.md says what to do.\n", bad);
  else
    fmt::print("Everything is as it must be.\n");
  run.exit_code = bad ? 1 : 0;
}

void add(CLI::App& app, Invocation& run) {
  app.add_subcommand("check",
                     "Looks at database, keys, audit chain, stored files and jobs; exit code 1 if anything is wrong")
      ->callback([&run] { check_all(run); });
}
const Command registered{add};

}  // namespace
}  // namespace auricle::app
