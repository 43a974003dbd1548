#pragma once
// Each command is one file app/command_<name>.cpp that registers itself:
//   namespace { void add(CLI::App& app, Invocation& run) { … } const Command registered{add}; }
// The callback does the work through run.installation() and sets run.exit_code (0 done, 1 failed, 2 called wrongly).
#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "platform/config/config.h"

namespace auricle::app {

class Installation;

struct Invocation {
  config::Config config;  // file, environment and command line, checked, before a command's callback runs
  int exit_code = 0;
  bool serves = false;  // set before installation(): the others may run beside the program that serves

  Invocation();
  ~Invocation();
  // Opened at first use: the data directory is made, migrated and given its key when it is new.
  Installation& installation();

 private:
  std::unique_ptr<Installation> installation_;
};

struct Command {
  using Add = void (*)(CLI::App& app, Invocation& run);
  explicit Command(Add add);
};

int main_of(int argc, char** argv);

}  // namespace auricle::app
