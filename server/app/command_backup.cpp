// auricle backup FILE|FOLDER · auricle backup verify FILE · auricle restore FILE
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/cli.h"
#include "app/services.h"
#include "app/version.h"
#include "conversations/delivery.h"
#include "platform/audit/audit.h"
#include "platform/backup/backup.h"
#include "platform/crypto/key_file.h"

namespace auricle::app {
namespace {
namespace fs = std::filesystem;

backup::Progress show_progress() {
  return [terminal = isatty(STDERR_FILENO) != 0](std::string_view step, std::int64_t done) {
    fmt::print(stderr, "{}{} {}{}", terminal ? "\r\x1b[K" : "", done, step, terminal ? "" : "\n");
    std::fflush(stderr);
  };
}

void print(const backup::Summary& summary, std::string_view done) {
  if (isatty(STDERR_FILENO)) fmt::print(stderr, "\r\x1b[K");
  fmt::print("{}: {} rows of {} tables and {} stored files, as they were at {}; {:.1f} MB\n", done, summary.rows,
             summary.tables, summary.files, to_rfc3339(summary.taken), static_cast<double>(summary.bytes) / 1e6);
}

struct Taking {
  std::string to;
  int keep = 0;
};

// Into a folder: auricle-2026-11-22T03-00-00Z.backup. Names sort as they were taken.
std::string file_in(const std::string& folder, Instant now) {
  auto name = to_rfc3339(now).substr(0, 19);
  std::replace(name.begin(), name.end(), ':', '-');
  return folder + "/auricle-" + name + "Z.backup";
}

void remove_older(const std::string& folder, int keep) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with("auricle-") && name.ends_with("Z.backup")) found.push_back(entry.path());
  }
  std::sort(found.rbegin(), found.rend());
  for (std::size_t i = static_cast<std::size_t>(keep); i < found.size(); ++i) {
    fs::remove(found[i]);
    fmt::print("Removed the older {}\n", found[i].string());
  }
}

void take(Invocation& run, const Taking& taking) {
  auto& installation = run.installation();
  const bool folder = fs::is_directory(taking.to) || taking.to.ends_with('/');
  if (folder) fs::create_directories(taking.to);
  const auto file = folder ? file_in(taking.to, installation.clock().now()) : taking.to;
  backup::write({installation.database(), installation.keyring(), installation.blobs_folder(), kVersion}, file,
                installation.clock(), show_progress());
  auto keys = key_options(run.config);
  keys.key_file = installation.keyring().key_file();
  const auto summary = backup::verify(file, keys, show_progress());  // it is one only if it can be read
  installation.database().write_now([&](db::Tx& tx) {
    audit::append(tx, Viewer::system_viewer("backup"), {audit::Action::export_, "installation", {}, {}, "backup", 0},
                  installation.clock().now());
  });
  print(summary, "Backed up to " + file);
  fmt::print("It opens only with the master key, which is not in it: keep a copy of {} elsewhere.\n",
             installation.keyring().key_file());
  if (folder && taking.keep) remove_older(taking.to, taking.keep);
}

void verify(Invocation& run, const std::string& file) {
  print(backup::verify(file, key_options(run.config), show_progress()), file + " is whole");
}

struct Restoring {
  std::string file, erasures;
};

// What may stand in a data directory that is restored into: nothing of an installation.
void require_empty(const std::string& data) {
  if (fs::exists(data + "/restoring")) {  // a restore that was cut off; what it had put in place is of no use alone
    fs::remove_all(data + "/restoring");
    if (!fs::exists(data + "/auricle.db")) fs::remove_all(data + "/blobs");
  }
  if (fs::exists(data + "/auricle.db") || fs::exists(data + "/blobs"))
    throw backup::Unusable(
        fmt::format("{} already holds an installation. Stop it, move the directory aside (keep it until "
                    "the restored one is checked), and run this again.",
                    data));
}

void sync_folder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) ::fsync(fd), ::close(fd);
}

// The database comes last: until then this is no installation.
void put_in_place(const std::string& from, const std::string& data) {
  for (const auto& entry : fs::directory_iterator(from))
    if (entry.path().filename() != "auricle.db") fs::rename(entry.path(), data / entry.path().filename());
  sync_folder(data);
  fs::rename(from + "/auricle.db", data + "/auricle.db");
  fs::remove_all(from);
  sync_folder(data);
}

void restart_audit(db::Database& database, const config::Config& config, const backup::Summary& summary) {
  const auto folder = fs::path(crypto::key_file_path(key_options(config), summary.installation)).parent_path();
  audit::restart_head(database, folder.string() + "/" + summary.installation + ".audit", SystemClock().now());
}

