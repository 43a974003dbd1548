#include "staffing/patience.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "staffing/test_data.h"

namespace auricle::staffing {
namespace {

TEST(Patience, SurvivalByHand) {
  // At risk 5; 5 s: one hangs up (4/5); 20 s: one hangs up of 4, one answered (3/4); 40 s: one of 2 (1/2).
  const auto found = estimate_patience({{5, true}, {20, true}, {20, false}, {40, true}, {60, false}});
  EXPECT_EQ(found.waited, 5);
  EXPECT_EQ(found.hung_up, 3);
  ASSERT_EQ(found.survival.size(), 5u);  // 5, 10, 20, 30, 60 s
  EXPECT_DOUBLE_EQ(found.survival[0].still_waiting, 0.8);
  EXPECT_DOUBLE_EQ(found.survival[2].still_waiting, 0.8 * 0.75);
  EXPECT_DOUBLE_EQ(found.survival[4].still_waiting, 0.8 * 0.75 * 0.5);
  EXPECT_EQ(found.survival[2].at_risk, 4);
  EXPECT_EQ(found.median_s, 40);
  EXPECT_FALSE(found.mean_s);  // three are too few to say
}

// The clinic answers most calls: only those who outlast the wait are seen to. The naive mean of the abandoned waits is
// far off, the censored estimate is not.
TEST(Patience, CensoringIsUndone) {
  std::mt19937_64 random(3);
  std::exponential_distribution<double> patience(1 / 400.0), wait(1 / 40.0);
  std::vector<WaitedCall> calls;
  double naive = 0, gone = 0;
  for (int i = 0; i < 40'000; ++i) {
    const double stays = patience(random), answer = wait(random);
    calls.push_back({std::min(stays, answer), stays < answer});
    if (stays < answer) naive += stays, ++gone;
  }
  const auto found = estimate_patience(calls);
  EXPECT_LT(naive / gone, 60);
  EXPECT_NEAR(*found.mean_s, 400, 20);
  EXPECT_LT(*found.low_s, 400);
  EXPECT_GT(*found.high_s, 400);
  for (const auto& point : found.survival)
    if (point.at_risk > 1'000) {
      EXPECT_NEAR(point.still_waiting, std::exp(-point.after_s / 400), 0.01);
    }
}

TEST(Patience, NothingIsNotZero) {
  const auto none = estimate_patience({});
  EXPECT_EQ(none.waited, 0);
  EXPECT_FALSE(none.mean_s);
  EXPECT_TRUE(none.survival.empty());
  EXPECT_EQ(estimate_patience({{0, true}, {0, false}}).waited, 0);  // served at once
}

// Brown et al. 2005 find 446 s over the year by regression of the abandonment on the mean wait; these are two months.
TEST(Patience, OfTheBank) {
  if (!data_present()) GTEST_SKIP() << "AURICLE_TEST_DATA is not set";
  const std::map<std::string, std::pair<std::int64_t, double>> expected{
      // hung up in queue; (answered × mean wait + hung up × their mean wait) / hung up, from expected_kpis.json
      {"01", {3080, (27060 * 35.028 + 3080 * 61.138) / 3080}},
      {"02", {3932, (27162 * 40.7743 + 3932 * 66.0465) / 3932}}};
  for (const auto& [month, values] : expected) {
    std::vector<WaitedCall> calls;
    for (const auto& call : bank_calls(month))
      if (call.wait_s > 0) calls.push_back({call.wait_s, !call.answered});
    const auto found = estimate_patience(calls);
    EXPECT_EQ(found.hung_up, values.first) << month;
    EXPECT_NEAR(*found.mean_s, values.second, 0.01) << month;
    EXPECT_GT(*found.mean_s, 300);
    EXPECT_LT(*found.mean_s, 500);
  }
}

}  // namespace
}  // namespace auricle::staffing
