#include "staffing/staffing.h"

#include <cmath>
#include <random>

#include "platform/db/test_database.h"
#include "staffing/history.h"

namespace auricle::staffing {
namespace {

using clinic::LocalDay;
constexpr const char* kZone = "Europe/Madrid";
LocalDay day(const char* text) { return clinic::parse_local_day(text).value(); }

class StaffingTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    db::DatabaseTest::SetUp();
    database().write_now([&](db::Tx& tx) {
      clinic::CalendarVersion calendar;
      for (int d = 0; d < 5; ++d) calendar.week[d] = {{540, 1080}};  // 9:00 to 18:00
      calendar.holidays = {day("2026-03-19")};
      ASSERT_TRUE(clinic::import_site(tx, {here_, "Centro", kZone, calendar}));
      ASSERT_TRUE(clinic::import_site(tx, {there_, "Puerto", kZone, std::nullopt}));
    });
  }

  struct CallTimes {
    double wait_s = 0, talk_s = 0;
    bool hung_up = false;
  };
  static facts::Fact call(SiteId site, Instant at, const CallTimes& times) {
    facts::Fact fact;
    fact.kind = facts::Kind::call;
    fact.actor = facts::Actor::patient;
    fact.channel = "phone";
    fact.site_id = site;
    fact.happened_at = at;
    fact.queued_at = at;
    const Instant left = at + std::llround(times.wait_s * 1000);
    if (!times.hung_up) fact.answered_at = left;
    fact.ended_at = times.hung_up ? left : left + std::llround(times.talk_s * 1000);
    fact.wrap_up_seconds = times.hung_up ? 0 : 30;
    fact.value = times.hung_up ? "abandoned" : "answered";
    return fact;
  }

  // Four calls in each open half hour of each weekday, one of them hung up after 40 s.
  void add_calls(LocalDay from, int days) {
    database().write_now([&](db::Tx& tx) {
      for (int d = 0; d < days; ++d) {
        const LocalDay local = from + d;
        if (clinic::iso_weekday(local) >= 5 || local == day("2026-03-19")) continue;
        for (int minute = 540; minute < 1080; minute += 30)
          for (int k = 0; k < 4; ++k)
            facts::append(tx, call(here_, clinic::at_local(kZone, local, minute) + k * 60'000,
                                   k == 3 ? CallTimes{40, 0, true} : CallTimes{10.0 * k, 150, false}));
      }
    });
  }
  Forecast ask(const ForecastQuery& query, const char* now = "2026-04-20T06:00:00Z") {
    return database().read_now([&](db::Session& s) { return forecast(s, query, parse_rfc3339(now).value()).value(); });
  }
  SiteId here_{11}, there_{12};
};
ON_BOTH_DATABASES(StaffingTest);

TEST_P(StaffingTest, what_came_is_what_is_expected) {
  add_calls(day("2026-01-05"), 105);  // to 19 April, a Sunday
  const auto found = ask({here_, "", {}, std::nullopt, 28});
  EXPECT_EQ(found.channel, "phone");
  EXPECT_TRUE(found.timed);
  EXPECT_EQ(found.history.first_day, "2026-01-05");
  EXPECT_EQ(found.history.last_day, "2026-04-17");
  EXPECT_EQ(found.history.arrivals, 74 * 18 * 4);  // 15 weeks of five days, less the holiday
  ASSERT_TRUE(found.model);
  EXPECT_EQ(found.model->holidays_seen, 1);
  ASSERT_EQ(found.days.size(), 28u);
  ASSERT_EQ(found.intervals.size(), 28u * 48);
  EXPECT_EQ(found.days[0].date, "2026-04-20");
  EXPECT_NEAR(found.days[0].expected, 72, 0.5);
  EXPECT_NEAR(found.days[5].expected, 0, 0.01);  // Saturday
  const auto& nine = found.intervals[18];
  EXPECT_EQ(to_rfc3339(nine.starts_at), "2026-04-20T07:00:00Z");
  EXPECT_EQ(nine.slot, 18);
  EXPECT_TRUE(nine.open);
  EXPECT_FALSE(found.intervals[17].open);
  EXPECT_NEAR(nine.expected, 4, 0.05);
  EXPECT_LE(nine.low, nine.expected);
  EXPECT_GE(nine.high, nine.expected);
  EXPECT_FALSE(nine.came);
}

