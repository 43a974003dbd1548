// Merge, split, move, link: what goes where, what can be taken back, and that the figures never see what was undone.
#include <gtest/gtest.h>
#include <random>

#include "conversations/cases_fixture.h"
#include "conversations/store.h"

namespace auricle::conversations {
namespace {

// A ledger as one line, for comparison.
std::string line(const facts::Ledger& ledger) {
  std::string out = std::to_string(ledger.case_id.value) + "|" + std::to_string(ledger.opened_at.ms);
  const auto at = [&](const char* what, Instant instant) { out += std::string(what) + std::to_string(instant.ms); };
  for (const auto& one : ledger.intervals) {
    at(" [", one.from);
    at(",", one.to);
    out += std::string(" ") + std::string(enum_name(one.owner)) + "]";
  }
  for (const auto& one : ledger.answers) {
    at(" answer ", one.contact.at);
    at("→", one.at);
  }
  for (const auto& one : ledger.resolves) {
    at(" resolve ", one.at);
    if (one.reopened_at) at(" reopened ", *one.reopened_at);
  }
  for (const auto& one : ledger.unanswered) at(" waits ", one.at);
  if (ledger.first_contact) at(" first ", ledger.first_contact->at);
  return out;
}

class RearrangeTest : public CasesFixture {
 protected:
  std::vector<std::string> ledgers(const std::vector<CaseId>& ids) {
    std::vector<std::string> out;
    for (const auto id : ids)
      for (const auto& ledger : read([&](db::Session& s) { return facts::ledgers_of(s, id); }))
        out.push_back(line(ledger));
    return out;
  }
  // Two cases of one patient, both waiting.
  std::pair<Received, Received> two() {
    const auto one = receive(mail("joan@example.org", "Necesito mis resultados"));
    same_patient(one.case_id);
    clock.advance(kHour);
    const auto other = receive(mail("joan@example.org", "¿Ya están?"));
    same_patient(other.case_id);
    EXPECT_NE(one.case_id, other.case_id);
    return {one, other};
  }
  void same_patient(CaseId id) {
    const auto sender = get(id).sender->id;
    ASSERT_TRUE(write([&](db::Tx& tx) { return cases->set_patient(agent, tx, id, {sender, {}}); }));
  }
  void merge(CaseId from, CaseId into) {
    const auto done = write([&](db::Tx& tx) { return cases->merge(agent, tx, from, {into}); });
    ASSERT_TRUE(done) << done.error().key;
  }
  void expect_refold(const std::vector<CaseId>& ids) {  // the row says what the facts say
    for (const auto id : ids) {
      const auto row = get(id);
      const auto found = read([&](db::Session& s) { return facts::ledgers_of(s, id); });
      ASSERT_FALSE(found.empty());
      const auto state = facts::state_of(found.back());
      if (row.undo_resolve_until) continue;
      EXPECT_EQ(row.state == CaseStateName::resolved, state.status == facts::CaseStatus::resolved);
      if (state.status == facts::CaseStatus::open) {
        EXPECT_EQ(row.waiting_on, state.waiting_on);
      }
    }
  }
};

TEST_P(RearrangeTest, AMergeTakesMessagesNotesAndWaitsAlong) {
  const auto [one, other] = two();
  NewNote note;
  note.text = "Llamó ayer";
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->add_note(agent, tx, other.case_id, note); }));
  merge(other.case_id, one.case_id);
  EXPECT_EQ(stream(one.case_id).size(), 2u);
  EXPECT_EQ(stream(one.case_id, "note").size(), 1u);
  EXPECT_EQ(stream(one.case_id, "note").front().text, "Llamó ayer");
  EXPECT_TRUE(stream(other.case_id).empty());
  EXPECT_EQ(get(other.case_id).state, CaseStateName::resolved);
  EXPECT_EQ(get(other.case_id).merged_into_case_id, one.case_id);
  EXPECT_EQ(get(one.case_id).links.at(0).kind, LinkKind::merged);
  leave();
  // A further message in the merged thread joins the case it went to; one answer ends both waits.
  const auto more = receive(mail("joan@example.org", "Gracias", {other.conversation}));
  EXPECT_EQ(more.case_id, one.case_id);
  answered(one, "Aquí están");
  leave();
  const auto found = read([&](db::Session& s) { return facts::ledgers_of(s, one.case_id); });
  EXPECT_EQ(found.front().answers.size(), 1u);
  EXPECT_TRUE(found.front().unanswered.empty());
  expect_refold({one.case_id, other.case_id});
}

