#include "platform/db/sqlite_database.h"

#include <filesystem>

#include "platform/db/migrations.h"

namespace auricle::db {
namespace {
using std::chrono::milliseconds;
using std::chrono::steady_clock;
constexpr auto kInlineTime = milliseconds(2);

std::string prepare_path(const Options& options) {
  const std::filesystem::path directory(options.sqlite_directory);
  std::error_code error;
  if (!std::filesystem::exists(directory)) {
    std::filesystem::create_directories(directory, error);
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  }
  if (error) throw Unavailable("cannot make the data directory " + directory.string() + ": " + error.message());
  return (directory / options.sqlite_file).string();
}
}  // namespace

class SqliteDatabase::Reader {
 public:
  explicit Reader(SqliteDatabase& owner) : owner_(owner) {
    {
      const std::lock_guard lock(owner_.mutex_);
      if (!owner_.idle_.empty()) {
        connection_ = std::move(owner_.idle_.back());  // the last one used: its cache is warm
        owner_.idle_.pop_back();
      }
    }
    if (!connection_) connection_ = std::make_unique<SqliteConnection>(owner_.path_, SqliteConnection::Mode::read);
    connection_->execute("BEGIN", {}, nullptr);  // cached statements
  }
  ~Reader() {
    connection_->set_deadline(SqliteConnection::Deadline::max());
    try {
      if (connection_->in_transaction()) connection_->execute("COMMIT", {}, nullptr);
    } catch (const std::exception&) {
      return;  // a connection that cannot end its snapshot is dropped
    }
    const std::lock_guard lock(owner_.mutex_);
    owner_.idle_.push_back(std::move(connection_));
  }
  SqliteConnection& operator*() const { return *connection_; }

 private:
  SqliteDatabase& owner_;
  std::unique_ptr<SqliteConnection> connection_;
};

SqliteDatabase::SqliteDatabase(const Options& options)
    : options_(options),
      path_(prepare_path(options)),
      writer_(path_, options, after_commit),
      pool_(std::max(1, options.readers), options.queue_limit) {}

void SqliteDatabase::read(const ReadClosure& closure, SqliteConnection::Deadline deadline) {
  const Reader reader(*this);
  (*reader).set_deadline(deadline);
  SqliteSession session(*reader);
  closure(session);
}

void SqliteDatabase::submit_write(Lane lane, WriteClosure closure, DoneCallback done) {
  writer_.submit(lane, std::move(closure), std::move(done));
}

void SqliteDatabase::submit_read(Pace, ReadClosure closure, DoneCallback done) {
  const bool taken = pool_.submit([this, closure = std::move(closure), done = std::move(done)] {
    std::exception_ptr error;
    try {
      read(closure, steady_clock::now() + milliseconds(options_.slow_read_ms));
    } catch (...) {
      error = std::current_exception();
    }
    done(error);
  });
  if (!taken) throw Unavailable("too many reads are waiting");
}

bool SqliteDatabase::try_read_inline(const ReadClosure& closure) {
  try {
    read(closure, steady_clock::now() + kInlineTime);
    return true;
  } catch (const Interrupted&) {
    return false;
  }
}

void SqliteDatabase::read_here(const ReadClosure& closure) { read(closure, SqliteConnection::Deadline::max()); }

bool SqliteDatabase::migrate() { return apply_migrations(*this); }

}  // namespace auricle::db
