#include <thread>

#include "platform/base/task.h"
#include "platform/db/test_database.h"

namespace auricle::db {
namespace {

struct Mark {
  std::string name;
  std::int64_t value = 0;
};
BOOST_DESCRIBE_STRUCT(Mark, (), (name, value))

class DatabaseBothTest : public DatabaseTest {
 protected:
  void put(const std::string& name, std::int64_t value) {
    database().write_now([&](Tx& tx) { tx.insert("platform_mark", Mark{name, value}); });
  }
  std::int64_t count() {
    return database().read_now([](Session& s) { return *s.one<std::int64_t>("SELECT COUNT(*) FROM platform_mark"); });
  }
};
ON_BOTH_DATABASES(DatabaseBothTest);

TEST_P(DatabaseBothTest, a_described_struct_goes_in_and_comes_out) {
  put("ñandú €", 9007199254740993);
  const auto mark = database().read_now(
      [](Session& s) { return s.one<Mark>("SELECT value, name FROM platform_mark WHERE name=$1", "ñandú €"); });
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->name, "ñandú €");
  EXPECT_EQ(mark->value, 9007199254740993);
}

TEST_P(DatabaseBothTest, parameters_are_numbered_not_ordered_and_may_repeat) {
  const auto text = database().read_now([](Session& s) {
    return s.one<std::string>("SELECT CAST($2 AS TEXT) || '$1' || CAST($1 AS TEXT) || CAST($2 AS TEXT)", "a", "b");
  });
  EXPECT_EQ(text, "b$1ab");
}

TEST_P(DatabaseBothTest, bytes_reals_empty_text_and_null_survive) {
  const std::string raw("\0\xff'\\x", 5);
  database().write_now([&](Tx& tx) {
    tx.exec("CREATE TABLE kinds(id BIGINT PRIMARY KEY, raw " +
            std::string(tx.dialect() == Dialect::sqlite ? "BLOB" : "BYTEA") +
            ", real_number DOUBLE PRECISION, words TEXT)");
    tx.exec("INSERT INTO kinds VALUES($1,$2,$3,$4)", 1, Bytes{raw}, 0.1, "");
    tx.exec("INSERT INTO kinds VALUES($1,$2,$3,$4)", 2, std::optional<Bytes>{}, std::optional<double>{},
            std::optional<std::string>{});
  });
  database().read_now([&](Session& s) {
    EXPECT_EQ(s.one<Bytes>("SELECT raw FROM kinds WHERE id=1")->data, raw);
    EXPECT_EQ(s.one<double>("SELECT real_number FROM kinds WHERE id=1"), 0.1);
    EXPECT_EQ(*s.one<std::optional<std::string>>("SELECT words FROM kinds WHERE id=1"), std::optional<std::string>(""));
    EXPECT_EQ(*s.one<std::optional<std::string>>("SELECT words FROM kinds WHERE id=2"), std::nullopt);
    EXPECT_FALSE(s.one<std::optional<Bytes>>("SELECT raw FROM kinds WHERE id=2")->has_value());
  });
}

TEST_P(DatabaseBothTest, counts_the_rows_a_statement_changed) {
  put("a", 1), put("b", 1);
  database().write_now([](Tx& tx) {
    EXPECT_EQ(tx.exec("UPDATE platform_mark SET value=$1 WHERE value=$2", 2, 1), 2);
    EXPECT_EQ(tx.exec("UPDATE platform_mark SET value=$1 WHERE value=$2", 2, 99), 0);
    EXPECT_EQ(tx.one<std::int64_t>("UPDATE platform_mark SET value=value+1 WHERE name=$1 RETURNING value", "a"), 3);
  });
}

TEST_P(DatabaseBothTest, a_visitor_may_query_with_the_same_statement) {
  put("a", 1), put("b", 2);
  int seen = 0;
  database().read_now([&](Session& s) {
    s.each<Mark>("SELECT name, value FROM platform_mark",
                 [&](Mark&&) { s.each<Mark>("SELECT name, value FROM platform_mark", [&](Mark&&) { ++seen; }); });
  });
  EXPECT_EQ(seen, 4);
}

TEST_P(DatabaseBothTest, a_failed_result_rolls_back) {
  const auto answer = database().write_now([](Tx& tx) -> Result<int> {
    tx.insert("platform_mark", Mark{"gone", 1});
    return fail(ErrorKind::conflict, "error.conflict");
  });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().key, "error.conflict");
  EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseBothTest, an_exception_rolls_back_and_reaches_the_caller) {
  EXPECT_THROW(database().write_now([](Tx& tx) {
    tx.insert("platform_mark", Mark{"gone", 1});
    throw std::domain_error("no");
  }),
               std::domain_error);
  EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseBothTest, a_second_equal_key_is_a_unique_violation_with_the_constraint_name) {
  put("once", 1);
  try {
    put("once", 2);
    FAIL();
  } catch (const UniqueViolation& violation) {
    EXPECT_EQ(violation.constraint, "platform_mark_pkey");
  }
  const auto change = [&](std::int64_t id) {
    database().write_now([&](Tx& tx) {
      tx.exec("INSERT INTO platform_change(id,seq,kind,record_id,version,occurred) VALUES($1,7,'case',1,1,0)", id);
    });
  };
  change(1);
  try {
    change(2);
    FAIL();
  } catch (const UniqueViolation& violation) {
    EXPECT_EQ(violation.constraint, "platform_change_seq");
  }
}

