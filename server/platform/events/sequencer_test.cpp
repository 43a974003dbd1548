#include "platform/events/sequencer.h"

#include <future>
#include <set>

#include "platform/db/test_database.h"

namespace auricle::events {
namespace {

class SequencerTest : public db::DatabaseTest {
 protected:
  void change(std::int64_t id) {
    database().write_now([&](db::Tx& tx) { announce(tx, {"case", id, 1, SiteId{5}}); });
  }
  auto since(std::int64_t seq) {
    return database().read_now([&](db::Session& s) { return changes_since(s, seq, 1000); });
  }
};
ON_BOTH_DATABASES(SequencerTest);

TEST_P(SequencerTest, numbers_follow_each_other_and_a_follower_resumes) {
  Sequencer sequencer(database());
  for (int i = 1; i <= 5; ++i) change(i);
  sequencer.catch_up();
  const auto rest = since(3);
  ASSERT_TRUE(rest);
  ASSERT_EQ(rest->size(), 2u);
  EXPECT_EQ(rest->front().seq, 4);
  EXPECT_EQ(rest->front().change.id, 4);
  EXPECT_EQ(rest->front().change.site, SiteId{5});
  EXPECT_FALSE(since(99)) << "a number of another database";
}

TEST_P(SequencerTest, concurrent_changes_reach_the_listener_once_each_in_order) {
  Sequencer sequencer(database());
  std::mutex mutex;
  std::vector<std::int64_t> sequences;
  std::set<std::int64_t> ids;
  std::promise<void> all;
  sequencer.on_changes([&](const std::vector<SequencedChange>& changes) {
    const std::lock_guard lock(mutex);
    for (const auto& c : changes) sequences.push_back(c.seq), ids.insert(c.change.id);
    if (sequences.size() == 60) all.set_value();
  });
  sequencer.start();
  std::vector<std::jthread> writers;
  for (int w = 0; w < 4; ++w)
    writers.emplace_back([&, w] {
      for (int i = 0; i < 15; ++i) change(w * 100 + i);
    });
  writers.clear();
  ASSERT_EQ(all.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  sequencer.stop();
  EXPECT_TRUE(std::is_sorted(sequences.begin(), sequences.end()));
  EXPECT_EQ(sequences.back(), 60);
  EXPECT_EQ(ids.size(), 60u);
}

TEST_P(SequencerTest, a_follower_below_the_trimmed_part_must_start_anew) {
  Sequencer sequencer(database());
  for (int i = 1; i <= 3; ++i) change(i);
  sequencer.catch_up();
  const Instant later = SystemClock().now() + 1000;
  EXPECT_EQ(database().write_now([&](db::Tx& tx) { return trim_changes(tx, later); }), 2);
  EXPECT_FALSE(since(1));
  ASSERT_TRUE(since(2));
  EXPECT_EQ(since(2)->size(), 1u);
  change(4);
  sequencer.catch_up();
  EXPECT_EQ(since(3)->front().seq, 4) << "numbers go on after trimming";
}

TEST_P(SequencerTest, marks_are_kept) {
  database().write_now([](db::Tx& tx) {
    EXPECT_EQ(mark(tx, "search"), 0);
    set_mark(tx, "search", 4);
    set_mark(tx, "search", 9);
  });
  EXPECT_EQ(database().read_now([](db::Session& s) { return mark(s, "search"); }), 9);
}

// Two nodes on one server: while NOTIFY works, the other hears long before its next poll (10 s).
TEST_P(SequencerTest, another_node_hears_at_once_by_notify) {
  if (GetParam() != db::Dialect::postgres) GTEST_SKIP() << "SQLite has one node";
  const auto other = db::open_database(test_database().options());
  Sequencer here(database()), there(*other);
  std::mutex mutex;
  std::condition_variable heard;
  std::set<std::int64_t> ids;
  there.on_changes([&](const std::vector<SequencedChange>& changes) {
    const std::lock_guard lock(mutex);
    for (const auto& c : changes) ids.insert(c.change.id);
    heard.notify_one();
  });
  here.start();
  there.start();
  const auto hears = [&](std::int64_t id, std::chrono::seconds within) {
    change(id);
    std::unique_lock lock(mutex);
    return heard.wait_for(lock, within, [&] { return ids.contains(id); });
  };
  ASSERT_TRUE(hears(1, std::chrono::seconds(20)));  // both listen by now, or the poll found it
  for (std::int64_t id = 2; id < 6; ++id) EXPECT_TRUE(hears(id, std::chrono::seconds(4))) << id;
  // The connection is cut: the poll finds what happens meanwhile.
  other->write_now([](db::Tx& tx) {
    return tx.exec(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE "
        "'LISTEN%' OR query = 'SELECT 1'");
  });
  EXPECT_TRUE(hears(6, std::chrono::seconds(20)));
  there.stop();
  here.stop();
}

}  // namespace
}  // namespace auricle::events
