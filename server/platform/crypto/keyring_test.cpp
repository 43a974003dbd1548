#include "platform/crypto/keyring.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "platform/crypto/key_file.h"
#include "platform/crypto/password.h"
#include "platform/crypto/test_keyring.h"

namespace auricle::crypto {
namespace {

class KeyringTest : public db::DatabaseTest {
 protected:
  KeyOptions options() { return {"", test_database().directory() + "/keys"}; }
  MasterKeyring open() { return MasterKeyring(database(), options(), clock); }
  static constexpr Place kPlace{"conversations_message", "body", 7};
  db::Bytes seal(MasterKeyring& keys, std::string_view plain, std::string_view owner = "patient") {
    return database().write_now(
        [&](db::Tx& tx) { return keys.encrypt(tx, keys.key_for(tx, owner, 1), kPlace, plain); });
  }
  Result<std::string> read(MasterKeyring& keys, const db::Bytes& cipher, const Place& place = kPlace) {
    return database().read_now([&](db::Session& s) { return keys.decrypt(s, place, cipher); });
  }
};
ON_BOTH_DATABASES(KeyringTest);

TEST_P(KeyringTest, what_is_encrypted_is_read_again_also_after_a_restart) {
  db::Bytes cipher;
  {
    auto keys = open();
    EXPECT_TRUE(keys.made());
    cipher = seal(keys, "dolor torácico");
    EXPECT_EQ(cipher.data.find("dolor"), std::string::npos);
  }
  auto again = open();
  EXPECT_FALSE(again.made());
  EXPECT_EQ(*read(again, cipher), "dolor torácico");
}

TEST_P(KeyringTest, one_key_per_owner_and_only_the_owner_may_read_the_key_file) {
  auto keys = open();
  database().write_now([&](db::Tx& tx) {
    const auto first = keys.key_for(tx, "patient", 1);
    EXPECT_EQ(keys.key_for(tx, "patient", 1), first);
    EXPECT_NE(keys.key_for(tx, "patient", 2), first);
  });
  struct stat info {};
  ASSERT_EQ(stat(keys.key_file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_P(KeyringTest, a_ciphertext_moved_to_another_row_or_altered_is_refused) {
  auto keys = open();
  auto cipher = seal(keys, "text");
  EXPECT_THROW((void)read(keys, cipher, {"conversations_message", "body", 8}), KeyUnusable);
  cipher.data.back() ^= 1;
  EXPECT_THROW((void)read(keys, cipher), KeyUnusable);
}

TEST_P(KeyringTest, a_destroyed_key_reads_no_more_and_a_new_one_begins) {
  auto keys = open();
  const auto cipher = seal(keys, "text");
  database().write_now([&](db::Tx& tx) { keys.destroy(tx, "patient", 1, clock.now()); });
  const auto answer = read(keys, cipher);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().key, "error.key_destroyed");
  EXPECT_EQ(*read(keys, seal(keys, "anew")), "anew");
}

TEST_P(KeyringTest, a_missing_or_foreign_master_key_says_so) {
  std::string path;
  {
    auto keys = open();
    path = keys.key_file();
  }
  std::filesystem::rename(path, path + ".away");
  EXPECT_THROW(open(), KeyUnusable);
  write_key_file(path, {new_master_key()});
  EXPECT_THROW(open(), KeyUnusable);
  std::ofstream(path) << "something else\n";
  EXPECT_THROW(open(), KeyUnusable);
  std::filesystem::rename(path + ".away", path);
  EXPECT_FALSE(open().made());
}

TEST_P(KeyringTest, rotation_wraps_all_under_a_new_master_key) {
  auto keys = open();
  const auto before = keys.export_text();
  const auto cipher = seal(keys, "text");
  EXPECT_EQ(keys.rotate(), 1);
  EXPECT_NE(keys.export_text(), before);
  auto again = open();
  EXPECT_EQ(*read(again, cipher), "text");
  database().read_now([&](db::Session& s) { EXPECT_TRUE(again.unreadable(s).empty()); });
}

TEST_P(KeyringTest, a_rotation_cut_off_before_the_database_changed_leaves_a_working_file) {
  db::Bytes cipher;
  {
    auto keys = open();
    cipher = seal(keys, "text");
    auto both = read_key_file(keys.key_file());
    both.insert(both.begin(), new_master_key());
    write_key_file(keys.key_file(), both);
  }
  auto again = open();
  EXPECT_EQ(*read(again, cipher), "text");
  EXPECT_EQ(*read(again, seal(again, "new", "case")), "new");
}

TEST_P(KeyringTest, a_server_that_runs_during_a_rotation_goes_on_with_the_new_key) {
  auto server = open();
  const auto before = seal(server, "before");
  auto command = open();
  command.rotate();
  const auto after = seal(server, "after", "case");
  auto again = open();
  EXPECT_EQ(*read(again, before), "before");
  EXPECT_EQ(*read(again, after), "after");
  EXPECT_EQ(*read(server, before), "before");
}

TEST(PasswordTest, verifies_only_the_right_one_and_notices_weak_settings) {
  const auto strong = hash_password("correct horse");
  EXPECT_TRUE(verify_password(strong, "correct horse"));
  EXPECT_FALSE(verify_password(strong, "correct horse "));
  EXPECT_FALSE(verify_password("nonsense", "correct horse"));
  EXPECT_FALSE(needs_rehash(strong));
  set_password_cost_for_tests();
  EXPECT_TRUE(needs_rehash(strong));
}

}  // namespace
}  // namespace auricle::crypto
