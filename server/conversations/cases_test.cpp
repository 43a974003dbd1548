#include "conversations/cases_fixture.h"

namespace auricle::conversations {
namespace {

class CasesTest : public CasesFixture {};
ON_BOTH_DATABASES(CasesTest);

TEST_P(CasesTest, ActionsGiveTheirUndo) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  const auto id = received.case_id;
  const auto assigned = write([&](db::Tx& tx) { return cases->assign(agent, tx, id, {UserId{8}}); });
  EXPECT_EQ(assigned->case_.assignee_id, UserId{8});
  EXPECT_EQ(assigned->undo->path, "/api/cases/" + std::to_string(id.value) + "/assign");
  EXPECT_EQ(assigned->undo->body.text, R"({"assignee_id":null})");
  EXPECT_THAT(list(CaseView::mine, other), ElementsAre(id));
  EXPECT_THAT(list(CaseView::unassigned), IsEmpty());
  EXPECT_EQ(write([&](db::Tx& tx) { return cases->set_priority(agent, tx, id, {Priority::urgent}); })->case_.priority,
            Priority::urgent);
  EXPECT_EQ(write([&](db::Tx& tx) { return cases->set_topic(agent, tx, id, {"billing"}); })->case_.topic, "billing");
  EXPECT_EQ(write([&](db::Tx& tx) { return cases->set_language(agent, tx, id, {"fr"}); })->undo->body.text.find("fr"),
            std::string::npos);
  const auto waiting = write([&](db::Tx& tx) { return cases->set_wait(agent, tx, id, {Owner::third_party}); });
  EXPECT_EQ(waiting->case_.waiting_on, Owner::third_party);
  EXPECT_EQ(waiting->undo->body.text, R"({"on":"clinic"})");
  EXPECT_EQ(waiting->case_.priority, Priority::urgent);
  EXPECT_EQ(waiting->case_.topic, "billing");
}

TEST_P(CasesTest, SnoozedUntilThenOrUntilThePatientWrites) {
  const auto first = receive(mail("joan@example.org", "Hola")), second = receive(mail("ana@example.org", "Hola"));
  for (const auto& one : {first, second})
    ASSERT_TRUE(write([&](db::Tx& tx) { return cases->snooze(agent, tx, one.case_id, {clock.now() + kDay}); }));
  EXPECT_THAT(list(CaseView::all), IsEmpty());
  EXPECT_EQ(list(CaseView::snoozed).size(), 2u);
  receive(mail("joan@example.org", "Encara?", {first.conversation}));
  EXPECT_THAT(list(CaseView::all), ElementsAre(first.case_id));
  clock.advance(kDay);
  while (worker->run_once()) {
  }
  EXPECT_EQ(list(CaseView::all).size(), 2u);
  EXPECT_FALSE(write([&](db::Tx& tx) { return cases->snooze(agent, tx, first.case_id, {clock.now()}); }));
}

TEST_P(CasesTest, FollowUpsAreLocalTimes) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  const auto set = write([&](db::Tx& tx) {
    return cases->set_follow_up(agent, tx, received.case_id, {"2026-09-21T18:00", "Europe/Madrid"});
  });
  ASSERT_TRUE(set);
  EXPECT_EQ(to_rfc3339(*set->case_.follow_up_at), "2026-09-21T16:00:00Z");
  EXPECT_EQ(set->case_.follow_up->zone, "Europe/Madrid");
  EXPECT_THAT(list(CaseView::follow_ups), ElementsAre(received.case_id));
  for (const auto& wrong :
       {CaseFollowUp{"2026-02-30T10:00", "Europe/Madrid"}, CaseFollowUp{"2026-09-21T18:00", "Mars/Olympus"}})
    EXPECT_FALSE(write([&](db::Tx& tx) { return cases->set_follow_up(agent, tx, received.case_id, wrong); }));
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->set_follow_up(agent, tx, received.case_id, {}); }));
  EXPECT_THAT(list(CaseView::follow_ups), IsEmpty());
}