TEST_P(DatabaseBothTest, nothing_can_follow_a_failed_statement) {
  put("once", 1);
  EXPECT_ANY_THROW(database().write_now([](Tx& tx) {
    try {
      tx.insert("platform_mark", Mark{"once", 2});
    } catch (const UniqueViolation&) {
    }
    tx.insert("platform_mark", Mark{"other", 2});
  }));
  EXPECT_ANY_THROW(database().write_now([](Tx& tx) {
    try {
      tx.insert("platform_mark", Mark{"once", 2});
    } catch (const UniqueViolation&) {
    }
  }));
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseBothTest, writes_run_twice_in_tests_and_the_first_run_leaves_nothing) {
  int runs = 0;
  database().write_now([&](Tx& tx) { tx.insert("platform_mark", Mark{"run " + std::to_string(++runs), 1}); });
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseBothTest, many_writers_share_commits_and_all_succeed) {
  std::vector<std::jthread> writers;
  for (int w = 0; w < 8; ++w)
    writers.emplace_back([&, w] {
      for (int i = 0; i < 25; ++i) put(std::to_string(w) + "/" + std::to_string(i), i);
    });
  writers.clear();
  EXPECT_EQ(count(), 200);
}

TEST_P(DatabaseBothTest, counting_up_concurrently_loses_nothing) {
  put("n", 0);
  std::vector<std::jthread> writers;
  for (int w = 0; w < 6; ++w)
    writers.emplace_back([&] {
      for (int i = 0; i < 10; ++i)
        database().write_now([](Tx& tx) {
          const auto n = *tx.one<std::int64_t>("SELECT value FROM platform_mark WHERE name='n'");
          tx.exec("UPDATE platform_mark SET value=$1 WHERE name='n'", n + 1);
        });
    });
  writers.clear();
  EXPECT_EQ(database().read_now([](Session& s) { return s.one<std::int64_t>("SELECT value FROM platform_mark"); }), 60);
}

TEST_P(DatabaseBothTest, bulk_waits_for_interactive_but_is_done) {
  std::vector<std::jthread> writers;
  writers.emplace_back([&] {
    for (int i = 0; i < 20; ++i)
      database().write_now(
          [&](Tx& tx) {
            tx.insert("platform_mark", Mark{"bulk" + std::to_string(i), i});
          },
          Lane::bulk);
  });
  for (int i = 0; i < 20; ++i) put("interactive" + std::to_string(i), i);
  writers.clear();
  EXPECT_EQ(count(), 40);
}

