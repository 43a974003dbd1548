#include "app/installation.h"

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
}
Installation::~Installation() = default;

}  // namespace auricle::app
