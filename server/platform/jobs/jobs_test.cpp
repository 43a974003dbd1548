#include "platform/jobs/jobs.h"

#include <future>
#include <set>

#include "platform/db/test_database.h"
#include "platform/jobs/lease.h"

namespace auricle::jobs {
namespace {

class JobsTest : public db::DatabaseTest {
 protected:
  auto put(const NewJob& job) {
    return database().write_now([&](db::Tx& tx) { return enqueue(tx, job, clock.now()); });
  }
  Counts count() {
    return database().read_now([](db::Session& s) { return counts(s); });
  }
  std::vector<Parked> parked() {
    return database().read_now([](db::Session& s) { return list_parked(s, {}, 10); });
  }
};
ON_BOTH_DATABASES(JobsTest);

TEST_P(JobsTest, runs_what_is_due_and_leaves_the_rest) {
  std::vector<std::string> ran;
  Runner runner(database(), clock);
  runner.on("mail", [&](const Job& job) -> Result<Done> {
    ran.push_back(job.payload);
    return Done{};
  });
  put({.kind = "mail", .payload = "now"});
  put({.kind = "mail", .payload = "later", .run_after = clock.now() + 1000});
  EXPECT_EQ(runner.run_due(), 1);
  EXPECT_EQ(ran, std::vector<std::string>{"now"});
  clock.advance(1000);
  EXPECT_EQ(runner.run_due(), 1);
  EXPECT_EQ(count().waiting, 0);
}

TEST_P(JobsTest, one_unique_job_waits_at_a_time) {
  EXPECT_TRUE(put({.kind = "index", .unique_key = "all"}));
  EXPECT_FALSE(put({.kind = "index", .unique_key = "all"}));
  EXPECT_TRUE(put({.kind = "index", .unique_key = "other"}));
  Runner runner(database(), clock);
  runner.on("index", [](const Job&) -> Result<Done> { return Done{}; });
  EXPECT_EQ(runner.run_due(), 2);
  EXPECT_TRUE(put({.kind = "index", .unique_key = "all"}));
}

TEST_P(JobsTest, a_failing_job_waits_longer_each_time_then_is_parked_with_its_reason) {
  Runner runner(database(), clock);
  runner.on("send", [](const Job&) -> Result<Done> { return fail(ErrorKind::unavailable, "error.mail_server_away"); });
  put({.kind = "send", .max_attempts = 3});
  EXPECT_EQ(runner.run_due(), 1);
  EXPECT_EQ(runner.run_due(), 0) << "it must wait";
  clock.advance(5000);
  EXPECT_EQ(runner.run_due(), 1);
  clock.advance(5000);
  EXPECT_EQ(runner.run_due(), 0) << "at least 10 s now";
  clock.advance(20000);
  EXPECT_EQ(runner.run_due(), 1);
  ASSERT_EQ(parked().size(), 1u);
  EXPECT_EQ(parked()[0].reason, "error.mail_server_away");
  EXPECT_EQ(parked()[0].attempts, 3);
  EXPECT_EQ(count().parked, 1);
}

TEST_P(JobsTest, an_exception_is_a_failure_and_an_invalid_or_unknown_job_is_parked_at_once) {
  Runner runner(database(), clock);
  runner.on("throws", [](const Job&) -> Result<Done> { throw std::runtime_error("boom"); });
  runner.on("wrong", [](const Job&) -> Result<Done> { return fail(ErrorKind::invalid, "error.invalid"); });
  put({.kind = "throws"}), put({.kind = "wrong"}), put({.kind = "nobody"});
  EXPECT_EQ(runner.run_due(), 3);
  EXPECT_EQ(count().waiting, 1);
  EXPECT_EQ(count().parked, 2);
}

TEST_P(JobsTest, a_parked_job_can_be_tried_again_or_discarded) {
  bool works = false;
  Runner runner(database(), clock);
  runner.on("send", [&](const Job&) -> Result<Done> {
    if (!works) return fail(ErrorKind::invalid, "error.invalid");
    return Done{};
  });
  const auto first = *put({.kind = "send"}), second = *put({.kind = "send"});
  runner.run_due();
  works = true;
  database().write_now([&](db::Tx& tx) { EXPECT_TRUE(retry(tx, first, clock.now())); });
  database().write_now([&](db::Tx& tx) { EXPECT_TRUE(discard(tx, second, clock.now())); });
  EXPECT_FALSE(database().write_now([&](db::Tx& tx) { return retry(tx, second, clock.now()); }));
  EXPECT_EQ(runner.run_due(), 1);
  EXPECT_TRUE(parked().empty());
}

TEST_P(JobsTest, the_job_of_a_dead_runner_is_taken_up_again_and_its_late_end_is_refused) {
  Runner late(database(), clock);
  int runs = 0;
  late.on("slow", [&](const Job& job) -> Result<Done> {
    ++runs;
    if (job.attempts == 1) {  // its lease runs out while it works, and another runner does the job
      clock.advance(10 * 60 * 1000);
      Runner other(database(), clock);
      other.on("slow", [&](const Job&) -> Result<Done> {
        ++runs;
        return Done{};
      });
      other.run_due();
      return fail(ErrorKind::invalid, "error.late");
    }
    return Done{};
  });
  put({.kind = "slow"});
  late.run_due();
  EXPECT_EQ(runs, 2);
  EXPECT_TRUE(parked().empty()) << "the fence must refuse the late end";
}

TEST_P(JobsTest, threads_share_the_work_and_nothing_runs_twice) {
  constexpr int kJobs = 40;
  std::mutex mutex;
  std::multiset<std::string> ran;
  std::promise<void> all;
  Runner runner(database(), clock);
  runner.on("n", [&](const Job& job) -> Result<Done> {
    const std::lock_guard lock(mutex);
    ran.insert(job.payload);
    if (ran.size() == kJobs) all.set_value();
    return Done{};
  });
  database().write_now([&](db::Tx& tx) {
    for (int i = 0; i < kJobs; ++i) enqueue(tx, {.kind = "n", .payload = std::to_string(i)}, clock.now());
  });
  runner.start();
  ASSERT_EQ(all.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
  runner.stop();
  EXPECT_EQ(ran.size(), std::set<std::string>(ran.begin(), ran.end()).size());
}

TEST_P(JobsTest, periodic_work_comes_back_after_its_interval) {
  int runs = 0;
  Runner runner(database(), clock);
  runner.every("sweep", 60000, [&] { ++runs; });
  runner.run_due();
  EXPECT_EQ(runs, 1);
  clock.advance(59000);
  runner.run_due();
  EXPECT_EQ(runs, 1);
  clock.advance(1000);
  runner.run_due();
  EXPECT_EQ(runs, 2);
}

TEST_P(JobsTest, a_node_that_was_killed_goes_on_at_once_with_what_it_was_doing_and_leaves_others_theirs) {
  const auto held = [&](const std::string& owner) {
    const auto id = *put({.kind = "count"});
    database().write_now([&](db::Tx& tx) {
      tx.exec("UPDATE platform_job SET state = 'running', owner = $2, lease_end = $3, attempts = 1 WHERE id = $1", id,
              owner, clock.now() + 300'000);
    });
    return id;
  };
  const auto earlier = held(std::to_string(id_node()) + ":killed");
  held("15:another node");
  std::promise<std::int64_t> ran;
  Runner runner(database(), clock);
  runner.on("count", [&](const Job& job) -> Result<Done> {
    ran.set_value(job.id);
    return Done{};
  });
  runner.start();
  EXPECT_EQ(ran.get_future().get(), earlier);
  runner.stop();
  EXPECT_EQ(count().running, 1);
}

TEST_P(JobsTest, a_job_longer_than_its_lease_stays_with_its_runner) {
  RunnerOptions options;
  options.threads = 1;
  options.lease_ms = 60;
  Runner runner(database(), clock, options), other(database(), clock, options);
  std::promise<void> begun, let_go;
  runner.on("long", [&](const Job&) -> Result<Done> {
    begun.set_value();
    let_go.get_future().wait();
    return Done{};
  });
  other.on("long", [](const Job&) -> Result<Done> { return Done{}; });
  put({.kind = "long"});
  runner.start();
  begun.get_future().wait();
  clock.advance(50);
  const auto lease_end = [&] {
    return database().read_now(
        [](db::Session& s) { return s.one<Instant>("SELECT lease_end FROM platform_job").value(); });
  };
  while (lease_end() < clock.now() + options.lease_ms) std::this_thread::yield();
  clock.advance(50);
  EXPECT_EQ(other.run_due(), 0) << "somebody is still at it";
  let_go.set_value();
  runner.stop();
  EXPECT_EQ(count().running, 0);
}

TEST_P(JobsTest, a_lease_has_one_owner_and_a_growing_fence) {
  const auto take = [&](const char* who) {
    return database().write_now([&](db::Tx& tx) { return take_lease(tx, "mailbox:1", who, clock.now(), 1000); });
  };
  const auto first = take("a");
  ASSERT_TRUE(first);
  EXPECT_FALSE(take("b"));
  EXPECT_EQ(take("a"), first) << "prolonging keeps the fence";
  clock.advance(1000);
  const auto second = take("b");
  ASSERT_TRUE(second);
  EXPECT_GT(*second, *first);
  database().read_now([&](db::Session& s) {
    EXPECT_FALSE(holds_lease(s, "mailbox:1", *first, clock.now()));
    EXPECT_TRUE(holds_lease(s, "mailbox:1", *second, clock.now()));
  });
  database().write_now([&](db::Tx& tx) { give_up_lease(tx, "mailbox:1", *second); });
  EXPECT_TRUE(take("a"));
}

}  // namespace
}  // namespace auricle::jobs
