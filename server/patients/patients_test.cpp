#include "patients/patients.h"

#include "platform/crypto/test_keyring.h"

namespace auricle::patients {
namespace {

class PatientsTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    db::DatabaseTest::SetUp();
    if (IsSkipped()) return;
    keyring = crypto::make_test_keyring(test_database(), clock);
    patients = std::make_unique<Patients>(*keyring, clock);
    agent.user = UserId{7};
    agent.roles = {Role::agent};
    agent.all_sites = true;
  }
  template <class F>
  auto write(F call) {
    return database().write_now([&](db::Tx& tx) { return call(tx); });
  }
  Patient create(NewPatient patient) {
    patient.confirmed = true;
    const auto made = write([&](db::Tx& tx) { return patients->create(agent, tx, patient); });
    EXPECT_TRUE(made) << made.error().key;
    return made.value_or(Patient{});
  }
  Patient create(const std::string& given, const std::string& family) {
    NewPatient patient;
    patient.given_name = given;
    patient.family_name = family;
    return create(patient);
  }
  std::vector<PatientHit> search(const std::string& query) {
    return database().read_now([&](db::Session& s) { return patients->search(agent, s, query, 10); }).value().items;
  }
  std::unique_ptr<crypto::MasterKeyring> keyring;
  std::unique_ptr<Patients> patients;
  Viewer agent;
};
ON_BOTH_DATABASES(PatientsTest);

TEST_P(PatientsTest, FoundByNameWithoutAccents) {
  const auto nuria = create("Núria", "Casals i Güell");
  create("Joan", "Ferrer");
  for (const auto* query : {"nuria", "NÚRIA", "guell nur", "cas", "casals nuria"}) {
    const auto hits = search(query);
    ASSERT_EQ(hits.size(), 1u) << query;
    EXPECT_EQ(hits[0].id, nuria.id);
    EXPECT_EQ(hits[0].reason, MatchReason::name);
    EXPECT_EQ(hits[0].display_name, "Núria Casals i Güell");
  }
  EXPECT_TRUE(search("nuria ferrer").empty());
}

TEST_P(PatientsTest, FoundByPhoneMailIdentifierAndBirthDate) {
  NewPatient patient;
  patient.given_name = "王小明";
  patient.birth_date = "1987-02-01";
  patient.contact_points = {{ContactSystem::phone, "612 34 56 78", {}, true},
                            {ContactSystem::email, "Ming@Example.org", {}, false}};
  patient.identifiers = {{"record", "HC-00 123"}};
  const auto made = create(patient);
  const std::pair<const char*, MatchReason> cases[] = {
      {"+34 612 34 56 78", MatchReason::phone}, {"0034612345678", MatchReason::phone},
      {"612 34", MatchReason::phone},           {"5678", MatchReason::phone},
      {"ming@ex", MatchReason::email},          {"hc00123", MatchReason::identifier},
      {"HC-00", MatchReason::identifier},       {"1/2/87", MatchReason::birth_date},
      {"1987-02-01", MatchReason::birth_date},  {"小明", MatchReason::name}};
  for (const auto& [query, reason] : cases) {
    const auto hits = search(query);
    ASSERT_EQ(hits.size(), 1u) << query;
    EXPECT_EQ(hits[0].reason, reason) << query;
    EXPECT_EQ(hits[0].contact, "+34 612 34 56 78");
  }
  EXPECT_EQ(search("+34 612 34 56 78")[0].score, 1.0);
  EXPECT_EQ(made.contact_points[0].display, "+34 612 34 56 78");
  EXPECT_EQ(made.age, 39);
}

TEST_P(PatientsTest, ChangeNeedsTheCurrentVersion) {
  const auto made = create("Ana", "Ruiz");
  PatientChange change;
  change.version = made.version;
  change.family_name = "Ruiz Soler";
  change.birth_date = "1990-05-06";
  const auto changed = write([&](db::Tx& tx) { return patients->change(agent, tx, made.id, change); });
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->display_name, "Ana Ruiz Soler");
  EXPECT_GT(changed->version, made.version);
  const auto late = write([&](db::Tx& tx) { return patients->change(agent, tx, made.id, change); });
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::conflict);
  EXPECT_EQ(search("soler").size(), 1u);
}