TEST_P(RearrangeTest, AMergeTakenBackAtOnceNeverReachesTheFigures) {
  const auto [one, other] = two();
  const auto before = ledgers({one.case_id, other.case_id});
  merge(other.case_id, one.case_id);
  clock.advance(3000);
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->unmerge(agent, tx, other.case_id); }));
  EXPECT_EQ(ledgers({one.case_id, other.case_id}), before);
  EXPECT_EQ(stream(other.case_id).size(), 1u);
  EXPECT_EQ(get(other.case_id).state, CaseStateName::open);
  EXPECT_TRUE(get(one.case_id).links.empty());
}

TEST_P(RearrangeTest, AMergeTakenBackLaterReopensTheCase) {
  const auto [one, other] = two();
  merge(other.case_id, one.case_id);
  leave();
  clock.advance(kHour);
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->unmerge(agent, tx, other.case_id); }));
  const auto found = read([&](db::Session& s) { return facts::ledgers_of(s, other.case_id); });
  ASSERT_EQ(found.front().resolves.size(), 1u);
  EXPECT_TRUE(found.front().resolves[0].reopened_at);
  EXPECT_EQ(get(other.case_id).state, CaseStateName::open);
  expect_refold({one.case_id, other.case_id});
}

TEST_P(RearrangeTest, MergesOfMergedCasesAreTakenBackInAnyOrder) {
  const auto [one, other] = two();
  const auto third = receive(mail("joan@example.org", "¿Hola?"));
  same_patient(third.case_id);
  const auto begin = [&] {
    merge(other.case_id, one.case_id);
    clock.advance(kUndoMs);
    leave();
    merge(one.case_id, third.case_id);
    clock.advance(kUndoMs);
    leave();
    EXPECT_EQ(stream(third.case_id).size(), 3u);
  };
  const auto back = [&](CaseId id) { ASSERT_TRUE(write([&](db::Tx& tx) { return cases->unmerge(agent, tx, id); })); };
  const auto each_has_its_own = [&] {
    for (const auto& received : {one, other, third}) {
      ASSERT_EQ(stream(received.case_id).size(), 1u);
      EXPECT_EQ(stream(received.case_id).at(0).id, received.message);
      EXPECT_EQ(get(received.case_id).state, CaseStateName::open);
    }
    expect_refold({one.case_id, other.case_id, third.case_id});
  };
  begin();
  back(one.case_id);
  EXPECT_EQ(stream(one.case_id).size(), 2u);
  back(other.case_id);
  each_has_its_own();
  begin();
  back(other.case_id);
  EXPECT_EQ(stream(third.case_id).size(), 2u);
  back(one.case_id);
  each_has_its_own();
}

TEST_P(RearrangeTest, TakingBackAMergeLeavesASolvedCaseSolved) {
  const auto [one, other] = two();
  resolve(other.case_id);
  leave();
  merge(other.case_id, one.case_id);
  clock.advance(kHour);
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->unmerge(agent, tx, other.case_id); }));
  EXPECT_EQ(get(other.case_id).state, CaseStateName::resolved);
  EXPECT_EQ(get(other.case_id).outcome, Outcome::solved);
}

