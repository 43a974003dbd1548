#include "patients/events.h"
#include "patients/patients.h"
#include "platform/crypto/test_keyring.h"

namespace auricle::patients {
namespace {

class MergeTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    db::DatabaseTest::SetUp();
    if (IsSkipped()) return;
    keyring = crypto::make_test_keyring(test_database(), clock);
    patients = std::make_unique<Patients>(*keyring, clock, "ES", &bus);
    bus.on<PatientsMerged>([this](db::Tx&, const PatientsMerged& event) { heard = event.gone; });
    agent.user = UserId{7};
    agent.roles = {Role::agent};
    agent.all_sites = true;
  }
  template <class F>
  auto write(F call) {
    return database().write_now([&](db::Tx& tx) { return call(tx); });
  }
  Patient create(const std::string& given, const std::string& family, const std::string& phone = "",
                 const std::string& email = "", std::optional<std::string> born = {}) {
    NewPatient patient;
    patient.given_name = given, patient.family_name = family, patient.birth_date = std::move(born);
    patient.confirmed = true;
    if (!phone.empty()) patient.contact_points.push_back({ContactSystem::phone, phone});
    if (!email.empty()) patient.contact_points.push_back({ContactSystem::email, email});
    return write([&](db::Tx& tx) { return patients->create(agent, tx, patient); }).value();
  }
  Patient get(PersonId id) {
    return database().read_now([&](db::Session& s) { return patients->get(agent, s, id); }).value();
  }
  std::string text(PersonId id) {  // all of it but version, comparable
    auto patient = get(id);
    patient.version = 0;
    return json::to_json(patient);
  }
  Result<Patient> merge(PersonId kept, PersonId other, std::vector<std::string> take = {}) {
    const NewMerge body{other, get(kept).version, get(other).version, std::move(take)};
    return write([&](db::Tx& tx) { return patients->merge(agent, tx, kept, body); });
  }
  Merges merges(PersonId kept) {
    return database().read_now([&](db::Session& s) { return patients->merges(agent, s, kept); }).value();
  }
  Result<Patient> undo(PersonId kept, std::int64_t id) {
    return write([&](db::Tx& tx) { return patients->undo_merge(agent, tx, kept, id); });
  }
  std::vector<std::string> notes(PersonId id) {
    std::vector<std::string> out;
    const auto all = database().read_now([&](db::Session& s) { return patients->notes(agent, s, id); }).value();
    for (const auto& note : all.items) out.push_back(note.text);
    return out;
  }
  void note(PersonId id, const std::string& text) {
    write([&](db::Tx& tx) { return patients->add_note(agent, tx, id, text); });
  }
  Suspects suspects() {
    while (patients->find_suspects(database(), 50) > 0) continue;
    return database().read_now([&](db::Session& s) { return patients->suspects(agent, s, "", 10); }).value();
  }
  events::Bus bus;
  PersonId heard;
  std::unique_ptr<crypto::MasterKeyring> keyring;
  std::unique_ptr<Patients> patients;
  Viewer agent;
};
ON_BOTH_DATABASES(MergeTest);

