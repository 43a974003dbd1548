#include "conversations/rules.h"

#include <gtest/gtest.h>

namespace auricle::conversations {
namespace {

constexpr std::int64_t kDay = 24LL * 3600 * 1000;
const Instant kNow{1'790'000'000'000};

JoinCandidate candidate(int id, bool same_sender, std::optional<Instant> resolved_at = {}) {
  return {{id}, {id}, same_sender, resolved_at.has_value(), resolved_at};
}

TEST(Join, NeedsTheSameSenderNeverAHeaderAlone) {
  EXPECT_EQ(decide_join({candidate(1, false)}, true, false, kNow).kind, JoinDecision::Kind::fresh);
  const auto decision = decide_join({candidate(1, false), candidate(2, true)}, true, false, kNow);
  EXPECT_EQ(decision.kind, JoinDecision::Kind::join);
  EXPECT_EQ(decision.to.conversation, ConversationId{2});
}

TEST(Join, AnUnauthenticatedMessageNeverJoins) {
  EXPECT_EQ(decide_join({candidate(1, true)}, false, false, kNow).kind, JoinDecision::Kind::fresh);
}

TEST(Join, ReopensWithinSevenDaysAndLinksLater) {
  EXPECT_EQ(decide_join({candidate(1, true, kNow - 7 * kDay)}, true, false, kNow).kind, JoinDecision::Kind::reopen);
  EXPECT_EQ(decide_join({candidate(1, true, kNow - 7 * kDay - 1)}, true, false, kNow).kind, JoinDecision::Kind::linked);
}

TEST(Join, AnOpenCaseComesBeforeAResolvedOne) {
  const auto decision = decide_join({candidate(1, true, kNow - kDay), candidate(2, true)}, true, false, kNow);
  EXPECT_EQ(decision.kind, JoinDecision::Kind::join);
  EXPECT_EQ(decision.to.case_id, CaseId{2});
}

TEST(Join, AMachinesAnswerReopensNothing) {
  EXPECT_EQ(decide_join({candidate(1, true, kNow - 90 * kDay)}, true, true, kNow).kind, JoinDecision::Kind::join);
}

TEST(ListOrder, OldestWaitForTheClinicStandsOnTop) {
  store::CaseRecord old_wait, new_wait, on_patient;
  old_wait.waiting_on = new_wait.waiting_on = Owner::clinic;
  on_patient.waiting_on = Owner::patient;
  old_wait.waiting_since = kNow - kDay;
  new_wait.waiting_since = kNow;
  on_patient.waiting_since = kNow - 9 * kDay;
  EXPECT_LT(list_key_of(old_wait), list_key_of(new_wait));
  EXPECT_LT(list_key_of(new_wait), list_key_of(on_patient));
}

TEST(ListOrder, LatestResolvedFirst) {
  store::CaseRecord earlier, later;
  earlier.state = later.state = CaseStateName::resolved;
  earlier.resolved_at = kNow - kDay;
  later.resolved_at = kNow;
  EXPECT_LT(list_key_of(later), list_key_of(earlier));
}

TEST(FirstWords, OneLineCutBetweenWords) {
  EXPECT_EQ(first_words("  Bon dia,\n\n vull   canviar\tl'hora "), "Bon dia, vull canviar l'hora");
  std::string text;
  for (int i = 0; i < 100; ++i) text += "paraula ";
  const auto cut = first_words(text);
  EXPECT_LE(cut.size(), 164u);
  EXPECT_TRUE(cut.ends_with("paraula…"));
  std::string unbroken;
  for (int i = 0; i < 200; ++i) unbroken += "é";
  EXPECT_EQ(first_words(unbroken).size() % 2, 1u);  // whole letters and the three bytes of the ellipsis
}

TEST(Subject, LosesWhatProgramsPutInFront) {
  EXPECT_EQ(plain_subject("Re: RE: Fwd: Factura"), "Factura");
  EXPECT_EQ(plain_subject("AW: Rechnung"), "Rechnung");
  EXPECT_EQ(plain_subject("RÉP : Facture"), "Facture");
  EXPECT_EQ(plain_subject("Re[2]: Factura"), "Factura");
  EXPECT_EQ(plain_subject("Urgente: biopsia"), "Urgente: biopsia");
  EXPECT_EQ(plain_subject("  "), "");
}

TEST(Blocked, SaysWhy) {
  Capabilities chat{"chat", true, false, false, 0, 0, 24 * 3600, true, {}};
  EXPECT_EQ(blocked(nullptr, true, kNow, kNow), "error.conversations.no_channel");
  EXPECT_EQ(blocked(&chat, false, kNow, kNow), "error.conversations.no_contact_point");
  EXPECT_EQ(blocked(&chat, true, kNow - kDay, kNow), std::nullopt);  // within includes equality
  EXPECT_EQ(blocked(&chat, true, kNow - kDay - 1, kNow), "error.conversations.window_closed");
  chat.reply_window_s.reset();
  EXPECT_EQ(blocked(&chat, true, kNow - 90 * kDay, kNow), std::nullopt);
}

TEST(LocalTime, Reads) {
  EXPECT_EQ(parse_local_time("2026-11-26T09:30")->minute, 570);
  EXPECT_EQ(parse_local_time("2026-11-26T09:30")->day, "2026-11-26");
  for (const auto* text :
       {"", "2026-11-26", "2026-11-26 09:30", "2026-11-26T24:00", "2026-11-26T09:60", "2026-11-26Tab:cd"})
    EXPECT_FALSE(parse_local_time(text)) << text;
}

TEST(Retry, GrowsAndEnds) {
  EXPECT_EQ(retry_after_ms(1), 60'000);
  EXPECT_LT(*retry_after_ms(2), *retry_after_ms(3));
  EXPECT_FALSE(retry_after_ms(10));
}

TEST(Cursor, RoundTrip) {
  EXPECT_EQ(parse_cursor(cursor_of(-5, 7)), (std::pair<std::int64_t, std::int64_t>{-5, 7}));
  EXPECT_FALSE(parse_cursor("nonsense"));
}

}  // namespace
}  // namespace auricle::conversations