TEST_P(CasesTest, ListsPageWithoutGapOrRepeat) {
  std::vector<CaseId> opened;
  for (int i = 0; i < 7; ++i) {
    opened.push_back(receive(mail("p" + std::to_string(i) + "@example.org", "Hola")).case_id);
    clock.advance(kMinute);
  }
  CaseQuery query;
  query.limit = 3;
  std::vector<CaseId> seen;
  for (int page = 0; page < 3; ++page) {
    const auto rows = read([&](db::Session& s) { return cases->list(agent, s, query); }).value();
    for (const auto& row : rows.items) seen.push_back(row.id);
    EXPECT_EQ(rows.next_cursor.has_value(), page < 2);
    query.cursor = rows.next_cursor.value_or("");
  }
  EXPECT_EQ(seen, opened);  // the longest wait first
  const auto counted = read([&](db::Session& s) { return cases->counts(agent, s, {}); });
  EXPECT_EQ(counted->views.at("all"), 7);
  EXPECT_EQ(counted->views.at("mine"), 0);
  EXPECT_EQ(counted->channels.at("email"), 7);
}

TEST_P(CasesTest, AnotherSiteSeesNothing) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  Viewer elsewhere = agent;
  elsewhere.sites = {SiteId{2}};
  EXPECT_THAT(list(CaseView::all, elsewhere), IsEmpty());
  read([&](db::Session& s) {
    EXPECT_EQ(cases->get(elsewhere, s, received.case_id).error().kind, ErrorKind::not_found);
    EXPECT_EQ(cases->messages(elsewhere, s, received.case_id, "", 10).error().kind, ErrorKind::not_found);
    EXPECT_EQ(cases->message_html(elsewhere, s, received.message).error().kind, ErrorKind::not_found);
    EXPECT_TRUE(s.disclosed().empty());
  });
  EXPECT_EQ(write([&](db::Tx& tx) { return cases->resolve(elsewhere, tx, received.case_id, {}); }).error().kind,
            ErrorKind::not_found);
  EXPECT_EQ(write([&](db::Tx& tx) { return cases->set_ack(elsewhere, tx, received.message, true); }).error().kind,
            ErrorKind::not_found);
}

TEST_P(CasesTest, ReadMarksArePerPerson) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->mark_read(agent, tx, received.case_id, received.message); }));
  EXPECT_FALSE(get(received.case_id).unread);
  EXPECT_TRUE(read([&](db::Session& s) { return cases->get(other, s, received.case_id); })->unread);
  receive(mail("joan@example.org", "Més", {received.conversation}));
  EXPECT_TRUE(get(received.case_id).unread);
}

TEST_P(CasesTest, DraftsStayUntilSent) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  NewDraft draft;
  draft.conversation_id = received.conversation;
  draft.text = "A mig escriure";
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->put_draft(agent, tx, received.case_id, draft); }));
  EXPECT_EQ(read([&](db::Session& s) { return cases->draft(agent, s, received.case_id); })->text, "A mig escriure");
  EXPECT_EQ(read([&](db::Session& s) { return cases->draft(other, s, received.case_id); })->text, "");
  answered(received, "Fet");
  EXPECT_EQ(read([&](db::Session& s) { return cases->draft(agent, s, received.case_id); })->text, "");
}

