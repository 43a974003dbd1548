#include "platform/audit/audit.h"

#include <algorithm>
#include <filesystem>

#include "platform/audit/chain.h"
#include "platform/audit/seal.h"
#include "platform/crypto/test_keyring.h"

namespace auricle::audit {
namespace {

using Kind = FindingKind;

class AuditTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    keys_ = crypto::make_test_keyring(test_database(), clock);
    sealer_ = std::make_unique<Sealer>(database(), *keys_, head_file_of(*keys_), clock);
  }
  void note(std::int64_t patient, Action action = Action::change, std::int64_t user = 1) {
    Viewer viewer;
    viewer.user = UserId{user};
    database().write_now([&](db::Tx& tx) {
      append(tx, viewer,
             {.action = action, .record = "patient", .ids = {patient}, .fields = {"phone"}, .patient_id = patient},
             clock.now());
    });
  }
  void three_blocks() {
    for (int block = 0; block < 3; ++block) {
      for (int i = 0; i < 3; ++i) note(block * 10 + i);
      clock.advance(1000);
      EXPECT_EQ(sealer_->seal_now(), 3);
    }
  }
  bool finds(Kind kind) {
    const auto findings = check_chain(database(), *keys_, head_file_of(*keys_));
    return std::any_of(findings.begin(), findings.end(), [&](auto& f) { return f.kind == kind; });
  }
  bool clean() { return check_chain(database(), *keys_, head_file_of(*keys_)).empty(); }
  void sql(std::string_view text) {
    database().write_now([&](db::Tx& tx) { EXPECT_GT(tx.exec(text), 0) << text; });
  }
  std::int64_t number(std::string_view text) {
    return database().read_now([&](db::Session& s) { return *s.one<std::int64_t>(text); });
  }
  std::unique_ptr<crypto::MasterKeyring> keys_;
  std::unique_ptr<Sealer> sealer_;
};
ON_BOTH_DATABASES(AuditTest);

TEST_P(AuditTest, the_same_read_within_five_minutes_raises_a_count) {
  note(7, Action::read), note(7, Action::read);
  clock.advance(4 * 60000);
  note(7, Action::read);
  EXPECT_EQ(number("SELECT COUNT(*) FROM platform_audit"), 1);
  EXPECT_EQ(number("SELECT reads FROM platform_audit"), 3);
  clock.advance(61000);
  note(7, Action::read);
  note(7, Action::read, 2);
  note(8, Action::read);
  note(7, Action::change), note(7, Action::change);
  EXPECT_EQ(number("SELECT COUNT(*) FROM platform_audit"), 6);
  const auto seen = database().read_now([](db::Session& s) { return of_patient(s, 7, 10); });
  ASSERT_EQ(seen.size(), 3u);
  std::int64_t reads_of_first = 0;
  for (const auto& access : seen)
    if (access.user_id == 1 && access.action == "read") reads_of_first = access.count;
  EXPECT_EQ(reads_of_first, 4);
}

TEST_P(AuditTest, an_untouched_chain_is_clean_also_while_rows_wait) {
  EXPECT_TRUE(clean());
  three_blocks();
  note(99);
  EXPECT_TRUE(clean());
}

TEST_P(AuditTest, an_edited_row_is_found) {
  three_blocks();
  sql("UPDATE platform_audit SET user_id = 2 WHERE ids = '11'");
  EXPECT_TRUE(finds(Kind::row_altered));
}

TEST_P(AuditTest, a_removed_row_is_found) {
  three_blocks();
  sql("DELETE FROM platform_audit WHERE ids = '11'");
  EXPECT_TRUE(finds(Kind::row_altered));
}

TEST_P(AuditTest, an_inserted_row_is_found) {
  three_blocks();
  sql("INSERT INTO platform_audit SELECT 5, occurred, user_id, by_system, action, record, ids, fields, reason, "
      "purpose, break_glass, "
      "patient_id, reads, last_read, merge_key, block, count_block FROM platform_audit WHERE ids = '11'");
  EXPECT_TRUE(finds(Kind::row_altered));
}

TEST_P(AuditTest, an_old_row_slipped_in_unsealed_is_found) {
  three_blocks();
  sql("INSERT INTO platform_audit SELECT 5, occurred - 600000, user_id, by_system, action, record, ids, fields, "
      "reason, purpose, "
      "break_glass, patient_id, reads, last_read, merge_key, NULL, NULL FROM platform_audit WHERE ids = '11'");
  EXPECT_TRUE(finds(Kind::row_unsealed));
}

TEST_P(AuditTest, the_newest_rows_removed_with_their_block_are_found) {
  three_blocks();
  sql("DELETE FROM platform_audit WHERE block = 3");
  sql("DELETE FROM platform_audit_block WHERE id = 3");
  EXPECT_TRUE(finds(Kind::newest_removed));
}

TEST_P(AuditTest, a_block_removed_from_the_middle_is_found) {
  three_blocks();
  sql("DELETE FROM platform_audit WHERE block = 2");
  sql("DELETE FROM platform_audit_block WHERE id = 2");
  EXPECT_TRUE(finds(Kind::block_missing));
}

TEST_P(AuditTest, a_chain_computed_anew_without_the_key_is_found) {
  three_blocks();
  sql("UPDATE platform_audit SET user_id = 2 WHERE ids = '11'");
  database().write_now([&](db::Tx& tx) {  // all that someone with the database, but not the master key, can do
    std::string previous;
    for (int id = 1; id <= 3; ++id) {
      const auto sealed = *tx.one<Instant>("SELECT sealed FROM platform_audit_block WHERE id = $1", id);
      const auto rows = tx.all<chain::Row>(
          "SELECT " + std::string(chain::kRowColumns) + " FROM platform_audit WHERE block = $1 ORDER BY id", id);
      previous = chain::block_hash(id, sealed, previous, rows, {});
      tx.exec("UPDATE platform_audit_block SET hash = $2, signature = $3 WHERE id = $1", id, db::Bytes{previous},
              db::Bytes{chain::sign(std::string(32, 'x'), previous)});
    }
  });
  EXPECT_FALSE(finds(Kind::row_altered));
  EXPECT_TRUE(finds(Kind::signature_wrong));
  EXPECT_TRUE(finds(Kind::head_differs));
}

TEST_P(AuditTest, a_removed_head_is_found) {
  three_blocks();
  std::filesystem::remove(head_file_of(*keys_));
  EXPECT_TRUE(finds(Kind::head_missing));
}

TEST_P(AuditTest, the_count_of_a_merged_read_is_sealed_when_it_is_final) {
  note(7, Action::read);
  EXPECT_EQ(sealer_->seal_now(), 1);
  note(7, Action::read);
  EXPECT_EQ(sealer_->seal_now(), 0);
  EXPECT_TRUE(clean());
  clock.advance(5 * 60000 + 1);
  EXPECT_EQ(sealer_->seal_now(), 1);
  EXPECT_TRUE(clean());
  sql("UPDATE platform_audit SET reads = 1");
  EXPECT_TRUE(finds(Kind::row_altered));
}

TEST_P(AuditTest, the_chain_stays_valid_when_the_master_key_is_rotated) {
  three_blocks();
  keys_->rotate();
  note(50);
  sealer_->seal_now();
  EXPECT_TRUE(clean());
}

TEST_P(AuditTest, the_thread_seals_by_itself_and_at_its_end) {
  sealer_->start();
  note(1);
  sealer_->stop();
  EXPECT_EQ(number("SELECT COUNT(*) FROM platform_audit WHERE block IS NULL"), 0);
}

}  // namespace
}  // namespace auricle::audit
