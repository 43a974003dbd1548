// auricle version
#include <fmt/format.h>

#include "app/cli.h"
#include "app/version.h"

namespace auricle::app {
namespace {

void add(CLI::App& app, Invocation&) {
  app.add_subcommand("version", "The version of the program")->callback([] { fmt::print("auricle {}\n", kVersion); });
}
const Command registered{add};

}  // namespace
}  // namespace auricle::app
