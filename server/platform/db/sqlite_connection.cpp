#include "platform/db/sqlite_connection.h"

#include <fmt/format.h>

#include "platform/db/sql_text.h"

namespace auricle::db {
namespace {

constexpr std::size_t kStatementLimit = 400;
constexpr int kProgressSteps = 500;  // virtual machine steps between looks at the clock

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* s) : s_(s) {}
  int columns() const override { return sqlite3_column_count(s_); }
  std::string_view name(int c) const override { return sqlite3_column_name(s_, c); }
  bool null(int c) const override { return sqlite3_column_type(s_, c) == SQLITE_NULL; }
  std::int64_t integer(int c) const override { return sqlite3_column_int64(s_, c); }
  double real(int c) const override { return sqlite3_column_double(s_, c); }
  std::string_view text(int c) const override { return view(sqlite3_column_text(s_, c), c); }
  std::string_view bytes(int c) const override { return view(sqlite3_column_blob(s_, c), c); }

 private:
  std::string_view view(const void* data, int c) const {
    return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(s_, c))};
  }
  sqlite3_stmt* s_;
};

bool disk_failure(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return true;
    default:
      return false;
  }
}

int bind_one(sqlite3_stmt* s, int n, const Value& value) {
  if (const auto* i = std::get_if<std::int64_t>(&value)) return sqlite3_bind_int64(s, n, *i);
  if (const auto* d = std::get_if<double>(&value)) return sqlite3_bind_double(s, n, *d);
  if (const auto* t =
          std::get_if<std::string_view>(&value))  // an empty view may hold no pointer, which would bind NULL
    return sqlite3_bind_text64(s, n, t->data() ? t->data() : "", t->size(), SQLITE_STATIC, SQLITE_UTF8);
  if (const auto* b = std::get_if<BytesView>(&value)) {
    if (b->data.empty()) return sqlite3_bind_zeroblob(s, n, 0);
    return sqlite3_bind_blob64(s, n, b->data.data(), b->data.size(), SQLITE_STATIC);
  }
  return sqlite3_bind_null(s, n);
}

const char* pragmas(SqliteConnection::Mode mode) {
  switch (mode) {
    case SqliteConnection::Mode::read:  // no mmap: after every commit SQLite would map the file anew (./dev bench
                                        // writes)
      return "PRAGMA query_only=ON;PRAGMA cache_size=-8000;PRAGMA temp_store=MEMORY";
    case SqliteConnection::Mode::write:  // temp_store: savepoint journals must not need the disk
      return "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;PRAGMA foreign_keys=ON;"
             "PRAGMA wal_autocheckpoint=4000;PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-32000;"
             "PRAGMA temp_store=MEMORY";
    case SqliteConnection::Mode::write_derived:
      return "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA secure_delete=ON;PRAGMA wal_autocheckpoint=4000;"
             "PRAGMA cache_size=-32000;PRAGMA temp_store=MEMORY";
  }
  return "";
}

}  // namespace

class SqliteConnection::Lease {
 public:
  Lease(SqliteConnection& owner, std::string_view sql) {
    auto found = owner.statements_.find(sql);
    if (found == owner.statements_.end()) {
      if (owner.statements_.size() >= kStatementLimit) owner.drop_idle_statements();
      sqlite3_stmt* fresh = owner.prepare(sql, SQLITE_PREPARE_PERSISTENT);
      found = owner.statements_.emplace(std::string(sql), Cached{}).first;
      found->second.statement.reset(fresh);
    }
    cached_ = &found->second;
    if (cached_->busy) {  // the same text runs further up: a visitor that queries
      cached_ = nullptr;
      own_.reset(owner.prepare(sql, 0));
    } else {
      cached_->busy = true;
    }
  }
  ~Lease() {
    if (!cached_) return;
    sqlite3_reset(cached_->statement.get());
    sqlite3_clear_bindings(cached_->statement.get());
    cached_->busy = false;
  }
  sqlite3_stmt* get() const { return cached_ ? cached_->statement.get() : own_.get(); }

 private:
  Cached* cached_ = nullptr;  // unordered_map keeps its elements in place
  std::unique_ptr<sqlite3_stmt, Finalize> own_;
};

