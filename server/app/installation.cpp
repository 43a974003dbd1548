#include "app/installation.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "app/version.h"
#include "platform/backup/backup.h"
#include "platform/db/migrations.h"

namespace auricle::app {

std::string data_directory_of(const config::Config& config) {
  return config.text("data").empty() ? config::default_data_directory() : config.text("data");
}

db::Options database_options(const config::Config& config, const std::string& directory) {
  db::Options options;
  options.postgres_url = config.text("database");
  if (options.postgres_url.empty()) options.sqlite_directory = directory;
  options.readers = static_cast<int>(config.number("database.readers"));
  return options;
}

crypto::KeyOptions key_options(const config::Config& config) {
  crypto::KeyOptions keys;
  keys.key_file = config.text("key_file");
  return keys;
}

void become_owner_of(const std::string& directory) {
  struct stat found {};
  if (::geteuid() != 0 || ::stat(directory.c_str(), &found) != 0 || found.st_uid == 0) return;
  const passwd* owner = ::getpwuid(found.st_uid);
  if (!owner) return;
  const bool changed =
      ::initgroups(owner->pw_name, owner->pw_gid) == 0 && ::setgid(owner->pw_gid) == 0 && ::setuid(owner->pw_uid) == 0;
  if (!changed) throw std::runtime_error(fmt::format("cannot go on as {}, the owner of {}", owner->pw_name, directory));
  ::setenv("HOME", owner->pw_dir, 1);
}

Installation::Installation(const config::Config& config, Told told)
    : config_(config), data_directory_(data_directory_of(config)) {
  become_owner_of(data_directory_);
  if (std::filesystem::exists(data_directory_ + "/restoring"))
    throw std::runtime_error(fmt::format(
        "a restore into {0} was not finished: run auricle restore again, or remove {0}/restoring", data_directory_));
  std::filesystem::create_directories(data_directory_);
  std::filesystem::permissions(data_directory_, std::filesystem::perms::owner_all);
  database_ = db::open_database(database_options(config, data_directory_));
  if (config.boolean("upgrade.backup")) back_up_before_upgrade();
  database_->migrate();
  keyring_ = std::make_unique<crypto::MasterKeyring>(*database_, key_options(config), clock_);
  if (keyring_->made() && told == Told::yes)
    fmt::print(stderr,
               "Made the master key {}. Without it the encrypted data cannot be read: keep a copy in a safe place.\n",
               keyring_->key_file());
}
Installation::~Installation() = default;

std::string Installation::blobs_folder() const {
  return config_.text("database").empty() ? data_directory_ + "/blobs" : "";
}

// A data directory of an earlier release: what it holds is kept as it is, before the first step changes it. Killed in
// the middle of the steps, the next start finds them begun and a backup there, and goes on.
void Installation::back_up_before_upgrade() {
  const auto pending = db::pending_steps(*database_);
  if (pending.applied.empty() || pending.missing.empty()) return;
  const bool lived = database_->read_now([](db::Session& session) {
    return session.one<std::string>("SELECT value FROM platform_setting WHERE name = 'master_key'").has_value();
  });
  if (!lived) return;  // its first start was cut off
  const auto file = fmt::format("{}/backups/before-{}.backup", data_directory_, pending.missing.back());
  if (std::filesystem::exists(file)) return;
  std::filesystem::create_directories(data_directory_ + "/backups");
  std::filesystem::permissions(data_directory_ + "/backups", std::filesystem::perms::owner_all);
  fmt::print(stderr, "A newer release: backing up to {} before {} steps change the schema.\n", file,
             pending.missing.size());
  crypto::MasterKeyring keys(*database_, key_options(config_), clock_);
  backup::write({*database_, keys, blobs_folder(), kVersion}, file, clock_, [](std::string_view, std::int64_t) {});
}

}  // namespace auricle::app
