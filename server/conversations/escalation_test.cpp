// What is promised, and what is done as the time runs out.
#include "conversations/escalation.h"

#include <gtest/gtest.h>

#include "conversations/cases_fixture.h"
#include "conversations/notifications.h"
#include "conversations/promises.h"

namespace auricle::conversations {
namespace {

using clinic::EscalationStep;
using clinic::StepAction;

Step step(int number, std::int64_t at, StepAction action) {
  Step one;
  one.step = number;
  one.at = Instant{at};
  one.action = action;
  return one;
}
std::vector<std::int64_t> numbers(const std::vector<Step>& steps) {
  std::vector<std::int64_t> out;
  for (const auto& one : steps) out.push_back(one.step);
  return out;
}
const std::vector<Step> kPath{step(0, 75, StepAction::tell_assignee), step(1, 100, StepAction::tell_supervisors),
                              step(2, 120, StepAction::raise_priority), step(3, 130, StepAction::release)};

TEST(Escalation, a_step_is_taken_when_its_time_has_come) {
  const auto plan = plan_of(kPath, Instant{75});
  EXPECT_THAT(numbers(plan.take), ElementsAre(0));
  EXPECT_THAT(plan.pass, IsEmpty());
  EXPECT_EQ(plan.next, Instant{100});
}

TEST(Escalation, of_late_steps_only_the_newest_tells_and_what_changes_the_case_happens) {
  const auto plan = plan_of(kPath, Instant{500});
  EXPECT_THAT(numbers(plan.take), ElementsAre(1, 2, 3));
  EXPECT_THAT(numbers(plan.pass), ElementsAre(0));
  EXPECT_FALSE(plan.next);
}

TEST(Escalation, what_was_taken_is_not_taken_again) {
  auto path = kPath;
  path[0].done = path[1].done = true;
  const auto plan = plan_of(path, Instant{110});
  EXPECT_THAT(plan.take, IsEmpty());
  EXPECT_EQ(plan.next, Instant{120});
}

TEST(Escalation, the_order_of_the_steps_is_that_of_their_time) {
  const auto plan = plan_of({kPath[1], kPath[0]}, Instant{80});
  EXPECT_THAT(numbers(plan.take), ElementsAre(0));
  EXPECT_EQ(plan.next, Instant{100});
}

class EscalationTest : public CasesFixture {
 protected:
  void SetUp() override {
    CasesFixture::SetUp();
    if (IsSkipped()) return;
    write([&](db::Tx& tx) {
      (void)team::import_agent(tx, {UserId{9}, "lead", "lead@clinic.example", "supervisor", {SiteId{1}}});
      return tx.exec("UPDATE team_user SET active = 1 WHERE id = 9");
    });
  }
  void promise(clinic::Promise measure, std::int64_t hours, std::vector<EscalationStep> steps,
               std::optional<std::string> priority = std::nullopt) {
    clinic::Standard one;
    one.id = new_id<StandardId>();
    one.measure = measure;
    one.seconds = hours * 3600;
    one.clock = clinic::StandardClock::elapsed;
    one.steps = std::move(steps);
    one.priority = std::move(priority);
    write([&](db::Tx& tx) {
      clinic::import_standard(tx, one);
      return 0;
    });
  }
  void usual() {
    promise(clinic::Promise::first_response, 4,
            {{75, {}, StepAction::tell_assignee, {}},
             {100, {}, StepAction::tell_supervisors, {}},
             {{}, 3600, StepAction::raise_priority, "high"},
             {{}, 7200, StepAction::release, {}}});
  }
  void after(std::int64_t ms) {
    clock.advance(ms);
    while (escalate_due(database(), *keyring, *patients, clock) > 0) continue;
  }
  void assign(CaseId id, UserId to) {
    CaseAssign change;
    change.assignee_id = to;
    ASSERT_TRUE(write([&](db::Tx& tx) { return cases->assign(agent, tx, id, change); }));
  }
  std::vector<NotificationKind> told(UserId user) {
    Viewer viewer = agent;
    viewer.user = user;
    std::vector<NotificationKind> kinds;
    const auto list = read([&](db::Session& s) { return notifications(viewer, s, *keyring, "", 50); });
    for (const auto& one : list->items)
      if (one.kind == NotificationKind::due_soon || one.kind == NotificationKind::overdue) kinds.push_back(one.kind);
    return kinds;
  }
  std::vector<std::string> steps(CaseId id) {
    std::vector<std::string> out;
    for (const auto& line : stream(id, "event"))
      if (line.event->type == "due_soon" || line.event->type == "overdue")
        out.push_back(line.event->type + " " + line.event->value.value_or(""));
    std::reverse(out.begin(), out.end());
    return out;
  }
  std::int64_t audited() {
    return read([&](db::Session& s) {
      return s.one<std::int64_t>("SELECT COUNT(*) FROM platform_audit WHERE fields LIKE '%escalation%'").value_or(0);
    });
  }
  const UserId lead{9};
};
ON_BOTH_DATABASES(EscalationTest);

TEST_P(EscalationTest, EachStepIsTakenOnceAndSaysSo) {
  usual();
  const auto id = receive(mail("joan@example.org", "Hola")).case_id;
  assign(id, agent.user);
  EXPECT_EQ(get(id).promise, "first_response");
  EXPECT_EQ(get(id).due_at, clock.now() + 4 * kHour);
  EXPECT_EQ(get(id).warn_at, clock.now() + 3 * kHour);
  after(3 * kHour - 1);
  EXPECT_THAT(steps(id), IsEmpty());
  after(1);
  EXPECT_THAT(steps(id), ElementsAre("due_soon told:7"));
  EXPECT_THAT(told(agent.user), ElementsAre(NotificationKind::due_soon));
  after(0);
  EXPECT_EQ(steps(id).size(), 1u);
  after(kHour);
  EXPECT_THAT(told(lead), ElementsAre(NotificationKind::overdue));
  EXPECT_EQ(get(id).priority, Priority::normal);
  after(kHour);
  EXPECT_EQ(get(id).priority, Priority::high);
  after(kHour);
  EXPECT_FALSE(get(id).assignee_id);
  EXPECT_THAT(steps(id),
              ElementsAre("due_soon told:7", "overdue told_supervisors", "overdue raised:high", "overdue released:7"));
  EXPECT_THAT(fact_kinds(id), testing::Contains(K::escalate).Times(3));
}

TEST_P(EscalationTest, AfterAStandstillTheNewestTellsAndNothingIsToldTwice) {
  usual();
  const auto id = receive(mail("joan@example.org", "Hola")).case_id;
  assign(id, agent.user);
  after(kDay);
  EXPECT_THAT(told(agent.user), ElementsAre(NotificationKind::overdue));  // it was taken from them
  EXPECT_THAT(steps(id), ElementsAre("overdue told_supervisors", "overdue raised:high", "overdue released:7"));
  after(kDay);
  EXPECT_EQ(steps(id).size(), 3u);
}

TEST_P(EscalationTest, AnAnswerOrAResolveEndsIt) {
  usual();
  const auto answered_one = receive(mail("joan@example.org", "Hola"));
  const auto resolved_one = receive(mail("marta@example.org", "Hola"));
  answered(answered_one, "Bon dia");
  resolve(resolved_one.case_id);
  leave();
  after(kDay);
  EXPECT_THAT(steps(answered_one.case_id), IsEmpty());
  EXPECT_THAT(steps(resolved_one.case_id), IsEmpty());
  EXPECT_FALSE(get(answered_one.case_id).due_at);
}

TEST_P(EscalationTest, StepsMoveWithTheDueTime) {
  usual();
  promise(clinic::Promise::first_response, 1, {{100, {}, StepAction::tell_supervisors, {}}}, "urgent");
  const auto id = receive(mail("joan@example.org", "Hola")).case_id;
  after(2 * kHour);
  EXPECT_THAT(steps(id), IsEmpty());
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->set_priority(agent, tx, id, {Priority::urgent}); }));
  after(0);
  EXPECT_THAT(steps(id), ElementsAre("overdue told_supervisors"));
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->set_priority(agent, tx, id, {Priority::normal}); }));
  after(0);
  EXPECT_EQ(steps(id).size(), 1u);  // three hours of four are not over
  after(kHour);
  EXPECT_THAT(steps(id), ElementsAre("overdue told_supervisors", "due_soon told_supervisors"));  // nobody has it
}

