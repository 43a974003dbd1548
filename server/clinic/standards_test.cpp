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

TEST(Standards, the_narrowest_one_holds) {
  auto any = standard(1, 100), mail = standard(2, 200), urgent = standard(3, 300), both = standard(4, 400);
  mail.channel = both.channel = "email";
  urgent.priority = both.priority = "urgent";
  const std::vector<Standard> all{any, mail, urgent, both};
  const auto seconds = [&](const char* channel, const char* priority) {
    return *standard_for(all, Promise::first_response, {channel, priority, "", {}}, kMonday)->seconds;
  };
  EXPECT_EQ(seconds("phone", "normal"), 100);
  EXPECT_EQ(seconds("email", "normal"), 200);
  EXPECT_EQ(seconds("phone", "urgent"), 300);
  EXPECT_EQ(seconds("email", "urgent"), 400);
  EXPECT_EQ(standard_for(all, Promise::next_reply, {"email", "urgent", "", {}}, kMonday), nullptr);
}

TEST(Standards, a_new_target_holds_from_its_day_and_leaves_earlier_ones_as_they_were) {
  auto before = standard(1, 100), after = standard(2, 50), none = standard(3, 0);
  after.valid_from = "2026-03-03";
  none.valid_from = "2026-03-05";
  none.seconds.reset();
  const std::vector<Standard> all{before, after, none};
  const auto on = [&](int days) { return standard_for(all, Promise::first_response, {}, kMonday + days); };
  EXPECT_EQ(on(0)->seconds, 100);
  EXPECT_EQ(on(1)->seconds, 50);
  EXPECT_EQ(on(2)->seconds, 50);
  EXPECT_EQ(on(3), nullptr);
}

TEST(Standards, a_narrow_one_that_ended_leaves_the_wider_one) {
  auto any = standard(1, 100), mail = standard(2, 50), none = standard(3, 0);
  mail.channel = none.channel = "email";
  none.valid_from = "2026-03-03";
  none.seconds.reset();
  const std::vector<Standard> all{any, mail, none};
  EXPECT_EQ(standard_for(all, Promise::first_response, {"email", "", "", {}}, kMonday)->seconds, 50);
  EXPECT_EQ(standard_for(all, Promise::first_response, {"email", "", "", {}}, kMonday + 1)->seconds, 100);
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

}  // namespace
}  // namespace auricle::clinic