TEST_P(MergeTest, UndoneGivesEachWhatItHad) {
  const auto kept = create("Núria", "Casals", "612345678", "nuria@example.org", "1987-02-01");
  const auto gone = create("Nuria", "Casals Güell", "+34612345678", "n.casals@example.com");
  const auto mother = create("Rosa", "Güell");
  NewRelationship acts;
  acts.person_id = mother.id, acts.authority = Authority::full, acts.evidence = "power of attorney";
  write([&](db::Tx& tx) { return patients->add_relationship(agent, tx, gone.id, acts); });
  acts.person_id = kept.id;
  write([&](db::Tx& tx) { return patients->add_relationship(agent, tx, gone.id, acts); });
  write([&](db::Tx& tx) { return patients->add_identifier(agent, tx, gone.id, {"record", "HC-1"}); });
  write([&](db::Tx& tx) {
    return patients->verify_contact_point(agent, tx, gone.id, gone.contact_points[0].id, {true, "called back"});
  });
  write([&](db::Tx& tx) { return patients->set_needs(agent, tx, gone.id, {{{NeedKind::hearing, "speak slowly"}}}); });
  note(gone.id, "afraid of needles");
  const auto kept_before = text(kept.id), gone_before = text(gone.id), mother_before = text(mother.id);

  const auto merged = merge(kept.id, gone.id, {"family_name"});
  ASSERT_TRUE(merged) << merged.error().key;
  EXPECT_EQ(heard, gone.id);
  EXPECT_EQ(merged->display_name, "Núria Casals Güell");
  EXPECT_EQ(merged->birth_date, "1987-02-01");
  EXPECT_EQ(merged->contact_points.size(), 3u);
  for (const auto& point : merged->contact_points) {
    EXPECT_EQ(point.verified, point.system == ContactSystem::phone) << point.value;
    EXPECT_TRUE(point.shared_with.empty());
  }
  ASSERT_EQ(merged->relationships.size(), 1u);
  EXPECT_EQ(merged->relationships[0].evidence, "power of attorney");
  EXPECT_EQ(notes(kept.id), std::vector<std::string>{"afraid of needles"});
  EXPECT_EQ(get(gone.id).id, kept.id);  // the old id leads to it
  const auto found =
      database().read_now([&](db::Session& s) { return patients->search(agent, s, "casals", 10); }).value();
  EXPECT_EQ(found.items.size(), 1u);

  ASSERT_EQ(merges(kept.id).items.size(), 1u);
  ASSERT_TRUE(undo(kept.id, merges(kept.id).items[0].id));
  EXPECT_EQ(text(kept.id), kept_before);
  EXPECT_EQ(text(gone.id), gone_before);
  EXPECT_EQ(text(mother.id), mother_before);
  EXPECT_EQ(notes(gone.id), std::vector<std::string>{"afraid of needles"});
  EXPECT_TRUE(notes(kept.id).empty());
  EXPECT_TRUE(merges(kept.id).items.empty());
}

TEST_P(MergeTest, WhatChangedMeanwhileStays) {
  const auto kept = create("Ana", "Ruiz"), gone = create("Anna", "Ruiz", "612345678", "", "1980-05-06");
  ASSERT_TRUE(merge(kept.id, gone.id, {"given_name"}));
  PatientChange change;
  change.version = get(kept.id).version, change.given_name = "Ana María";
  ASSERT_TRUE(write([&](db::Tx& tx) { return patients->change(agent, tx, kept.id, change); }));
  note(gone.id, "written under the old id");
  ASSERT_TRUE(undo(kept.id, merges(kept.id).items[0].id));
  EXPECT_EQ(get(kept.id).given_name, "Ana María");
  EXPECT_EQ(get(kept.id).birth_date, std::nullopt);
  EXPECT_EQ(get(gone.id).given_name, "Anna");
  EXPECT_EQ(notes(kept.id).size(), 1u);
}

TEST_P(MergeTest, ErasedWhileMergedOrAfter) {
  const auto kept = create("Ana", "Ruiz"), gone = create("Anna", "Ruiz", "612345678");
  const auto third = create("Anita", "Ruiz"), other = create("Pol", "Vila");
  note(gone.id, "of the second"), note(third.id, "of the third");
  ASSERT_TRUE(merge(kept.id, gone.id));
  ASSERT_TRUE(merge(kept.id, third.id));
  const auto all = database().read_now([&](db::Session& s) { return patients->same_person(s, gone.id); });
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all.back(), kept.id);
  // Undone, then the kept one erased: the other is whole.
  ASSERT_TRUE(undo(kept.id, merges(kept.id).items[1].id));
  write([&](db::Tx& tx) {
    for (const auto id : patients->same_person(tx, kept.id)) patients->erase(tx, id);
    return Result<Done>{Done{}};
  });
  EXPECT_EQ(notes(gone.id), std::vector<std::string>{"of the second"});
  const auto count = database().read_now([&](db::Session& s) {
    return *s.one<std::int64_t>(
        "SELECT (SELECT COUNT(*) FROM patients_person) + 10 * (SELECT COUNT(*) FROM patients_merge WHERE undone_at IS "
        "NULL) + 100 * (SELECT COUNT(*) FROM patients_note)");
  });
  EXPECT_EQ(count, 2 + 100);
}

