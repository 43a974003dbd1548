// What happens when the world is broken: a full disk, a killed process, a database server that drops its connections.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <latch>
#include <random>
#include <set>
#include <thread>

#include "platform/db/test_database.h"

namespace auricle::db {
namespace {
namespace fs = std::filesystem;

// A file system of its own of a few megabytes; only root may mount one.
class SmallDisk {
 public:
  explicit SmallDisk(const char* size) {
    std::string name = (fs::temp_directory_path() / "auricle-disk-XXXXXX").string();
    if (!mkdtemp(name.data())) return;
    path_ = name;
    mounted_ = ::mount("tmpfs", name.c_str(), "tmpfs", 0, (std::string("size=") + size).c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  bool mounted() const { return mounted_; }
  const fs::path& path() const { return path_; }
  void fill() {
    const int fd = ::open((path_ / "filler").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    for (const std::size_t step : {std::size_t{65536}, std::size_t{1}}) {
      const std::string block(step, 'x');
      while (::write(fd, block.data(), block.size()) == static_cast<ssize_t>(block.size())) {
      }
    }
    ::close(fd);
  }
  void make_room() { fs::remove(path_ / "filler"); }

 private:
  fs::path path_;
  bool mounted_ = false;
};

class FullDiskTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (!disk_.mounted()) GTEST_SKIP() << "needs root to mount a small tmpfs";
    Options options;
    options.sqlite_directory = disk_.path() / "data";
    options.run_writes_twice = GetParam();
    database_ = open_database(options);
    database_->migrate();
  }
  void TearDown() override { database_.reset(); }

  static void put(Tx& tx, std::int64_t id, std::size_t size = 100) {
    tx.exec("INSERT INTO platform_blob_chunk(blob_id, number, created, data) VALUES($1, 0, 0, $2)", id,
            Bytes{std::string(size, 'x')});
  }
  // Submits without waiting; the outcome of closure i stands in outcomes[i].
  void submit(std::int64_t id, std::size_t size, std::vector<std::promise<bool>>& outcomes) {
    database_->submit_write(
        Lane::interactive,
        [=](Tx& tx) {
          put(tx, id, size);
          return true;
        },
        [&outcome = outcomes[id]](std::exception_ptr error) { outcome.set_value(!error); });
  }
  std::set<std::int64_t> stored() {
    const auto ids =
        database_->read_now([](Session& s) { return s.all<std::int64_t>("SELECT blob_id FROM platform_blob_chunk"); });
    return {ids.begin(), ids.end()};
  }
  void expect_sound() {
    database_->read_now([](Session& s) { EXPECT_EQ(s.one<std::string>("PRAGMA integrity_check"), "ok"); });
  }

  SmallDisk disk_{"6m"};
  std::unique_ptr<Database> database_;
};
INSTANTIATE_TEST_SUITE_P(On, FullDiskTest, testing::Values(false, true),
                         [](const auto& info) { return info.param ? "each_closure_twice" : "each_closure_once"; });

TEST_P(FullDiskTest, the_closure_that_does_not_fit_fails_and_its_neighbours_in_the_batch_commit) {
  constexpr int kCount = 40, kPoison = 20;
  std::latch gate(1);
  std::vector<std::promise<bool>> outcomes(kCount);
  database_->submit_write(  // holds the writer until all wait behind it: one batch
      Lane::interactive,
      [&](Tx&) {
        gate.wait();
        return true;
      },
      [](std::exception_ptr) {});
  for (int i = 0; i < kCount; ++i) submit(i, i == kPoison ? 20'000'000 : 100, outcomes);
  gate.count_down();
  for (int i = 0; i < kCount; ++i) EXPECT_EQ(outcomes[i].get_future().get(), i != kPoison) << i;
  EXPECT_EQ(stored().size(), kCount - 1u);
  EXPECT_FALSE(stored().contains(kPoison));
  expect_sound();
}

TEST_P(FullDiskTest, writes_are_refused_reads_go_on_and_it_recovers_by_itself) {
  std::set<std::int64_t> acknowledged;
  const auto write = [&](std::int64_t id) {
    try {
      database_->write_now([&](Tx& tx) { put(tx, id, 4000); });
      acknowledged.insert(id);
      return true;
    } catch (const Unavailable&) {
      return false;
    }
  };
  std::int64_t id = 0;
  for (; id < 50; ++id) ASSERT_TRUE(write(id));
  disk_.fill();
  int refused = 0;
  for (; id < 2000 && refused < 20; ++id) refused += write(id) ? 0 : 1;
  EXPECT_EQ(refused, 20);
  EXPECT_EQ(stored(), acknowledged) << "reads work on the full disk";
  disk_.make_room();
  EXPECT_TRUE(write(id++)) << "no restart needed";
  EXPECT_EQ(stored(), acknowledged);
  expect_sound();
}

TEST_P(FullDiskTest, the_audit_of_reads_is_still_written_on_a_full_disk) {
  const auto write = [&](std::int64_t id, Lane lane) {
    try {
      database_->write_now([&](Tx& tx) { put(tx, id); }, lane);
      return true;
    } catch (const Unavailable&) {
      return false;
    }
  };
  ASSERT_TRUE(write(0, Lane::interactive));
  disk_.fill();
  std::int64_t id = 1;
  while (id < 3000 && write(id, Lane::interactive)) ++id;  // what the log still holds
  EXPECT_TRUE(write(10'000, Lane::audit));
  EXPECT_TRUE(write(10'001, Lane::audit));
  EXPECT_FALSE(write(10'002, Lane::interactive)) << "the reserve is not for others";
  EXPECT_TRUE(write(10'003, Lane::audit));
  disk_.make_room();
  EXPECT_TRUE(write(10'004, Lane::interactive));
  EXPECT_TRUE(fs::exists(disk_.path() / "data" / "auricle.db.reserve")) << "taken back";
}

class KillTest : public DatabaseTest {};
ON_BOTH_DATABASES(KillTest);

// In the child: acknowledges each durable write by its number.
[[noreturn]] void write_until_killed(const Options& options, int pipe, std::int64_t from) {
  const auto database = open_database(options);
  std::atomic<std::int64_t> next{from};
  std::vector<std::thread> writers;
  for (int w = 0; w < 6; ++w)
    writers.emplace_back([&] {
      for (;;) {
        const std::int64_t id = next++;
        database->write_now([&](Tx& tx) {
          tx.exec("INSERT INTO platform_blob_chunk(blob_id, number, created, data) VALUES($1, 0, 0, $2)", id,
                  Bytes{std::string(300, 'x')});
          tx.exec("INSERT INTO platform_mark(name, value) VALUES($1, $2)", "both " + std::to_string(id), id);
        });
        if (::write(pipe, &id, sizeof id) != sizeof id) std::_Exit(1);
      }
    });
  for (auto& writer : writers) writer.join();
  std::_Exit(0);
}

TEST_P(KillTest, what_was_acknowledged_is_there_and_nothing_is_half_done) {
  auto options = test_database().options();
  options.run_writes_twice = false;
  std::mt19937 random(std::random_device{}());
  std::set<std::int64_t> acknowledged;
  for (int round = 0; round < 6; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_until_killed(options, ends[1], round * 1'000'000);
    ::close(ends[1]);
    const int wanted = std::uniform_int_distribution<>(1, 300)(random);
    std::int64_t id;
    for (int got = 0; ::read(ends[0], &id, sizeof id) == sizeof id;) {
      acknowledged.insert(id);
      if (++got == wanted) ::kill(child, SIGKILL);
    }
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
  }
  const auto rows =
      database().read_now([](Session& s) { return s.all<std::int64_t>("SELECT blob_id FROM platform_blob_chunk"); });
  const auto marks =
      database().read_now([](Session& s) { return s.all<std::int64_t>("SELECT value FROM platform_mark"); });
  const std::set<std::int64_t> stored(rows.begin(), rows.end());
  EXPECT_TRUE(std::includes(stored.begin(), stored.end(), acknowledged.begin(), acknowledged.end()));
  EXPECT_EQ(stored, (std::set<std::int64_t>(marks.begin(), marks.end()))) << "both rows of a closure or none";
  EXPECT_GE(acknowledged.size(), 6u);
}

class ReconnectTest : public DatabaseTest {};
INSTANTIATE_TEST_SUITE_P(On, ReconnectTest, testing::Values(Dialect::postgres), dialect_name);

TEST_P(ReconnectTest, dropped_connections_are_made_anew) {
  const auto other = open_database(test_database().options());
  for (int i = 0; i < 3; ++i) {
    EXPECT_NO_THROW(database().write_now(
        [&](Tx& tx) { tx.exec("INSERT INTO platform_mark(name, value) VALUES($1, 1)", std::to_string(i)); }));
    other->read_now([](Session& s) {
      s.all<bool>(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
          "pg_backend_pid()");
    });
  }
  EXPECT_EQ(database().read_now([](Session& s) { return s.one<std::int64_t>("SELECT COUNT(*) FROM platform_mark"); }),
            3);
}

}  // namespace
}  // namespace auricle::db
