#include "conversations/cases_fixture.h"
#include "conversations/history.h"
#include "patients/points.h"

namespace auricle::conversations {
namespace {

class MessagesTest : public CasesFixture {};
ON_BOTH_DATABASES(MessagesTest);

TEST_P(MessagesTest, AMailOfAStrangerOpensACase) {
  const auto received =
      receive(mail("joan@example.org", "Bon dia, quan tindré el resultat de la biòpsia? Moltes gràcies."));
  EXPECT_EQ(received.how, Received::How::new_case);
  const auto found = get(received.case_id);
  EXPECT_EQ(found.title, "Resultat de la biòpsia");
  EXPECT_EQ(found.preview, "Bon dia, quan tindré el resultat de la biòpsia? Moltes gràcies.");
  EXPECT_EQ(found.sender->display_name, "Joan Ferrer");
  EXPECT_TRUE(found.sender->provisional);
  EXPECT_TRUE(found.needs_patient);
  EXPECT_TRUE(found.unread);
  EXPECT_EQ(found.waiting_on, Owner::clinic);
  EXPECT_EQ(found.waiting_since, clock.now());
  EXPECT_EQ(found.language, "ca");
  EXPECT_EQ(found.number, 1);
  ASSERT_EQ(found.intervals.size(), 1u);
  EXPECT_THAT(list(CaseView::unassigned), ElementsAre(received.case_id));
  EXPECT_THAT(fact_kinds(received.case_id), ElementsAre(K::opened, K::message));
  ASSERT_EQ(stream(received.case_id).size(), 1u);
  EXPECT_EQ(stream(received.case_id)[0].from->value, "joan@example.org");
}

TEST_P(MessagesTest, TheSameMailTwiceIsOneMessage) {
  const auto message = mail("joan@example.org", "Hola");
  const auto first = receive(message);
  const auto second = receive(message);
  EXPECT_EQ(second.how, Received::How::duplicate);
  EXPECT_EQ(second.message, first.message);
  EXPECT_EQ(stream(first.case_id).size(), 1u);
}

TEST_P(MessagesTest, AnAnswerJoinsOnlyFromTheSameSender) {
  const auto first = receive(mail("joan@example.org", "Hola"));
  const auto joined = receive(mail("joan@example.org", "Encara hi sou?", {first.conversation}));
  EXPECT_EQ(joined.how, Received::How::joined);
  EXPECT_EQ(joined.case_id, first.case_id);
  const auto stranger = receive(mail("altre@example.org", "Re", {first.conversation}));
  EXPECT_EQ(stranger.how, Received::How::new_case);
  EXPECT_NE(stranger.case_id, first.case_id);
  auto forged = mail("joan@example.org", "Re", {first.conversation});
  forged.authenticated = false;
  forged.warning = "error.mail_sender_not_proved";
  const auto refused = receive(forged);
  EXPECT_NE(refused.case_id, first.case_id);
  EXPECT_EQ(stream(refused.case_id).at(0).warning, "error.mail_sender_not_proved");
}

TEST_P(MessagesTest, AReplyLeavesAfterTenSecondsAndStopsTheClock) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  clock.advance(kHour);
  const auto sent = answered(received, "Bon dia, Joan");
  EXPECT_EQ(sent.delivery->state, DeliveryState::queued);
  EXPECT_EQ(sent.delivery->leaves_at, clock.now() + kUndoMs);
  EXPECT_TRUE(get(received.case_id).sending);
  clock.advance(kUndoMs - 1);
  EXPECT_FALSE(worker->run_once());
  EXPECT_THAT(channel.sent, IsEmpty());
  clock.advance(1);
  EXPECT_TRUE(worker->run_once());
  ASSERT_EQ(channel.sent.size(), 1u);
  EXPECT_EQ(channel.sent[0].to.value, "joan@example.org");
  EXPECT_EQ(channel.sent[0].subject, "Re: Resultat de la biòpsia");
  EXPECT_EQ(channel.sent[0].author_name, "Lucía");
  EXPECT_EQ(channel.sent[0].attempt, 1);
  const auto now = get(received.case_id);
  EXPECT_FALSE(now.sending);
  EXPECT_EQ(now.waiting_on, Owner::patient);
  EXPECT_EQ(now.waiting_since, clock.now());
  EXPECT_THAT(fact_kinds(received.case_id), ElementsAre(K::opened, K::message, K::message));
  EXPECT_EQ(stream(received.case_id)[0].delivery->state, DeliveryState::sent);
  EXPECT_FALSE(worker->run_once());
}

TEST_P(MessagesTest, AReplyTakenBackNeverLeaves) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  const auto sent = answered(received, "Oops");
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->cancel(agent, tx, sent.id); }));
  leave();
  EXPECT_THAT(channel.sent, IsEmpty());
  EXPECT_EQ(get(received.case_id).waiting_on, Owner::clinic);
  EXPECT_EQ(get(received.case_id).last_message_id, received.message);
  const auto again = write([&](db::Tx& tx) { return cases->cancel(agent, tx, sent.id); });
  EXPECT_EQ(again.error().key, "error.conversations.undo_too_late");
}