// As figures count it: after a resolve nobody waits for a first answer, also when none was ever given.
TEST_P(EscalationTest, AReopenedCaseWaitsForAReply) {
  promise(clinic::Promise::first_response, 4, {});
  promise(clinic::Promise::next_reply, 2, {{50, {}, StepAction::tell_supervisors, {}}});
  const auto one = receive(mail("joan@example.org", "Hola"));
  EXPECT_EQ(get(one.case_id).promise, "first_response");
  resolve(one.case_id);
  leave();
  receive(mail("joan@example.org", "I doncs?", {one.conversation}));
  EXPECT_EQ(get(one.case_id).promise, "next_reply");
  EXPECT_EQ(get(one.case_id).due_at, clock.now() + 2 * kHour);
  after(kHour);
  EXPECT_THAT(steps(one.case_id), ElementsAre("due_soon told_supervisors"));
}

TEST_P(EscalationTest, EachWaitHasItsOwnSteps) {
  promise(clinic::Promise::first_response, 4, {{50, {}, StepAction::tell_supervisors, {}}});
  promise(clinic::Promise::next_reply, 2, {{50, {}, StepAction::tell_supervisors, {}}});
  const auto one = receive(mail("joan@example.org", "Hola"));
  after(2 * kHour);
  answered(one, "Bon dia");
  leave();
  receive(mail("joan@example.org", "I doncs?", {one.conversation}));
  EXPECT_EQ(get(one.case_id).promise, "next_reply");
  after(kHour);
  EXPECT_EQ(steps(one.case_id).size(), 2u);
}