TEST_P(PatientsTest, SimilarOnesAreAskedAbout) {
  NewPatient patient;
  patient.given_name = "Núria";
  patient.family_name = "Casals";
  patient.birth_date = "1980-01-01";
  create(patient);
  NewPatient again;
  again.given_name = "nuria";
  again.family_name = "CASALS";
  const auto refused = write([&](db::Tx& tx) { return patients->create(agent, tx, again); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().key, "error.patients.similar");
  again.birth_date = "2001-09-09";  // another person of that name
  EXPECT_TRUE(write([&](db::Tx& tx) { return patients->create(agent, tx, again); }));
}

TEST_P(PatientsTest, ContactPointsAreShared) {
  const auto mother = create("Marta", "Puig"), child = create("Pau", "Puig");
  const NewContactPoint mail{ContactSystem::email, "familia@example.org", {}, false};
  for (const auto id : {mother.id, child.id})
    ASSERT_TRUE(write([&](db::Tx& tx) { return patients->add_contact_point(agent, tx, id, mail); }));
  const auto again = write([&](db::Tx& tx) { return patients->add_contact_point(agent, tx, child.id, mail); });
  EXPECT_EQ(again.error().fields.at(0).key, "error.patients.contact_point_there");
  const auto sender =
      write([&](db::Tx& tx) { return patients->sender(tx, ContactSystem::email, "Familia@Example.org", "x"); });
  ASSERT_TRUE(sender);
  EXPECT_TRUE(sender->shared());
  EXPECT_FALSE(sender->made);
  auto shown = database().read_now([&](db::Session& s) { return patients->get(agent, s, child.id); });
  EXPECT_EQ(shown->contact_points.at(0).shared_with.at(0).id, mother.id);
  const auto verified = write([&](db::Tx& tx) {
    return patients->verify_contact_point(agent, tx, child.id, shown->contact_points[0].id, {true, "in_person"});
  });
  ASSERT_TRUE(verified);
  EXPECT_TRUE(verified->contact_points[0].verified);
  // Verified for the child is not verified for the mother.
  EXPECT_FALSE(database()
                   .read_now([&](db::Session& s) { return patients->get(agent, s, mother.id); })
                   ->contact_points[0]
                   .verified);
}

TEST_P(PatientsTest, UnknownSenderBecomesAProvisionalPerson) {
  const auto first = write(
      [&](db::Tx& tx) { return patients->sender(tx, ContactSystem::email, "joan@example.org", "Joan Ferrer Puig"); });
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->made);
  EXPECT_EQ(first->persons[0].display_name, "Joan Ferrer Puig");
  EXPECT_TRUE(first->persons[0].provisional);
  const auto second =
      write([&](db::Tx& tx) { return patients->sender(tx, ContactSystem::email, "JOAN@example.org", ""); });
  EXPECT_FALSE(second->made);
  EXPECT_EQ(second->persons[0].id, first->persons[0].id);
  const auto nameless =
      write([&](db::Tx& tx) { return patients->sender(tx, ContactSystem::email, "x@example.org", ""); });
  EXPECT_EQ(nameless->persons[0].display_name, "x@example.org");
}

TEST_P(PatientsTest, ClaimedAddressLeavesNoProvisionalPerson) {
  const auto joan = create("Joan", "Ferrer");
  const auto sender =
      write([&](db::Tx& tx) { return patients->sender(tx, ContactSystem::email, "joan@example.org", "J."); });
  ASSERT_TRUE(write([&](db::Tx& tx) {
    return patients->claim_contact_point(agent, tx, sender->contact_point, joan.id, sender->persons[0].id);
  }));
  EXPECT_FALSE(database().read_now([&](db::Session& s) { return patients->get(agent, s, sender->persons[0].id); }));
  const auto again =
      write([&](db::Tx& tx) { return patients->sender(tx, ContactSystem::email, "joan@example.org", ""); });
  EXPECT_EQ(again->persons.at(0).id, joan.id);
}

TEST_P(PatientsTest, RelationshipsSayWhoActsForWhom) {
  const auto mother = create("Marta", "Puig"), child = create("Pau", "Puig");
  NewRelationship relationship;
  relationship.person_id = mother.id;
  relationship.relation = Relation::parent;
  relationship.authority = Authority::full;
  relationship.evidence = "Libro de familia";
  const auto added = write([&](db::Tx& tx) { return patients->add_relationship(agent, tx, child.id, relationship); });
  ASSERT_TRUE(added);
  EXPECT_EQ(added->relationships.at(0).evidence, "Libro de familia");
  const auto acts = database().read_now([&](db::Session& s) { return patients->acts_for(s, mother.id); });
  ASSERT_EQ(acts.size(), 1u);
  EXPECT_EQ(acts[0].patient.id, child.id);
  NewRelationship ended = relationship;
  ended.valid_to = "2020-01-01";
  ASSERT_TRUE(write([&](db::Tx& tx) {
    return patients->change_relationship(agent, tx, child.id, added->relationships[0].id, ended);
  }));
  EXPECT_TRUE(database().read_now([&](db::Session& s) { return patients->acts_for(s, mother.id); }).empty());
  relationship.person_id = child.id;
  EXPECT_FALSE(write([&](db::Tx& tx) { return patients->add_relationship(agent, tx, child.id, relationship); }));
}

