#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "analytics/example.h"

namespace auricle::analytics {
namespace {

// Run from anywhere in the tree; the build gives the place.
std::string source_folder() {
  const std::string file = __FILE__;
  return file.substr(0, file.rfind('/'));
}

void check(Example& example) {
  for (auto& asked : example.asked) {
    for (const auto& line : asked.expected) {
      const auto key = line.substr(0, line.find(' '));
      ASSERT_TRUE(find_definition(key)) << "unknown key in: " << line;
      auto& keys = asked.query.keys;
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
    EXPECT_EQ(lines_of(example, asked.query), asked.expected) << asked.heading;
  }
}

TEST(Golden, examples_give_their_figures_in_any_order_of_facts) {
  std::mt19937 random(3);
  const auto files = example_files(source_folder() + "/golden");
  ASSERT_GE(files.size(), 8u);
  for (const auto& path : files) {
    SCOPED_TRACE(path);
    Example example = read_example(read_text(path));
    ASSERT_FALSE(example.asked.empty());
    for (int i = 0; i < 4; ++i) {
      check(example);
      auto& facts = example.facts;
      std::shuffle(facts.of_cases.begin(), facts.of_cases.end(), random);
      std::shuffle(facts.surveys.begin(), facts.surveys.end(), random);
      std::shuffle(facts.appointments.begin(), facts.appointments.end(), random);
      std::shuffle(facts.presences.begin(), facts.presences.end(), random);
    }
  }
}

// Counts and both sides of each rate; the backlog is a state, not a sum.
TEST(Golden, splitting_a_period_adds_up) {
  for (const auto& path : example_files(source_folder() + "/golden")) {
    SCOPED_TRACE(path);
    Example example = read_example(read_text(path));
    Query query = example.asked.front().query;
    query.by.clear();
    query.keys.clear();
    for (const auto& definition : registry())
      if (definition.key != "backlog") query.keys.push_back(definition.key);
    query.from = query.from + -2;
    query.to = query.to + 20;
    const auto whole = figures(example.facts, example.places, query);
    std::vector<double> n(whole.size()), numerator(whole.size()), denominator(whole.size());
    for (auto day = query.from; day < query.to; day = day + 1) {
      Query one = query;
      one.from = day;
      one.to = day + 1;
      const auto part = figures(example.facts, example.places, one);
      for (std::size_t i = 0; i < part.size(); ++i) {
        n[i] += static_cast<double>(part[i].n);
        numerator[i] += part[i].numerator.value_or(0);
        denominator[i] += part[i].denominator.value_or(0);
      }
    }
    for (std::size_t i = 0; i < whole.size(); ++i) {
      EXPECT_EQ(n[i], whole[i].n) << whole[i].key;
      EXPECT_NEAR(numerator[i], whole[i].numerator.value_or(0), 1e-9) << whole[i].key;
      EXPECT_NEAR(denominator[i], whole[i].denominator.value_or(0), 1e-9) << whole[i].key;
    }
  }
}

TEST(Golden, every_kpi_has_an_example) {
  std::string all;
  for (const auto& path : example_files(source_folder() + "/golden")) all += read_text(path);
  for (const auto& definition : registry())
    EXPECT_NE(all.find("\n" + definition.key + " "), std::string::npos) << definition.key;
}

TEST(Golden, documentation_is_up_to_date) {
  const auto path = source_folder() + "/../../docs/kpis.md";
  const auto made = kpi_documentation(source_folder() + "/golden");
  EXPECT_EQ(read_text(path), made) << "run: auricle docs kpis > docs/kpis.md";
}

TEST(Golden, durations_by_owner_add_up_to_the_full_resolution_time) {
  for (const auto& path : example_files(source_folder() + "/golden")) {
    Example example = read_example(read_text(path));
    Query query = example.asked.front().query;
    query.by.clear();
    query.keys = {"full_resolution_time", "clinic_time", "patient_time", "third_party_time"};
    for (const auto clock : {ClockKind::elapsed, ClockKind::business}) {
      query.clock = clock;
      const auto f = figures(example.facts, example.places, query);
      if (!f[0].value) continue;
      EXPECT_NEAR(*f[0].value, *f[1].value + *f[2].value + *f[3].value, 1e-6) << path;
      EXPECT_EQ(f[0].n, f[1].n);
    }
  }
}

}  // namespace
}  // namespace auricle::analytics
