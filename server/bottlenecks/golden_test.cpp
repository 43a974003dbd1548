#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "bottlenecks/test_history.h"

namespace auricle::bottlenecks {
namespace {

std::vector<std::filesystem::path> files() {
  const std::filesystem::path folder = std::filesystem::path(__FILE__).parent_path() / "golden";
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".txt") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}
History history_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  return read_history({std::istreambuf_iterator<char>(in), {}});
}
Change change_of(const History& history) {
  return compare(stays_between(history, *history.week + -7, *history.week),
                 stays_between(history, *history.week, *history.week + 7));
}

TEST(Golden, histories_have_their_bottlenecks_in_any_order_of_facts) {
  std::mt19937 random(5);
  ASSERT_GE(files().size(), 7u);
  for (const auto& path : files()) {
    SCOPED_TRACE(path);
    auto history = history_of(path);
    ASSERT_FALSE(history.expected.empty());
    for (int i = 0; i < 3; ++i) {
      auto stays = stays_of(history);
      EXPECT_EQ(lines_of(history, find(stays, {})), history.expected) << history.title;
      if (history.week) {
        EXPECT_EQ(lines_of(history, change_of(history)), history.change) << history.title;
      }
      std::shuffle(stays.begin(), stays.end(), random);
      EXPECT_EQ(lines_of(history, find(stays, {})), history.expected) << history.title;
      std::shuffle(history.facts.begin(), history.facts.end(), random);
    }
  }
}

}  // namespace
}  // namespace auricle::bottlenecks