TEST_P(EscalationTest, WhoLeftIsNotTold) {
  usual();
  const auto id = receive(mail("joan@example.org", "Hola")).case_id;
  assign(id, agent.user);
  write([&](db::Tx& tx) { return tx.exec("UPDATE team_user SET active = 0 WHERE id = $1", agent.user); });
  after(3 * kHour);
  EXPECT_THAT(steps(id), ElementsAre("due_soon told_supervisors"));
}

// Closed tomorrow: what was due in the morning is due a day later, and nobody is told before.
TEST_P(EscalationTest, WhatIsDueMovesWithTheOpeningHours) {
  const auto boss = Viewer::system_viewer("test");
  clinic::SiteInput input;
  input.name = "Centre";
  input.time_zone = "UTC";
  const auto site = write([&](db::Tx& tx) { return clinic::create_site(boss, tx, input, clock.now()); });
  ASSERT_TRUE(site);
  clinic::CalendarInput hours;
  for (auto& day : hours.week) day = {{540, 1020}};
  const auto open_at = [&](const clinic::CalendarInput& week) {
    ASSERT_TRUE(write([&](db::Tx& tx) { return clinic::put_calendar(boss, tx, site->id, week, clock.now()); }));
    events::Sequencer(database()).catch_up();
    move_promises(database());
  };
  open_at(hours);
  clinic::Standard one;
  one.id = new_id<StandardId>();
  one.seconds = 12 * 3600;
  write([&](db::Tx& tx) {
    clinic::import_standard(tx, one);
    return 0;
  });
  auto message = mail("joan@example.org", "Hola");
  message.site = site->id;
  const auto id = receive(message).case_id;
  const auto due = [&] { return read([&](db::Session& s) { return store::find_case(s, id)->due_at; }); };
  const auto before = due();
  ASSERT_TRUE(before);
  const auto tomorrow = clinic::local_day("UTC", clock.now()) + 1;
  hours.holidays = {{tomorrow, "Fira"}};
  open_at(hours);
  EXPECT_GT(*due(), *before);
}

TEST_P(EscalationTest, WhatIsDoneIsAuditedAsTheProgrammes) {
  usual();
  receive(mail("joan@example.org", "Hola"));
  const auto before = audited();
  after(4 * kHour);
  EXPECT_EQ(audited(), before + 1);
}

TEST_P(EscalationTest, TheListOfThoseAtRiskHoldsNothingOfThePatient) {
  usual();
  const auto late = receive(mail("joan@example.org", "Hola")).case_id;
  clock.advance(2 * kHour);
  const auto soon = receive(mail("marta@example.org", "Hola")).case_id;
  clock.advance(150 * kMinute);
  receive(mail("pau@example.org", "Hola"));
  clock.advance(40 * kMinute);
  EXPECT_THAT(list(CaseView::at_risk), ElementsAre(late, soon));
  const auto risk = read([&](db::Session& s) { return at_risk(agent, s, {}, 20, clock.now()); });
  ASSERT_TRUE(risk);
  EXPECT_EQ(risk->late, 1);
  EXPECT_EQ(risk->soon, 1);
  ASSERT_EQ(risk->items.size(), 2u);
  EXPECT_EQ(risk->items[0].case_id, late);
  EXPECT_EQ(risk->items[0].promise, "first_response");
  Viewer elsewhere = agent;
  elsewhere.sites = {SiteId{2}};
  EXPECT_EQ(read([&](db::Session& s) { return at_risk(elsewhere, s, {}, 20, clock.now()); })->late, 0);
}

TEST_P(EscalationTest, APreviewSaysWhereTheOpenCasesWouldStand) {
  const auto boss = viewer_of(UserId{1}, {{Role::director, {}}}, Assurance::password);
  receive(mail("joan@example.org", "Hola"));
  clock.advance(50 * kMinute);
  receive(mail("marta@example.org", "Hola"));
  clock.advance(50 * kMinute);
  receive(mail("pau@example.org", "Hola"));
  clinic::StandardInput input;
  input.seconds = 3600;
  input.clock = clinic::StandardClock::elapsed;
  input.valid_from = clinic::to_string(clinic::local_day("UTC", clock.now()));
  const auto seen = read([&](db::Session& s) { return preview_standard(boss, s, input, clock.now()); });
  ASSERT_TRUE(seen) << seen.error().key;
  EXPECT_EQ(seen->open, 3);
  EXPECT_EQ(seen->covered, 3);
  EXPECT_EQ(seen->late, 1);
  EXPECT_EQ(seen->soon, 1);
  EXPECT_FALSE(read([&](db::Session& s) { return preview_standard(agent, s, input, clock.now()); }));
  const auto of_one_site = viewer_of(UserId{1}, {{Role::director, SiteId{1}}}, Assurance::password);
  EXPECT_FALSE(read([&](db::Session& s) { return preview_standard(of_one_site, s, input, clock.now()); }));
  EXPECT_FALSE(write([&](db::Tx& tx) { return clinic::create_standard(of_one_site, tx, input, clock.now()); }));
  input.site_id = SiteId{1};
  const auto its = read([&](db::Session& s) { return preview_standard(of_one_site, s, input, clock.now()); });
  EXPECT_EQ(its.error().key, "error.invalid");  // allowed; there is no such site here
}

}  // namespace
}  // namespace auricle::conversations
