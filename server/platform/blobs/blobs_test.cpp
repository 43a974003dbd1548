#include "platform/blobs/blobs.h"

#include <filesystem>
#include <fstream>

#include "platform/crypto/test_keyring.h"

namespace auricle::blobs {
namespace {
namespace fs = std::filesystem;

class BlobsTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    keys_ = crypto::make_test_keyring(test_database(), clock);
    folder_ = test_database().directory() + "/blobs";
  }
  Blobs in_files() { return Blobs(database(), *keys_, folder_, clock); }
  Blobs in_database() { return Blobs(database(), *keys_, "", clock); }
  fs::path only_file() {
    for (const auto& entry : fs::recursive_directory_iterator(folder_))
      if (entry.is_regular_file()) return entry.path();
    return {};
  }
  std::unique_ptr<crypto::MasterKeyring> keys_;
  std::string folder_;
};
ON_BOTH_DATABASES(BlobsTest);

TEST_P(BlobsTest, any_size_comes_back_from_files_and_from_the_database) {
  for (Blobs blobs : {in_files(), in_database()})
    for (const std::size_t size : {0, 1, 65535, 65536, 65537, 200000}) {
      std::string bytes(size, '\0');
      for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7);
      const auto id = blobs.keep(bytes);
      EXPECT_EQ(*blobs.fetch(id), bytes) << size;
      const auto info = database().read_now([&](db::Session& s) { return blobs.info(s, id); });
      EXPECT_EQ(info->size, static_cast<std::int64_t>(size));
      EXPECT_EQ(info->sha256, crypto::sha256_hex(bytes));
    }
}

TEST_P(BlobsTest, the_file_does_not_show_its_content) {
  auto blobs = in_files();
  blobs.keep("canary diagnosis");
  std::ifstream file(only_file(), std::ios::binary);
  const std::string stored((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(stored.find("canary"), std::string::npos);
}

TEST_P(BlobsTest, an_altered_or_cut_off_file_is_noticed) {
  auto blobs = in_files();
  const auto id = blobs.keep(std::string(100000, 'x'));
  EXPECT_TRUE(blobs.damaged().empty());
  fs::resize_file(only_file(), fs::file_size(only_file()) - 34481 - 1);
  EXPECT_EQ(blobs.damaged(), std::vector<std::string>{id});
  EXPECT_ANY_THROW((void)blobs.fetch(id));
}

TEST_P(BlobsTest, removed_is_gone_in_both_forms) {
  for (Blobs blobs : {in_files(), in_database()}) {
    const auto id = blobs.keep("text");
    blobs.remove(std::vector<std::string>{id});
    EXPECT_EQ(blobs.fetch(id).error().kind, ErrorKind::not_found);
  }
  EXPECT_EQ(only_file(), fs::path());
  EXPECT_EQ(database().read_now(
                [](db::Session& s) { return s.one<std::int64_t>("SELECT COUNT(*) FROM platform_blob_chunk"); }),
            0);
}

TEST_P(BlobsTest, files_without_a_row_are_swept_after_a_day_and_no_others) {
  auto blobs = in_files();
  const auto kept = blobs.keep("kept");
  const auto kept_path = only_file();
  const fs::path old_orphan = kept_path.parent_path() / "12345", new_orphan = kept_path.parent_path() / "12346",
                 half = kept_path.parent_path() / "77.new";
  for (const auto& path : {old_orphan, new_orphan, half}) std::ofstream(path) << "x";
  const auto two_days_ago = fs::file_time_type::clock::now() - std::chrono::hours(48);
  for (const auto& path : {old_orphan, half, kept_path}) fs::last_write_time(path, two_days_ago);
  EXPECT_EQ(blobs.sweep(), 2);
  EXPECT_TRUE(fs::exists(new_orphan));
  EXPECT_EQ(*blobs.fetch(kept), "kept");
}

}  // namespace
}  // namespace auricle::blobs
