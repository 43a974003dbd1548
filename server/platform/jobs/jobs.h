#pragma once
// Work to be done later, as rows: enqueued in the transaction that wants it, run by any node, retried with back-off and
// jitter, parked with a reason after the last try, never lost. A job may run more than once (a crash after the work,
// before its end is written): handlers are idempotent. Payloads hold ids, never patient data.
#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/result.h"
#include "platform/db/database.h"

namespace auricle::jobs {

enum class State { ready, running, parked, done };
BOOST_DESCRIBE_ENUM(State, ready, running, parked, done)

struct NewJob {
  std::string kind;
  std::string payload;                    // JSON with ids
  Instant run_after;                      // default: at once
  std::int64_t max_attempts = 8;          // over about an hour
  std::optional<std::string> unique_key;  // while one such job of this kind waits or runs, no second is made
};
// The job's id, or nullopt if an equal one waits already.
std::optional<std::int64_t> enqueue(db::Tx& tx, const NewJob& job, Instant now);

struct Job {
  std::int64_t id = 0;
  std::string kind, payload;
  std::int64_t attempts = 0, max_attempts = 0;  // attempts counts this one
  std::int64_t fence = 0;
};
BOOST_DESCRIBE_STRUCT(Job, (), (id, kind, payload, attempts, max_attempts, fence))

// What a handler says: worked, or why not (its error key is kept; `retry_after_s` overrides the back-off). An exception
// is a failure too. ErrorKind::invalid parks at once: trying again cannot help.
using Handler = std::function<Result<Done>(const Job&)>;

struct RunnerOptions {
  int threads = 2;
  std::int64_t lease_ms = 5 * 60 * 1000;  // a job whose runner died is taken up again after that
  std::int64_t poll_ms = 1000;
};

class Runner {
 public:
  Runner(db::Database& database, const Clock& clock, const RunnerOptions& options = {});
  ~Runner();

  void on(std::string kind, Handler handler);  // before start
  void every(std::string kind, std::int64_t interval_ms,
             std::function<void()> work);  // one node does it, about that often
  void start();
  void stop();                                 // waits for the jobs that run
  bool stopping() const { return stopping_; }  // long jobs ask, and end as unavailable: they go on after the start
  void wake();                                 // something was enqueued: do not wait for the next poll
  int run_due();  // on the calling thread until nothing is due; how many ran (tests, command line)

 private:
  struct Periodic {
    std::int64_t interval_ms;
    std::function<void()> work;
  };
  void take_back();
  void loop();
  void keep_leases();
  std::optional<Job> take();
  void run(const Job& job);
  void finish(const Job& job, const Result<Done>& result);
  void plan_periodic();

  db::Database& database_;
  const Clock& clock_;
  const RunnerOptions options_;
  std::map<std::string, Handler> handlers_;
  std::map<std::string, Periodic> periodic_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<bool> stopping_ = false;
  std::uint64_t wakes_ = 0;
  std::vector<std::thread> threads_;
  std::map<std::int64_t, std::int64_t> held_;  // the jobs that run, with their fences
  std::condition_variable ended_signal_;
  bool ended_ = false;
  std::thread keeper_;
};

struct Counts {
  std::int64_t waiting = 0, running = 0, parked = 0;
};
BOOST_DESCRIBE_STRUCT(Counts, (), (waiting, running, parked))
Counts counts(db::Session& session);

struct Parked {
  std::int64_t id = 0;
  std::string kind;
  std::int64_t attempts = 0;
  std::string reason;
  Instant parked_at;
};
BOOST_DESCRIBE_STRUCT(Parked, (), (id, kind, attempts, reason, parked_at))
std::vector<Parked> list_parked(db::Session& session, std::optional<std::int64_t> before_id, int limit);
Result<Done> retry(db::Tx& tx, std::int64_t id, Instant now);    // not_found unless parked
Result<Done> discard(db::Tx& tx, std::int64_t id, Instant now);  // likewise; kept as done with its reason
std::int64_t forget_done(db::Tx& tx, Instant before);            // removes finished rows

}  // namespace auricle::jobs