TEST_P(PatientsTest, NotesNeedsAndTimeline) {
  const auto made = create("Ana", "Ruiz");
  const auto note = write([&](db::Tx& tx) { return patients->add_note(agent, tx, made.id, "Prefiere las mañanas"); });
  ASSERT_TRUE(note);
  Viewer other = agent;
  other.user = UserId{8};
  EXPECT_EQ(write([&](db::Tx& tx) { return patients->change_note(other, tx, made.id, note->id, "x"); }).error().kind,
            ErrorKind::forbidden);
  Needs needs;
  needs.items = {{NeedKind::hearing, "Escribir, no llamar"}};
  ASSERT_TRUE(write([&](db::Tx& tx) { return patients->set_needs(agent, tx, made.id, needs); }));
  write([&](db::Tx& tx) {
    for (int i = 0; i < 5; ++i)
      patients->put_timeline(
          tx, made.id,
          {0, "case", clock.now() + i * 1000, "case", 100 + i, "Caso " + std::to_string(i), {}, "open", {}});
    patients->put_timeline(tx, made.id, {0, "case", clock.now(), "case", 100, "Caso 0", {}, "resolved", "solved"});
    return Result<Done>{};
  });
  database().read_now([&](db::Session& s) {
    EXPECT_EQ(patients->notes(agent, s, made.id)->items.at(0).text, "Prefiere las mañanas");
    EXPECT_EQ(patients->get(agent, s, made.id)->needs.at(0).detail, "Escribir, no llamar");
    const auto first = patients->timeline(agent, s, made.id, "", 3);
    ASSERT_EQ(first->items.size(), 3u);
    EXPECT_EQ(first->items[0].title, "Caso 4");
    const auto rest = patients->timeline(agent, s, made.id, *first->next_cursor, 3);
    ASSERT_EQ(rest->items.size(), 2u);
    EXPECT_EQ(rest->items[1].state, "resolved");
    EXPECT_FALSE(rest->next_cursor);
    // The text stands nowhere in the clear.
    const auto bytes = s.one<db::Bytes>("SELECT text FROM patients_note");
    EXPECT_EQ(bytes->data.find("Prefiere"), std::string::npos);
  });
}

TEST_P(PatientsTest, RolesAreChecked) {
  const auto made = create("Ana", "Ruiz");
  Viewer nobody;
  nobody.user = UserId{9};
  database().read_now([&](db::Session& s) {
    EXPECT_EQ(patients->get(nobody, s, made.id).error().kind, ErrorKind::forbidden);
    EXPECT_EQ(patients->search(nobody, s, "ana", 5).error().kind, ErrorKind::forbidden);
    EXPECT_TRUE(s.disclosed().empty());
  });
  EXPECT_FALSE(write([&](db::Tx& tx) { return patients->add_note(nobody, tx, made.id, "x"); }));
}

TEST_P(PatientsTest, ErasureLeavesNothing) {
  NewPatient patient;
  patient.given_name = "Kanarienvogel";
  patient.contact_points = {{ContactSystem::email, "kanari@example.org", {}, false}};
  const auto made = create(patient);
  write([&](db::Tx& tx) { return patients->add_note(agent, tx, made.id, "x"); });
  write([&](db::Tx& tx) {
    patients->erase(tx, made.id);
    return Result<Done>{};
  });
  EXPECT_TRUE(search("kanarienvogel").empty());
  EXPECT_TRUE(search("kanari@example.org").empty());
  database().read_now([&](db::Session& s) {
    for (const auto* table :
         {"patients_person", "patients_name_word", "patients_contact_point", "patients_reach", "patients_note"})
      EXPECT_EQ(s.one<std::int64_t>("SELECT COUNT(*) FROM " + std::string(table)), 0) << table;
  });
}

TEST_P(PatientsTest, ImportAndExportAreTheSame) {
  ImportedPerson person;
  person.id = new_id<PersonId>();
  person.given_name = "Ana";
  person.family_name = "Ruiz";
  person.created_at = clock.now();
  person.contact_points = {{ContactSystem::phone, "+34612345678", true}};
  person.identifiers = {{"record", "1"}};
  person.needs = {{NeedKind::vision, "Letra grande"}};
  ASSERT_TRUE(write([&](db::Tx& tx) { return patients->import_person(tx, person); }));
  const auto exported = database().read_now([&](db::Session& s) { return patients->export_person(s, person.id); });
  EXPECT_EQ(json::to_json(*exported), json::to_json(person));
}

}  // namespace
}  // namespace auricle::patients
