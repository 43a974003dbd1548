#include <chrono>
#include <random>

#include "platform/base/log.h"
#include "platform/events/bus.h"
#include "platform/jobs/jobs.h"
#include "platform/jobs/lease.h"

namespace auricle::jobs {
namespace {

constexpr std::int64_t kFirstWaitMs = 5000;
constexpr std::int64_t kLongestWaitMs = 15 * 60 * 1000;

// 5 s, 20 s, 80 s, … up to 15 min, each between one half and the whole of it, so that failed jobs do not come back
// together.
std::int64_t back_off(std::int64_t attempts) {
  thread_local std::mt19937_64 random(std::random_device{}());
  std::int64_t wait = kFirstWaitMs;
  for (std::int64_t i = 1; i < attempts && wait < kLongestWaitMs; ++i) wait *= 4;
  wait = std::min(wait, kLongestWaitMs);
  return std::uniform_int_distribution<std::int64_t>(wait / 2, wait)(random);
}

}  // namespace

Runner::Runner(db::Database& database, const Clock& clock, const RunnerOptions& options)
    : database_(database), clock_(clock), options_(options) {}

Runner::~Runner() { stop(); }

void Runner::on(std::string kind, Handler handler) { handlers_[std::move(kind)] = std::move(handler); }

void Runner::every(std::string kind, std::int64_t interval_ms, std::function<void()> work) {
  periodic_[kind] = {interval_ms, work};
  on(kind, [work = std::move(work)](const Job&) -> Result<Done> {
    work();
    return Done{};
  });
}

void Runner::start() {
  take_back();
  for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { loop(); });
  keeper_ = std::thread([this] { keep_leases(); });
}

// What this node was doing when it was killed need not wait for the end of its lease.
void Runner::take_back() {
  database_.write_now([&](db::Tx& tx) {
    tx.exec("UPDATE platform_job SET lease_end = 0 WHERE state = 'running' AND owner LIKE $1 AND owner <> $2",
            owners_of_this_node(), this_owner());
  });
}

void Runner::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ended_signal_.notify_all();
  if (keeper_.joinable()) keeper_.join();
}

// A job that takes longer than its lease stays with the runner that does it.
void Runner::keep_leases() {
  std::unique_lock lock(mutex_);
  while (!ended_signal_.wait_for(lock, std::chrono::milliseconds(options_.lease_ms / 3), [this] { return ended_; })) {
    const auto held = held_;
    if (held.empty()) continue;
    lock.unlock();
    try {
      database_.write_now([&](db::Tx& tx) {
        for (const auto& [job, fence] : held)
          tx.exec("UPDATE platform_job SET lease_end = $3 WHERE id = $1 AND fence = $2 AND state = 'running'", job,
                  fence, clock_.now() + options_.lease_ms);
      });
    } catch (const std::exception& error) {  // the next round tries again, before the lease is over
      log::warn("leases_not_kept", {{"reason", error.what()}});
    }
    lock.lock();
  }
}

void Runner::wake() {
  {
    const std::lock_guard lock(mutex_);
    ++wakes_;
  }
  wake_.notify_one();
}

void Runner::loop() {
  for (;;) {
    std::uint64_t seen;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      seen = wakes_;
    }
    try {
      plan_periodic();
      while (auto job = take()) {
        run(*job);
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
      }
    } catch (const std::exception& error) {  // the database is away: the rows wait
      log::warn("jobs_wait", {{"reason", error.what()}});
    }
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, std::chrono::milliseconds(options_.poll_ms), [&] { return stopping_ || wakes_ != seen; });
  }
}

int Runner::run_due() {
  plan_periodic();
  int ran = 0;
  while (auto job = take()) {
    run(*job);
    ++ran;
  }
  return ran;
}

