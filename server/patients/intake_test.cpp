#include "patients/intake.h"

#include <filesystem>

#include "platform/audit/audit.h"
#include "platform/crypto/test_keyring.h"

namespace auricle::patients {
namespace {

class IntakeTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    db::DatabaseTest::SetUp();
    if (IsSkipped()) return;
    keyring = crypto::make_test_keyring(test_database(), clock);
    patients = std::make_unique<Patients>(*keyring, clock);
    blobs = std::make_unique<blobs::Blobs>(database(), *keyring, "", clock);
    intaking = std::make_unique<Intaking>(*patients, *blobs, database(), clock);
    agent.user = UserId{7};
    agent.roles = {Role::agent};
    agent.all_sites = true;
  }
  Intake uploaded(const std::string& bytes) {
    const auto seen = looked_at("old.csv", bytes).value();
    const auto blob = blobs->keep(bytes);
    return database().write_now([&](db::Tx& tx) { return intaking->begin(agent, tx, seen, blob); }).value();
  }
  Intake taken_in(const std::string& bytes, OnKnown on_known) {
    const auto intake = uploaded(bytes);
    const IntakeStart start{intake.mapping, on_known};
    EXPECT_TRUE(database().write_now([&](db::Tx& tx) { return intaking->start(agent, tx, intake.id, start); }));
    EXPECT_TRUE(intaking->run(intake.id));
    return now(intake.id);
  }
  Intake now(std::int64_t id) {
    return database().read_now([&](db::Session& s) { return intaking->get(agent, s, id); }).value();
  }
  std::int64_t people() {
    return database().read_now(
        [](db::Session& s) { return *s.one<std::int64_t>("SELECT COUNT(*) FROM patients_person"); });
  }
  Patient found(const std::string& query) {
    const auto hits = database().read_now([&](db::Session& s) { return patients->search(agent, s, query, 5); }).value();
    EXPECT_EQ(hits.items.size(), 1u) << query;
    if (hits.items.empty()) return {};
    const auto id = hits.items[0].id;
    return database().read_now([&](db::Session& s) { return patients->get(agent, s, id); }).value();
  }
  std::unique_ptr<crypto::MasterKeyring> keyring;
  std::unique_ptr<Patients> patients;
  std::unique_ptr<blobs::Blobs> blobs;
  std::unique_ptr<Intaking> intaking;
  Viewer agent;
};
ON_BOTH_DATABASES(IntakeTest);

constexpr const char* kFile =
    "NHC;Nombre;Apellidos;Segundo apellido;Fecha de nacimiento;Sexo;M\xF3vil;Correo;Calle;CP;Poblaci\xF3n;Color\r\n"
    "1001;N\xFAria;Casals;G\xFC"
    "ell;01/02/1987;M;612 345 678;Nuria@Example.org;\"Major, 12\";08001;Barcelona;rojo\r\n"
    "1002;Pau;Ferrer;;31/02/1990;H;;;;;;\r\n"
    "1003;;;;;;;;;;;\r\n"
    "1004;Marta;Vila;Soler;3.4.1990;M;no;;;;;\r\n"
    "1005;Joan;Roca;Puig;1971-07-12;H;+34 934 444 444;;;;;\r\n";

TEST_P(IntakeTest, LooksMapsAndTakesIn) {
  const auto seen = looked_at("old.csv", kFile).value();
  EXPECT_EQ(seen.encoding, "windows-1252");
  EXPECT_EQ(seen.delimiter, ";");
  EXPECT_EQ(seen.total, 5);
  const std::vector<IntakeField> mapping = {
      IntakeField::record,     IntakeField::given_name,  IntakeField::family_name, IntakeField::second_family_name,
      IntakeField::birth_date, IntakeField::sex,         IntakeField::mobile,      IntakeField::email,
      IntakeField::address,    IntakeField::postal_code, IntakeField::city,        IntakeField::none};
  EXPECT_EQ(seen.mapping, mapping);
  const auto done = taken_in(kFile, OnKnown::skip);
  EXPECT_EQ(done.state, IntakeState::done);
  EXPECT_EQ(done.done, 5);
  EXPECT_EQ(done.added, 2);
  EXPECT_EQ(done.refused, 3);
  const auto refusals = database().read_now([&](db::Session& s) { return intaking->refusals(s, done.id, 10); });
  ASSERT_EQ(refusals.size(), 3u);
  EXPECT_EQ(refusals[0].line, 3);
  EXPECT_EQ(refusals[0].reason, "error.patients.date_not_valid");
  EXPECT_EQ(refusals[1].reason, "error.patients.name_required");
  EXPECT_EQ(refusals[2].reason, "error.patients.phone_not_valid");
  const auto blob = database().read_now([&](db::Session& s) { return intaking->blob_of(s, done.id); });
  const auto rest = blobs->fetch(blob).value();
  EXPECT_NE(rest.find("1002;Pau;Ferrer"), std::string::npos);
  EXPECT_EQ(rest.find("1001"), std::string::npos);
  const auto nuria = found("nuria");
  EXPECT_EQ(nuria.display_name, "Núria Casals Güell");
  EXPECT_EQ(nuria.birth_date, "1987-02-01");
  EXPECT_EQ(nuria.sex, Sex::female);
  EXPECT_EQ(nuria.address, "Major, 12");
  EXPECT_EQ(nuria.contact_points.size(), 2u);
  EXPECT_EQ(found("joan").sex, Sex::male);
}

