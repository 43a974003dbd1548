#include <set>

#include "facts/facts.h"
#include "platform/db/test_database.h"

namespace auricle::facts {
namespace {

class FactsTest : public db::DatabaseTest {
 protected:
  void add(Kind kind, std::int64_t case_id, std::int64_t ms, std::int64_t other = 0) {
    Fact fact;
    fact.case_id = {case_id};
    fact.kind = kind;
    fact.happened_at = {ms};
    fact.actor = kind == Kind::resolve ? Actor::staff : Actor::patient;
    fact.conversation_id = {case_id * 10};
    fact.other_case_id = {other};
    database().write_now([&](db::Tx& tx) { append(tx, fact); });
  }
  CaseState refolded(std::int64_t id) {
    return database().write_now([&](db::Tx& tx) { return refold(tx, {id}); });
  }
  std::vector<std::vector<std::int64_t>> groups(const Candidates& candidates) {
    return database().read_now([&](db::Session& s) {
      std::vector<std::vector<std::int64_t>> found;
      for_each_group(s, candidates, [&](std::vector<Fact>&& facts) {
        std::set<std::int64_t> ids;
        for (const auto& fact : facts) ids.insert(fact.case_id.value);
        found.emplace_back(ids.begin(), ids.end());
      });
      return found;
    });
  }
};
ON_BOTH_DATABASES(FactsTest);

TEST_P(FactsTest, a_case_is_folded_from_what_was_appended) {
  add(Kind::opened, 1, 1000);
  add(Kind::message, 1, 1000);
  auto state = refolded(1);
  EXPECT_EQ(state.status, CaseStatus::open);
  EXPECT_EQ(state.unanswered_since, Instant{1000});
  add(Kind::resolve, 1, 5000);
  state = refolded(1);
  EXPECT_EQ(state.status, CaseStatus::resolved);
  EXPECT_EQ(state.last_resolved_at, Instant{5000});
}

TEST_P(FactsTest, every_member_of_a_fact_survives) {
  Fact fact;
  fact.case_id = {3};
  fact.subject_id = {4};
  fact.kind = Kind::call;
  fact.happened_at = {5};
  fact.source = "pbx", fact.source_id = "c-1";
  fact.actor = Actor::bot;
  fact.agent_id = {6};
  fact.channel = "phone";
  fact.is_public = false;
  fact.owner = Owner::third_party;
  fact.topic = "facturación", fact.priority = "high", fact.value = "abandoned";
  fact.queued_at = Instant{7}, fact.ended_at = Instant{9};
  const auto id = database().write_now([&](db::Tx& tx) { return append(tx, fact); });
  const auto read = database().read_now([](db::Session& s) { return facts_of(s, {3}); });
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].id, id);
  EXPECT_EQ(read[0].subject_id, fact.subject_id);
  EXPECT_EQ(read[0].topic, fact.topic);
  EXPECT_EQ(read[0].owner, fact.owner);
  EXPECT_EQ(read[0].answered_at, std::nullopt);
  EXPECT_EQ(read[0].ended_at, fact.ended_at);
  EXPECT_FALSE(read[0].is_public);
  EXPECT_EQ(read[0].actor, Actor::bot);
}

TEST_P(FactsTest, cases_joined_by_a_move_are_folded_together) {
  add(Kind::opened, 1, 1000);
  add(Kind::message, 1, 1000);
  add(Kind::opened, 2, 2000);
  add(Kind::opened, 3, 2000);
  add(Kind::move, 1, 3000, 2);
  EXPECT_EQ(groups({{0}, {9000}}), (std::vector<std::vector<std::int64_t>>{{1, 2}, {3}}));
  EXPECT_EQ(refolded(2).unanswered_since, Instant{1000});
  EXPECT_EQ(refolded(1).unanswered_since, std::nullopt);
}

TEST_P(FactsTest, unresolved_cases_of_an_instant_are_found_without_reading_the_others) {
  add(Kind::opened, 1, 1000);
  add(Kind::opened, 2, 1000);
  add(Kind::resolve, 2, 4000);
  add(Kind::opened, 3, 6000);
  for (const auto id : {1, 2, 3}) refolded(id);
  EXPECT_EQ(groups({{5000}, {5000}, true}), (std::vector<std::vector<std::int64_t>>{{1}}));
  EXPECT_EQ(groups({{3000}, {3000}, true}), (std::vector<std::vector<std::int64_t>>{{1}, {2}}));
}

// A return is recognised by the subject: two records that were merged are one, also where a conversation moved.
TEST_P(FactsTest, merged_patients_are_one_subject_until_parted) {
  const auto subject = [&](PersonId person) {
    return database().write_now([&](db::Tx& tx) { return subject_of(tx, person); });
  };
  const PersonId kept{8}, gone{9};
  for (const std::int64_t id : {1, 2}) {
    Fact opened;
    opened.case_id = {id}, opened.kind = Kind::opened, opened.happened_at = {1000};
    opened.subject_id = subject(id == 1 ? kept : gone);
    database().write_now([&](db::Tx& tx) { append(tx, opened); });
  }
  const auto subjects = [&] {
    std::set<SubjectId> found;
    database().read_now([&](db::Session& s) {
      for_each_group(s, {{0}, {9000}}, [&](std::vector<Fact>&& facts) {
        for (const auto& fact : facts)
          if (fact.kind == Kind::opened) found.insert(fact.subject_id);
      });
    });
    return found;
  };
  database().write_now([&](db::Tx& tx) { join_subjects(tx, kept, gone); });
  EXPECT_EQ(subjects(), (std::set{subject(kept)}));
  add(Kind::move, 1, 3000, 2);
  EXPECT_EQ(subjects(), (std::set{subject(kept)}));
  database().write_now([&](db::Tx& tx) { part_subjects(tx, gone); });
  EXPECT_EQ(subjects(), (std::set{subject(kept), subject(gone)}));
}

TEST_P(FactsTest, a_patient_has_one_random_subject_until_forgotten) {
  const auto subject = [&] { return database().write_now([](db::Tx& tx) { return subject_of(tx, PersonId{8}); }); };
  const auto first = subject();
  EXPECT_EQ(subject(), first);
  database().write_now([](db::Tx& tx) { forget_patient(tx, PersonId{8}); });
  EXPECT_NE(subject(), first);
}

}  // namespace
}  // namespace auricle::facts
