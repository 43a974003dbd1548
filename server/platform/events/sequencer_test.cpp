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

}  // namespace
}  // namespace auricle::events
