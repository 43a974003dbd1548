#include "app/cli.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <filesystem>
#include <random>

#include "app/installation.h"

namespace auricle::app {
namespace {

std::vector<Command::Add>& commands() {
  static std::vector<Command::Add> all;
  return all;
}

// A core dump would hold patients' data and keys.
void forbid_core_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

struct Options {
  std::string config_file;
  std::map<std::string, std::string> given;  // by setting name
  std::vector<std::string> pairs;            // --set name=value
};

void add_options(CLI::App& app, Options& options) {
  app.add_option("--config", options.config_file, "Configuration file (default: /etc/auricle/auricle.conf if there)");
  const auto setting = [&](const char* flag, const char* name, const char* help) {
    app.add_option_function<std::string>(
        flag, [&options, name](const std::string& value) { options.given[name] = value; }, help);
  };
  setting("--data", "data", "Data directory; made when it does not exist");
  setting("--database", "database", "postgresql://… instead of the embedded database");
  setting("--key-file", "key_file", "File of the master key");
  app.add_option("--set", options.pairs, "Any setting: --set http.threads=2")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

std::vector<config::Problem> load(config::Config& config, const Options& options) {
  std::vector<config::Problem> problems;
  const auto take = [&](std::vector<config::Problem> found) {
    problems.insert(problems.end(), found.begin(), found.end());
  };
  const std::string usual = "/etc/auricle/auricle.conf";
  if (!options.config_file.empty())
    take(config.read_file(options.config_file));
  else if (std::filesystem::exists(usual))
    take(config.read_file(usual));
  take(config.read_environment(config::process_environment()));
  for (const auto& [name, value] : options.given) take(config.set(name, value, "command line"));
  for (const auto& pair : options.pairs) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos)
      problems.push_back({"command line", fmt::format("--set {}: expected name=value", pair)});
    else
      take(config.set(pair.substr(0, equals), pair.substr(equals + 1), "command line"));
  }
  return problems;
}

int report(const std::vector<config::Problem>& problems) {
  for (const auto& problem : problems) fmt::print(stderr, "{}: {}\n", problem.where, problem.what);
  return 2;
}

// 0…7 serve; a command takes one of the numbers above by chance, so that its ids never meet those of a program that
// serves the same database meanwhile.
int node_of_command() { return 8 + static_cast<int>(std::random_device{}() % 8); }

}  // namespace

Command::Command(Add add) { commands().push_back(add); }

Invocation::Invocation() = default;
Invocation::~Invocation() = default;

Installation& Invocation::installation() {
  if (installation_) return *installation_;
  set_id_node(serves ? static_cast<int>(config.number("node")) : node_of_command());
  installation_ = std::make_unique<Installation>(config);
  return *installation_;
}

int main_of(int argc, char** argv) {
  forbid_core_dumps();
  Invocation run;
  Options options;
  std::vector<config::Problem> problems;
  CLI::App app{"Auricle, the patient service desk", "auricle"};
  app.fallthrough();  // --data may stand after the command
  app.require_subcommand(1);
  add_options(app, options);
  for (const auto add : commands()) add(app, run);
  app.parse_complete_callback([&] {
    problems = load(run.config, options);
    if (!problems.empty()) throw CLI::RuntimeError(2);
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::RuntimeError& error) {
    return problems.empty() ? error.get_exit_code() : report(problems);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) ? 2 : 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "auricle: {}\n", error.what());
    return 1;
  }
  return run.exit_code;
}

}  // namespace auricle::app
