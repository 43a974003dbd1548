// auricle import history FILE... · auricle export history [FILE] · auricle demo. Exit code 0 also when rows were
// refused (they are in a file with line and reason); with --strict 3 then.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "app/cli.h"
#include "app/installation.h"
#include "integrations/import/import.h"
#include "patients/patients.h"
#include "platform/base/json.h"

namespace auricle::app {
namespace {

// FILE.refused.jsonl beside each file, or the one file asked for; only when a row was refused.
class RefusedRows {
 public:
  explicit RefusedRows(std::string one_file) : one_file_(std::move(one_file)) {}
  std::string path_of(const std::string& file) const { return one_file_.empty() ? file + ".refused.jsonl" : one_file_; }
  void operator()(const import::Refusal& refusal) {
    const auto path = path_of(refusal.file);
    auto& out = open_[path];
    if (!out) {
      out = std::make_unique<std::ofstream>(path, std::ios::trunc);
      if (!*out) throw std::runtime_error("cannot write " + path);
    }
    *out << "{\"file\":" << json::to_json(refusal.file) << ",\"line\":" << refusal.line
         << ",\"reason\":" << json::to_json(refusal.reason) << ",\"row\":" << json::to_json(refusal.row) << "}\n";
  }
  // Removes what an earlier run left where this one refused nothing.
  void finish(const std::vector<std::string>& files) {
    for (const auto& file : files)
      if (!open_.contains(path_of(file))) std::filesystem::remove(path_of(file));
    for (const auto& [path, out] : open_) fmt::print(stderr, "Refused rows, with line and reason: {}\n", path);
  }

 private:
  std::string one_file_;
  std::map<std::string, std::unique_ptr<std::ofstream>> open_;
};

void show_progress(const import::Progress& progress) {
  const bool terminal = isatty(STDERR_FILENO);
  const auto of = progress.of_lines ? fmt::format(" of {}", progress.of_lines) : "";
  fmt::print(stderr, "{}{}: {}{}{}", terminal ? "\r\x1b[K" : "", progress.step, progress.lines, of,
             terminal ? "" : "\n");
  std::fflush(stderr);
}

void print_counts(const import::Summary& summary) {
  if (isatty(STDERR_FILENO)) fmt::print(stderr, "\r\x1b[K");
  fmt::print("{:<14}{:>12}{:>14}{:>12}\n", "kind", "added", "already here", "refused");
  for (const auto& [kind, count] : summary.kinds)
    fmt::print("{:<14}{:>12}{:>14}{:>12}\n", kind.empty() ? "(unreadable)" : kind, count.added, count.known,
               count.refused);
  std::int64_t known = 0;
  for (const auto& [kind, count] : summary.kinds) known += count.known;
  fmt::print("{:<14}{:>12}{:>14}{:>12}\n", "total", summary.added(), known, summary.refused());
}

struct Importing {
  std::vector<std::string> files;
  std::string refused;
  bool strict = false, quiet = false;
};

// History with the services it needs.
class Historian {
 public:
  explicit Historian(Installation& installation)
      : patients_(installation.keyring(), installation.clock()),
        history_(installation.database(), installation.keyring(), patients_, installation.clock()) {}
  const import::History& operator*() const { return history_; }
  const import::History* operator->() const { return &history_; }

 private:
  patients::Patients patients_;
  import::History history_;
};

void do_import(Invocation& run, const Importing& importing) {
  RefusedRows refused(importing.refused);
  import::Options options;
  options.files = importing.files;
  options.refuse = [&](const import::Refusal& refusal) { refused(refusal); };
  if (!importing.quiet) options.progress = show_progress;
  const Historian history(run.installation());
  const auto summary = history->import(options);
  print_counts(summary);
  refused.finish(importing.files);
  if (importing.strict && summary.refused()) run.exit_code = 3;
}

void do_export(Invocation& run, const std::string& file) {
  std::FILE* out = file.empty() || file == "-" ? stdout : std::fopen(file.c_str(), "w");
  if (!out) throw std::runtime_error("cannot write " + file);
  const Historian history(run.installation());
  const auto rows = history->export_to([&](std::string_view line) {
    if (std::fwrite(line.data(), 1, line.size(), out) != line.size())
      throw std::runtime_error("cannot write: the disk may be full");
  });
  const bool written = std::fflush(out) == 0 && (out == stdout || std::fclose(out) == 0);
  if (!written) throw std::runtime_error("cannot write: the disk may be full");
  fmt::print(stderr, "{} rows written\n", rows);
}

struct Demonstration {
  import::DemoOptions options;
  std::string file;
};

void do_demo(Invocation& run, const Demonstration& demo) {
  auto& installation = run.installation();
  const bool keep = !demo.file.empty();
  const auto path = keep ? demo.file : installation.data_directory() + "/demo.jsonl";
  {
    std::ofstream out(path, std::ios::trunc);
    import::write_demo(demo.options, installation.clock().now(), [&](std::string_view line) { out << line;
  });
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}
do_import(run, {{path}, "", false, false});
if (!keep) std::filesystem::remove(path);
}  // namespace

void add(CLI::App& app, Invocation& run) {
  auto importing = std::make_shared<Importing>();
  auto* import = app.add_subcommand("import", "Take in data from elsewhere");
  import->require_subcommand(1);
  auto* history =
      import->add_subcommand("history", "History in JSON Lines, plain or gzip; running it again adds nothing");
  history->add_option("FILE", importing->files)->required()->check(CLI::ExistingFile);
  history->add_option("--refused", importing->refused, "Where refused rows go (default: FILE.refused.jsonl)");
  history->add_flag("--strict", importing->strict, "Exit code 3 when a row was refused");
  history->add_flag("--quiet", importing->quiet, "No progress");
  history->callback([&run, importing] { do_import(run, *importing); });

  auto file = std::make_shared<std::string>();
  auto* exporting = app.add_subcommand("export", "Give data out");
  exporting->require_subcommand(1);
  auto* to = exporting->add_subcommand(
      "history", "The whole history in JSON Lines, in the clear: keep it as safe as the database");
  to->add_option("FILE", *file, "Where to (default: standard output)");
  to->callback([&run, file] { do_export(run, *file); });

  auto demo = std::make_shared<Demonstration>();
  auto* invented = app.add_subcommand("demo", "An invented clinic to try the desk with");
  invented->add_option("--patients", demo->options.patients, "How many patients")
      ->check(CLI::Range(10, 1'000'000))
      ->capture_default_str();
  invented->add_option("--days", demo->options.days, "How many days back")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
  invented->add_option("--seed", demo->options.seed, "The same seed gives the same clinic")->capture_default_str();
  invented->add_option("--keep", demo->file, "Keep the history written here");
  invented->callback([&run, demo] { do_demo(run, *demo); });
}
const Command registered{add};

}  // namespace auricle::app
}  // namespace auricle::app
