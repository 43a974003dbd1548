#include "platform/db/postgres_database.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "platform/db/migrations.h"
#include "platform/db/postgres_listener.h"

namespace auricle::db {
namespace {
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kTries = 40;
constexpr std::size_t kIdleLimit = 16;
constexpr milliseconds kLongestBackOff(5000);
const std::string kBeginWrite = "BEGIN ISOLATION LEVEL SERIALIZABLE";
const std::string kBeginRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

// Losers of a conflict wait a random while, longer each time, so that they do not meet again.
void wait_before(int attempt) {
  thread_local std::minstd_rand random(std::random_device{}());
  const int most = std::min(1 << std::min(attempt, 7), 100);
  std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<>(0, most)(random)));
}

}  // namespace

class PostgresDatabase::Borrowed {
 public:
  Borrowed(PostgresDatabase& owner, const std::string& begin) : owner_(owner), connection_(owner.begin(begin)) {}
  ~Borrowed() {
    connection_->roll_back();
    if (connection_->alive() && connection_->idle()) owner_.give_back(std::move(connection_));
  }
  PostgresConnection* operator->() const { return connection_.get(); }
  PostgresConnection& operator*() const { return *connection_; }

 private:
  PostgresDatabase& owner_;
  std::unique_ptr<PostgresConnection> connection_;
};

PostgresDatabase::PostgresDatabase(const Options& options)
    : options_(options), slow_(2, options.queue_limit), pool_(std::max(1, options.readers), options.queue_limit) {
  give_back(connect());  // a wrong address is noticed at the start
}

Statistics PostgresDatabase::statistics() const {
  const std::int64_t commits = commits_;
  return {commits, commits, static_cast<std::int64_t>(pool_.waiting() + slow_.waiting()), commits ? 1 : 0};
}

std::unique_ptr<Listener> PostgresDatabase::listen(const std::string& channel, std::function<void()> news) {
  return std::make_unique<PostgresListener>(options_.postgres_url, channel, std::move(news));
}

// While the server is away one attempt per back-off reaches it; the others fail at once.
std::unique_ptr<PostgresConnection> PostgresDatabase::connect() {
  {
    const std::lock_guard lock(mutex_);
    if (steady_clock::now() < next_try_) throw Unavailable("PostgreSQL is away");
  }
  try {
    auto connection = std::make_unique<PostgresConnection>(options_.postgres_url);
    const std::lock_guard lock(mutex_);
    back_off_ = milliseconds(0);
    return connection;
  } catch (const Unavailable&) {
    const std::lock_guard lock(mutex_);
    back_off_ = std::min(kLongestBackOff, std::max(milliseconds(50), back_off_ * 2));
    next_try_ = steady_clock::now() + back_off_;
    throw;
  }
}

std::unique_ptr<PostgresConnection> PostgresDatabase::begin(const std::string& begin) {
  for (;;) {
    std::unique_ptr<PostgresConnection> connection;
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        connection = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    const bool pooled = connection != nullptr;
    if (!pooled) connection = connect();
    try {
      connection->command(begin);
      return connection;
    } catch (const Unavailable&) {
      if (!pooled) throw;  // one that had died while idle: take the next
    }
  }
}

void PostgresDatabase::give_back(std::unique_ptr<PostgresConnection> connection) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleLimit) idle_.push_back(std::move(connection));
}

// Returns whether it wakes the followers.
bool PostgresDatabase::write_once(const WriteClosure& closure) {
  const Borrowed connection(*this, kBeginWrite);
  PostgresSession tx(*connection);
  const bool keep = closure(tx);
  if (keep && connection->failed()) throw std::logic_error("the closure kept on after a failed statement");
  if (!keep) return false;
  connection->command("COMMIT");
  ++commits_;
  return tx.wakes();
}

void PostgresDatabase::write(const WriteClosure& closure, bool& wakes) {
  for (int attempt = 0;; ++attempt) {
    try {
      if (options_.run_writes_twice) {
        const Borrowed rehearsal(*this, kBeginWrite);
        PostgresSession tx(*rehearsal);
        try {
          closure(tx);
        } catch (const RunAgain&) {
          throw;
        } catch (const std::exception&) {  // the run that counts will say it
        }
      }
      wakes = write_once(closure);
      return;
    } catch (const RunAgain&) {
      if (attempt >= kTries) throw;
      wait_before(attempt);
    }
  }
}

void PostgresDatabase::submit_write(Lane lane, WriteClosure closure, DoneCallback done) {
  auto call = [this, closure = std::move(closure), done = std::move(done)] {
    std::exception_ptr error;
    bool wakes = false;
    try {
      write(closure, wakes);
    } catch (...) {
      error = std::current_exception();
    }
    done(error);
    if (wakes && after_commit) after_commit();
  };
  const bool taken = lane != Lane::bulk ? pool_.submit(std::move(call)) : pool_.submit_behind(std::move(call));
  if (!taken) throw Unavailable("too many writes are waiting");
}

void PostgresDatabase::read(const ReadClosure& closure, int timeout_ms) {
  for (int attempt = 0;; ++attempt) {
    try {
      const Borrowed connection(*this, kBeginRead);
      if (timeout_ms) connection->command(fmt::format("SET LOCAL statement_timeout={}", timeout_ms));
      PostgresSession session(*connection);
      return closure(session);
    } catch (const RunAgain&) {
      if (attempt >= 3) throw;
    }
  }
}

void PostgresDatabase::submit_read(Pace pace, ReadClosure closure, DoneCallback done) {
  const int timeout = pace == Pace::slow ? options_.slow_read_ms : 0;
  auto call = [this, timeout, closure = std::move(closure), done = std::move(done)] {
    std::exception_ptr error;
    try {
      read(closure, timeout);
    } catch (...) {
      error = std::current_exception();
    }
    done(error);
  };
  const bool taken = pace == Pace::slow ? slow_.submit(std::move(call)) : pool_.submit(std::move(call));
  if (!taken) throw Unavailable("too many reads are waiting");
}

void PostgresDatabase::read_here(const ReadClosure& closure) { read(closure, 0); }

bool PostgresDatabase::migrate() { return apply_migrations(*this); }

}  // namespace auricle::db