// The next run of a periodic job is enqueued when none waits; the last one's end says when.
void Runner::plan_periodic() {
  const Instant now = clock_.now();
  for (const auto& [kind, periodic] : periodic_) {
    const bool waits = database_.read_now([&](db::Session& s) {
      return s
          .one<std::int64_t>(
              "SELECT 1 FROM platform_job WHERE kind = $1 AND unique_key = 'periodic' AND state IN ('ready', "
              "'running')",
              kind)
          .has_value();
    });
    if (waits) continue;
    database_.write_now([&](db::Tx& tx) {
      const auto last = tx.one<std::optional<Instant>>("SELECT MAX(finished) FROM platform_job WHERE kind = $1", kind);
      const Instant next = last && *last ? **last + periodic.interval_ms : now;
      tx.exec(
          "DELETE FROM platform_job WHERE kind = $1 AND state = 'done' AND unique_key = 'periodic' AND finished < $2",
          kind, last && *last ? **last : now);
      enqueue(tx, {kind, "{}", next, 1'000'000, "periodic"}, now);
    });
  }
}

std::optional<Job> Runner::take() {
  const Instant now = clock_.now();
  const bool due = database_.read_now([&](db::Session& s) {
    return s
        .one<std::int64_t>(
            "SELECT 1 FROM platform_job WHERE (state = 'ready' AND run_after <= $1) OR (state = 'running' AND "
            "lease_end <= $1) LIMIT 1",
            now)
        .has_value();
  });
  if (!due) return std::nullopt;
  const bool skip = database_.dialect() == db::Dialect::postgres;  // others take the next instead of waiting
  return database_.write_now([&](db::Tx& tx) {
    return tx.one<Job>(std::string("UPDATE platform_job SET state = 'running', attempts = attempts + 1, fence = fence "
                                   "+ 1, owner = $2, lease_end = "
                                   "$3 WHERE id = (SELECT id FROM platform_job WHERE (state = 'ready' AND run_after <= "
                                   "$1) OR (state = 'running' "
                                   "AND lease_end <= $1) ORDER BY run_after, id LIMIT 1") +
                           (skip ? " FOR UPDATE SKIP LOCKED" : "") +
                           ") RETURNING id, kind, payload, attempts, max_attempts, fence",
                       now, this_owner(), now + options_.lease_ms);
  });
}

void Runner::run(const Job& job) {
  {
    const std::lock_guard lock(mutex_);
    held_[job.id] = job.fence;
  }
  const auto handler = handlers_.find(job.kind);
  Result<Done> result = fail(ErrorKind::invalid, "error.job_unknown");
  try {
    if (handler != handlers_.end()) result = handler->second(job);
  } catch (const db::Unavailable&) {
    result = fail(ErrorKind::unavailable, "error.unavailable");
  } catch (const std::exception& error) {
    log::error("job_failed", {{"kind", job.kind}, {"job", job.id}, {"reason", error.what()}});
    result = fail(ErrorKind::conflict, "error.job_failed");
  }
  finish(job, result);
  const std::lock_guard lock(mutex_);
  held_.erase(job.id);
}

// Only the runner that still holds the job (its fence) may end it.
void Runner::finish(const Job& job, const Result<Done>& result) {
  const Instant now = clock_.now();
  State state = State::done;
  Instant run_after = now;
  std::string reason;
  if (!result) {
    reason = result.error().key;
    const bool hopeless = result.error().kind == ErrorKind::invalid || job.attempts >= job.max_attempts;
    state = hopeless ? State::parked : State::ready;
    const int wish = result.error().retry_after_s;
    run_after = now + (wish > 0 ? wish * std::int64_t{1000} : back_off(job.attempts));
  }
  const auto finished = state == State::ready ? std::optional<Instant>() : std::optional<Instant>(now);
  database_.write_now([&](db::Tx& tx) {
    const auto rows = tx.exec(
        "UPDATE platform_job SET state = $3, run_after = $4, error_key = $5, finished = $6, owner = '', lease_end = 0 "
        "WHERE id = $1 "
        "AND fence = $2 AND state = 'running'",
        job.id, job.fence, state, run_after, reason, finished);
    if (rows && state == State::parked) events::announce(tx, {"job", job.id, now.ms, {}});
  });
}

}  // namespace auricle::jobs
