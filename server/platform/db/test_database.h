#pragma once
// For tests on both databases:
//   class CasesTest : public db::DatabaseTest {};
//   ON_BOTH_DATABASES(CasesTest);
//   TEST_P(CasesTest, opens) { database().write_now([](db::Tx& tx) { … }); }
// Each test has a fresh, migrated database; write closures run twice. PostgreSQL needs
// AURICLE_TEST_POSTGRES=postgresql://….
#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "platform/base/loop.h"
#include "platform/base/task.h"
#include "platform/db/database.h"

namespace auricle::db {

class TestDatabase {  // removed when destroyed
 public:
  virtual ~TestDatabase() = default;
  virtual Database& database() = 0;
  virtual Options options() const = 0;        // to open it again
  virtual std::string directory() const = 0;  // a scratch folder of this test (SQLite: holds the database)
};
struct TestOptions {
  bool run_writes_twice = true;
  bool migrated = true;
};
bool test_database_available(Dialect dialect);
std::unique_ptr<TestDatabase> make_test_database(Dialect dialect, const TestOptions& options = {});

class DatabaseTest : public testing::TestWithParam<Dialect> {
 protected:
  void SetUp() override {
    if (!test_database_available(GetParam()))
      GTEST_SKIP() << "set AURICLE_TEST_POSTGRES=postgresql://… to run on PostgreSQL";
    test_database_ = make_test_database(GetParam());
  }
  Database& database() { return test_database_->database(); }
  TestDatabase& test_database() { return *test_database_; }
  FixedClock clock{Instant{1'790'000'000'000}};  // 2026-09-21T14:13:20Z

 private:
  std::unique_ptr<TestDatabase> test_database_;
};

// Runs a coroutine to its end on a loop of its own, as an I/O thread does.
template <class T>
T run_task(Task<T> task) {
  struct Pump final : Loop {
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<std::function<void()>> calls;
    void post(std::function<void()> call) override {
      const std::lock_guard lock(mutex);
      calls.push_back(std::move(call));
      wake.notify_one();
    }
    void run_one() {
      std::unique_lock lock(mutex);
      wake.wait(lock, [this] { return !calls.empty(); });
      const auto call = std::move(calls.front());
      calls.pop_front();
      lock.unlock();
      call();
    }
  } pump;
  Loop* const before = current_loop();
  set_current_loop(&pump);
  task.start();
  while (!task.done()) pump.run_one();
  set_current_loop(before);
  return task.take();
}

inline std::string dialect_name(const testing::TestParamInfo<Dialect>& info) {
  return info.param == Dialect::sqlite ? "sqlite" : "postgres";
}

}  // namespace auricle::db

#define ON_BOTH_DATABASES(Suite)                                                                                     \
  INSTANTIATE_TEST_SUITE_P(On, Suite, testing::Values(auricle::db::Dialect::sqlite, auricle::db::Dialect::postgres), \
                           auricle::db::dialect_name)