TEST_P(IntakeTest, KnownPersonsAreLeftFilledOrAdded) {
  constexpr const char* kBare = "first name,last name,birth date\nNuria,Casals,1987-02-01\n";
  taken_in(kBare, OnKnown::skip);
  const auto before = json::to_json(found("nuria").contact_points);
  const auto again = taken_in(kFile, OnKnown::skip);
  EXPECT_EQ(again.skipped, 1);
  EXPECT_EQ(json::to_json(found("nuria").contact_points), before);
  const auto filled = taken_in(kFile, OnKnown::update);
  EXPECT_EQ(filled.updated, 1);
  EXPECT_EQ(filled.skipped, 1);  // nothing to add to the other
  EXPECT_EQ(found("nuria").contact_points.size(), 2u);
  EXPECT_EQ(found("nuria").city, "Barcelona");
  ASSERT_TRUE(database().write_now([&](db::Tx& tx) { return intaking->undo(agent, tx, filled.id); }));
  ASSERT_TRUE(intaking->run(filled.id));
  EXPECT_EQ(json::to_json(found("nuria").contact_points), before);
  EXPECT_EQ(found("nuria").city, std::nullopt);
  const auto count = people();
  EXPECT_EQ(taken_in(kBare, OnKnown::ask).added, 1);
  EXPECT_EQ(people(), count + 1);
}

TEST_P(IntakeTest, TakenBackButWhatSomebodyWorkedWith) {
  const auto done = taken_in(kFile, OnKnown::skip);
  const auto joan = found("joan").id;
  database().write_now([&](db::Tx& tx) { return patients->add_note(agent, tx, joan, "called"); });
  ASSERT_TRUE(database().write_now([&](db::Tx& tx) { return intaking->undo(agent, tx, done.id); }));
  ASSERT_TRUE(intaking->run(done.id));
  const auto undone = now(done.id);
  EXPECT_EQ(undone.state, IntakeState::undone);
  EXPECT_EQ(undone.kept, 1);
  EXPECT_EQ(people(), 1);
}

TEST_P(IntakeTest, TakingBackLeavesWhatSomebodyCorrected) {
  taken_in("first name,last name,birth date\nNuria,Casals,1987-02-01\n", OnKnown::skip);
  const auto filled = taken_in(kFile, OnKnown::update);
  auto nuria = found("nuria");
  PatientChange change;
  change.version = nuria.version, change.city = "Girona";
  ASSERT_TRUE(database().write_now([&](db::Tx& tx) { return patients->change(agent, tx, nuria.id, change); }));
  ASSERT_TRUE(database().write_now([&](db::Tx& tx) { return intaking->undo(agent, tx, filled.id); }));
  ASSERT_TRUE(intaking->run(filled.id));
  nuria = found("nuria");
  EXPECT_EQ(nuria.city, "Girona");
  EXPECT_EQ(nuria.address, std::nullopt);
  std::int64_t audited = 0;
  for (const auto& one : database().read_now([&](db::Session& s) { return audit::of_patient(s, nuria.id.value, 100); }))
    audited += one.count;
  EXPECT_EQ(audited, 4);  // made, filled in, corrected, taken back
}

// Whoever takes back while rows are still being taken in is not left waiting for ever.
TEST_P(IntakeTest, TakenBackWhileItRuns) {
  const auto intake = uploaded(kFile);
  const IntakeStart start{intake.mapping, OnKnown::skip};
  ASSERT_TRUE(database().write_now([&](db::Tx& tx) { return intaking->start(agent, tx, intake.id, start); }));
  database().write_now([&](db::Tx& tx) {
    tx.exec("UPDATE platform_job SET state = 'running'");
    return true;
  });
  ASSERT_TRUE(database().write_now([&](db::Tx& tx) { return intaking->undo(agent, tx, intake.id); }));
  EXPECT_EQ(database().read_now([](db::Session& s) { return jobs::counts(s); }).waiting, 1);
}

TEST_P(IntakeTest, GoesOnWhereItWasCutOff) {
  std::string bytes = "name,record\n";
  for (int i = 0; i < 60; ++i)
    bytes += "Person" + std::to_string(i) + " Vila" + std::to_string(i) + "," + std::to_string(70000 + i * 37) + "\n";
  const auto intake = uploaded(bytes);
  const IntakeStart start{intake.mapping, OnKnown::skip};
  ASSERT_TRUE(database().write_now([&](db::Tx& tx) { return intaking->start(agent, tx, intake.id, start); }));
  // As after a crash: the first rows are in, the job runs again.
  database().write_now([&](db::Tx& tx) {
    tx.exec("INSERT INTO patients_intake_row(intake_id, line, outcome, detail) VALUES($1, 31, 'added', '')", intake.id);
    tx.exec("UPDATE patients_intake SET done = 30, added = 30 WHERE id = $1", intake.id);
    return true;
  });
  ASSERT_TRUE(intaking->run(intake.id));
  const auto done = now(intake.id);
  EXPECT_EQ(done.done, 60);
  EXPECT_EQ(done.added, 60);
  EXPECT_EQ(people(), 30);
}

}  // namespace
}  // namespace auricle::patients
