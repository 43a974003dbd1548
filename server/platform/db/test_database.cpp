#include "platform/db/test_database.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <regex>

#include "platform/db/postgres_connection.h"

namespace auricle::db {
namespace {
namespace fs = std::filesystem;

class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string name = (fs::temp_directory_path() / "auricle-test-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a temporary directory");
    path_ = name;
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Migrated once per test program, then copied.
const fs::path& sqlite_template() {
  static const auto made = [] {
    auto directory = std::make_unique<ScratchDirectory>();
    Options options;
    options.sqlite_directory = directory->path();
    open_database(options)->migrate();
    return directory;
  }();
  return made->path();
}

class SqliteTestDatabase final : public TestDatabase {
 public:
  explicit SqliteTestDatabase(const TestOptions& wanted) {
    options_.sqlite_directory = directory_.path();
    options_.run_writes_twice = wanted.run_writes_twice;
    if (wanted.migrated) fs::copy_file(sqlite_template() / "auricle.db", directory_.path() / "auricle.db");
    database_ = open_database(options_);
  }
  Database& database() override { return *database_; }
  Options options() const override { return options_; }
  std::string directory() const override { return directory_.path(); }

 private:
  ScratchDirectory directory_;
  Options options_;
  std::unique_ptr<Database> database_;
};

std::string server_url() {
  const char* url = std::getenv("AURICLE_TEST_POSTGRES");
  return url ? url : "";
}

// The same server, another database: the path of the URL replaced.
std::string url_of(const std::string& name) {
  return std::regex_replace(server_url(), std::regex("^(postgres(?:ql)?://[^/]*)(?:/[^?]*)?"), "$1/" + name);
}

void on_server(const std::string& sql) { PostgresConnection(server_url()).command(sql); }

class PostgresScratch {  // an empty database, or a copy of another
 public:
  explicit PostgresScratch(const std::string& copy_of = "") {
    static std::atomic<int> count = 0;
    name_ = "auricle_test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
    on_server("CREATE DATABASE " + name_ + (copy_of.empty() ? "" : " TEMPLATE " + copy_of));
  }
  ~PostgresScratch() {
    try {
      on_server("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    } catch (const std::exception&) {  // the server went away with it
    }
  }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

const std::string& postgres_template() {
  static const auto made = [] {
    auto scratch = std::make_unique<PostgresScratch>();
    Options options;
    options.postgres_url = url_of(scratch->name());
    open_database(options)->migrate();
    return scratch;
  }();
  return made->name();
}

class PostgresTestDatabase final : public TestDatabase {
 public:
  explicit PostgresTestDatabase(const TestOptions& wanted) : scratch_(wanted.migrated ? postgres_template() : "") {
    options_.postgres_url = url_of(scratch_.name());
    options_.run_writes_twice = wanted.run_writes_twice;
    database_ = open_database(options_);
  }
  Database& database() override { return *database_; }
  Options options() const override { return options_; }
  std::string directory() const override { return directory_.path(); }

 private:
  ScratchDirectory directory_;
  PostgresScratch scratch_;
  Options options_;
  std::unique_ptr<Database> database_;
};

}  // namespace

bool test_database_available(Dialect dialect) { return dialect == Dialect::sqlite || !server_url().empty(); }

std::unique_ptr<TestDatabase> make_test_database(Dialect dialect, const TestOptions& options) {
  if (dialect == Dialect::postgres) return std::make_unique<PostgresTestDatabase>(options);
  return std::make_unique<SqliteTestDatabase>(options);
}

}  // namespace auricle::db
