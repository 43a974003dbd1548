#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "facts/facts.h"

namespace auricle::facts {
namespace {

constexpr std::int64_t kHour = 3'600'000;
Instant at(double hours) { return {1'772'000'000'000 + static_cast<std::int64_t>(hours * kHour)}; }

struct Story {
  std::vector<Fact> facts;
  std::int64_t next = 1;
  CaseId current{1};
  Fact& add(Kind kind, double hours) {
    Fact fact;
    fact.id = {next};
    fact.message_id = {next++};
    fact.case_id = current;
    fact.kind = kind;
    fact.happened_at = at(hours);
    return facts.emplace_back(fact);
  }
  Fact& opened(double hours, Actor by = Actor::patient) {
    auto& fact = add(Kind::opened, hours);
    fact.actor = by;
    return fact;
  }
  Fact& writes(double hours, std::int64_t conversation = 1) {
    auto& fact = add(Kind::message, hours);
    fact.actor = Actor::patient;
    fact.conversation_id = {conversation};
    return fact;
  }
  Fact& replies(double hours, std::int64_t agent = 7) {
    auto& fact = add(Kind::message, hours);
    fact.agent_id = {agent};
    return fact;
  }
};

std::string owners(const Ledger& ledger) {
  std::string text;
  for (const auto& i : ledger.intervals) {
    text += std::string(enum_name(i.owner)) + " " + std::to_string((i.from - at(0)) / kHour) + "-" +
            (i.to == kOpenEnd ? "" : std::to_string((i.to - at(0)) / kHour)) + "; ";
  }
  return text;
}

TEST(Ledger, passes_the_case_between_clinic_patient_and_third_party) {
  Story s;
  s.opened(0);
  s.writes(0);
  s.replies(2);
  s.writes(5);
  s.add(Kind::wait, 6).owner = Owner::third_party;
  s.add(Kind::resolve, 9);
  const auto ledgers = fold(s.facts);
  ASSERT_EQ(ledgers.size(), 1u);
  EXPECT_EQ(owners(ledgers[0]), "clinic 0-2; patient 2-5; clinic 5-6; third_party 6-9; ");
}

// Taken back, the message waits from its own time, as if the mark had never been.
TEST(Ledger, a_thank_you_mark_taken_back_leaves_no_trace) {
  Story s;
  s.opened(0);
  s.writes(0);
  s.replies(1);
  const auto message = s.writes(3).message_id;
  const auto before = fold(s.facts)[0];
  s.add(Kind::ack, 30).message_id = message;
  EXPECT_TRUE(fold(s.facts)[0].unanswered.empty());
  auto& back = s.add(Kind::ack, 31);
  back.message_id = message;
  back.value = kAckUndone;
  const auto after = fold(s.facts)[0];
  EXPECT_EQ(owners(after), owners(before));
  ASSERT_EQ(after.unanswered.size(), 1u);
  EXPECT_EQ(after.unanswered[0].at, at(3));
  s.add(Kind::ack, 32).message_id = message;
  EXPECT_TRUE(fold(s.facts)[0].unanswered.empty());
}

TEST(Ledger, a_message_split_off_takes_its_wait_to_the_new_case) {
  Story s;
  s.opened(0);
  s.writes(0);
  const auto other = s.writes(1).message_id;
  s.current = CaseId{2};
  s.opened(2);
  s.current = CaseId{1};
  auto& split = s.add(Kind::move, 2);
  split.message_id = other;
  split.conversation_id = {9};
  split.other_case_id = CaseId{2};
  const auto ledgers = fold(s.facts);
  ASSERT_EQ(ledgers.size(), 2u);
  ASSERT_EQ(ledgers[0].unanswered.size(), 1u);
  EXPECT_EQ(ledgers[0].unanswered[0].at, at(0));
  ASSERT_EQ(ledgers[1].unanswered.size(), 1u);
  EXPECT_EQ(ledgers[1].unanswered[0].at, at(1));
}

// What was only lent to a case does not stay its first contact.
TEST(Ledger, a_conversation_moved_there_and_back_leaves_no_trace) {
  Story s;
  s.opened(0);
  s.writes(0);
  s.current = CaseId{2};
  s.opened(0, Actor::staff);
  s.current = CaseId{1};
  const auto before = fold(s.facts);
  auto& there = s.add(Kind::move, 2);
  there.conversation_id = {1};
  there.other_case_id = CaseId{2};
  there.message_id = {};
  EXPECT_TRUE(fold(s.facts)[1].first_contact);
  auto& back = s.add(Kind::move, 3);
  back.conversation_id = {1};
  back.other_case_id = CaseId{1};
  back.message_id = {};
  const auto after = fold(s.facts);
  EXPECT_EQ(after[0].unanswered.size(), before[0].unanswered.size());
  EXPECT_FALSE(after[1].first_contact);
  EXPECT_EQ(owners(after[0]), owners(before[0]));
  EXPECT_EQ(owners(after[1]), owners(before[1]));
}

TEST(Ledger, a_thank_you_neither_reopens_nor_waits) {
  Story s;
  s.opened(0);
  s.writes(0);
  s.replies(1);
  s.add(Kind::resolve, 2);
  const auto thanks = s.writes(3).message_id;
  s.add(Kind::ack, 30).message_id = thanks;
  const auto ledgers = fold(s.facts);
  ASSERT_EQ(ledgers.size(), 1u);
  EXPECT_FALSE(ledgers[0].open());
  EXPECT_FALSE(ledgers[0].resolves[0].reopened_at);
}

TEST(Ledger, exactly_seven_days_reopen_and_a_millisecond_more_opens_a_linked_case) {
  for (const bool late : {false, true}) {
    Story s;
    s.opened(0);
    s.writes(0);
    s.replies(1);
    s.add(Kind::resolve, 2);
    s.writes(2 + 7 * 24).happened_at.ms += late ? 1 : 0;
    const auto ledgers = fold(s.facts);
    ASSERT_EQ(ledgers.size(), late ? 2u : 1u);
    EXPECT_EQ(ledgers[0].open(), !late);
    if (late) {
      EXPECT_TRUE(ledgers[1].linked);
      EXPECT_EQ(ledgers[1].opened_by, Actor::patient);
      EXPECT_EQ(owners(ledgers[1]), "clinic 170-; ");
    }
  }
}

TEST(Ledger, a_reopen_of_an_open_case_changes_nothing) {
  Story s;
  s.opened(0);
  s.writes(0);
  s.replies(1);
  s.add(Kind::reopen, 2);
  EXPECT_EQ(owners(fold(s.facts)[0]), "clinic 0-1; patient 1-; ");
}

TEST(Ledger, an_answered_call_answers_the_mail_before_it) {
  Story s;
  s.opened(0);
  s.writes(0);
  auto& call = s.add(Kind::call, 3);
  call.actor = Actor::staff;
  call.answered_at = at(4);
  call.ended_at = at(5);
  const auto ledger = fold(s.facts)[0];
  ASSERT_EQ(ledger.answers.size(), 1u);
  EXPECT_EQ(ledger.answers[0].at, at(4));
  EXPECT_EQ(owners(ledger), "clinic 0-5; patient 5-; ");
}

TEST(Ledger, a_moved_conversation_takes_its_unanswered_message_along) {
  Story s;
  s.opened(0);
  s.writes(0, 1);
  s.current = {2};
  s.opened(1);
  s.writes(1, 2);
  auto& moved = s.add(Kind::move, 2);
  moved.case_id = {1};
  moved.conversation_id = {1};
  moved.other_case_id = {2};
  s.replies(3);
  const auto ledgers = fold(s.facts);
  ASSERT_EQ(ledgers.size(), 2u);
  EXPECT_TRUE(ledgers[0].answers.empty());
  EXPECT_TRUE(ledgers[0].unanswered.empty());
  ASSERT_EQ(ledgers[1].answers.size(), 1u);
  EXPECT_EQ(ledgers[1].answers[0].contact.at, at(0));
}

TEST(Ledger, a_message_after_the_move_belongs_to_the_other_case_whatever_its_row_says) {
  Story s;
  s.opened(0);
  s.writes(0, 1);
  s.replies(1);
  auto& moved = s.add(Kind::move, 2);
  moved.conversation_id = {1};
  moved.other_case_id = {2};
  s.writes(3, 1);
  s.current = {2};
  s.opened(1);
  const auto ledgers = fold(s.facts);
  EXPECT_TRUE(ledgers[0].unanswered.empty());
  EXPECT_EQ(ledgers[1].unanswered.size(), 1u);
}

TEST(Ledger, knows_nothing_after_the_instant_asked_for) {
  Story s;
  s.opened(0);
  s.writes(0);
  auto& call = s.add(Kind::call, 1);
  call.answered_at = at(2);
  call.ended_at = at(3);
  s.add(Kind::resolve, 4);
  const auto ledger = fold(s.facts, at(2.5))[0];
  EXPECT_TRUE(ledger.open());
  EXPECT_EQ(owners(ledger), "clinic 0-; ");
  EXPECT_EQ(ledger.answers.size(), 1u);
}

TEST(Ledger, state_says_who_is_waited_for_since_when) {
  Story s;
  s.opened(0);
  s.writes(0);
  s.add(Kind::assign, 1).agent_id = {7};
  const auto state = state_of(fold(s.facts)[0]);
  EXPECT_EQ(state.waiting_on, Owner::clinic);
  EXPECT_EQ(state.waiting_since, at(0));
  EXPECT_EQ(state.unanswered_since, at(0));
  EXPECT_EQ(state.agent_id, UserId{7});
}

std::string print(const std::vector<Ledger>& ledgers) {
  std::string text;
  for (const auto& ledger : ledgers) {
    text += std::to_string(ledger.case_id.value) + ": " + owners(ledger) + ledger.topic + "\n";
    for (const auto& a : ledger.answers) text += "answer " + std::to_string(a.at - a.contact.at) + " " + a.topic + "\n";
    for (const auto& r : ledger.resolves)
      text += "resolve " + std::to_string(r.at.ms) + (r.reopened_at ? " reopened\n" : "\n");
  }
  return text;
}

// Two cases of random facts with many equal instants, joined by moves.
Story random_story(std::mt19937& random) {
  Story s;
  const auto any = [&](int n) { return static_cast<int>(random() % n); };
  for (int c = 1; c <= 2; ++c) {
    s.current = {c};
    s.opened(any(3), any(4) ? Actor::patient : Actor::staff);
    for (int i = any(14); i > 0; --i) {
      const double hours = any(40) * (any(5) ? 1 : 20);
      auto& fact = s.add(static_cast<Kind>(1 + any(14)), hours);
      fact.actor = static_cast<Actor>(any(3));
      fact.agent_id = {any(3)};
      fact.conversation_id = {1 + any(2)};
      fact.other_case_id = fact.kind == Kind::move ? CaseId{1 + any(2)} : CaseId{};
      fact.owner = static_cast<Owner>(any(3));
      fact.topic = std::string(1, static_cast<char>('a' + any(3)));
      if (fact.kind == Kind::ack) fact.message_id = {1 + any(20)};
      fact.source_id = std::to_string(any(5));
      if (any(2)) fact.answered_at = at(hours + 1), fact.ended_at = at(hours + 2);
    }
  }
  return s;
}

TEST(Ledger, shuffled_facts_give_the_same_ledger) {
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    Story s = random_story(random);
    const auto expected = print(fold(s.facts));
    for (int i = 0; i < 5; ++i) {
      std::shuffle(s.facts.begin(), s.facts.end(), random);
      ASSERT_EQ(print(fold(s.facts)), expected);
    }
  }
}

TEST(Ledger, intervals_are_in_order_and_never_overlap) {
  std::mt19937 random(12);
  for (int round = 0; round < 500; ++round)
    for (const auto& ledger : fold(random_story(random).facts)) {
      Instant last = ledger.opened_at;
      for (const auto& interval : ledger.intervals) {
        EXPECT_GE(interval.from, last);
        EXPECT_GT(interval.to, interval.from);
        last = interval.to;
      }
    }
}

}  // namespace
}  // namespace auricle::facts