TEST_P(MessagesTest, TheSecondSeesTheFirstsReplyBeforeSending) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  const auto mine = reply_to(received, "De Lucía"), theirs = reply_to(received, "De Pau");
  ASSERT_TRUE(send(agent, received, mine)->message);
  auto outcome = send(other, received, theirs);
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->message);
  ASSERT_EQ(outcome->newer_messages.size(), 1u);
  EXPECT_EQ(outcome->newer_messages[0].text, "De Lucía");
  auto confirmed = theirs;
  confirmed.confirmed = true;
  EXPECT_TRUE(send(other, received, confirmed)->message);
}

TEST_P(MessagesTest, TheSameReplyTwiceIsOneReply) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  const auto reply = reply_to(received, "Bon dia");
  const auto first = send(agent, received, reply), second = send(agent, received, reply);
  EXPECT_EQ(first->message->id, second->message->id);
  leave();
  EXPECT_EQ(channel.sent.size(), 1u);
}

TEST_P(MessagesTest, AFailedAttemptIsMadeAgainAndThenGivenUp) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  const auto sent = answered(received, "Bon dia");
  channel.result = {SendResult::Kind::retry_later, "error.mail_down", 0};
  leave();
  EXPECT_EQ(stream(received.case_id)[0].delivery->state, DeliveryState::queued);
  EXPECT_EQ(stream(received.case_id)[0].delivery->reason, "error.mail_down");
  EXPECT_EQ(get(received.case_id).waiting_on, Owner::clinic);
  for (int i = 0; i < 12; ++i) {
    clock.advance(kDay);
    worker->run_once();
  }
  EXPECT_EQ(channel.sent.size(), 10u);
  EXPECT_EQ(channel.sent.back().attempt, 10);
  EXPECT_EQ(stream(received.case_id)[0].delivery->state, DeliveryState::failed);
  EXPECT_TRUE(get(received.case_id).failed);
  EXPECT_THAT(list(CaseView::failed), ElementsAre(received.case_id));
  channel.result = {};
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->retry(agent, tx, sent.id); }));
  leave();
  EXPECT_FALSE(get(received.case_id).failed);
  EXPECT_EQ(get(received.case_id).waiting_on, Owner::patient);
}

TEST_P(MessagesTest, AnUndoneResolveNeverReachesTheFigures) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  resolve(received.case_id);
  EXPECT_EQ(get(received.case_id).state, CaseStateName::resolved);
  EXPECT_TRUE(get(received.case_id).undo_resolve_until);
  EXPECT_THAT(list(CaseView::unassigned), IsEmpty());
  clock.advance(5'000);
  const auto undone = write([&](db::Tx& tx) { return cases->undo_resolve(agent, tx, received.case_id); });
  ASSERT_TRUE(undone);
  EXPECT_EQ(undone->case_.state, CaseStateName::open);
  leave();
  EXPECT_THAT(fact_kinds(received.case_id), ElementsAre(K::opened, K::message));
  resolve(received.case_id);
  const auto clicked = clock.now();
  leave();
  EXPECT_THAT(fact_kinds(received.case_id), ElementsAre(K::opened, K::message, K::resolve));
  EXPECT_EQ(get(received.case_id).resolved_at, clicked);
  EXPECT_FALSE(get(received.case_id).undo_resolve_until);
  EXPECT_EQ(write([&](db::Tx& tx) { return cases->undo_resolve(agent, tx, received.case_id); }).error().key,
            "error.conversations.undo_too_late");
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->reopen(agent, tx, received.case_id, {}); }));
  EXPECT_EQ(get(received.case_id).waiting_on, Owner::clinic);
}

