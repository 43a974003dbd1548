#include "platform/check/check.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "platform/audit/audit.h"
#include "platform/audit/seal.h"
#include "platform/crypto/test_keyring.h"
#include "platform/jobs/jobs.h"
#include "platform/search/index.h"

namespace auricle::check {
namespace {

class CheckTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    keys_ = crypto::make_test_keyring(test_database(), clock);
    folder_ = test_database().directory() + "/blobs";
    blobs_ = std::make_unique<blobs::Blobs>(database(), *keys_, folder_, clock);
    blob_ = blobs_->keep("text");
    database().write_now([&](db::Tx& tx) { audit::append(tx, {}, {.record = "case"}, clock.now()); });
    audit::Sealer(database(), *keys_, audit::head_file_of(*keys_), clock).seal_now();
  }
  std::vector<std::string> failing() {
    Checks checks;
    add_platform_checks(checks, database(), *keys_, *blobs_, clock);
    std::vector<std::string> names;
    checks.run([&](const Outcome& outcome) {
      if (!outcome.problems.empty()) names.push_back(outcome.name);
    });
    return names;
  }
  void sql(std::string_view text) {
    database().write_now([&](db::Tx& tx) { EXPECT_GT(tx.exec(text), 0) << text; });
  }
  std::unique_ptr<crypto::MasterKeyring> keys_;
  std::unique_ptr<blobs::Blobs> blobs_;
  std::string folder_, blob_;
};
ON_BOTH_DATABASES(CheckTest);

TEST_P(CheckTest, a_sound_installation_has_no_problem) {
  const auto index = search::open_index(database(), test_database().directory());  // it has tables of its own
  EXPECT_THAT(failing(), testing::IsEmpty());
}

TEST_P(CheckTest, each_kind_of_damage_is_reported_under_its_name) {
  sql("UPDATE platform_audit SET record = 'patient'");
  EXPECT_THAT(failing(), testing::ElementsAre("audit chain"));
  sql("UPDATE platform_audit SET record = 'case'");
  sql("UPDATE platform_key SET master = 'another' WHERE owner_kind = 'blob'");
  EXPECT_THAT(failing(), testing::Contains("keys"));
}

TEST_P(CheckTest, a_lost_file_and_a_job_without_its_reason_are_reported) {
  std::filesystem::remove_all(folder_);
  database().write_now([&](db::Tx& tx) { jobs::enqueue(tx, {.kind = "odd"}, clock.now()); });
  sql("UPDATE platform_job SET state = 'parked'");
  EXPECT_THAT(failing(), testing::ElementsAre("stored files", "jobs"));
}

TEST(ChecksTest, an_exception_is_a_problem) {
  Checks checks;
  checks.add("breaks", []() -> std::vector<std::string> { throw std::runtime_error("no"); });
  const auto outcomes = checks.run([](const Outcome&) {});
  EXPECT_THAT(outcomes[0].problems, testing::ElementsAre("no"));
}

}  // namespace
}  // namespace auricle::check