TEST_P(StaffingTest, times_are_those_of_the_calls) {
  add_calls(day("2026-01-05"), 105);
  const auto found = ask({here_, "phone", {}, std::nullopt, 1});
  EXPECT_EQ(found.handling.mean_s, 180);  // 150 and 30 of wrap-up
  // Of every four calls one was answered at once, two after 10 and 20 s, one hung up after 40 s.
  EXPECT_EQ(found.patience.waited, 3 * found.patience.hung_up);
  EXPECT_DOUBLE_EQ(*found.patience.mean_s, 70);  // (10 + 20 + 40) / 1
}

TEST_P(StaffingTest, only_what_came_before_is_learnt_from) {
  add_calls(day("2026-01-05"), 105);
  const auto then = ask({here_, "phone", {}, day("2026-03-16"), 7});
  EXPECT_EQ(then.history.last_day, "2026-03-13");
  ASSERT_EQ(then.days.size(), 7u);
  EXPECT_EQ(then.days[0].came, 72);  // and what came is beside it
  EXPECT_EQ(then.intervals[18].came, 4);
  ASSERT_TRUE(then.days[3].holiday);
  EXPECT_LT(then.days[3].expected, 1);  // none seen before: like a Sunday
}

TEST_P(StaffingTest, a_site_is_not_another) {
  add_calls(day("2026-01-05"), 105);
  const auto found = ask({there_, "", {}, std::nullopt, 28});
  EXPECT_FALSE(found.model);
  EXPECT_TRUE(found.days.empty());
  EXPECT_TRUE(found.choices.empty());
  const auto nowhere = database().read_now([&](db::Session& s) { return forecast(s, {{99}, "", {}, {}, 28}, {0}); });
  EXPECT_FALSE(nowhere);
}

