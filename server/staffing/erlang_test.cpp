#include "staffing/erlang.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <deque>
#include <map>
#include <queue>
#include <random>

#include "staffing/test_data.h"

namespace auricle::staffing {
namespace {

double number(const std::string& text) { return text.empty() ? NAN : std::stod(text); }

struct Vector {
  std::string model;
  std::map<std::string, double> at;
};

std::vector<Vector> vectors() {
  std::ifstream file(data_folder() + "erlang_reference.csv");
  std::string line;
  std::getline(file, line);
  const auto names = split(line, ',');
  std::vector<Vector> all;
  while (std::getline(file, line)) {
    const auto cells = split(line, ',');
    Vector one{cells[0], {}};
    for (std::size_t i = 1; i + 1 < names.size(); ++i)
      if (cells[i] != "inf") one.at[names[i]] = number(cells[i]);
    all.push_back(std::move(one));
  }
  return all;
}

// All twelve digits shown.
void agree(double ours, double theirs, const char* what) {
  if (std::isnan(theirs)) return;
  EXPECT_NEAR(ours, theirs, 2e-11 * std::max(1.0, std::abs(theirs))) << what;
}

TEST(Erlang, AgreesWithTheReferenceVectors) {
  if (!data_present()) GTEST_SKIP() << "AURICLE_TEST_DATA is not set";
  std::map<std::string, int> seen;
  for (auto& [model, at] : vectors()) {
    SCOPED_TRACE(model + " load " + std::to_string(at["offered_load"]));
    ++seen[model];
    const int agents = static_cast<int>(at["agents"]);
    if (model == "erlang_b") {
      agree(erlang_b(at["offered_load"], agents), at["p_wait"], "blocking");
      continue;
    }
    Demand demand{at["lambda_per_s"], at["mean_service_s"], std::nullopt};
    if (model == "erlang_a") demand.patience_s = at["mean_patience_s"];
    const double target = std::isnan(at["target_s"]) ? 20 : at["target_s"];
    const auto ours = performance(demand, agents, {target, 0});
    agree(ours.p_wait, at["p_wait"], "p_wait");
    agree(ours.p_abandon, at["p_abandon"], "p_abandon");
    agree(*ours.mean_wait_s, at["asa_or_mean_wait_s"], "mean wait");
    agree(ours.occupancy, at["occupancy"], "occupancy");
    agree(ours.service_level, at["service_level_at_target"], "service level");
  }
  EXPECT_EQ(seen["erlang_b"] + seen["erlang_c"] + seen["erlang_a"], 25);
  EXPECT_GE(seen["erlang_a"], 8);
}

// The same values without the reference data: Whitt 2005, table 1; callcentrehelper's example of Erlang C.
TEST(Erlang, AgreesWithPublishedFigures) {
  const auto whitt = performance({102, 1, 1}, 100, {0, 0});
  EXPECT_NEAR(1 - whitt.p_wait, 0.4083, 5e-5);
  EXPECT_NEAR(whitt.p_abandon, 0.0499, 5e-5);
  const auto example = performance({100.0 / 1800, 180, std::nullopt}, 14, {20, 5});
  EXPECT_NEAR(example.p_wait, 0.174, 5e-4);
  EXPECT_NEAR(example.service_level, 0.888, 5e-4);
  EXPECT_NEAR(example.occupancy, 0.714, 5e-4);
}

struct Simulated {
  double offered = 0, waited = 0, abandoned = 0, short_gone = 0, within = 0, answered = 0, wait = 0, answered_wait = 0;
};

// Calls one by one in the order of arrival: first come, first served, so the next free agent takes the next call that
// is still there. An independent way to the same figures.
Simulated simulate(const Demand& demand, int agents, const Measured& measured, int calls, unsigned seed) {
  std::mt19937_64 random(seed);
  std::exponential_distribution<double> gap(demand.arrivals_per_s), talk(1 / demand.handling_s),
      patience(1 / *demand.patience_s);
  std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
  for (int i = 0; i < agents; ++i) free_at.push(0);
  Simulated result;
  double now = 0;
  for (int i = 0; i < calls + 20'000; ++i) {
    now += gap(random);
    const double wait = std::max(0.0, free_at.top() - now), stays = patience(random);
    const bool hangs_up = stays < wait;
    if (!hangs_up) {
      free_at.pop();
      free_at.push(now + wait + talk(random));
    }
    if (i < 20'000) continue;  // until it has settled
    result.offered += 1;
    result.waited += wait > 0;
    result.abandoned += hangs_up;
    result.short_gone += hangs_up && stays < measured.short_s;
    result.answered += !hangs_up;
    result.within += !hangs_up && wait <= measured.within_s;
    result.wait += std::min(wait, stays);
    result.answered_wait += hangs_up ? 0 : wait;
  }
  return result;
}

TEST(Erlang, AgreesWithASimulation) {
  const std::vector<std::pair<Demand, int>> cases{
      {{0.05, 180, 60}, 8}, {{0.1, 240, 180}, 20}, {{0.02, 180, 400}, 3}, {{0.02, 300, 120}, 9}};
  for (const auto& [demand, agents] : cases) {
    SCOPED_TRACE("load " + std::to_string(demand.load()) + " agents " + std::to_string(agents));
    const Measured measured{20, 5};
    const auto ours = performance(demand, agents, measured);
    const auto seen = simulate(demand, agents, measured, 400'000, 7);
    const double tolerance = 0.01;  // some four standard errors of correlated waits
    EXPECT_NEAR(ours.p_wait, seen.waited / seen.offered, tolerance);
    EXPECT_NEAR(ours.p_abandon, seen.abandoned / seen.offered, tolerance);
    EXPECT_NEAR(ours.service_level, seen.within / (seen.offered - seen.short_gone), tolerance);
    EXPECT_NEAR(*ours.mean_wait_s, seen.wait / seen.offered, 0.02 * *ours.mean_wait_s + 0.2);
    EXPECT_NEAR(*ours.answer_s, seen.answered_wait / seen.answered, 0.02 * *ours.answer_s + 0.2);
  }
}

TEST(Erlang, EverybodyIsAnsweredOrHangsUp) {
  for (const double load : {0.1, 3.0, 50.0, 700.0})
    for (const int agents : {1, 3, 60, 650}) {
      const auto ours = performance({load / 200, 200, 90}, agents, {1e7, 0});
      EXPECT_NEAR(ours.service_level, 1 - ours.p_abandon, 1e-9) << load << " " << agents;
    }
}

TEST(Erlang, EndlessPatienceIsErlangC) {
  const auto a = performance({0.05, 150, 1e9}, 9, {30, 0}), c = performance({0.05, 150, std::nullopt}, 9, {30, 0});
  EXPECT_NEAR(a.service_level, c.service_level, 1e-5);
  EXPECT_NEAR(*a.mean_wait_s, *c.mean_wait_s, 1e-3);
}

TEST(Erlang, HoldsForThousandsOfAgents) {
  const auto begun = std::chrono::steady_clock::now();
  for (const double load : {1'000.0, 5'000.0, 15'000.0})
    for (const double share : {0.5, 0.95, 1.0, 1.05, 1.5}) {
      const int agents = static_cast<int>(load * share);
      const auto a = performance({load / 300, 300, 600}, agents, {20, 5});
      for (const double value : {a.service_level, a.p_wait, a.p_abandon, a.occupancy}) {
        EXPECT_TRUE(value >= 0 && value <= 1 + 1e-12) << load << " × " << share << ": " << value;
      }
      // With many agents those who hang up are what cannot be served (fluid limit).
      if (share < 1) {
        EXPECT_NEAR(a.p_abandon, 1 - share, 0.03);
      }
      if (share == 1.5) {
        EXPECT_NEAR(a.service_level, 1, 1e-9);
      }
    }
  EXPECT_EQ(erlang_c(0, 5), 0);
  EXPECT_EQ(erlang_c(5, 5), 1);
  EXPECT_LT(erlang_b(4'000, 5'000), 1e-40);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  EXPECT_LT(took.count(), 5);
}

TEST(Erlang, FewestAgentsThatMeetTheTarget) {
  for (const std::optional<double> patience : {std::optional<double>(), std::optional<double>(300.0)})
    for (const double calls_per_hour : {1.0, 20.0, 200.0, 3'000.0}) {
      const Demand demand{calls_per_hour / 3600, 200, patience};
      Target target;
      const int agents = agents_needed(demand, target).value();
      EXPECT_GE(performance(demand, agents).service_level, 0.8);
      EXPECT_LT(performance(demand, agents - 1).service_level, 0.8);
    }
  // The published example: 80 % within 20 s of 100 calls in half an hour, 180 s each, takes 14.
  EXPECT_EQ(agents_needed({100.0 / 1800, 180, std::nullopt}, {}), 14);
  // Callers who hang up need fewer.
  EXPECT_LT(agents_needed({100.0 / 1800, 180, 120}, {}).value(), 14);
  EXPECT_EQ(agents_needed({0, 180, std::nullopt}, {}), 0);
  Target strict;
  strict.max_abandonment = 0.01;
  EXPECT_GT(agents_needed({100.0 / 1800, 180, 120}, strict), agents_needed({100.0 / 1800, 180, 120}, {}));
  Target rested;
  rested.max_occupancy = 0.6;
  EXPECT_EQ(agents_needed({100.0 / 1800, 180, std::nullopt}, rested), 17);  // 10 / 0.6
}

TEST(Erlang, NobodyAtWork) {
  const auto a = performance({0.1, 180, 60}, 0);
  EXPECT_EQ(a.service_level, 0);
  EXPECT_EQ(a.p_abandon, 1);
  EXPECT_FALSE(performance({0.1, 180, std::nullopt}, 5).mean_wait_s);  // 18 erlangs on five: no end
}

TEST(Erlang, ShrinkageRoundsUp) {
  EXPECT_EQ(rostered(7, 0.3), 10);
  EXPECT_EQ(rostered(8, 0.3), 12);
  EXPECT_EQ(rostered(0, 0.3), 0);
  EXPECT_EQ(rostered(5, 0), 5);
}

}  // namespace
}  // namespace auricle::staffing