TEST_P(CasesTest, FilesToAnUnverifiedAddressNeedAReason) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  const auto file = write([&](db::Tx& tx) {
    return cases->attach(agent, tx, received.case_id, {"Informe.pdf", "application/pdf", "", false, "blob-1", 500});
  });
  ASSERT_TRUE(file);
  auto reply = reply_to(received, "Aquí el té");
  reply.attachment_ids = {file->id};
  EXPECT_EQ(send(agent, received, reply).error().fields.at(0).key, "error.conversations.unverified_attachment");
  reply.unverified_reason = "Ho ha demanat per telèfon";
  ASSERT_TRUE(send(agent, received, reply)->message);
  leave();
  ASSERT_EQ(channel.sent.size(), 1u);
  ASSERT_EQ(channel.sent[0].files.size(), 1u);
  EXPECT_EQ(channel.sent[0].files[0].name, "Informe.pdf");
  EXPECT_EQ(write([&](db::Tx& tx) { return cases->delete_attachment(agent, tx, file->id); }).error().kind,
            ErrorKind::conflict);
  auto large = reply_to(received, "Massa");
  const auto big = write([&](db::Tx& tx) {
    return cases->attach(agent, tx, received.case_id, {"x.bin", "application/octet-stream", "", false, "blob-2", 5000});
  });
  large.attachment_ids = {big->id};
  large.unverified_reason = "x";
  EXPECT_EQ(send(agent, received, large).error().kind, ErrorKind::too_large);
}

TEST_P(CasesTest, StaffOpenACaseAndWriteFirst) {
  PersonId patient;
  ContactPointId point;
  write([&](db::Tx& tx) {
    patients::NewPatient person;
    person.confirmed = true;
    person.given_name = "Ana";
    person.contact_points = {{patients::ContactSystem::email, "ana@example.org", {}, false}};
    const auto made = patients->create(agent, tx, person);
    patient = made->id;
    point = made->contact_points[0].id;
    return Result<Done>{};
  });
  NewCase asked;
  asked.site_id = SiteId{1};
  asked.patient_id = patient;
  asked.title = "Resultats a punt";
  asked.start = NewConversation{"email", point, "", ""};
  EXPECT_EQ(write([&](db::Tx& tx) { return cases->create(agent, tx, asked); }).error().fields.at(0).field,
            "unverified_reason");
  asked.start->unverified_reason = "La pacient ho ha confirmat";
  const auto made = write([&](db::Tx& tx) { return cases->create(agent, tx, asked); });
  ASSERT_TRUE(made);
  EXPECT_EQ(made->opened_by, OpenedBy::staff);
  ASSERT_EQ(made->conversations.size(), 1u);
  EXPECT_FALSE(made->conversations[0].blocked);
  answered({{}, made->conversations[0].id, made->id, {}}, "Bon dia, Ana");
  leave();
  ASSERT_EQ(channel.sent.size(), 1u);
  EXPECT_EQ(channel.sent[0].subject, "Resultats a punt");  // the first of its thread answers nothing
  asked.site_id = SiteId{2};
  EXPECT_EQ(write([&](db::Tx& tx) { return cases->create(agent, tx, asked); }).error().fields.at(0).field, "site_id");
}

TEST_P(CasesTest, ANoteIsForStaffOnly) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  NewNote note;
  note.text = "Ha trucat abans";
  note.idempotency_key = "note-key-1";
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE(write([&](db::Tx& tx) { return cases->add_note(agent, tx, received.case_id, note); }));
  EXPECT_EQ(stream(received.case_id, "note").size(), 1u);
  EXPECT_EQ(get(received.case_id).waiting_on, Owner::clinic);
  leave();
  EXPECT_THAT(channel.sent, IsEmpty());
}

TEST_P(CasesTest, ABounceMakesTheClinicActAgain) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  const auto sent = answered(received, "Bon dia");
  leave();
  ASSERT_TRUE(write(
      [&](db::Tx& tx) { return cases->report_delivery(tx, sent.id, DeliveryState::bounced, "error.mail_bounced"); }));
  EXPECT_EQ(get(received.case_id).waiting_on, Owner::clinic);
  EXPECT_TRUE(get(received.case_id).failed);
}