// A case in writing counts once, by its first message; one that began with a call is a call.
TEST_P(StaffingTest, what_counts_as_an_arrival) {
  const Instant at = parse_rfc3339("2026-03-02T10:00:00Z").value();
  const auto fact = [&](facts::Kind kind, std::int64_t of_case, std::int64_t after, const char* channel) {
    facts::Fact one;
    one.kind = kind;
    one.case_id = {of_case};
    one.actor = facts::Actor::patient;
    one.happened_at = at + after;
    one.channel = channel;
    if (kind == facts::Kind::opened) one.site_id = there_;
    return one;
  };
  database().write_now([&](db::Tx& tx) {
    facts::append(tx, fact(facts::Kind::opened, 1, 0, ""));
    facts::append(tx, fact(facts::Kind::message, 1, 0, "email"));
    facts::append(tx, fact(facts::Kind::message, 1, 5'000, "email"));
    facts::append(tx, fact(facts::Kind::opened, 2, 0, ""));
    auto with_case = call({}, at, {5, 60, false});
    with_case.case_id = {2};
    facts::append(tx, with_case);
    facts::append(tx, fact(facts::Kind::message, 2, 9'000, "email"));
    auto menu = call(there_, at, {});
    menu.queued_at.reset();
    menu.answered_at.reset();
    facts::append(tx, menu);
    auto ours = call(there_, at, {});
    ours.actor = facts::Actor::staff;
    facts::append(tx, ours);
  });
  std::map<std::string, int> found;
  database().read_now([&](db::Session& s) {
    std::map<std::string, int> counts;
    facts::for_each_arrival(s, at - 1, at + 1'000'000, [&](facts::Arrival&& one) {
      EXPECT_EQ(one.site_id, there_) << "a call without a site is its case's";
      ++counts[one.channel];
    });
    found = counts;
    return 0;
  });
  EXPECT_EQ(found, (std::map<std::string, int>{{"email", 1}, {"phone", 1}}));
}

TEST_P(StaffingTest, a_plan_is_kept_and_guarded) {
  const auto viewer = Viewer::system_viewer("test");
  auto plan = database().read_now([&](db::Session& s) { return plan_of(s, here_, "phone", {}); });
  EXPECT_EQ(plan.version, 0);
  plan.week[0][18] = 7;
  plan.week[6][47] = 2;
  const auto save = [&](const Plan& one) {
    return database().write_now([&](db::Tx& tx) { return save_plan(viewer, tx, one, {1'000}); });
  };
  ASSERT_TRUE(save(plan));
  const auto kept = database().read_now([&](db::Session& s) { return plan_of(s, here_, "phone", {}); });
  EXPECT_EQ(kept.week, plan.week);
  EXPECT_EQ(kept.version, 1);
  EXPECT_FALSE(save(plan)) << "somebody saved meanwhile";
  auto wrong = kept;
  wrong.week[3].pop_back();
  EXPECT_FALSE(save(wrong));
  auto other = database().read_now([&](db::Session& s) { return plan_of(s, here_, "phone", {5}); });
  EXPECT_EQ(other.version, 0) << "a queue has a plan of its own";
}

TEST(Days, TheClockIsMovedTwiceAYear) {
  const Days spring(kZone, day("2026-03-28"), 3), autumn(kZone, day("2026-10-24"), 3);
  EXPECT_EQ(spring.half_hours(0).size(), 48u);
  EXPECT_EQ(spring.half_hours(1).size(), 46u);
  EXPECT_EQ(autumn.half_hours(1).size(), 50u);
  EXPECT_EQ(spring.half_hours(1)[4].slot, 6);  // after 1:30 comes 3:00
  EXPECT_EQ(autumn.half_hours(1)[6].slot, 4);  // 2:00 again
  const auto days = autumn.empty();
  EXPECT_EQ(days[1].lasts[4], 2);
  EXPECT_EQ(days[1].lasts[6], 1);
  EXPECT_EQ(spring.empty()[1].lasts[4], 0);
  for (const auto& one : autumn.half_hours(1)) {
    const auto place = autumn.place(one.starts_at + 60'000);
    ASSERT_TRUE(place);
    EXPECT_EQ(place->day, 1);
    EXPECT_EQ(place->slot, one.slot);
  }
  EXPECT_FALSE(spring.place(spring.start(0) - 1));
  EXPECT_FALSE(spring.place(spring.end()));
}

AgentsInput input_of(std::vector<IntervalDemand> intervals) {
  AgentsInput input;
  input.handling_s = 180;
  input.patience_s = 120;
  input.shrinkage = 0.3;
  input.intervals = std::move(intervals);
  return input;
}

TEST(Agents, OneLessIsWorse) {
  const auto needed = agents_for(input_of({{100, std::nullopt}, {0.01, std::nullopt}})).value();
  ASSERT_EQ(needed.items.size(), 2u);
  const int n = needed.items[0].needed.value();
  EXPECT_EQ(needed.items[0].rostered, rostered(n, 0.3));
  EXPECT_EQ(needed.items[1].needed, 0);
  EXPECT_FALSE(needed.with_agents);
  EXPECT_DOUBLE_EQ(needed.with_needed.agent_hours, n / 2.0);
  const auto tried = agents_for(input_of({{100, n - 1}, {0.01, 0}})).value();
  EXPECT_LT(tried.with_agents->service_level.value(), 0.8);
  EXPECT_GE(tried.with_needed.service_level.value(), 0.8);
  EXPECT_GT(tried.with_agents->p_abandon.value(), tried.with_needed.p_abandon.value());
  auto endless = input_of({{100, n - 1}});
  endless.model = Model::erlang_c;
  EXPECT_GT(agents_for(endless)->items[0].needed, n);
}

TEST(Agents, WhatIsWrongIsNamed) {
  const auto field_of = [](const AgentsInput& input) {
    const auto found = agents_for(input);
    return found ? std::string() : found.error().fields.front().field;
  };
  auto input = input_of({{10, std::nullopt}});
  EXPECT_EQ(field_of(input), "");
  input.handling_s = 0;
  EXPECT_EQ(field_of(input), "handling_s");
  input = input_of({{10, -1}});
  EXPECT_EQ(field_of(input), "intervals.0.agents");
  input = input_of({{NAN, std::nullopt}});
  EXPECT_EQ(field_of(input), "intervals.0.arrivals");
  input = input_of({{1e9, std::nullopt}});
  EXPECT_EQ(field_of(input), "intervals.0.arrivals");
  input = input_of({});
  input.patience_s.reset();
  EXPECT_EQ(field_of(input), "patience_s");
  input = input_of({});
  input.shrinkage = 1;
  EXPECT_EQ(field_of(input), "shrinkage");
}

}  // namespace
}  // namespace auricle::staffing