TEST_P(RearrangeTest, CasesOfTwoPatientsAreNeverMerged) {
  const auto one = receive(mail("joan@example.org", "Hola"));
  const auto other = receive(mail("marta@example.org", "Hola"));
  const auto done = write([&](db::Tx& tx) { return cases->merge(agent, tx, one.case_id, {other.case_id}); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().key, "error.conversations.other_patient");
}

TEST_P(RearrangeTest, AMovedConversationIsSealedForTheOtherPatient) {
  const auto one = receive(mail("joan@example.org", "Sobre mi hija"));
  const auto other = receive(mail("marta@example.org", "Hola"));
  same_patient(one.case_id);
  same_patient(other.case_id);
  const auto move = [&](bool confirmed) {
    return write([&](db::Tx& tx) {
      return cases->move_conversation(agent, tx, one.conversation, {other.case_id, confirmed});
    });
  };
  ASSERT_FALSE(move(false));
  ASSERT_TRUE(move(true));
  EXPECT_EQ(get(other.case_id).conversations.size(), 2u);
  // Erasing the first patient takes nothing from the second.
  const auto first = get(one.case_id).patient->id;
  write([&](db::Tx& tx) {
    (void)cases->erase(tx, first);
    keyring->destroy(tx, "patient", first.value, clock.now());
    return 0;
  });
  for (const auto& message : stream(other.case_id)) EXPECT_FALSE(message.erased);
  EXPECT_EQ(stream(other.case_id).size(), 2u);
}

TEST_P(RearrangeTest, ASplitTakesItsMessagesAndTheirWait) {
  const auto first = receive(mail("joan@example.org", "Quiero una cita"));
  clock.advance(kHour);
  const auto second = receive(mail("joan@example.org", "Y además, la factura", {first.conversation}));
  ASSERT_EQ(second.case_id, first.case_id);
  const auto before = ledgers({first.case_id});
  const auto split = [&] {
    return write([&](db::Tx& tx) {
      return cases->split(agent, tx, first.case_id, {{second.message}, "Factura", "billing"});
    });
  };
  auto done = split();
  ASSERT_TRUE(done) << done.error().key;
  const CaseId fresh = done->case_.id;
  EXPECT_EQ(done->case_.topic, "billing");
  EXPECT_EQ(done->case_.title, "Factura");
  EXPECT_EQ(stream(fresh).size(), 1u);
  EXPECT_EQ(stream(first.case_id).size(), 1u);
  const auto ledger = read([&](db::Session& s) { return facts::ledgers_of(s, fresh); }).front();
  EXPECT_EQ(ledger.unanswered.size(), 1u);
  EXPECT_EQ(read([&](db::Session& s) { return facts::ledgers_of(s, first.case_id); }).front().unanswered.size(), 1u);

  clock.advance(3000);
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->unsplit(agent, tx, fresh); }));
  EXPECT_EQ(ledgers({first.case_id}), before);
  EXPECT_EQ(stream(first.case_id).size(), 2u);
  EXPECT_FALSE(read([&](db::Session& s) { return cases->get(agent, s, fresh); }));

  done = split();
  ASSERT_TRUE(done);
  clock.advance(kUndoMs + 1);
  EXPECT_FALSE(write([&](db::Tx& tx) { return cases->unsplit(agent, tx, done->case_.id); }));
  // A reply in the new case ends the wait there only.
  answered({second.message, done->case_.conversations.at(0).id, done->case_.id, {}}, "La factura");
  leave();
  EXPECT_EQ(get(done->case_.id).waiting_on, Owner::patient);
  EXPECT_EQ(get(first.case_id).waiting_on, Owner::clinic);
  expect_refold({first.case_id, done->case_.id});
}

TEST_P(RearrangeTest, ASplitThatGrewIsNotTakenBack) {
  const auto first = receive(mail("joan@example.org", "Quiero una cita"));
  const auto second = receive(mail("joan@example.org", "Y además, la factura", {first.conversation}));
  const auto other = receive(mail("joan@example.org", "¿Ya está?"));
  const auto split = write([&](db::Tx& tx) {
    return cases->split(agent, tx, first.case_id, {{second.message}, "", {}});
  });
  ASSERT_TRUE(split);
  const auto fresh = split->case_.id;
  const auto unsplit = [&] { return write([&](db::Tx& tx) { return cases->unsplit(agent, tx, fresh); }); };
  ASSERT_TRUE(write([&](db::Tx& tx) {
    return cases->move_conversation(agent, tx, other.conversation, {fresh, true});
  }));
  EXPECT_FALSE(unsplit());  // what was moved into it would go with it
  EXPECT_EQ(stream(fresh).size(), 2u);
  ASSERT_TRUE(write([&](db::Tx& tx) {
    return cases->move_conversation(agent, tx, other.conversation, {first.case_id, true});
  }));
  // A mail that had been waiting at the provider is older than the split.
  auto late = mail("joan@example.org", "Sobre la factura", {split->case_.conversations.at(0).id});
  late.received_at = clock.now() - kMinute;
  ASSERT_EQ(receive(late).case_id, fresh);
  EXPECT_FALSE(unsplit());
}