TEST_P(MessagesTest, SendAndResolveCountsTheAnswerFirst) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  auto reply = reply_to(received, "Ja està");
  reply.resolve = CaseResolve{Outcome::answered};
  ASSERT_TRUE(send(agent, received, reply)->message);
  EXPECT_EQ(get(received.case_id).state, CaseStateName::resolved);
  leave();
  const auto ledgers = read([&](db::Session& s) { return facts::ledgers_of(s, received.case_id); });
  ASSERT_EQ(ledgers.at(0).answers.size(), 1u);
  ASSERT_EQ(ledgers[0].resolves.size(), 1u);
  EXPECT_FALSE(ledgers[0].resolves[0].unanswered);
  EXPECT_EQ(get(received.case_id).outcome, Outcome::answered);
}

TEST_P(MessagesTest, AMessageWithinTheTenSecondsKeepsTheCaseOpen) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  resolve(received.case_id);
  clock.advance(3'000);
  receive(mail("joan@example.org", "Una cosa més", {received.conversation}));
  leave();
  EXPECT_EQ(get(received.case_id).state, CaseStateName::open);
  EXPECT_THAT(fact_kinds(received.case_id), ElementsAre(K::opened, K::message, K::message));
}

TEST_P(MessagesTest, WhatCameBeforeTheResolveAndWasReadAfterItReopens) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  const auto unseen = mail("joan@example.org", "Una cosa més", {received.conversation});
  clock.advance(kMinute);
  resolve(received.case_id);
  leave();
  EXPECT_EQ(receive(unseen).how, Received::How::reopened);
  EXPECT_EQ(get(received.case_id).state, CaseStateName::open);
}

TEST_P(MessagesTest, ReopensWithinSevenDaysLaterALinkedCase) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  resolve(received.case_id);
  leave();
  clock.advance(2 * kDay);
  const auto again = receive(mail("joan@example.org", "Torno a escriure", {received.conversation}));
  EXPECT_EQ(again.how, Received::How::reopened);
  EXPECT_EQ(get(received.case_id).state, CaseStateName::open);
  resolve(received.case_id);
  leave();
  clock.advance(8 * kDay);
  const auto later = receive(mail("joan@example.org", "Fa temps", {received.conversation}));
  EXPECT_EQ(later.how, Received::How::linked_case);
  EXPECT_EQ(get(later.case_id).linked_case_id, received.case_id);
  EXPECT_EQ(get(received.case_id).state, CaseStateName::resolved);
}

TEST_P(MessagesTest, AThankYouNeedsNoAnswer) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  answered(received, "Bon dia");
  leave();
  resolve(received.case_id);
  leave();
  clock.advance(kHour);
  const auto thanks = receive(mail("joan@example.org", "Gràcies!", {received.conversation}));
  EXPECT_EQ(get(received.case_id).state, CaseStateName::open);
  const auto marked = write([&](db::Tx& tx) { return cases->set_ack(agent, tx, thanks.message, true); });
  ASSERT_TRUE(marked);
  EXPECT_TRUE(marked->ack);
  EXPECT_EQ(get(received.case_id).state, CaseStateName::resolved);
}

TEST_P(MessagesTest, AnAutomaticAnswerStartsNoWait) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  answered(received, "Bon dia");
  leave();
  auto away = mail("joan@example.org", "Sóc de vacances", {received.conversation});
  away.auto_reply = true;
  receive(away);
  EXPECT_EQ(get(received.case_id).waiting_on, Owner::patient);
  EXPECT_EQ(get(received.case_id).preview, "Hola");
}

