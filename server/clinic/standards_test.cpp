#include <gtest/gtest.h>

#include "clinic/clinic.h"

namespace auricle::clinic {
namespace {

Standard standard(std::int64_t id, std::int64_t seconds) {
  Standard one;
  one.id = {id};
  one.seconds = seconds;
  one.clock = StandardClock::elapsed;
  return one;
}
const LocalDay kMonday = *parse_local_day("2026-03-02");

const Standard* on(const std::vector<Standard>& all, const Promised& wait, LocalDay day,
                   Promise measure = Promise::first_response) {
  return standard_for(all, measure, wait, day, at_local("UTC", day, 600));
}

TEST(Standards, the_narrowest_one_holds) {
  auto any = standard(1, 100), mail = standard(2, 200), urgent = standard(3, 300), both = standard(4, 400);
  mail.channel = both.channel = "email";
  urgent.priority = both.priority = "urgent";
  const std::vector<Standard> all{any, mail, urgent, both};
  const auto seconds = [&](const char* channel, const char* priority) {
    return *on(all, {channel, priority, "", {}}, kMonday)->seconds;
  };
  EXPECT_EQ(seconds("phone", "normal"), 100);
  EXPECT_EQ(seconds("email", "normal"), 200);
  EXPECT_EQ(seconds("phone", "urgent"), 300);
  EXPECT_EQ(seconds("email", "urgent"), 400);
  EXPECT_EQ(on(all, {"email", "urgent", "", {}}, kMonday, Promise::next_reply), nullptr);
}

TEST(Standards, a_new_target_holds_from_its_day_and_leaves_earlier_ones_as_they_were) {
  auto before = standard(1, 100), after = standard(2, 50), none = standard(3, 0);
  after.valid_from = "2026-03-03";
  none.valid_from = "2026-03-05";
  none.seconds.reset();
  const std::vector<Standard> all{before, after, none};
  const auto after_days = [&](int days) { return on(all, {}, kMonday + days); };
  EXPECT_EQ(after_days(0)->seconds, 100);
  EXPECT_EQ(after_days(1)->seconds, 50);
  EXPECT_EQ(after_days(2)->seconds, 50);
  EXPECT_EQ(after_days(3), nullptr);
}

TEST(Standards, a_narrow_one_that_ended_leaves_the_wider_one) {
  auto any = standard(1, 100), mail = standard(2, 50), none = standard(3, 0);
  mail.channel = none.channel = "email";
  none.valid_from = "2026-03-03";
  none.seconds.reset();
  const std::vector<Standard> all{any, mail, none};
  EXPECT_EQ(on(all, {"email", "", "", {}}, kMonday)->seconds, 50);
  EXPECT_EQ(on(all, {"email", "", "", {}}, kMonday + 1)->seconds, 100);
}

TEST(Standards, business_time_counts_where_there_are_opening_hours) {
  auto one = standard(1, 3600);
  one.clock = StandardClock::business;
  CalendarVersion version;
  version.week[0] = {{540, 600}};  // Monday, 09:00 to 10:00
  version.week[1] = {{540, 600}};
  const Calendar calendar{"UTC", {version}};
  const Instant half_past = at_local("UTC", kMonday, 570);
  EXPECT_EQ(wanted_by(one, calendar, half_past), at_local("UTC", kMonday + 1, 570));
  EXPECT_EQ(wanted_by(one, std::nullopt, half_past), half_past + 3'600'000);
  one.clock = StandardClock::elapsed;
  EXPECT_EQ(wanted_by(one, calendar, half_past), half_past + 3'600'000);
}

// What was promised stays promised: a target set at noon says nothing of what was written in the morning.
TEST(Standards, a_target_holds_for_waits_that_begin_after_it_was_set) {
  auto before = standard(1, 3600), after = standard(2, 60);
  after.valid_from = "2026-03-02";
  after.holds_from = at_local("UTC", kMonday, 720);
  const std::vector<Standard> all{before, after};
  const auto seconds = [&](int minute) {
    return *standard_for(all, Promise::first_response, {}, kMonday, at_local("UTC", kMonday, minute))->seconds;
  };
  EXPECT_EQ(seconds(719), 3600);
  EXPECT_EQ(seconds(720), 60);
}

TEST(Standards, steps_and_the_warning_run_on_the_clock_of_the_standard) {
  auto one = standard(1, 3600);
  one.clock = StandardClock::business;
  CalendarVersion version;
  version.week[0] = version.week[1] = {{540, 600}};  // an hour each, from 09:00
  const Calendar calendar{"UTC", {version}};
  const Instant opens = at_local("UTC", kMonday, 540);
  EXPECT_EQ(at_risk_from(one, calendar, opens), at_local("UTC", kMonday, 585));
  EXPECT_EQ(step_at(one, {50, {}, StepAction::tell_assignee, {}}, calendar, opens), at_local("UTC", kMonday, 570));
  EXPECT_EQ(step_at(one, {100, {}, StepAction::tell_supervisors, {}}, calendar, opens),
            wanted_by(one, calendar, opens));
  EXPECT_EQ(step_at(one, {{}, 1800, StepAction::release, {}}, calendar, opens), at_local("UTC", kMonday + 1, 570));
}

}  // namespace
}  // namespace auricle::clinic