TEST_P(MergeTest, LaterMergesAreUndoneFirst) {
  const auto a = create("Ana", "Ruiz"), b = create("Anna", "Ruiz"), c = create("Anita", "Ruiz");
  ASSERT_TRUE(merge(b.id, a.id));
  const auto first = merges(b.id).items[0].id;
  ASSERT_TRUE(merge(c.id, b.id));
  EXPECT_EQ(get(a.id).id, c.id);
  EXPECT_FALSE(undo(b.id, first));
  ASSERT_TRUE(undo(c.id, merges(c.id).items[0].id));
  EXPECT_EQ(get(a.id).id, b.id);
  ASSERT_TRUE(undo(b.id, first));
  EXPECT_EQ(get(a.id).id, a.id);
  EXPECT_EQ(merge(a.id, a.id).error().kind, ErrorKind::invalid);
  const NewMerge stale{b.id, 1, 1, {}};
  EXPECT_EQ(write([&](db::Tx& tx) { return patients->merge(agent, tx, a.id, stale); }).error().kind,
            ErrorKind::conflict);
}

// Whoever still names the record that went means the one it became; and comparing comes to an end.
TEST_P(MergeTest, TheOldIdMeansTheKeptRecord) {
  const auto kept = create("Ana", "Ruiz"), gone = create("Anna", "Ruiz"), child = create("Pol", "Vila");
  NewRelationship acts;
  acts.person_id = gone.id, acts.relation = Relation::parent, acts.authority = Authority::full;
  ASSERT_TRUE(write([&](db::Tx& tx) { return patients->add_relationship(agent, tx, kept.id, acts); }));
  ASSERT_TRUE(merge(kept.id, gone.id));
  const auto own = get(kept.id).relationships;
  for (const auto& one : own)
    ASSERT_TRUE(write([&](db::Tx& tx) { return patients->remove_relationship(agent, tx, kept.id, one.id); }));
  ASSERT_TRUE(write([&](db::Tx& tx) { return patients->add_relationship(agent, tx, child.id, acts); }));
  EXPECT_EQ(get(child.id).relationships.at(0).person.id, kept.id);
  write([&](db::Tx& tx) {
    tx.exec("INSERT INTO patients_unmatched(person_id) VALUES($1) ON CONFLICT DO NOTHING", gone.id);
    return Result<Done>{};
  });
  int rounds = 0;
  while (rounds < 10 && patients->find_suspects(database(), 50) > 0) ++rounds;
  EXPECT_LT(rounds, 10);
}

TEST_P(MergeTest, SuspectsAreFoundDecidedAndForgotten) {
  const auto one = create("Francisco", "García Pérez", "612345678", "", "1987-02-01");
  const auto two = create("Paco", "Garcia", "612345678", "", "1987-01-02");
  create("Marta", "Vila", "", "", "1987-02-01");
  const auto found = suspects();
  ASSERT_EQ(found.items.size(), 1u);
  EXPECT_EQ(found.items[0].first_id, one.id);
  EXPECT_EQ(found.items[0].second_id, two.id);
  EXPECT_EQ(found.total, 1);
  EXPECT_FALSE(found.searching);
  const auto decide = [&](SuspectState state) {
    return write([&](db::Tx& tx) { return patients->decide(agent, tx, found.items[0].id, state); });
  };
  EXPECT_EQ(decide(SuspectState::different)->total, 0);
  EXPECT_TRUE(database().read_now([&](db::Session& s) { return patients->similar(agent, s, two.id); })->items.empty());
  write([&](db::Tx& tx) { return patients->add_identifier(agent, tx, one.id, {"record", "HC-1"}); });
  EXPECT_EQ(suspects().total, 0);  // told apart stays told apart
  EXPECT_EQ(decide(SuspectState::open)->total, 1);
  ASSERT_TRUE(merge(one.id, two.id));
  EXPECT_EQ(suspects().total, 0);
  ASSERT_TRUE(undo(one.id, merges(one.id).items[0].id));
  EXPECT_EQ(suspects().total, 1);
}

}  // namespace
}  // namespace auricle::patients
