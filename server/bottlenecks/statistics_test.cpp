#include "bottlenecks/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace auricle::bottlenecks {
namespace {

std::vector<Observation> of(const std::vector<double>& values, int stratum = 0, int first_unit = 0) {
  std::vector<Observation> all;
  for (const double value : values) all.push_back({value, stratum, first_unit + static_cast<int>(all.size())});
  return all;
}

TEST(Statistics, normal_tail_and_quantile) {
  EXPECT_NEAR(upper_tail(1.6448536), 0.05, 1e-7);
  EXPECT_NEAR(upper_tail(0), 0.5, 1e-12);
  EXPECT_NEAR(normal_quantile(0.025), 1.959964, 1e-6);
  EXPECT_NEAR(normal_quantile(0.9), -1.281552, 1e-6);
}

// Part 3, 5, 6 of 1…6: R = 14, U = 14 − 6 = 8, of 9 pairs; mean 4.5, variance 3·3·7/12 = 5.25: z = 3.5/√5.25.
TEST(Statistics, rank_sum_by_hand) {
  const Pool pool(of({1, 2, 3, 4, 5, 6}));
  const auto found = pool.compare({2, 4, 5});
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->greater, 8.0 / 9, 1e-12);
  EXPECT_NEAR(found->z, 3.5 / std::sqrt(5.25), 1e-9);
  EXPECT_EQ(found->units, 3);
  EXPECT_EQ(found->others, 3);
}

// 1, 2, 2, 3; part: one of the twos and the three. Midranks 1, 2.5, 2.5, 4: R = 6.5, U = 3.5 of 4. Ties 1 − 6/60.
TEST(Statistics, ties_are_halved_and_narrow_the_variance) {
  const auto found = Pool(of({1, 2, 2, 3})).compare({1, 3});
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->greater, 3.5 / 4, 1e-12);
  EXPECT_NEAR(found->z, 1.5 / std::sqrt(4 * 5 / 12.0 * 0.9), 1e-9);
}

TEST(Statistics, nothing_to_compare_with) {
  EXPECT_FALSE(Pool(of({1, 2, 3})).compare({0, 1, 2}));
  EXPECT_NEAR(Pool(of({2, 2, 2, 2})).compare({0, 1})->p, 1, 1e-9);
}

// Two strata that agree, each with z: together z·√2 (equal weights). Mixing them would hide it: all of the second
// stratum are greater than all of the first.
TEST(Statistics, strata_are_compared_within) {
  auto all = of({1, 2, 3, 4, 5, 6});
  for (const auto& one : of({101, 102, 103, 104, 105, 106}, 1, 6)) all.push_back(one);
  const auto found = Pool(all).compare({2, 4, 5, 8, 10, 11});
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->z, 3.5 / std::sqrt(5.25) * std::sqrt(2), 1e-9);
  EXPECT_NEAR(found->greater, 8.0 / 9, 1e-12);
}

// The same twice from each unit is as strong as about once, not as from twice as many.
TEST(Statistics, one_unit_is_one_witness) {
  std::vector<Observation> all;
  for (int i = 1; i <= 40; ++i) all.push_back({static_cast<double>(i), 0, i});
  std::vector<int> part;
  for (int i = 15; i < 40; i += 2) part.push_back(i);
  const auto once = Pool(all).compare(part);
  auto twice = all;
  auto both = part;
  for (const auto& one : all) twice.push_back(one);
  for (const int i : part) both.push_back(i + 40);
  const auto doubled = Pool(twice).compare(both);
  EXPECT_NEAR(doubled->z, once->z, 0.06);
  EXPECT_EQ(doubled->units, once->units);
  EXPECT_EQ(doubled->others, once->others);
}

// Urn of 10 with 4 marked, 3 drawn: P(X ≥ 2) = (6·6 + 4·1)/120.
TEST(Statistics, hypergeometric_by_hand) {
  EXPECT_NEAR(hypergeometric_tail(2, 3, 4, 10), 40.0 / 120, 1e-12);
  EXPECT_NEAR(hypergeometric_tail(3, 3, 4, 10), 4.0 / 120, 1e-12);
  EXPECT_EQ(hypergeometric_tail(0, 3, 4, 10), 1);
  EXPECT_NEAR(hypergeometric_tail(2, 3, 10, 10), 1, 1e-12);
}

// Rare events: a rank test would find two late of 30 against one of 970 overwhelming.
TEST(Statistics, few_events_are_compared_exactly) {
  std::vector<Observation> all;
  for (int i = 0; i < 1000; ++i) all.push_back({i == 5 || i == 7 || i == 500 ? 60.0 : 0.0, 0, i});
  std::vector<int> part;
  for (int i = 0; i < 30; ++i) part.push_back(i);
  const auto found = Pool(all).compare(part);
  EXPECT_NEAR(found->p, hypergeometric_tail(2, 30, 3, 1000), 1e-6);
  EXPECT_GT(found->p, 0.002);
}

// Benjamini & Hochberg 1995, section 3.1: of the fifteen p-values four are rejected at 0.05.
TEST(Statistics, benjamini_hochberg_as_in_the_paper) {
  const std::vector<double> p{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                              0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
  const auto q = benjamini_hochberg(p);
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_EQ(q[i] <= 0.05, i < 4) << i;
  EXPECT_NEAR(q[0], 0.0015, 1e-12);
  EXPECT_NEAR(q[3], 0.0095 * 15 / 4, 1e-12);
  EXPECT_EQ(q[14], 1);
}

// 30 of 100 where 20 are tolerated: z = 0.1/√(0.16/100) = 2.5.
TEST(Statistics, a_share_above_what_is_tolerated) {
  EXPECT_NEAR(share_above(0.3, 0.2, 100), upper_tail(2.5), 1e-12);
  EXPECT_GT(share_above(0.1, 0.2, 100), 0.99);
}

}  // namespace
}  // namespace auricle::bottlenecks