SqliteConnection::SqliteConnection(const std::string& path, Mode mode) {
  // Counting memory takes a lock at every allocation; nobody reads the count.
  [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const int access = mode == Mode::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int code = sqlite3_open_v2(path.c_str(), &db_, access | SQLITE_OPEN_NOMUTEX, nullptr);
  try {
    if (code != SQLITE_OK) raise("open");
    sqlite3_extended_result_codes(db_, 1);
    sqlite3_busy_timeout(db_, 5000);
    command(pragmas(mode));
  } catch (...) {
    sqlite3_close(db_);
    throw;
  }
  if (mode == Mode::read) sqlite3_progress_handler(db_, kProgressSteps, &SqliteConnection::on_progress, this);
}

SqliteConnection::~SqliteConnection() {
  statements_.clear();
  sqlite3_close(db_);
}

int SqliteConnection::on_progress(void* self) {
  const auto deadline = static_cast<SqliteConnection*>(self)->deadline_;
  return deadline != Deadline::max() && std::chrono::steady_clock::now() > deadline;
}

sqlite3_stmt* SqliteConnection::prepare(std::string_view sql, unsigned flags) {
  const std::string text = number_parameters_for_sqlite(sql);
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(db_, text.data(), static_cast<int>(text.size()), flags, &statement, nullptr) != SQLITE_OK)
    raise(sql);
  if (!statement) throw std::logic_error("empty statement");
  return statement;
}

void SqliteConnection::bind(sqlite3_stmt* statement, const std::vector<Value>& args) {
  if (sqlite3_bind_parameter_count(statement) != static_cast<int>(args.size()))
    throw std::logic_error(fmt::format("{} parameters given to: {}", args.size(), sqlite3_sql(statement)));
  for (std::size_t i = 0; i < args.size(); ++i)
    if (bind_one(statement, static_cast<int>(i + 1), args[i]) != SQLITE_OK) raise(sqlite3_sql(statement));
}

std::int64_t SqliteConnection::execute(std::string_view sql, const std::vector<Value>& args, RowVisitor* visitor) {
  if (deadline_ != Deadline::max() && std::chrono::steady_clock::now() > deadline_) throw Interrupted();
  const Lease lease(*this, sql);
  sqlite3_stmt* statement = lease.get();
  bind(statement, args);
  const bool reads = sqlite3_stmt_readonly(statement);
  bool wanted = visitor != nullptr;
  for (;;) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_ROW) raise(sql);
    if (wanted) wanted = (*visitor)(SqliteRow(statement));
    if (!wanted && reads) return 0;  // a statement that changes rows is always run to its end
  }
  return reads ? 0 : sqlite3_changes64(db_);
}

void SqliteConnection::command(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) raise(sql);
}

void SqliteConnection::drop_idle_statements() {
  std::erase_if(statements_, [](const auto& entry) { return !entry.second.busy; });
}

void SqliteConnection::raise(std::string_view sql) {
  const int code = sqlite3_extended_errcode(db_);
  if ((code & 0xff) == SQLITE_INTERRUPT) throw Interrupted();
  if ((code & 0xff) == SQLITE_CONSTRAINT) raise_constraint(code);
  const std::string what = fmt::format("sqlite {}: {}", code, sqlite3_errmsg(db_));
  if (disk_failure(code)) {
    broken_ = true;
    if ((code & 0xff) == SQLITE_FULL) throw DiskFull(what);
    throw Unavailable(what);
  }
  throw std::logic_error(what + " in: " + std::string(sql));
}

void SqliteConnection::raise_constraint(int code) {
  const std::string message = sqlite3_errmsg(db_);
  const auto colon = message.find(": ");
  const std::string detail = colon == message.npos ? "" : message.substr(colon + 2);
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID)
    throw UniqueViolation(message, unique_name(detail));
  throw ConstraintViolation(message, detail);
}

// "team_user.email, team_user.site_id" or "index 'name'" → the name PostgreSQL gives the same constraint.
std::string SqliteConnection::unique_name(std::string_view columns) {
  if (columns.starts_with("index '")) return std::string(columns.substr(7, columns.size() - 8));
  std::string table(columns.substr(0, columns.find('.'))), names;
  for (std::size_t from = 0; from < columns.size();) {
    const std::size_t end = std::min(columns.find(", ", from), columns.size());
    const std::size_t dot = columns.find('.', from);
    names += (names.empty() ? "" : ",") + std::string(columns.substr(dot + 1, end - dot - 1));
    from = end + 2;
  }
  struct Found final : RowVisitor {
    std::string name, origin;
    bool operator()(const Row& row) override {
      name = row.text(0);
      origin = row.text(1);
      return false;
    }
  } found;
  execute(
      "SELECT l.name, l.origin FROM pragma_index_list($1) l WHERE l.\"unique\"=1 AND (SELECT group_concat(i.name) FROM "
      "(SELECT name FROM pragma_index_info(l.name) ORDER BY seqno) i)=$2",
      {std::string_view(table), std::string_view(names)}, &found);
  if (found.origin == "c") return found.name;
  if (found.origin == "u") {
    for (char& c : names)
      if (c == ',') c = '_';
    return table + "_" + names + "_key";
  }
  return table + "_pkey";
}

std::int64_t SqliteSession::execute(std::string_view sql, const std::vector<Value>& args, RowVisitor* visitor) {
  if (failed_) throw std::logic_error("a statement after a failed one in the same closure");
  try {
    return connection_.execute(sql, args, visitor);
  } catch (...) {
    failed_ = true;
    throw;
  }
}

}  // namespace auricle::db
