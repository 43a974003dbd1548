// Sending later, handing over, mentions and what a colleague is told.
#include <gtest/gtest.h>

#include "conversations/cases_fixture.h"
#include "conversations/notifications.h"

namespace auricle::conversations {
namespace {

class LaterTest : public CasesFixture {
 protected:
  Notifications news(const Viewer& viewer) {
    return read([&](db::Session& s) { return notifications(viewer, s, *keyring, "", 50); }).value();
  }
  std::vector<NotificationKind> kinds(const Viewer& viewer) {
    std::vector<NotificationKind> out;
    for (const auto& one : news(viewer).items) out.push_back(one.kind);
    return out;
  }
  Message scheduled(const Received& received, const std::string& local) {
    auto reply = reply_to(received, "Mañana le llamamos");
    reply.send_at = SendAt{local, "Europe/Madrid"};
    const auto outcome = send(agent, received, reply);
    EXPECT_TRUE(outcome && outcome->message) << (outcome ? "newer" : outcome.error().fields.at(0).key);
    return outcome->message.value_or(Message{});
  }
  void work_all() {
    while (worker->run_once()) {
    }
  }
};
ON_BOTH_DATABASES(LaterTest);

// The clock stands at 2026-09-21T14:13:20Z: 16:13 in Madrid.
TEST_P(LaterTest, AReplyLeavesAtItsLocalTimeAndOnlyThenCounts) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  const auto message = scheduled(received, "2026-09-22T09:00");
  EXPECT_EQ(message.delivery->leaves_at, Instant{1'790'060'400'000});  // 07:00Z
  EXPECT_TRUE(get(received.case_id).scheduled);
  EXPECT_FALSE(get(received.case_id).sending);
  clock.advance(12 * kHour);
  work_all();
  EXPECT_TRUE(channel.sent.empty());
  EXPECT_EQ(get(received.case_id).waiting_on, Owner::clinic);
  clock.advance(5 * kHour);
  work_all();
  ASSERT_EQ(channel.sent.size(), 1u);
  EXPECT_EQ(get(received.case_id).waiting_on, Owner::patient);
  EXPECT_FALSE(get(received.case_id).scheduled);
  EXPECT_EQ(stream(received.case_id).front().happened_at, clock.now());
}

TEST_P(LaterTest, ATimeInThePastOrNoTimeIsRefused) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  auto reply = reply_to(received, "Hola");
  reply.send_at = SendAt{"2026-09-21T16:00", "Europe/Madrid"};
  EXPECT_EQ(send(agent, received, reply).error().fields.at(0).key, "error.conversations.time_in_past");
  reply.send_at = SendAt{"mañana", ""};
  EXPECT_EQ(send(agent, received, reply).error().fields.at(0).key, "error.conversations.time_not_valid");
}

TEST_P(LaterTest, ThePatientWritesFirstAndTheReplyWaitsForADecision) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  const auto message = scheduled(received, "2026-09-22T09:00");
  clock.advance(kHour);
  receive(mail("joan@example.org", "Ya no hace falta", {received.conversation}));
  EXPECT_TRUE(get(received.case_id).held);
  EXPECT_EQ(kinds(agent), std::vector{NotificationKind::message_held});
  clock.advance(kDay);
  work_all();
  EXPECT_TRUE(channel.sent.empty());
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->send_now(agent, tx, message.id); }));
  EXPECT_FALSE(get(received.case_id).held);
  leave();
  EXPECT_EQ(channel.sent.size(), 1u);
}

TEST_P(LaterTest, AScheduledReplyCanBeWithdrawnOrSentAtOnce) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  const auto message = scheduled(received, "2026-09-22T09:00");
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->cancel(agent, tx, message.id); }));
  EXPECT_FALSE(get(received.case_id).scheduled);
  const auto again = scheduled(received, "2026-09-22T10:00");
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->send_now(agent, tx, again.id); }));
  EXPECT_TRUE(get(received.case_id).sending);
  leave();
  ASSERT_EQ(channel.sent.size(), 1u);
  EXPECT_FALSE(write([&](db::Tx& tx) { return cases->send_now(agent, tx, again.id); }));
}

TEST_P(LaterTest, HandingOverTellsTheColleagueWithTheNote) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  ASSERT_TRUE(write([&](db::Tx& tx) {
    return cases->assign(agent, tx, received.case_id, {other.user, "Pide hora con la doctora", {}});
  }));
  EXPECT_EQ(get(received.case_id).assignee_id, other.user);
  EXPECT_EQ(stream(received.case_id, "note").at(0).text, "Pide hora con la doctora");
  const auto told = news(other);
  ASSERT_EQ(told.items.size(), 1u);
  EXPECT_EQ(told.items[0].kind, NotificationKind::handed_over);
  EXPECT_EQ(told.items[0].by_user_id, agent.user);
  EXPECT_EQ(told.items[0].case_number, get(received.case_id).number);
  EXPECT_EQ(told.unread, 1);
  ASSERT_TRUE(write([&](db::Tx& tx) { return mark_notifications_read(other, tx, {}, clock.now()); }));
  EXPECT_EQ(news(other).unread, 0);
}

