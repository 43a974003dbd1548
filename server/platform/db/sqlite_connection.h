#pragma once
// One SQLite connection with its cached statements. Used by one thread at a time.
#include <sqlite3.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/db/database.h"

namespace auricle::db {

// The read took longer than it was given.
struct Interrupted : Unavailable {
  Interrupted() : Unavailable("the read took too long") {}
};

class SqliteConnection {
 public:
  enum class Mode { read, write, write_derived };
  using Deadline = std::chrono::steady_clock::time_point;

  SqliteConnection(const std::string& path, Mode mode);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;

  std::int64_t execute(std::string_view sql, const std::vector<Value>& args, RowVisitor* visitor);
  void command(const char* sql);  // BEGIN, COMMIT, PRAGMA …
  bool in_transaction() const { return !sqlite3_get_autocommit(db_); }
  void set_deadline(Deadline deadline) { deadline_ = deadline; }  // Interrupted past it; Deadline::max() for none
  // The last failure was of the disk or the memory, not of the statement.
  bool broken() const { return broken_; }
  void forget_failure() { broken_ = false; }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  struct Cached {
    std::unique_ptr<sqlite3_stmt, Finalize> statement;
    bool busy = false;
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  class Lease;  // a statement for one execution; reset when it ends

  sqlite3_stmt* prepare(std::string_view sql, unsigned flags);
  void bind(sqlite3_stmt* statement, const std::vector<Value>& args);
  void drop_idle_statements();
  static int on_progress(void* self);
  [[noreturn]] void raise(std::string_view sql);
  [[noreturn]] void raise_constraint(int code);
  std::string unique_name(std::string_view columns);

  sqlite3* db_ = nullptr;
  std::unordered_map<std::string, Cached, Hash, std::equal_to<>> statements_;
  Deadline deadline_ = Deadline::max();
  bool broken_ = false;
};

class SqliteSession final : public Tx {
 public:
  explicit SqliteSession(SqliteConnection& connection) : connection_(connection) {}
  Dialect dialect() const override { return Dialect::sqlite; }
  bool failed() const { return failed_; }

 protected:
  std::int64_t execute(std::string_view sql, const std::vector<Value>& args, RowVisitor* visitor) override;

 private:
  SqliteConnection& connection_;
  bool failed_ = false;  // like PostgreSQL: nothing more may happen in this closure
};

}  // namespace auricle::db