backup::Summary restore_files(const config::Config& config, const Restoring& given, const std::string& data) {
  require_empty(data);
  const std::string work = data + "/restoring";
  backup::Summary summary;
  {
    const auto database = db::open_database(database_options(config, work));
    summary = backup::restore(given.file, key_options(config), *database, work + "/blobs", show_progress());
    restart_audit(*database, config, summary);
    database->scrub();
  }
  put_in_place(work, data);
  return summary;
}

backup::Summary restore_into_postgres(const config::Config& config, const Restoring& given, const std::string& data) {
  const auto database = db::open_database(database_options(config, data));
  const auto summary = backup::restore(given.file, key_options(config), *database, "", show_progress());
  restart_audit(*database, config, summary);
  return summary;
}

void add_erasures(const std::string& from, const std::string& data) {
  if (from.empty()) return;
  std::ifstream in(from);
  std::ofstream out(data + "/erasures.list", std::ios::app);
  if (!in || !(out << in.rdbuf()) || !out.flush()) throw backup::Unusable(from + " cannot be read, or not be added");
}

// What is due before anybody works with it: who was erased since is erased again, everybody signs in again, nothing is
// sent twice, the search is built anew.
void make_ready(Installation& installation, const backup::Summary& summary) {
  Services services(installation);
  const Instant now = installation.clock().now();
  installation.database().write_now([&](db::Tx& tx) {
    team::end_all_sessions(tx);
    audit::append(tx, Viewer::system_viewer("restore"),
                  {audit::Action::change, "installation", {}, {}, "restored as of " + to_rfc3339(summary.taken), 0},
                  now);
  });
  const auto erased = services.privacy.reapply(installation.database(), now);
  const auto doubted = installation.database().write_now(
      [&](db::Tx& tx) { return conversations::doubt_outbox(tx, services.conversations, now); });
  const auto records = services.feeder.rebuild([](std::int64_t, std::int64_t) {});
  if (erased) fmt::print("{} erasures were carried out again.\n", erased);
  if (doubted) fmt::print("{} messages may have left since: they wait for a decision, marked as not sent.\n", doubted);
  fmt::print("The search index was built from {} records.\n", records);
}

void restore(Invocation& run, const Restoring& given) {
  const auto data = fs::absolute(data_directory_of(run.config)).string();
  backup::verify(given.file, key_options(run.config), show_progress());  // before anything is touched
  become_owner_of(data);
  fs::create_directories(data);
  fs::permissions(data, fs::perms::owner_all);
  const bool postgres = !run.config.text("database").empty();
  add_erasures(given.erasures, data);
  const auto summary =
      postgres ? restore_into_postgres(run.config, given, data) : restore_files(run.config, given, data);
  print(summary, "Restored");
  make_ready(run.installation(), summary);
  fmt::print("Now: auricle check, then start the service. Mail since then is fetched from the mailboxes again.\n");
}

void add(CLI::App& app, Invocation& run) {
  const auto taking = std::make_shared<Taking>();
  const auto file = std::make_shared<std::string>();
  auto* backup = app.add_subcommand("backup", "One encrypted file with everything as it is now, while the desk runs");
  backup->require_subcommand(0, 1);
  backup->add_option("TO", taking->to, "A file, or a folder in which files are named by their time");
  backup->add_option("--keep", taking->keep, "In a folder: keep so many, remove older ones")
      ->check(CLI::Range(1, 10000));
  auto* verifying = backup->add_subcommand("verify", "Reads a backup through: is it whole, and does its key open it?");
  verifying->add_option("FILE", *file)->required()->check(CLI::ExistingFile);
  verifying->callback([&run, file] { verify(run, *file); });
  backup->callback([&run, taking, verifying] {
    if (verifying->parsed()) return;
    if (taking->to.empty()) throw CLI::RequiredError("TO, a file or a folder,");
    take(run, *taking);
  });

  const auto given = std::make_shared<Restoring>();
  auto* restoring = app.add_subcommand("restore",
                                       "Makes an installation from a backup, in an empty data directory (--data) "
                                       "or an empty PostgreSQL database (--database)");
  restoring->add_option("FILE", given->file)->required()->check(CLI::ExistingFile);
  restoring->add_option("--erasures", given->erasures, "The list of erasures of the lost installation (erasures.list)")
      ->check(CLI::ExistingFile);
  restoring->callback([&run, given] { restore(run, *given); });
}
const Command registered{add};

}  // namespace
}  // namespace auricle::app
