#include <gtest/gtest.h>

#include <chrono>

#include "clinic/clinic.h"
#include "clinic/rules.h"

namespace auricle::clinic {
namespace {
constexpr std::int64_t kHour = 3'600'000;

Instant t(std::string_view text) { return parse_rfc3339(text).value(); }
LocalDay day(std::string_view text) { return parse_local_day(text).value(); }

// Monday to Friday 09:00–14:00 and 16:00–20:00, in Madrid.
CalendarVersion split_week() {
  CalendarVersion version;
  for (int i = 0; i < 5; ++i) version.week[i] = {{540, 840}, {960, 1200}};
  return version;
}
CalendarVersion always() {
  CalendarVersion version;
  for (auto& spans : version.week) spans = {{0, 1440}};
  return version;
}
Calendar madrid(std::vector<CalendarVersion> versions) { return {"Europe/Madrid", std::move(versions)}; }
double hours(const Calendar& calendar, std::string_view from, std::string_view to) {
  const auto direct = business_ms(calendar, t(from), t(to));
  EXPECT_EQ(direct, BusinessClock(calendar).business_ms(t(from), t(to)));
  return double(direct.value()) / kHour;
}

TEST(LocalDay, FollowsTheZoneOfTheSite) {
  EXPECT_EQ(to_string(local_day("Europe/Madrid", t("2026-07-01T21:59:59Z"))), "2026-07-01");
  EXPECT_EQ(to_string(local_day("Europe/Madrid", t("2026-07-01T22:00:00Z"))), "2026-07-02");
  EXPECT_EQ(to_string(local_day("America/Bogota", t("2026-07-02T04:59:59Z"))), "2026-07-01");
  EXPECT_EQ(to_string(local_day("Asia/Kathmandu", t("1969-12-31T18:30:00Z"))), "1970-01-01");
  EXPECT_EQ(local_minute("Europe/Madrid", t("2026-07-01T22:05:00Z")), 5);
  EXPECT_EQ(utc_offset_s("Europe/Madrid", t("2026-12-01T00:00:00Z")), 3600);
  EXPECT_EQ(start_of_day("Europe/Madrid", day("2026-07-02")), t("2026-07-01T22:00:00Z"));
}

TEST(LocalDay, RefusesWhatIsNoDate) {
  EXPECT_FALSE(parse_local_day("2026-02-29"));
  EXPECT_TRUE(parse_local_day("2028-02-29"));
  EXPECT_FALSE(parse_local_day("2026-13-01"));
  EXPECT_FALSE(parse_local_day("26-01-01"));
  EXPECT_FALSE(parse_local_day("2026-01-0x"));
  EXPECT_EQ(iso_weekday(day("2026-11-22")), 6);  // a Sunday
}

TEST(TimeZone, KnowsNamesAndNoPaths) {
  EXPECT_TRUE(known_time_zone("Europe/Madrid"));
  EXPECT_TRUE(known_time_zone("UTC"));
  EXPECT_FALSE(known_time_zone("Europe/Atlantis"));
  EXPECT_FALSE(known_time_zone("../../etc/passwd"));
  EXPECT_FALSE(known_time_zone(""));
}

TEST(BusinessTime, CountsOnlyOpenHours) {
  const auto calendar = madrid({split_week()});
  EXPECT_EQ(hours(calendar, "2026-11-23T08:00:00Z", "2026-11-23T09:30:00Z"), 1.5);   // Monday from opening
  EXPECT_EQ(hours(calendar, "2026-11-23T12:30:00Z", "2026-11-23T15:30:00Z"), 1.0);   // over the lunch break
  EXPECT_EQ(hours(calendar, "2026-11-20T18:00:00Z", "2026-11-23T09:00:00Z"), 2.0);   // over the week-end
  EXPECT_EQ(hours(calendar, "2026-11-21T08:00:00Z", "2026-11-22T20:00:00Z"), 0.0);   // wholly outside: 0, a value
  EXPECT_EQ(hours(calendar, "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"), 45.0);  // a week
  EXPECT_EQ(hours(calendar, "2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z"), 0.0);
  EXPECT_EQ(hours(calendar, "2026-11-23T10:00:00Z", "2026-11-23T09:00:00Z"), 0.0);  // backwards
}

TEST(BusinessTime, HolidaysAreClosed) {
  auto version = split_week();
  version.holidays = {day("2026-12-08"), day("2026-12-25")};
  EXPECT_EQ(hours(madrid({version}), "2026-12-07T18:00:00Z", "2026-12-09T09:00:00Z"), 2.0);
}

TEST(BusinessTime, AnEmptyWeekIsZeroAndNoCalendarIsUnknown) {
  EXPECT_EQ(hours(madrid({CalendarVersion{}}), "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"), 0.0);
  EXPECT_FALSE(business_ms(madrid({}), t("2026-11-23T00:00:00Z"), t("2026-11-30T00:00:00Z")));
}

TEST(BusinessTime, TheHourThatComesTwiceCountsTwice) {  // 25 October 2026, 03:00 → 02:00 in Madrid
  EXPECT_EQ(hours(madrid({always()}), "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"), 25.0);
  CalendarVersion nights;  // on call 01:00–05:00 on Sundays
  nights.week[6] = {{60, 300}};
  EXPECT_EQ(hours(madrid({nights}), "2026-10-24T00:00:00Z", "2026-10-26T00:00:00Z"), 5.0);
  CalendarVersion joined;  // adjoining inside the repeated hour: counted once
  joined.week[6] = {{60, 150}, {150, 300}};
  EXPECT_EQ(hours(madrid({joined}), "2026-10-24T00:00:00Z", "2026-10-26T00:00:00Z"), 5.0);
}

TEST(BusinessTime, TheHourThatIsSkippedCountsNothing) {  // 29 March 2026, 02:00 → 03:00 in Madrid
  EXPECT_EQ(hours(madrid({always()}), "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"), 23.0);
  CalendarVersion gap;
  gap.week[6] = {{120, 180}};
  EXPECT_EQ(hours(madrid({gap}), "2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z"), 0.0);
}

TEST(BusinessTime, ChangeOfClocksAtMidnight) {  // Beirut: 2026-03-29 has no 00:00; Havana goes back to 00:00 at 01:00
  EXPECT_EQ(hours({"Asia/Beirut", {always()}}, "2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z"), 72.0);
  EXPECT_EQ(hours({"America/Havana", {always()}}, "2026-10-31T00:00:00Z", "2026-11-03T00:00:00Z"), 72.0);
}

TEST(BusinessTime, EachDayByTheVersionInForce) {
  auto summer = CalendarVersion{};
  summer.valid_from = day("2026-07-01");
  for (int i = 0; i < 5; ++i) summer.week[i] = {{480, 900}};  // 08:00–15:00
  const auto calendar = madrid({split_week(), summer});
  EXPECT_EQ(hours(calendar, "2026-06-29T22:00:00Z", "2026-07-01T22:00:00Z"), 9.0 + 7.0);  // Tuesday old, Wednesday new
}

TEST(BusinessTime, UnknownBeforeTheFirstVersion) {
  auto version = split_week();
  version.valid_from = day("2026-11-23");
  const auto calendar = madrid({version});
  EXPECT_FALSE(business_ms(calendar, t("2026-11-22T22:59:59Z"), t("2026-11-24T00:00:00Z")));
  EXPECT_FALSE(BusinessClock(calendar).business_ms(t("2026-11-22T22:59:59Z"), t("2026-12-24T00:00:00Z")));
  EXPECT_TRUE(business_ms(calendar, t("2026-11-22T23:00:00Z"), t("2026-11-24T00:00:00Z")));
}

TEST(BusinessTime, YearsAreSummedAsFastAsHours) {
  auto version = split_week();
  for (int year = 2006; year < 2040; ++year) version.holidays.push_back(day(std::to_string(year) + "-12-25"));
  const BusinessClock clock(madrid({version}));
  const auto from = t("2006-01-03T11:23:45Z"), to = t("2039-06-01T07:00:01Z");
  EXPECT_EQ(clock.business_ms(from, to), business_ms(madrid({version}), from, to));
  const auto begun = std::chrono::steady_clock::now();
  std::int64_t sum = 0;
  for (int i = 0; i < 10'000; ++i) sum += *clock.business_ms(from + i, to);
  EXPECT_GT(sum, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begun,
            std::chrono::seconds(2));  // a walk of the days would take minutes
}

TEST(BusinessTime, ADueInstantIsTheInverse) {
  const auto calendar = madrid({split_week()});
  EXPECT_EQ(add_business_ms(calendar, t("2026-11-20T18:00:00Z"), 2 * kHour),
            t("2026-11-23T09:00:00Z"));  // Friday, Monday
  EXPECT_EQ(add_business_ms(calendar, t("2026-11-20T18:00:00Z"), kHour), t("2026-11-20T19:00:00Z"));
  EXPECT_FALSE(add_business_ms(madrid({CalendarVersion{}}), t("2026-11-20T18:00:00Z"), 1));
  EXPECT_FALSE(add_business_ms(madrid({}), t("2026-11-20T18:00:00Z"), 1));
}

TEST(Opening, SaysWhenItClosesAndWhenItOpens) {
  const auto calendar = madrid({split_week()});
  const auto morning = opening(calendar, t("2026-11-23T08:00:00Z"));
  EXPECT_TRUE(morning.open);
  EXPECT_EQ(morning.closes_at, t("2026-11-23T13:00:00Z"));
  const auto lunch = opening(calendar, t("2026-11-23T13:00:00Z"));
  EXPECT_FALSE(lunch.open);
  EXPECT_EQ(lunch.opens_at, t("2026-11-23T15:00:00Z"));
  const auto saturday = opening(calendar, t("2026-11-21T10:00:00Z"));
  EXPECT_EQ(saturday.opens_at, t("2026-11-23T08:00:00Z"));
  EXPECT_FALSE(opening(madrid({}), t("2026-11-21T10:00:00Z")).known);
  EXPECT_FALSE(opening(madrid({CalendarVersion{}}), t("2026-11-21T10:00:00Z")).opens_at);
}

TEST(Opening, AdjoiningSpansAreOne) {
  CalendarVersion night;  // Friday evening into Saturday
  night.week[4] = {{1200, 1440}};
  night.week[5] = {{0, 120}};
  EXPECT_EQ(opening(madrid({night}), t("2026-11-20T20:00:00Z")).closes_at, t("2026-11-21T01:00:00Z"));
}

TEST(Week, ReadsBackWhatItWrote) {
  const auto week = split_week().week;
  EXPECT_EQ(encode_week(week),
            "540-840,960-1200;540-840,960-1200;540-840,960-1200;540-840,960-1200;540-840,960-1200;;");
  EXPECT_EQ(decode_week(encode_week(week)), week);
  EXPECT_EQ(decode_week(encode_week({})), CalendarVersion{}.week);
}

TEST(Week, NamesTheFieldThatIsWrong) {
  auto week = split_week().week;
  week[0] = {{960, 1200}, {540, 961}};
  const auto overlap = checked_week(week);
  ASSERT_FALSE(overlap);
  EXPECT_EQ(overlap.error().fields[0].field, "week.mon.1.start");
  EXPECT_EQ(overlap.error().fields[0].key, "error.clinic.span_overlaps");
  week[0] = {{1320, 360}};  // 22:00–06:00
  EXPECT_EQ(checked_week(week).error().fields[0].key, "error.clinic.span_end_before_start");
  week[0] = {{0, 1441}};
  EXPECT_EQ(checked_week(week).error().fields[0].key, "error.clinic.clock_not_valid");
  week[0] = {{960, 1200}, {540, 960}};
  EXPECT_EQ(checked_week(week)->at(0), (std::vector<Span>{{540, 960}, {960, 1200}}));
}

TEST(Clock, ReadsHoursAndMinutes) {
  EXPECT_EQ(parse_clock("09:05"), 545);
  EXPECT_EQ(parse_clock("24:00"), 1440);
  EXPECT_FALSE(parse_clock("24:01"));
  EXPECT_FALSE(parse_clock("9:00"));
  EXPECT_FALSE(parse_clock("12:60"));
  EXPECT_EQ(format_clock(1440), "24:00");
}
}  // namespace
}  // namespace auricle::clinic