TEST_P(RearrangeTest, AWholeConversationIsMovedNotSplit) {
  const auto only = receive(mail("joan@example.org", "Hola"));
  const auto done = write([&](db::Tx& tx) { return cases->split(agent, tx, only.case_id, {{only.message}, "", {}}); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().fields.at(0).key, "error.conversations.split_whole");
}

TEST_P(RearrangeTest, LinkedCasesKnowEachOther) {
  const auto [one, other] = two();
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->link(agent, tx, one.case_id, {other.case_id}); }));
  EXPECT_EQ(get(one.case_id).links.at(0).case_id, other.case_id);
  EXPECT_EQ(get(other.case_id).links.at(0).case_id, one.case_id);
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->unlink(agent, tx, other.case_id, one.case_id); }));
  EXPECT_TRUE(get(one.case_id).links.empty());
}

TEST_P(RearrangeTest, AChangeMadeOnAnOldVersionIsSeen) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  const auto seen = get(received.case_id).version;
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->set_priority(other, tx, received.case_id, {Priority::high}); }));
  const auto newer = write([&](db::Tx& tx) { return cases->newer_than(agent, tx, received.case_id, seen); });
  ASSERT_TRUE(newer && *newer);
  EXPECT_EQ((*newer)->priority, Priority::high);
  EXPECT_FALSE(*write([&](db::Tx& tx) { return cases->newer_than(agent, tx, received.case_id, (*newer)->version); }));
}

// Whatever is rearranged and taken back within its ten seconds: the ledgers are as before; rows and facts agree always.
TEST_P(RearrangeTest, RandomWorkTakenBackLeavesNoTrace) {
  std::mt19937 random(20261122);
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  std::vector<Received> all;
  std::vector<CaseId> ids;
  for (int i = 0; i < 4; ++i) {
    all.push_back(receive(mail("joan@example.org", "Mensaje " + std::to_string(i))));
    same_patient(all.back().case_id);
    ids.push_back(all.back().case_id);
    clock.advance(7 * kMinute);
  }
  for (int round = 0; round < 30; ++round) {
    const auto& one = all[pick(all.size())];
    const CaseId here = read([&](db::Session& s) { return store::find_conversation(s, one.conversation)->case_id; });
    const CaseId there = ids[pick(ids.size())];
    switch (pick(4)) {
      case 0:
        receive(mail("joan@example.org", "Más", {one.conversation}));
        break;
      case 1:
        if (get(here).state == CaseStateName::open)
          answered({one.message, one.conversation, here, {}}, "Respuesta"), leave();
        break;
      case 2: {
        if (here == there || get(there).state != CaseStateName::open || get(here).merged_into_case_id) break;
        const auto before = ledgers(ids);
        if (!write([&](db::Tx& tx) { return cases->merge(agent, tx, here, {there}); })) break;
        clock.advance(2000);
        ASSERT_TRUE(write([&](db::Tx& tx) { return cases->unmerge(agent, tx, here); }));
        EXPECT_EQ(ledgers(ids), before) << "round " << round;
        break;
      }
      case 3: {
        if (here == there || get(there).state != CaseStateName::open) break;
        ASSERT_TRUE(write([&](db::Tx& tx) {
          return cases->move_conversation(agent, tx, one.conversation, {there, false});
        }));
        break;
      }
    }
    clock.advance(11 * kMinute);
    expect_refold(ids);
  }
}

ON_BOTH_DATABASES(RearrangeTest);

}  // namespace
}  // namespace auricle::conversations