TEST_P(CasesTest, AnAddressThatBouncedIsMarkedUntilItWritesAgain) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  const auto sent = answered(received, "Bon dia");
  leave();
  const auto mark = [&] { return get(received.case_id).conversations[0].undeliverable; };
  const auto report = [&](const std::string& address, MessageId message) {
    write([&](db::Tx& tx) {
      cases->report_undeliverable(tx, {{"email", address, ""}}, message, "error.mail_address_unknown", clock.now());
      return Result<Done>(Done{});
    });
  };
  report("stranger@example.org", {});
  EXPECT_FALSE(mark());
  report("alias-of-joan@example.org", sent.id);  // the report names where it was sent on to
  ASSERT_TRUE(mark());
  EXPECT_EQ(mark()->reason, "error.mail_address_unknown");
  EXPECT_EQ(mark()->since, clock.now());
  auto forged = mail("joan@example.org", "Soc jo");
  forged.authenticated = false, forged.received_at = clock.now() + kMinute;
  receive(forged);
  EXPECT_TRUE(mark());
  auto again = mail("joan@example.org", "Ja funciona");
  again.received_at = clock.now() + kMinute;
  receive(again);
  EXPECT_FALSE(mark());
  report("joan@example.org", {});
  EXPECT_TRUE(mark());
}

TEST_P(CasesTest, AnAnswerFromElsewhereStopsTheClock) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  SentElsewhere sent;
  sent.channel = "email";
  sent.external_id = "sent-1";
  sent.conversation = received.conversation;
  sent.text = "Des del mòbil";
  sent.sent_at = clock.now() + kMinute;
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->record_sent(tx, sent); }));
  EXPECT_EQ(get(received.case_id).waiting_on, Owner::patient);
  EXPECT_EQ(stream(received.case_id)[0].text, "Des del mòbil");
}

TEST_P(CasesTest, AWorkerThatDiedLosesAndRepeatsNothing) {
  const auto received = receive(mail("joan@example.org", "Hola"));
  answered(received, "Bon dia");
  clock.advance(kUndoMs);
  const auto dead = write([&](db::Tx& tx) { return cases->lease_due(tx, 4); });
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_FALSE(worker->run_once());  // leased
  clock.advance(11 * kMinute);
  EXPECT_FALSE(worker->run_once());                                              // an attempt may take ten minutes
  write([&](db::Tx& tx) { return cases->release_leases(tx), Result<Done>{}; });  // the same node, started again
  EXPECT_TRUE(worker->run_once());
  ASSERT_EQ(channel.sent.size(), 1u);
  EXPECT_EQ(channel.sent[0].attempt, 2);  // the channel knows that an earlier attempt may have gone out
  write([&](db::Tx& tx) {                 // the dead one comes back: its fence is old
    cases->finish(tx, dead[0], {SendResult::Kind::failed, "x", 0});
    return Result<Done>{};
  });
  EXPECT_EQ(stream(received.case_id)[0].delivery->state, DeliveryState::sent);
}

TEST_P(CasesTest, ErasureKeepsTheFactsOnly) {
  const auto received = receive(mail("joan@example.org", "Kanarienvogel"));
  const auto person = get(received.case_id).sender->id;
  answered(received, "Bon dia");
  write([&](db::Tx& tx) {
    return cases->attach(agent, tx, received.case_id, {"a.pdf", "application/pdf", "", false, "blob-9", 5});
  });
  const auto blobs = write([&](db::Tx& tx) { return cases->erase(tx, person); });
  EXPECT_THAT(blobs, ElementsAre("blob-9"));
  EXPECT_THAT(list(CaseView::all), IsEmpty());
  read([&](db::Session& s) {
    for (const auto* table :
         {"case", "conversation", "message", "attachment", "draft", "outbox", "external", "resolving"})
      EXPECT_EQ(s.one<std::int64_t>("SELECT COUNT(*) FROM conversations_" + std::string(table)), 0) << table;
    EXPECT_FALSE(cases->search_text(s, "message", received.message.value));
  });
  EXPECT_FALSE(fact_kinds(received.case_id).empty());
  leave();
  EXPECT_THAT(channel.sent, IsEmpty());
}

