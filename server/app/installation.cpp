#include "app/installation.h"

#include <fmt/format.h>

#include <filesystem>

namespace auricle::app {
namespace {

db::Options database_options(const config::Config& config, const std::string& directory) {
  db::Options options;
  options.postgres_url = config.text("database");
  if (options.postgres_url.empty()) options.sqlite_directory = directory;
  options.readers = static_cast<int>(config.number("database.readers"));
  return options;
}

}  // namespace

Installation::Installation(const config::Config& config)
    : config_(config),
      data_directory_(config.text("data").empty() ? config::default_data_directory() : config.text("data")) {
  std::filesystem::create_directories(data_directory_);
  std::filesystem::permissions(data_directory_, std::filesystem::perms::owner_all);
  set_id_node(static_cast<int>(config.number("node")));
  database_ = db::open_database(database_options(config, data_directory_));
  database_->migrate();
  crypto::KeyOptions keys;
  keys.key_file = config.text("key_file");
  keyring_ = std::make_unique<crypto::MasterKeyring>(*database_, keys, clock_);
  if (keyring_->made())
    fmt::print(stderr,
               "Made the master key {}. Without it the encrypted data cannot be read: keep a copy in a safe place.\n",
               keyring_->key_file());
}
Installation::~Installation() = default;

}  // namespace auricle::app
