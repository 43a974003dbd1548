// auricle config check | list
#include <fmt/format.h>

#include "app/cli.h"

namespace auricle::app {
namespace {

void list(const config::Config& config) {
  for (const auto& setting : config::registry()) {
    const bool secret = setting.name == "metrics.token" || setting.name == "database";
    const auto value = config.text(setting.name);
    fmt::print("{} = {}  # {}; {}\n", setting.name, secret && !value.empty() ? "(set)" : value,
               config.origin(setting.name), setting.description);
  }
}

void add(CLI::App& app, Invocation& run) {
  auto* config = app.add_subcommand("config", "What is configured");
  config->require_subcommand(1);
  // Reaching the callback means that file, environment and command line were read without a problem.
  config->add_subcommand("check", "Reads the configuration; names the file and line of what is wrong")->callback([] {
    fmt::print("The configuration is good.\n");
  });
  config->add_subcommand("list", "Every setting, its value and where it comes from")->callback([&run] {
    list(run.config);
  });
}
const Command registered{add};

}  // namespace
}  // namespace auricle::app
