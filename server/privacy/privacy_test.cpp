#include "privacy/privacy.h"

#include <filesystem>
#include <fstream>

#include "platform/crypto/test_keyring.h"
#include "platform/db/test_database.h"
#include "privacy/erasure_list.h"
#include "privacy/events.h"
#include "team/team.h"

namespace auricle::privacy {
namespace {

class PrivacyTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    db::DatabaseTest::SetUp();
    if (IsSkipped()) return;
    keyring = crypto::make_test_keyring(test_database(), clock);
    list = test_database().directory() + "/erasures.list";
    bus.on<PatientErased>([this](db::Tx&, const PatientErased& event) { erased.insert(event.patient_id); });
    Ports ports{[](db::Session&, PersonId id) { return id.value < 100; }, [this] { return scrubbed = can_scrub; },
                [](db::Session&, PersonId id) {
                  return id.value == 60 ? std::vector{PersonId{61}, id} : std::vector{id};
                }};
    privacy = std::make_unique<Privacy>(*keyring, bus, ports, list);
    officer = viewer_of(staff("dpo@clinic.example", Role::data_protection_officer),
                        {{Role::data_protection_officer, {}}}, Assurance::password);
    agent = viewer_of(staff("ana@clinic.example", Role::agent), {{Role::agent, {}}}, Assurance::password);
  }
  UserId staff(const std::string& email, Role role) {
    return database()
        .write_now([&](db::Tx& tx) {
          return team::create_user(tx, {email, email, {{role, {}}}, {}}, clock.now());
        })
        .value();
  }
  Result<Erasure> erase(const Viewer& viewer, std::int64_t id, const std::string& reason = "asked by letter") {
    const auto done =
        database().write_now([&](db::Tx& tx) { return privacy->erase(viewer, tx, PersonId{id}, reason, clock.now()); });
    if (!done) return tl::unexpected(done.error());
    if (notes) privacy->note_in_list(*done);
    return done->back();
  }
  void read_by(const Viewer& viewer, std::int64_t patient) {
    database().write_now([&](db::Tx& tx) {
      audit::Entry entry;
      entry.record = "patient";
      entry.ids = {patient};
      entry.patient_id = patient;
      audit::append(tx, viewer, entry, clock.now());
    });
  }

  events::Bus bus;
  std::unique_ptr<crypto::Keyring> keyring;
  std::unique_ptr<Privacy> privacy;
  std::string list;
  std::set<std::int64_t> erased;
  bool can_scrub = true, scrubbed = false, notes = false;
  Viewer officer, agent;
};
ON_BOTH_DATABASES(PrivacyTest);

TEST_P(PrivacyTest, ErasureNeedsTheOfficerAReasonAndAPatient) {
  EXPECT_EQ(erase(agent, 7).error().kind, ErrorKind::forbidden);
  EXPECT_EQ(erase(officer, 7, "  ").error().fields[0].key, "error.privacy.reason_required");
  EXPECT_EQ(erase(officer, 700).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(erased.empty());
  EXPECT_TRUE(erase(officer, 7));
  EXPECT_EQ(erased, (std::set<std::int64_t>{7}));
}

TEST_P(PrivacyTest, TheKeyIsGoneAndTheCiphertextWithIt) {
  const crypto::Place place{"patients_note", "body", 1};
  const auto cipher = database().write_now(
      [&](db::Tx& tx) { return keyring->encrypt(tx, keyring->key_for(tx, "patient", 7), place, "the canary sings"); });
  EXPECT_EQ(database().read_now([&](db::Session& s) { return keyring->decrypt(s, place, cipher); }).value(),
            "the canary sings");
  ASSERT_TRUE(erase(officer, 7));
  clock.advance(5000);
  const auto after = crypto::make_test_keyring(test_database(), clock);
  EXPECT_EQ(database().read_now([&](db::Session& s) { return after->decrypt(s, place, cipher); }).error().key,
            "error.key_destroyed");
}

TEST_P(PrivacyTest, ItIsAuditedListedAndScrubbed) {
  const auto done = erase(officer, 7).value();
  EXPECT_EQ(done.user_name, "dpo@clinic.example");
  const auto listed = [&] {
    return database().read_now([&](db::Session& s) { return privacy->erasures(officer, s, {}, 10); }).value();
  };
  ASSERT_EQ(listed().size(), 1u);
  EXPECT_FALSE(listed()[0].purged_at);
  can_scrub = false;
  EXPECT_FALSE(privacy->purge(database(), clock.now()));
  can_scrub = true;
  EXPECT_TRUE(privacy->purge(database(), clock.now()));
  EXPECT_TRUE(scrubbed);
  EXPECT_EQ(listed()[0].purged_at, clock.now());
  AuditQuery query;
  query.action = "erase";
  const auto rows = database().read_now([&](db::Session& s) { return privacy->audit(officer, s, query); }).value();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].reason, "asked by letter");
  EXPECT_EQ(rows[0].patient_id, PersonId{7});
}