TEST_P(MessagesTest, ASharedAddressMakesTheDeskAsk) {
  PersonId mother, child;
  write([&](db::Tx& tx) {
    patients::NewPatient person;
    person.confirmed = true;
    person.contact_points = {{patients::ContactSystem::email, "familia@example.org", {}, false}};
    person.given_name = "Marta";
    mother = patients->create(agent, tx, person)->id;
    person.given_name = "Pau";
    child = patients->create(agent, tx, person)->id;
    return Result<Done>{};
  });
  const auto received = receive(mail("familia@example.org", "Voldria una hora"));
  EXPECT_TRUE(get(received.case_id).needs_patient);
  EXPECT_FALSE(get(received.case_id).patient);
  const auto asked = read([&](db::Session& s) { return cases->candidates(agent, s, received.case_id); });
  std::vector<PersonId> people;
  for (const auto& candidate : asked->items) people.push_back(candidate.person.id);
  EXPECT_THAT(people, testing::UnorderedElementsAre(mother, child));
  const auto chosen = write([&](db::Tx& tx) {
    return cases->set_patient(agent, tx, received.case_id, {child, mother});
  });
  ASSERT_TRUE(chosen);
  EXPECT_FALSE(chosen->case_.needs_patient);
  EXPECT_EQ(chosen->case_.patient->id, child);
  EXPECT_EQ(chosen->case_.sender->id, mother);
  EXPECT_EQ(stream(received.case_id).at(0).text,
            "Voldria una hora");  // still readable under the key it was sealed with
}

TEST_P(MessagesTest, NamingTheWriterOfOneCaseChangesNoOtherOfASharedAddress) {
  PersonId marta, pau;
  write([&](db::Tx& tx) {
    patients::NewPatient person;
    person.confirmed = true;
    person.contact_points = {{patients::ContactSystem::email, "familia@example.org", {}, false}};
    person.given_name = "Marta";
    marta = patients->create(agent, tx, person)->id;
    person.given_name = "Pau";
    pau = patients->create(agent, tx, person)->id;
    return Result<Done>{};
  });
  const auto of_marta = receive(mail("familia@example.org", "Sóc la Marta"));
  const auto of_pau = receive(mail("familia@example.org", "Sóc en Pau"));
  const auto name = [&](CaseId id, PersonId who) {
    ASSERT_TRUE(write([&](db::Tx& tx) { return cases->set_patient(agent, tx, id, {who, who}); }));
  };
  name(of_marta.case_id, marta);
  name(of_pau.case_id, pau);
  EXPECT_EQ(get(of_marta.case_id).sender->id, marta);
  EXPECT_EQ(get(of_marta.case_id).conversations.at(0).contact_point->person_id, marta);
  EXPECT_EQ(get(of_pau.case_id).sender->id, pau);
  EXPECT_EQ(stream(of_pau.case_id).at(0).from->person_id, pau);
}

TEST_P(MessagesTest, WhoMayNotActForThePatientIsAnsweredOnlyWithAReason) {
  PersonId mother, child;
  write([&](db::Tx& tx) {
    patients::NewPatient person;
    person.confirmed = true;
    person.given_name = "Pau";
    child = patients->create(agent, tx, person)->id;
    person.given_name = "Marta";
    person.contact_points = {{patients::ContactSystem::email, "marta@example.org", {}, false}};
    mother = patients->create(agent, tx, person)->id;
    return Result<Done>{};
  });
  const auto received = receive(mail("marta@example.org", "És per en Pau"));
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->set_patient(agent, tx, received.case_id, {child, {}}); }));
  EXPECT_TRUE(get(received.case_id).conversations.at(0).no_authority);
  auto reply = reply_to(received, "Bon dia, Marta");
  EXPECT_EQ(send(agent, received, reply).error().fields.at(0).key, "error.conversations.no_authority");
  const auto may_act = [&](patients::Authority authority) {
    patients::NewRelationship acts;
    acts.person_id = mother, acts.relation = patients::Relation::parent, acts.authority = authority;
    write([&](db::Tx& tx) { return patients->add_relationship(agent, tx, child, acts); });
  };
  may_act(patients::Authority::none);
  EXPECT_TRUE(get(received.case_id).conversations.at(0).no_authority);
  EXPECT_EQ(get(received.case_id).sender_authority, "none");
  may_act(patients::Authority::appointments);
  EXPECT_FALSE(get(received.case_id).conversations.at(0).no_authority);
  EXPECT_EQ(get(received.case_id).sender_authority, "appointments");
  EXPECT_TRUE(send(agent, received, reply)->message);
  // At an address of the patient's own the answer goes to the patient, whoever wrote.
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->set_patient(agent, tx, received.case_id, {mother, {}}); }));
  EXPECT_FALSE(get(received.case_id).conversations.at(0).no_authority);
}