TEST_P(CasesTest, WhoIsKnownOnlyFromMessagesAboutAnErasedPatientGoesToo) {
  const auto about_one = receive(mail("joan@example.org", "Kanarienvogel"));
  const auto about_two = receive(mail("maria@example.org", "Hola"));
  const auto others = receive(mail("maria@example.org", "Una altra cosa"));
  const auto joan = get(about_one.case_id).sender->id, maria = get(about_two.case_id).sender->id;
  const auto child = write([&](db::Tx& tx) {
                       patients::NewPatient made;
                       made.given_name = "Pau", made.confirmed = true;
                       return patients->create(agent, tx, made);
                     })->id;
  for (const auto id : {about_one.case_id, about_two.case_id})
    ASSERT_TRUE(write([&](db::Tx& tx) { return cases->set_patient(agent, tx, id, {child, {}}); }));
  write([&](db::Tx& tx) { return cases->erase(tx, child), Result<Done>{}; });
  read([&](db::Session& s) {
    EXPECT_TRUE(patients->refs(s, {joan}).empty());
    EXPECT_EQ(patients->refs(s, {maria}).size(), 1u) << "wrote about something else, too";
    EXPECT_EQ(s.one<std::int64_t>("SELECT COUNT(*) FROM patients_contact_point WHERE value = 'joan@example.org'"), 0);
  });
  EXPECT_TRUE(read([&](db::Session& s) { return cases->get(agent, s, others.case_id); }));
}

TEST_P(CasesTest, NothingSaidStandsInTheClear) {
  receive(mail("joan@example.org", "Kanarienvogel Diagnose"));
  read([&](db::Session& s) {
    for (const auto* column : {"title", "preview"}) {
      const auto bytes = s.one<db::Bytes>("SELECT " + std::string(column) + " FROM conversations_case");
      EXPECT_EQ(bytes->data.find("Kanari"), std::string::npos);
      EXPECT_EQ(bytes->data.find("bi\xC3\xB2psia"), std::string::npos);
    }
    EXPECT_EQ(s.one<db::Bytes>("SELECT body FROM conversations_message")->data.find("Kanari"), std::string::npos);
  });
}

TEST_P(CasesTest, SearchFindsWhatWasSaidAndKeepsToTheSites) {
  const auto index = search::open_index(database(), test_database().directory());
  search::Feeder feeder(database(), *index, [](const std::string& problem) { FAIL() << problem; });
  const Search search(*index, *cases, *patients);
  search.provide(feeder);
  events::Sequencer sequencer(database());
  const auto follow = [&] {
    sequencer.catch_up();
    while (feeder.run_once()) {
    }
  };
  const auto find = [&](const std::string& text, const Viewer& viewer) {
    return read([&](db::Session& s) { return search.find(viewer, s, {text, {}, {}, 20}); }).value().items;
  };
  const auto received = receive(mail("joan@example.org", "Em fa mal el genoll esquerre"));
  NewNote note;
  note.text = "Té el genoll operat";
  ASSERT_TRUE(write([&](db::Tx& tx) { return cases->add_note(agent, tx, received.case_id, note); }));
  follow();
  auto found = find("genoll", agent);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].case_id, received.case_id);
  EXPECT_EQ(found[0].case_number, 1);
  EXPECT_EQ(found[0].title, "Resultat de la biòpsia");
  EXPECT_EQ(found[0].patient->display_name, "Joan Ferrer");
  found = find("joan ferr", agent);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, SearchKind::patient);
  found = find("BIOPSIA", agent);
  ASSERT_GE(found.size(), 2u);
  EXPECT_EQ(found[0].kind, SearchKind::case_);
  Viewer elsewhere = agent;
  elsewhere.sites = {SiteId{2}};
  EXPECT_THAT(find("genoll", elsewhere), IsEmpty());
  EXPECT_FALSE(read([&](db::Session& s) { return search.find(agent, s, {" ¿? ", {}, {}, 20}); }));
  const auto person = get(received.case_id).sender->id;
  write([&](db::Tx& tx) {
    cases->erase(tx, person);
    patients->erase(tx, person);
    return Result<Done>{};
  });
  follow();
  for (const auto* gone : {"genoll", "operat", "joan", "biopsia"})
    EXPECT_TRUE(read([&](db::Session& s) {
                  return index->query(s, {gone, {"message", "note", "case", "patient"}, {}, true});
                }).empty())
        << gone;
}