TEST_P(DatabaseBothTest, a_read_sees_one_snapshot) {
  put("n", 1);
  const auto pair = database().read_now([&](Session& s) {
    const auto before = s.one<std::int64_t>("SELECT value FROM platform_mark");
    std::jthread([&] { database().write_now([](Tx& tx) { tx.exec("UPDATE platform_mark SET value=2"); }); }).join();
    return std::pair(before, s.one<std::int64_t>("SELECT value FROM platform_mark"));
  });
  EXPECT_EQ(pair.first, pair.second);
}

TEST_P(DatabaseBothTest, a_reader_cannot_write) {
  EXPECT_ANY_THROW(database().read_now([](Session& s) {
    s.run("INSERT INTO platform_mark(name,value) VALUES('x',1)", {}, [](const Row&) { return true; });
  }));
  EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseBothTest, says_after_commit_only_when_asked_and_kept) {
  std::atomic<int> calls = 0;
  database().after_commit = [&] { ++calls; };
  put("quiet", 1);
  (void)database().write_now([](Tx& tx) -> Result<int> {
    tx.wake_after_commit();
    return fail(ErrorKind::conflict, "error.conflict");
  });
  EXPECT_EQ(calls, 0);
  std::promise<void> woken;
  database().after_commit = [&] { woken.set_value(); };
  database().write_now([](Tx& tx) { tx.wake_after_commit(); });
  EXPECT_EQ(woken.get_future().wait_for(std::chrono::seconds(5)), std::future_status::ready);
}

Task<int> three_steps(Database& database) {
  const auto closure = [name = std::string(40, 'x')](Tx& tx) {
    tx.insert("platform_mark", Mark{name, 41});
    return 1;
  };
  const int made = co_await database.write(closure);
  const auto value =
      co_await database.read([](Session& s) { return *s.one<std::int64_t>("SELECT value FROM platform_mark"); });
  const auto slow =
      co_await database.read_slow([](Session& s) { return s.all<Mark>("SELECT name, value FROM platform_mark"); });
  const auto failed =
      co_await database.write([](Tx&) -> Result<int> { return fail(ErrorKind::conflict, "error.conflict"); });
  co_return made + static_cast<int>(value) + static_cast<int>(slow.size()) + (failed ? 100 : 0);
}

TEST_P(DatabaseBothTest, a_coroutine_awaits_writes_and_reads) { EXPECT_EQ(run_task(three_steps(database())), 43); }

constexpr std::string_view kLong =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<300000) SELECT COUNT(*) FROM n";

Task<std::int64_t> long_read(Database& database) {
  co_return co_await database.read([](Session& s) { return *s.one<std::int64_t>(kLong); });
}

TEST_P(DatabaseBothTest, a_read_that_takes_long_leaves_the_calling_thread_and_finishes) {
  EXPECT_FALSE(database().try_read_inline([](Session& s) { s.one<std::int64_t>(kLong); }));
  EXPECT_EQ(run_task(long_read(database())), 300000);
}

TEST_P(DatabaseBothTest, a_slow_read_ends_at_its_deadline) {
  auto options = test_database().options();
  options.slow_read_ms = 50;
  const auto impatient = open_database(options);
  std::promise<void> finished;
  impatient->submit_read(
      Database::Pace::slow,
      [](Session& s) {
        s.one<std::int64_t>(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<100000000) SELECT COUNT(*) FROM n");
      },
      [&](std::exception_ptr error) { error ? finished.set_exception(error) : finished.set_value(); });
  EXPECT_THROW(finished.get_future().get(), Unavailable);
}

TEST_P(DatabaseBothTest, a_full_queue_refuses) {
  auto options = test_database().options();
  options.queue_limit = 2;
  options.readers = 1;
  const auto small = open_database(options);
  std::promise<void> gate;
  const auto open = gate.get_future().share();
  const auto submit = [&] {
    small->submit_read(
        Database::Pace::slow, [open](Session&) { open.wait(); }, [](auto) {});
  };
  EXPECT_THROW(
      {
        for (int i = 0; i < 10; ++i) submit();
      },
      Unavailable);
  gate.set_value();
}

}  // namespace
}  // namespace auricle::db