TEST_P(MessagesTest, AProvisionalSenderBecomesTheKnownPatient) {
  PersonId joan;
  write([&](db::Tx& tx) {
    patients::NewPatient person;
    person.confirmed = true;
    person.given_name = "Joan";
    joan = patients->create(agent, tx, person)->id;
    return Result<Done>{};
  });
  const auto received = receive(mail("nou@example.org", "Sóc en Joan"));
  const auto provisional = get(received.case_id).sender->id;
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->set_patient(agent, tx, received.case_id, {joan, joan}); }));
  EXPECT_EQ(get(received.case_id).sender->id, joan);
  EXPECT_FALSE(read([&](db::Session& s) { return patients->get(agent, s, provisional); }));
  const auto next = receive(mail("nou@example.org", "Una altra cosa"));
  EXPECT_EQ(get(next.case_id).patient->id, joan);
  EXPECT_FALSE(get(next.case_id).needs_patient);
  // And he can be answered.
  answered(received, "Bon dia, Joan");
}

TEST_P(MessagesTest, AnErasureForgetsAddressesTakenOutOfTheRecordBefore) {
  const auto received = receive(mail("nou@example.org", "Hola"));
  const auto sender = get(received.case_id).sender->id;
  const auto point = get(received.case_id).conversations.at(0).contact_point->contact_point_id;
  ASSERT_TRUE(write([&](db::Tx& tx) { return patients->remove_contact_point(agent, tx, sender, point); }));
  EXPECT_EQ(get(received.case_id).conversations.at(0).contact_point->value, "nou@example.org");
  const auto left = [&] {
    return *read([](db::Session& s) { return s.one<std::int64_t>("SELECT COUNT(*) FROM patients_contact_point"); });
  };
  EXPECT_EQ(left(), 1);
  const auto points = read([&](db::Session& s) { return points_of(s, sender); });
  EXPECT_THAT(points, ElementsAre(point));
  EXPECT_THAT(read([](db::Session& s) { return patients::lonely_points(s, {}, 10); }), ElementsAre(point));
  EXPECT_TRUE(read([&](db::Session& s) { return uses_point(s, point); }));
  write([&](db::Tx& tx) {
    (void)cases->erase(tx, sender);
    patients->erase(tx, sender);
    EXPECT_FALSE(uses_point(tx, point));
    return patients::forget_point(tx, point);
  });
  EXPECT_EQ(left(), 0);
}

TEST_P(MessagesTest, ACaseMovedToAnotherPatientOutlivesTheErasureOfTheFirst) {
  PersonId first, second;
  write([&](db::Tx& tx) {
    patients::NewPatient person;
    person.confirmed = true;
    person.given_name = "Primera";
    first = patients->create(agent, tx, person)->id;
    person.given_name = "Segona";
    second = patients->create(agent, tx, person)->id;
    return Result<Done>{};
  });
  const auto received = receive(mail("joan@example.org", "Hola"));
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->set_patient(agent, tx, received.case_id, {first, {}}); }));
  receive(mail("joan@example.org", "Sota la primera clau", {received.conversation}));
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->set_patient(agent, tx, received.case_id, {second, {}}); }));
  EXPECT_THAT(write([&](db::Tx& tx) {
                auto blobs = cases->erase(tx, first);
                patients->erase(tx, first);
                return blobs;
              }),
              IsEmpty());
  EXPECT_EQ(stream(received.case_id).at(0).text, "Sota la primera clau");
  EXPECT_EQ(get(received.case_id).title, "Resultat de la biòpsia");
}

}  // namespace
}  // namespace auricle::conversations
