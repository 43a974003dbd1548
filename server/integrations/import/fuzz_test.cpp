// Histories broken at random, from those kept under tests/fuzz/history: no import ends the program or stops before its
// end, every line is taken or refused with a reason, and what was taken is exported in rows that can be read again.
#include <gtest/gtest.h>

#include <fstream>

#include "analytics/analytics.h"
#include "integrations/import/import.h"
#include "integrations/import/rows.h"
#include "patients/patients.h"
#include "platform/base/test_breaker.h"
#include "platform/crypto/test_keyring.h"
#include "platform/db/test_database.h"

namespace auricle::import {
namespace {

constexpr std::string_view kWords[] = {"\n",
                                       "null",
                                       "true",
                                       "-1",
                                       "1e308",
                                       "-9223372036854775808",
                                       "18446744073709551615",
                                       "0.1",
                                       "\"\"",
                                       "[]",
                                       "{}",
                                       "\"\\u0000\"",
                                       "\"\\ud800\"",
                                       "\"2026-02-30\"",
                                       "\"0000-01-01T00:00:00Z\"",
                                       "\"9999-12-31T23:59:60+23:59\"",
                                       "\"-292277022-01-01T00:00:00Z\"",
                                       "\"Mars/Olympus\"",
                                       "\xFF",
                                       "\xC3",
                                       "\"kind\":\"move\",",
                                       "\"kind\":\"case\",",
                                       "\"kind\":\"call\",",
                                       "\"case\":\"c1\",",
                                       "\"patient\":\"p2\",",
                                       "\"at\":\"2026-03-02T11:00:00Z\",",
                                       "\"source\":\"x\",",
                                       "[[\"24:00\",\"09:00\"]]",
                                       "[[\"09:00\"]]",
                                       "[{\"system\":\"phone\",\"value\":\"\"}]",
                                       "[{\"system\":\"email\",\"value\":7}]",
                                       "[[[[[[[["};

class HistoryFuzz : public db::DatabaseTest {
 protected:
  void SetUp() override {
    db::DatabaseTest::SetUp();
    if (IsSkipped()) return;
    keyring_ = crypto::make_test_keyring(test_database(), clock);
    patients_ = std::make_unique<patients::Patients>(*keyring_, clock);
  }
  void import(const std::string& text) {
    const auto path = test_database().directory() + "/history.jsonl";
    std::ofstream(path, std::ios::binary) << text;
    Options options;
    options.files = {path};
    options.refuse = [](const Refusal& refusal) { EXPECT_FALSE(refusal.reason.empty()); };
    history().import(options);
  }
  History history() { return {database(), *keyring_, *patients_, clock}; }

  std::unique_ptr<crypto::Keyring> keyring_;
  std::unique_ptr<patients::Patients> patients_;
};
ON_BOTH_DATABASES(HistoryFuzz);

TEST_P(HistoryFuzz, broken_rows_are_taken_or_refused) {
  auto files = test::corpus({"tests/fuzz/history"}, ".jsonl");
  ASSERT_GE(files.size(), 3u);
  for (const auto& file : files) import(file);
  test::Breaker breaker(files, {std::begin(kWords), std::end(kWords)}, test::fuzz_seed(), 50'000);
  test::fuzz("jsonl", [&] {
    const auto broken = breaker.next();
    try {
      import(broken);
    } catch (const std::exception& e) {
      ADD_FAILURE() << "the import stopped: " << e.what();
    }
    return broken;
  });
  std::int64_t rows = 0;
  history().export_to([&](std::string_view line) {
    Row row;
    std::string reason;
    ++rows;
    line.remove_suffix(1);
    EXPECT_TRUE(read_row(line, row, reason)) << reason << " " << line;
  });
  EXPECT_GT(rows, 20);
  const auto query =
      analytics::parse_query({"first_response_time", "2026-03-01", "2026-04-01", "", "elapsed", ""}, clock.now());
  ASSERT_TRUE(query);
  database().read_now([&](db::Session& session) { return analytics::figures(session, *query); });
}

}  // namespace
}  // namespace auricle::import
