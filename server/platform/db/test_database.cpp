#include "platform/db/test_database.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

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

}  // namespace

bool test_database_available(Dialect dialect) { return dialect == Dialect::sqlite; }

std::unique_ptr<TestDatabase> make_test_database(Dialect, const TestOptions& options) {
  return std::make_unique<SqliteTestDatabase>(options);
}

}  // namespace auricle::db
