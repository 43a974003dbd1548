#include "platform/db/sqlite_writer.h"

#include <algorithm>

namespace auricle::db {
namespace {
constexpr std::size_t kBatch = 512;
constexpr auto kBulkTime = std::chrono::milliseconds(20);
}  // namespace

SqliteWriter::SqliteWriter(const std::string& path, const Options& options, const std::function<void()>& after_commit)
    : connection_(path, options.derived ? SqliteConnection::Mode::write_derived : SqliteConnection::Mode::write),
      options_(options),
      after_commit_(after_commit),
      reserve_(options.derived ? "" : path + ".reserve") {
  thread_ = std::thread([this] { loop(); });
}

SqliteWriter::~SqliteWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void SqliteWriter::submit(Lane lane, Database::WriteClosure closure, Database::DoneCallback done) {
  {
    const std::lock_guard lock(mutex_);
    auto& queue = lane == Lane::bulk ? bulk_ : interactive_;
    if (stopping_ || queue.size() >= static_cast<std::size_t>(options_.queue_limit))
      throw Unavailable("too many writes are waiting");
    queue.push_back({std::move(closure), std::move(done), nullptr, false, lane == Lane::audit});
  }
  wake_.notify_one();
}

void SqliteWriter::scrub() {
  const std::lock_guard lock(connection_mutex_);
  connection_.command("PRAGMA wal_checkpoint(TRUNCATE)");
}

Statistics SqliteWriter::statistics() const {
  const std::lock_guard lock(mutex_);
  auto now = statistics_;
  now.waiting = static_cast<std::int64_t>(interactive_.size() + bulk_.size());
  return now;
}

void SqliteWriter::count(std::size_t closures) {
  const auto many = static_cast<std::int64_t>(closures);
  const std::lock_guard lock(mutex_);
  ++statistics_.commits;
  statistics_.closures += many;
  statistics_.largest_batch = std::max(statistics_.largest_batch, many);
}

bool SqliteWriter::wait_for_work() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || !interactive_.empty() || !bulk_.empty(); });
  return !interactive_.empty() || !bulk_.empty();
}

SqliteWriter::Jobs SqliteWriter::take_interactive() {
  const std::lock_guard lock(mutex_);
  Jobs jobs;
  while (!interactive_.empty() && jobs.size() < kBatch) {
    jobs.push_back(std::move(interactive_.front()));
    interactive_.pop_front();
  }
  return jobs;
}

std::optional<SqliteWriter::Job> SqliteWriter::take_bulk() {
  const std::lock_guard lock(mutex_);
  if (bulk_.empty() || !interactive_.empty()) return std::nullopt;
  std::optional<Job> job(std::move(bulk_.front()));
  bulk_.pop_front();
  return job;
}

// Interactive work first and by itself; then bulk work for at most 20 ms or until someone waits.
void SqliteWriter::loop() {
  while (wait_for_work()) {
    if (Jobs jobs = take_interactive(); !jobs.empty()) write(std::move(jobs));
    const auto until = std::chrono::steady_clock::now() + kBulkTime;
    do {
      auto job = take_bulk();
      if (!job) break;
      Jobs one;
      one.push_back(std::move(*job));
      write(std::move(one));
    } while (std::chrono::steady_clock::now() < until);
  }
}

void SqliteWriter::write(Jobs jobs) {
  {
    const std::lock_guard lock(connection_mutex_);
    if (jobs.size() == 1 || !write_together(jobs))
      for (Job& job : jobs) write_alone(job);
  }
  finish(jobs);
}

// One transaction for all. False when it was lost as a whole and nothing is committed.
bool SqliteWriter::write_together(Jobs& jobs) {
  if (!reserve_.held()) return false;
  try {
    connection_.command("BEGIN IMMEDIATE");
    for (Job& job : jobs)
      if (!apply(job)) {
        roll_back_all();
        return false;
      }
    connection_.command("COMMIT");
    count(jobs.size());
    return true;
  } catch (const std::exception&) {
    roll_back_all();
    return false;
  }
}

// On a full disk the reserve goes to the audit rows of reads; other writes are tried again once it could be taken back.
void SqliteWriter::write_alone(Job& job) {
  if (!job.audit && !reserve_.take_back()) {
    job.error = std::make_exception_ptr(DiskFull("the disk is full"));
    return;
  }
  if (!try_alone(job) && job.audit && reserve_.give_up()) try_alone(job);
}

bool SqliteWriter::try_alone(Job& job) {
  job.error = nullptr;
  try {
    connection_.forget_failure();
    connection_.command("BEGIN IMMEDIATE");
    if (apply(job)) {
      connection_.command("COMMIT");
      count(1);
      return true;
    }
  } catch (...) {
    job.error = std::current_exception();
  }
  roll_back_all();
  return false;
}

// Runs one closure under a savepoint of its own. False when the disk failed under it: SQLite may then have rolled back
// the whole transaction, released savepoints included (data.md, Writing), so that the neighbours must run again.
bool SqliteWriter::apply(Job& job) {
  for (int round = options_.run_writes_twice ? 0 : 1; round < 2; ++round) {
    connection_.forget_failure();
    connection_.execute("SAVEPOINT closure", {}, nullptr);  // a cached statement
    SqliteSession tx(connection_);
    bool keep = false;
    job.error = nullptr;
    try {
      keep = job.closure(tx);
      if (keep && tx.failed()) throw std::logic_error("the closure kept on after a failed statement");
    } catch (...) {
      job.error = std::current_exception();
    }
    if (connection_.broken() || !connection_.in_transaction()) return false;
    keep = keep && !job.error && round == 1;
    if (!keep) connection_.execute("ROLLBACK TO closure", {}, nullptr);
    connection_.execute("RELEASE closure", {}, nullptr);
    job.wakes = keep && tx.wakes();
  }
  return true;
}

void SqliteWriter::roll_back_all() {
  try {
    if (connection_.in_transaction()) connection_.command("ROLLBACK");
  } catch (
      const std::exception&) {  // nothing was committed either way; the next BEGIN says if the file is still unwell
  }
}

void SqliteWriter::finish(Jobs& jobs) {
  bool wakes = false;
  for (Job& job : jobs) {
    wakes = wakes || (job.wakes && !job.error);
    job.done(job.error);
  }
  if (wakes && after_commit_) after_commit_();
}

}  // namespace auricle::db