TEST_P(CasesTest, ImportIsSilentAndComesBackTheSame) {
  const auto patient = new_id<PersonId>();
  ImportedCase imported{new_id<CaseId>(), patient, SiteId{1}, "patient", "billing", "high", "es", clock.now() - kDay};
  ImportedConversation conversation{new_id<ConversationId>(), imported.id, "email", "Factura", imported.opened_at};
  ImportedMessage in{new_id<MessageId>(), imported.id, conversation.id, "email", "in", patient, {}, false, true,
                     imported.opened_at,  "Factura",   "¿Por qué?"};
  ImportedMessage out{
      new_id<MessageId>(),        imported.id, conversation.id, "email", "out", {}, UserId{7}, false, true,
      imported.opened_at + kHour, "",          "Por esto"};
  write([&](db::Tx& tx) {
    patients::ImportedPerson person;
    person.id = patient;
    person.given_name = "Ana";
    person.contact_points = {{patients::ContactSystem::email, "ana@example.org", true}};
    EXPECT_TRUE(patients->import_person(tx, person));
    facts::append(tx, {.case_id = imported.id,
                       .kind = K::opened,
                       .happened_at = imported.opened_at,
                       .actor = facts::Actor::patient,
                       .site_id = SiteId{1},
                       .topic = "billing",
                       .priority = "high"});
    facts::append(tx, {.case_id = imported.id,
                       .kind = K::message,
                       .happened_at = in.sent_at,
                       .actor = facts::Actor::patient,
                       .conversation_id = conversation.id,
                       .message_id = in.id,
                       .channel = "email"});
    facts::append(tx, {.case_id = imported.id,
                       .kind = K::message,
                       .happened_at = out.sent_at,
                       .agent_id = UserId{7},
                       .conversation_id = conversation.id,
                       .message_id = out.id,
                       .channel = "email"});
    import_case(tx, *keyring, imported);
    import_conversation(tx, *keyring, conversation);
    import_message(tx, *keyring, in);
    import_message(tx, *keyring, out);
    finish_case(tx, *keyring, imported.id, facts::refold(tx, imported.id));
    return Result<Done>{};
  });
  const auto found = get(imported.id);
  EXPECT_EQ(found.title, "Factura");
  EXPECT_EQ(found.preview, "¿Por qué?");
  EXPECT_EQ(found.waiting_on, Owner::patient);
  EXPECT_EQ(found.priority, Priority::high);
  EXPECT_EQ(found.channel, "email");
  read([&](db::Session& s) {
    EXPECT_EQ(json::to_json(*export_case(s, imported.id)), json::to_json(imported));
    EXPECT_EQ(json::to_json(export_messages(s, *keyring, imported.id)), json::to_json(std::vector{in, out}));
    EXPECT_EQ(json::to_json(export_conversations(s, *keyring, imported.id)), json::to_json(std::vector{conversation}));
  });
  EXPECT_FALSE(worker->run_once());
  // It stands on the patient's timeline and can be answered where the patient wrote from.
  read([&](db::Session& s) {
    const auto timeline = patients->timeline(agent, s, patient, "", 10);
    ASSERT_EQ(timeline->items.size(), 1u);
    EXPECT_EQ(timeline->items[0].title, "Factura");
  });
  answered({{}, conversation.id, imported.id, {}}, "Una cosa més");
  leave();
  ASSERT_EQ(channel.sent.size(), 1u);
  EXPECT_EQ(channel.sent[0].to.value, "ana@example.org");
}

}  // namespace
}  // namespace auricle::conversations
