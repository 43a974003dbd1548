// A case's time over stages, by hand.
#include <gtest/gtest.h>

#include <random>

#include "bottlenecks/bottlenecks.h"

namespace auricle::bottlenecks {
namespace {

using facts::Actor;
using facts::Fact;
using facts::Kind;
using facts::Owner;

constexpr std::int64_t kMinute = 60'000;
const Instant kStart = parse_rfc3339("2026-03-02T09:00:00Z").value();  // a Monday
Instant minute(int n) { return kStart + n * kMinute; }

class Told {
 public:
  Told() { places.add_site({1}, {"UTC", {}}); }
  Fact& add(Kind kind, int at, Actor actor = Actor::staff) {
    Fact fact;
    fact.id = {static_cast<std::int64_t>(facts.size()) + 1};
    fact.case_id = {1};
    fact.kind = kind;
    fact.actor = actor;
    fact.happened_at = minute(at);
    facts.push_back(fact);
    return facts.back();
  }
  void opened(Actor by = Actor::patient) {
    auto& fact = add(Kind::opened, 0, by);
    fact.site_id = {1};
    fact.topic = "billing";
    fact.language = "ca";
  }
  void says(int at, Actor who, const char* channel = "email") {
    auto& fact = add(Kind::message, at, who);
    fact.channel = channel;
    fact.conversation_id = {1};
    fact.message_id = fact.id.value ? MessageId{fact.id.value} : MessageId{};
  }
  void assigned(int at, std::int64_t to) { add(Kind::assign, at).agent_id = {to}; }
  void waits(int at, Owner owner) { add(Kind::wait, at).owner = owner; }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (const auto& ledger : facts::fold(facts))
      for (const auto& stay : stays_of(ledger, places))
        all.push_back(std::string(enum_name(stay.stage)) + " " + std::to_string(stay.ms / kMinute) +
                      (stay.late_ms ? " late " + std::to_string(*stay.late_ms / kMinute) : ""));
    std::sort(all.begin(), all.end());
    return all;
  }
  analytics::Places places;
  std::vector<Fact> facts;
};
using Lines = std::vector<std::string>;

TEST(Stages, waits_for_answers_and_for_others) {
  Told told;
  told.opened();
  told.says(0, Actor::patient);
  told.says(30, Actor::staff);
  told.says(90, Actor::patient);
  told.says(100, Actor::patient);  // the wait is that of the first
  told.says(110, Actor::staff);
  told.waits(111, Owner::third_party);
  told.waits(311, Owner::clinic);
  told.says(321, Actor::staff);
  told.add(Kind::resolve, 341);
  // Patient 30–90, 110–111 and 321–341; the work after the third party's answer is handling.
  EXPECT_EQ(told.lines(), (Lines{"awaiting_first 30", "awaiting_next 20", "handling 10", "patient 1", "patient 20",
                                 "patient 60", "third_party 200"}));
}

TEST(Stages, giving_a_case_to_a_colleague_takes_until_the_answer) {
  Told told;
  told.opened();
  told.says(0, Actor::patient);
  told.assigned(10, 1);  // nobody had it: no hand-over
  told.assigned(60, 2);
  told.says(100, Actor::staff);
  told.assigned(120, 3);  // it is the patient's turn: nobody waits
  told.add(Kind::resolve, 130);
  EXPECT_EQ(told.lines(), (Lines{"awaiting_first 60", "hand_over 40", "patient 30"}));
}

TEST(Stages, back_to_all_and_on_to_somebody_is_one_hand_over) {
  Told told;
  told.opened();
  told.says(0, Actor::patient);
  told.assigned(0, 1);
  told.assigned(20, 0);
  told.assigned(50, 2);
  told.says(70, Actor::staff);
  told.add(Kind::resolve, 70);
  EXPECT_EQ(told.lines(), (Lines{"awaiting_first 20", "hand_over 50"}));
}

TEST(Stages, a_call_waits_and_is_handled) {
  Told told;
  told.opened();
  auto& call = told.add(Kind::call, 0, Actor::patient);
  call.channel = "phone";
  call.queued_at = minute(0);
  call.answered_at = minute(3);
  call.ended_at = minute(10);
  told.add(Kind::resolve, 15);
  EXPECT_EQ(told.lines(), (Lines{"awaiting_first 3", "handling 7", "patient 5"}));
}

TEST(Stages, a_case_staff_opened_awaits_no_first_answer) {
  Told told;
  told.opened(Actor::staff);
  told.says(20, Actor::staff);
  told.says(50, Actor::patient);
  told.says(60, Actor::staff);
  told.add(Kind::resolve, 60);
  EXPECT_EQ(told.lines(), (Lines{"awaiting_next 10", "handling 20", "patient 30"}));
}

TEST(Stages, a_reopened_case_counts_to_its_last_resolve_without_the_time_between) {
  Told told;
  told.opened();
  told.says(0, Actor::patient);
  told.says(10, Actor::staff);
  told.add(Kind::resolve, 20);
  told.says(1000, Actor::patient);
  told.says(1030, Actor::staff);
  told.add(Kind::resolve, 1030);
  EXPECT_EQ(told.lines(), (Lines{"awaiting_first 10", "awaiting_next 30", "patient 10"}));
}

TEST(Stages, what_is_beyond_the_standard) {
  Told told;
  clinic::Standard hour;
  hour.id = {1};
  hour.measure = clinic::Promise::first_response;
  hour.seconds = 3600;
  hour.clock = clinic::StandardClock::elapsed;
  told.places.standards = {hour};
  told.opened();
  told.says(0, Actor::patient);
  told.says(90, Actor::staff);
  told.says(100, Actor::patient);
  told.says(300, Actor::staff);  // no standard for later answers
  told.add(Kind::resolve, 300);
  EXPECT_EQ(told.lines(), (Lines{"awaiting_first 90 late 30", "awaiting_next 200", "patient 10"}));
}

TEST(Stages, nights_do_not_count_where_there_are_opening_hours) {
  Told told;
  clinic::Calendar calendar{"UTC", {}};
  clinic::CalendarVersion version;
  for (auto& day : version.week) day.push_back({9 * 60, 17 * 60});
  calendar.versions.push_back(version);
  told.places = {};
  told.places.add_site({1}, calendar);
  told.opened();
  told.says(7 * 60, Actor::patient);      // 16:00
  told.says(24 * 60 + 30, Actor::staff);  // 9:30 the next day
  told.add(Kind::resolve, 24 * 60 + 30);
  EXPECT_EQ(told.lines(), (Lines{"awaiting_first 90", "handling 420"}));
  EXPECT_TRUE(stays_of(facts::fold(told.facts).front(), told.places).front().clock == ClockKind::business);
}

TEST(Stages, an_open_case_has_none_and_a_call_in_no_case_is_one_of_its_own) {
  Told told;
  told.opened();
  told.says(0, Actor::patient);
  EXPECT_TRUE(told.lines().empty());
  Fact call;
  call.id = {77};
  call.kind = Kind::call;
  call.actor = Actor::patient;
  call.channel = "phone";
  call.happened_at = call.queued_at.emplace(kStart);
  call.ended_at = kStart + 40'000;
  call.value = "abandoned";
  const auto stays = stays_of(call, told.places);
  ASSERT_EQ(stays.size(), 1u);
  EXPECT_EQ(stays[0].ms, 40'000);
  EXPECT_TRUE(stays[0].gave_up);
  EXPECT_EQ(stays[0].weekday, 0);
  EXPECT_EQ(stays[0].hour, 9);
  call.ended_at = kStart + 4'999;  // short ones count nowhere
  EXPECT_TRUE(stays_of(call, told.places).empty());
}

// kpi.md: the stays of a case are its full resolution time, whatever happened.
TEST(Stages, stays_add_up_to_the_ledger) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    Told told;
    told.opened(random() % 5 ? Actor::patient : Actor::staff);
    int at = 0;
    for (int i = 0; i < 25; ++i) {
      at += static_cast<int>(random() % 90);
      switch (random() % 8) {
        case 0:
        case 1:
          told.says(at, Actor::patient);
          break;
        case 2:
        case 3:
          told.says(at, Actor::staff);
          break;
        case 4:
          told.assigned(at, static_cast<std::int64_t>(random() % 3));
          break;
        case 5:
          told.waits(at, random() % 2 ? Owner::third_party : Owner::clinic);
          break;
        case 6:
          told.add(Kind::resolve, at);
          break;
        default: {
          auto& call = told.add(Kind::call, at, Actor::patient);
          call.channel = "phone";
          call.queued_at = minute(at);
          call.answered_at = minute(at += 2);
          call.ended_at = minute(at += 5);
        }
      }
    }
    told.add(Kind::resolve, at + 10);
    for (const auto& ledger : facts::fold(told.facts)) {
      std::int64_t held = 0, split = 0;
      for (const auto& interval : ledger.intervals)
        if (!ledger.resolves.empty() && interval.to <= ledger.resolves.back().at) held += interval.to - interval.from;
      for (const auto& stay : stays_of(ledger, told.places)) split += stay.ms;
      EXPECT_EQ(split, held) << seed;
    }
  }
}

}  // namespace
}  // namespace auricle::bottlenecks
