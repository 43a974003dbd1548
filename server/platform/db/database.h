#pragma once
#include <chrono>
#include <coroutine>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>

#include "platform/base/loop.h"
#include "platform/base/result.h"
#include "platform/db/session.h"

namespace auricle::db {

// bulk: imports and erasure, in chunks under 20 ms; interactive goes first. audit: the row that a read waits for; as
// urgent as interactive, and written even on a full disk (a reserve is kept for it), so that reading goes on.
enum class Lane { interactive, bulk, audit };

// Thrown when the world is broken; HTTP answers 503 with Retry-After.
struct Unavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct DiskFull : Unavailable {
  using Unavailable::Unavailable;
};

// A constraint of the schema refused the statement. Names hold no data.
struct ConstraintViolation : std::runtime_error {
  ConstraintViolation(const std::string& what, std::string name) : runtime_error(what), constraint(std::move(name)) {}
  std::string
      constraint;  // as PostgreSQL names it, on both: "team_user_email_key", "team_user_pkey", or the index's own name
};
struct UniqueViolation : ConstraintViolation {
  using ConstraintViolation::ConstraintViolation;
};

struct Options {
  std::string sqlite_directory;   // data directory (made if missing) holding auricle.db (embedded), or
  std::string postgres_url;       // postgresql://…
  int readers = 4;                // PostgreSQL pool size and SQLite slow-read threads
  bool run_writes_twice = false;  // tests: each write closure runs twice, the first rolled back
  std::string sqlite_file =
      "auricle.db";          // a derived database (search index) has a file of its own in the same directory
  bool derived = false;      // may be rebuilt: commits need not wait for the disk
  int slow_read_ms = 15000;  // deadline of read_slow
  int queue_limit = 10000;   // waiting closures; more are refused with Unavailable
};

// Since the start: commits and the closures they made durable (their ratio is the batch size); what waits now.
struct Statistics {
  std::int64_t commits = 0, closures = 0, waiting = 0, largest_batch = 0;
};

// Hears what other processes announce; ends when destroyed.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual bool connected() const = 0;  // while false, news may be missed: look for yourself
};

// The database of the process. Thread-safe. `write`/`read` are for routes and coroutines (resume on the calling Loop);
// `write_now`/`read_now` block and are for jobs, the command line and tests, never for an I/O thread.
// A closure may return void, a value, or Result<T> (a failed one rolls back).
// In `co_await database.write([…](Tx&) {…})` capture by reference (the coroutine's locals outlive the wait), or name
// the closure first: GCC 12 destroys the captures of a lambda written inside co_await twice (checked by a
// static_assert).
class Database {
 public:
  virtual ~Database() = default;
  virtual Dialect dialect() const = 0;

  template <class F>
  auto write(F&& closure, Lane lane = Lane::interactive);  // awaitable of std::invoke_result_t<F, Tx&>
  template <class F>
  auto read(F&& closure);  // awaitable; under a millisecond of work (SQLite: inline on the I/O thread)
  template <class F>
  auto read_slow(F&& closure);  // awaitable; bounded pool with a deadline; throws Unavailable when the queue is full
  template <class F>
  auto write_now(F closure, Lane lane = Lane::interactive) -> std::invoke_result_t<F, Tx&>;
  // For what has happened outside and must not be forgotten (a mail server took a mail): waits while the database is
  // away or the disk full, until `give_up` says so; only then it throws.
  template <class F, class G>
  auto write_at_last(F closure, G give_up) -> std::invoke_result_t<F, Tx&>;
  template <class F>
  auto read_now(F closure) -> std::invoke_result_t<F, Session&>;

  // Runs the closure, says whether to keep it (true) or roll back; `done` is called after the durable commit or the
  // failure, on an unspecified thread. The templates above are made of these.
  using WriteClosure = std::function<bool(Tx&)>;
  using ReadClosure = std::function<void(Session&)>;
  using DoneCallback = std::function<void(std::exception_ptr)>;
  enum class Pace { quick, slow };
  virtual void submit_write(Lane lane, WriteClosure closure, DoneCallback done) = 0;
  virtual void submit_read(Pace pace, ReadClosure closure, DoneCallback done) = 0;  // on the pool
  // On the calling thread within 2 ms; false if it took longer (nothing was read: run it on the pool) or the database
  // is remote.
  virtual bool try_read_inline(const ReadClosure& closure) = 0;
  virtual void read_here(const ReadClosure& closure) = 0;  // blocks; no deadline

  // Applies all migrations (embedded in the program) in one step; resumable. False if there was nothing to do.
  virtual bool migrate() = 0;
  // After an erasure: empties the write-ahead log so that no file holds what was deleted. Nothing to do on PostgreSQL.
  virtual void scrub() = 0;
  virtual Statistics statistics() const = 0;
  // `news` is called, on a thread of its own, when another node announces (NOTIFY); nothing where there are no others.
  virtual std::unique_ptr<Listener> listen(const std::string&, std::function<void()>) { return nullptr; }
  // Called on an unspecified thread after each durable commit that wrote events (platform/events): wakes the sequencer.
  std::function<void()> after_commit;
};

std::unique_ptr<Database> open_database(const Options& options);

}  // namespace auricle::db

#include "platform/db/database_impl.h"
