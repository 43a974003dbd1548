// auricle key rotate | export
#include <fmt/format.h>

#include "app/cli.h"
#include "app/installation.h"

namespace auricle::app {
namespace {

void rotate(Invocation& run) {
  auto& keys = run.installation().keyring();
  const auto count = keys.rotate();
  fmt::print("{} data keys are wrapped by a new master key in {}.\n", count, keys.key_file());
  fmt::print(
      "Keep a copy of that file in a safe place. The old key opens only older backups; a running server goes on.\n");
}

void add(CLI::App& app, Invocation& run) {
  auto* key = app.add_subcommand("key", "The master key that protects what is encrypted");
  key->require_subcommand(1);
  key->add_subcommand("rotate", "Makes a new master key and wraps every data key with it")->callback([&run] {
    rotate(run);
  });
  key->add_subcommand("export", "Prints the content of the key file, to be kept in a safe place")->callback([&run] {
    fmt::print("{}", run.installation().keyring().export_text());
  });
  key->add_subcommand("path", "Where the key file stands")->callback([&run] {
    fmt::print("{}\n", run.installation().keyring().key_file());
  });
}
const Command registered{add};

}  // namespace
}  // namespace auricle::app
