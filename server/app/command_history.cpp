// auricle import history FILE... · auricle export history [FILE] · auricle demo. Exit code 0 also when rows were
// refused (they are in a file with line and reason); with --strict 3 then.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "app/cli.h"
#include "app/installation.h"
#include "app/welcome.h"
#include "channels/email/email.h"
#include "conversations/conversations.h"
#include "integrations/import/import.h"
#include "patients/patients.h"
#include "platform/base/json.h"
#include "team/team.h"

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
  std::string file, to, smtp;
  bool live = false;
  double every = 45;
  std::int64_t count = 0;
};

struct PostOffice {
  email::Server server;
  std::string address;
};

// Patients hand their mails in at the server of the clinic's mailbox, unless told where.
PostOffice post_office(Installation& installation, const Demonstration& demo) {
  PostOffice office;
  office.server.security = email::Security::none;
  email::Mailboxes mailboxes(installation.keyring(), installation.clock());
  const auto all = installation.database().read_now(
      [&](db::Session& session) { return mailboxes.list(Viewer::system_viewer("demo"), session); });
  if (all)
    for (const auto& box : all->items) {
      if (!office.address.empty() || (!demo.to.empty() && box.address != demo.to)) continue;
      office.address = box.address;
      office.server.host = box.smtp.host;
      office.server.port = box.smtp.port;
      office.server.security = box.smtp.security;
    }
  if (!demo.to.empty()) office.address = demo.to;
  if (const auto colon = demo.smtp.rfind(':'); colon != std::string::npos) {
    office.server.host = demo.smtp.substr(0, colon);
    office.server.port = std::atoi(demo.smtp.c_str() + colon + 1);
    office.server.security = email::Security::none;
  }
  if (office.address.empty() || office.server.host.empty())
    throw std::runtime_error("no mailbox is connected: auricle mailbox connect, or give --to and --smtp");
  return office;
}

void do_live(Invocation& run, const Demonstration& demo) {
  auto& installation = run.installation();
  const auto office = post_office(installation, demo);
  const auto start = static_cast<std::uint64_t>(installation.clock().now().ms);
  for (std::int64_t turn = 0; demo.count == 0 || turn < demo.count; ++turn) {
    if (turn) std::this_thread::sleep_for(std::chrono::duration<double>(demo.every));
    const Instant now = installation.clock().now();
    const auto mail = import::invent_mail(demo.options, start + static_cast<std::uint64_t>(turn), now);
    email::hand_in(office.server,
                   {mail.from_name, mail.from_address, office.address, mail.subject, mail.text, mail.language}, now);
    fmt::print("{} a mail in {} to {}\n", to_rfc3339(now), mail.language, office.address);
    std::fflush(stdout);
  }
}

// Imported staff cannot sign in; the demo's can, each by a one-time link (auricle staff, auricle serve --print-links).
void give_access(Installation& installation) {
  const Instant now = installation.clock().now();
  const team::Team team(installation.keyring());
  using enum team::Presence;
  constexpr team::Presence states[] = {available, available, busy, available, break_};
  std::size_t turn = 0;
  for (const auto& person : import::demo_staff()) {
    const auto role = enum_from_name<Role>(person.role);
    const auto made = installation.database().write_now([&](db::Tx& tx) {
      return team::create_user(tx, {person.email, person.name, {{role, SiteId{}}}, i18n::Language::es}, now);
    });
    if (!made) throw std::runtime_error("cannot give access to " + person.email + ": " + made.error().key);
    installation.database().write_now(
        [&](db::Tx& tx) { return team.set_presence(team::viewer_for(tx, *made), tx, states[turn++ % 5], now); });
  }
}

// "2026-11-22T17:30" at the clinic.
std::string local_time(Instant when) {
  constexpr const char* kZone = "Europe/Madrid";
  const int minute = clinic::local_minute(kZone, when);
  return fmt::format("{}T{:02}:{:02}", clinic::to_string(clinic::local_day(kZone, when)), minute / 60, minute % 60);
}

void remind(Installation& installation, const std::vector<import::DemoReminder>& reminders) {
  const patients::Patients patients(installation.keyring(), installation.clock());
  const conversations::Channels channels;
  const conversations::Conversations cases(installation.keyring(), patients, channels, installation.clock());
  for (const auto& reminder : reminders)
    installation.database().write_now([&](db::Tx& tx) {
      const auto id = import::inside_id(tx, "case", "demo", reminder.case_id);
      const auto agent = team::find_user(tx, reminder.agent_email);
      if (!id || !agent) return;
      const auto viewer = team::viewer_for(tx, agent->id);
      if (reminder.snoozed)
        cases.snooze(viewer, tx, CaseId{*id}, {reminder.due});
      else
        cases.set_follow_up(viewer, tx, CaseId{*id}, {local_time(reminder.due), "Europe/Madrid"});
    });
}

void do_demo(Invocation& run, const Demonstration& demo) {
  auto& installation = run.installation();
  const bool keep = !demo.file.empty();
  const auto path = keep ? demo.file : installation.data_directory() + "/demo.jsonl";
  std::vector<import::DemoReminder> reminders;
  {
    std::ofstream out(path, std::ios::trunc);
    reminders =
        import::write_demo(demo.options, installation.clock().now(), [&](std::string_view line) { out << line; });
    if (!out.flush()) throw std::runtime_error("cannot write " + path);
  }
  do_import(run, {{path}, "", false, false});
  if (!keep) std::filesystem::remove(path);
  give_access(installation);
  remind(installation, reminders);
  installation.database().write_now([](db::Tx& tx) { end_welcome(tx); });
}

void add_import(CLI::App& app, Invocation& run) {
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
}

void add_export(CLI::App& app, Invocation& run) {
  auto file = std::make_shared<std::string>();
  auto* exporting = app.add_subcommand("export", "Give data out");
  exporting->require_subcommand(1);
  auto* to = exporting->add_subcommand(
      "history", "The whole history in JSON Lines, in the clear: keep it as safe as the database");
  to->add_option("FILE", *file, "Where to (default: standard output)");
  to->callback([&run, file] { do_export(run, *file); });
}

void add_demo(CLI::App& app, Invocation& run) {
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
  invented->add_flag("--live", demo->live,
                     "Instead: invented patients keep writing to the clinic's mailbox, until stopped");
  invented->add_option("--every", demo->every, "Seconds between two mails")
      ->check(CLI::Range(0.05, 86400.0))
      ->capture_default_str();
  invented->add_option("--count", demo->count, "Stop after so many mails (default: never)");
  invented->add_option("--to", demo->to, "The mailbox (default: the first one connected)");
  invented->add_option("--smtp", demo->smtp, "HOST:PORT to hand mails in (default: the mailbox's own server)");
  invented->callback([&run, demo] { demo->live ? do_live(run, *demo) : do_demo(run, *demo); });
}

void add(CLI::App& app, Invocation& run) {
  add_import(app, run);
  add_export(app, run);
  add_demo(app, run);
}
const Command registered{add};

}  // namespace
}  // namespace auricle::app
