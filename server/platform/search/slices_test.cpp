#include "platform/search/slices.h"

#include <gtest/gtest.h>

#include "platform/db/test_database.h"

namespace auricle::search {
namespace {

Slice slice(std::int64_t id, std::int64_t first, std::int64_t last) {
  return {id, "message", {}, Instant{first}, Instant{last}, 10};
}

TEST(Slices, WordsCarryTheirSlice) {
  EXPECT_EQ(slice_mark(0), "0000");
  EXPECT_EQ(slice_mark(33), "0011");
  EXPECT_EQ(slice_mark(31), "000v");
  EXPECT_EQ(marked_words(7, "un cop"), "0007un 0007cop");
  EXPECT_EQ(marked(7, parse_query("\"un cop\" ")).front().words, (std::vector<std::string>{"0007un", "0007cop"}));
}

// How many slices are read: the promise that a common word costs what one slice holds.
TEST(Slices, AreReadUntilThereIsEnough) {
  const std::vector<Slice> slices{slice(1, 0, 99),    slice(2, 100, 199), slice(3, 200, 299),
                                  slice(4, 300, 399), slice(5, 400, 499), slice(6, 500, 599)};
  std::vector<std::int64_t> asked;
  const auto ask = [&](std::int64_t in_each) {
    asked.clear();
    return [&asked, in_each](std::span<const Slice> some, int limit) {
      std::vector<Hit> hits;
      for (const auto& slice : some) {
        asked.push_back(slice.id);
        for (std::int64_t i = 0; i < in_each; ++i) hits.push_back({"message", slice.id * 100 + i, slice.last_at - i});
      }
      hits.resize(std::min(hits.size(), static_cast<std::size_t>(limit)));
      return hits;
    };
  };
  EXPECT_EQ(newest_hits(slices, 5, ask(50)).front().id, 600);
  EXPECT_EQ(asked, (std::vector<std::int64_t>{6}));
  EXPECT_EQ(newest_hits(slices, 5, ask(2)).size(), 5u);
  EXPECT_EQ(asked, (std::vector<std::int64_t>{6, 5, 4}));
  EXPECT_EQ(newest_hits(slices, 5, ask(0)).size(), 0u);
  EXPECT_EQ(asked.size(), 6u);
}

TEST(Slices, OverlappingOnesOfOtherSitesAreReadToo) {
  const std::vector<Slice> slices{slice(1, 0, 500), slice(2, 100, 499), slice(3, 0, 50)};
  int asked = 0;
  const auto hits = newest_hits(slices, 1, [&](std::span<const Slice> some, int) {
    asked += static_cast<int>(some.size());
    return std::vector<Hit>{{"message", some.front().id, Instant{some.front().id == 1 ? 200 : 400}}};
  });
  EXPECT_EQ(hits.front().id, 2);
  EXPECT_GE(asked, 2);
}

}  // namespace
}  // namespace auricle::search