TEST_P(PrivacyTest, AnOlderBackupIsErasedAgainAtStart) {
  append_to_list(list, {PersonId{9}, clock.now()});
  std::ofstream(list, std::ios::app) << "12";  // cut off by a crash
  EXPECT_EQ(privacy->reapply(database(), clock.now()), 1);
  EXPECT_EQ(erased, (std::set<std::int64_t>{9}));
  EXPECT_EQ(privacy->reapply(database(), clock.now()), 0);
}

TEST_P(PrivacyTest, EachRecordOfThePersonStandsInTheList) {
  notes = true;
  ASSERT_TRUE(erase(officer, 60));
  EXPECT_TRUE(contains(read_list(list), PersonId{61}));
  EXPECT_TRUE(contains(read_list(list), PersonId{60}));
}

TEST_P(PrivacyTest, ALineLostToACrashIsWrittenAtStart) {
  ASSERT_TRUE(erase(officer, 7));
  EXPECT_FALSE(std::filesystem::exists(list));
  EXPECT_EQ(privacy->reapply(database(), clock.now()), 0);
  EXPECT_TRUE(contains(read_list(list), PersonId{7}));
  EXPECT_EQ(privacy->reapply(database(), clock.now()), 0);
  EXPECT_EQ(read_list(list).size(), 1u);
}

TEST_P(PrivacyTest, WhoLookedAtARecord) {
  read_by(agent, 7);
  clock.advance(1000);
  read_by(agent, 7);
  read_by(officer, 8);
  const auto all =
      database().read_now([&](db::Session& s) { return privacy->accesses(agent, s, PersonId{7}); }).value();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].user_name, "ana@clinic.example");
  EXPECT_EQ(all[0].count, 2);
  EXPECT_EQ(
      database().read_now([&](db::Session& s) { return privacy->accesses(agent, s, PersonId{700}); }).error().kind,
      ErrorKind::not_found);
  EXPECT_EQ(
      database().read_now([&](db::Session& s) { return privacy->accesses(Viewer{}, s, PersonId{7}); }).error().kind,
      ErrorKind::forbidden);
}

TEST_P(PrivacyTest, TheAuditIsFilteredAndPaged) {
  for (int i = 0; i < 5; ++i) {
    clock.advance(10 * 60'000);
    read_by(i % 2 ? agent : officer, 7);
  }
  const auto count = [&](AuditQuery query) {
    return database().read_now([&](db::Session& s) { return privacy->audit(officer, s, query); }).value().size();
  };
  AuditQuery query;
  query.record = "patient";
  EXPECT_EQ(count(query), 5u);
  query.user = agent.user;
  EXPECT_EQ(count(query), 2u);
  query.from = clock.now() - 10 * 60'000;
  EXPECT_EQ(count(query), 1u);
  query.to = query.from;
  EXPECT_EQ(count(query), 0u);
  AuditQuery page;
  page.record = "patient";
  page.limit = 2;
  const auto first = database().read_now([&](db::Session& s) { return privacy->audit(officer, s, page); }).value();
  page.before_id = first.back().id;
  page.limit = 50;
  EXPECT_EQ(count(page), 3u);
  EXPECT_EQ(database().read_now([&](db::Session& s) { return privacy->audit(agent, s, {}); }).error().kind,
            ErrorKind::forbidden);
}
}  // namespace
}  // namespace auricle::privacy