TEST_P(LaterTest, OnlyColleaguesOfTheSiteAreAssignedOrMentioned) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  EXPECT_EQ(write([&](db::Tx& tx) {
              return cases->assign(agent, tx, received.case_id, {UserId{99}, "", {}});
            })
                .error()
                .fields.at(0)
                .key,
            "error.conversations.assignee_unknown");
  NewNote note;
  note.text = "@nadie";
  note.mentions = {UserId{99}};
  EXPECT_FALSE(write([&](db::Tx& tx) { return cases->add_note(agent, tx, received.case_id, note); }));
  note.mentions = {other.user, other.user, agent.user};
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->add_note(agent, tx, received.case_id, note); }));
  EXPECT_EQ(stream(received.case_id, "note").at(0).mentions, (std::vector{agent.user, other.user}));
  EXPECT_EQ(kinds(other), std::vector{NotificationKind::mentioned});
  EXPECT_TRUE(kinds(agent).empty());  // nobody is told what they did themselves
}

TEST_P(LaterTest, RepliesAndFollowUpsReachWhoHasTheCaseUnlessMuted) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->assign(agent, tx, received.case_id, {agent.user, "", {}}); }));
  receive(mail("joan@example.org", "¿Hola?", {received.conversation}));
  receive(mail("joan@example.org", "¿¿Hola??", {received.conversation}));
  EXPECT_EQ(kinds(agent), std::vector{NotificationKind::reply});  // renewed, not doubled
  ASSERT_TRUE(write([&](db::Tx& tx) {
    return cases->set_follow_up(agent, tx, received.case_id, {"2026-09-21T18:00", "Europe/Madrid"});
  }));
  const auto tell = [&] { return write([&](db::Tx& tx) { return notify_follow_ups(tx, clock.now()); }); };
  EXPECT_EQ(tell(), 0);
  clock.advance(2 * kHour);
  EXPECT_EQ(tell(), 1);
  EXPECT_EQ(tell(), 0);
  NotificationSettings settings;
  settings.muted = {NotificationKind::reply};
  ASSERT_TRUE(write([&](db::Tx& tx) { return set_notification_settings(agent, tx, settings); }));
  ASSERT_TRUE(write([&](db::Tx& tx) { return mark_notifications_read(agent, tx, {}, clock.now()); }));
  receive(mail("joan@example.org", "¡Hola!", {received.conversation}));
  EXPECT_EQ(news(agent).unread, 0);
  settings.muted = {NotificationKind::follow_up_due};
  ASSERT_TRUE(write([&](db::Tx& tx) { return set_notification_settings(agent, tx, settings); }));
  ASSERT_TRUE(write([&](db::Tx& tx) {
    return cases->set_follow_up(agent, tx, received.case_id, {"2026-09-21T19:00", "Europe/Madrid"});
  }));
  clock.advance(2 * kHour);
  EXPECT_EQ(tell(), 0);
}

TEST_P(LaterTest, DigestsComeInTheirHourAndNotInQuietOnes) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  NotificationSettings settings;
  settings.digest = Digest::hourly;
  settings.quiet_from = "20:00";
  settings.quiet_to = "07:00";
  settings.zone = "Europe/Madrid";
  ASSERT_TRUE(write([&](db::Tx& tx) { return set_notification_settings(other, tx, settings); }));
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->assign(agent, tx, received.case_id, {other.user, "", {}}); }));
  const auto take = [&] { return write([&](db::Tx& tx) { return take_digests(tx, clock.now()); }); };
  const auto first = take();
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].counts, (std::vector<std::pair<NotificationKind, std::int64_t>>{{NotificationKind::assigned, 1}}));
  EXPECT_TRUE(take().empty());
  write([&](db::Tx& tx) { digest_not_sent(tx, first[0]); });
  EXPECT_TRUE(take().empty()) << "not before its hour";
  clock.advance(kHour);
  EXPECT_EQ(take().size(), 1u) << "what could not be sent comes with the next one";
  clock.advance(4 * kHour);  // 21:13
  NewNote note;
  note.text = "@";
  note.mentions = {other.user};
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->add_note(agent, tx, received.case_id, note); }));
  EXPECT_TRUE(take().empty());
  clock.advance(11 * kHour);  // 08:13
  EXPECT_EQ(take().size(), 1u);
  settings.quiet_from = "25:00";
  EXPECT_FALSE(write([&](db::Tx& tx) { return set_notification_settings(other, tx, settings); }));
}

}  // namespace
}  // namespace auricle::conversations
