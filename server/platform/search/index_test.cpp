#include "platform/search/index.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "platform/db/test_database.h"
#include "platform/search/feeder.h"

namespace auricle::search {
namespace {

std::string joined(const std::vector<SnippetPart>& parts) {
  std::string out;
  for (const auto& part : parts) out += part.hit ? "[" + part.text + "]" : part.text;
  return out;
}

TEST(Query, LastWordMayGoOn) {
  const auto groups = parse_query("Factura Núr");
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[1].words, std::vector<std::string>{"nur"});
  EXPECT_FALSE(groups[0].prefix);
  EXPECT_TRUE(groups[1].prefix);
  EXPECT_FALSE(parse_query("factura ").back().prefix);
}

TEST(Query, Phrases) {
  const auto groups = parse_query("\"canvi d'hora\" soler ");
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].words, (std::vector<std::string>{"canvi", "d", "hora"}));
  EXPECT_TRUE(parse_query("").empty());
  EXPECT_TRUE(parse_query("  ¿? ").empty());
}

TEST(Snippet, MarksTheHits) {
  EXPECT_EQ(joined(snippet("Voldria un canvi d’hora amb la Dra. Soler", parse_query("HORÀ sol"))),
            "Voldria un canvi d’[hora] amb la Dra. [Soler]");
}

TEST(Snippet, IsAWindowAroundTheFirstHit) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "paraula ";
  const auto parts = snippet(text + "biòpsia " + text, parse_query("biopsia"), 100);
  const auto shown = joined(parts);
  EXPECT_NE(shown.find("[biòpsia]"), std::string::npos) << shown;
  EXPECT_LT(shown.size(), 130u);
  EXPECT_TRUE(shown.starts_with("… paraula")) << shown;
}

class IndexTest : public db::DatabaseTest {
 protected:
  static constexpr int kFull = 10;  // documents of a slice
  void SetUp() override {
    db::DatabaseTest::SetUp();
    if (IsSkipped()) return;
    index = open_index(database(), test_database().directory(), kFull);
  }
  void put(const std::string& kind, std::int64_t id, const std::string& text, SiteId site = {}, std::int64_t when = 0) {
    index->apply({{kind, id, Document{text, site, Instant{1'790'000'000'000 + when}}}}, 1);
  }
  std::vector<std::int64_t> find(const std::string& text, Query query = {}) {
    query.text = text;
    if (query.kinds.empty()) query.kinds = {"message", "patient"}, query.all_sites = query.sites.empty();
    std::vector<std::int64_t> ids;
    database().read_now([&](db::Session& session) {
      ids.clear();
      for (const auto& hit : index->query(session, query)) ids.push_back(hit.id);
    });
    return ids;
  }
  std::unique_ptr<Index> index;
};
ON_BOTH_DATABASES(IndexTest);
using Ids = std::vector<std::int64_t>;

TEST_P(IndexTest, FindsWithoutAccentsNewestFirst) {
  put("message", 1, "Resultat de la biòpsia", {}, 1);
  put("message", 2, "BIOPSIA pendent", {}, 2);
  put("message", 3, "Factura", {}, 3);
  EXPECT_EQ(find("biopsia "), (Ids{2, 1}));
  EXPECT_EQ(find("biop"), (Ids{2, 1}));
  EXPECT_EQ(find("biop "), Ids{});
  EXPECT_EQ(find("biopsia resultat"), Ids{1});
}

TEST_P(IndexTest, Phrases) {
  put("message", 1, "un canvi d'hora");
  put("message", 2, "hora de canvi");
  EXPECT_EQ(find("\"canvi d'hora\""), Ids{1});
  EXPECT_EQ(find("東京"), Ids{});
  put("message", 3, "我住在東京都");
  EXPECT_EQ(find("東京"), Ids{3});
}

TEST_P(IndexTest, RightsComeBeforeTheCandidateLimit) {
  std::vector<Update> foreign;
  for (int i = 0; i < 100; ++i)
    foreign.push_back({"message", 1000 + i, Document{"dolor", SiteId{2}, Instant{2'000'000'000'000 + i}}});
  index->apply(foreign, 1);
  put("message", 1, "dolor", SiteId{1});
  put("message", 2, "dolor");
  Query query;
  query.kinds = {"message"};
  query.sites = {SiteId{1}};
  query.limit = 50;
  auto ids = find("dolor", query);
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(ids, (Ids{1, 2}));
}

TEST_P(IndexTest, FindsTheNewestAcrossSlicesKindsAndSites) {
  std::vector<Update> updates;
  Ids all;
  for (int i = 0; i < 95; ++i) {
    const auto* kind = i % 3 ? "message" : "patient";
    updates.push_back(
        {kind, 1000 + i, Document{i % 5 ? "gemeinsam" : "gemeinsam selten", SiteId{i % 2}, Instant{i * 7}}});
    all.push_back(1000 + i);
  }
  index->apply(updates, 1);
  std::reverse(all.begin(), all.end());
  Query query;
  for (const int limit : {1, 5, 12, 40, 200}) {
    query.limit = limit;
    query.kinds = {"message", "patient"};
    query.all_sites = true;
    auto expected = all;
    expected.resize(std::min(expected.size(), static_cast<std::size_t>(limit)));
    EXPECT_EQ(find("gemein", query), expected) << limit;
  }
  Ids rare;
  for (const auto id : all)
    if ((id - 1000) % 5 == 0) rare.push_back(id);
  EXPECT_EQ(find("selten gemeins", query), rare);
}

TEST_P(IndexTest, WhatIsOlderThanTheRestIsFoundToo) {
  for (int i = 0; i < 40; ++i) put("message", 100 - i, "rückwärts", {}, -i);
  Ids expected;
  for (int i = 0; i < 40; ++i) expected.push_back(100 - i);
  EXPECT_EQ(find("ruckwarts"), expected);
  for (int i = 0; i < 40; ++i) index->apply({{"message", 100 - i, std::nullopt}}, 2);
  EXPECT_EQ(find("ruckwarts"), Ids{});
}

TEST_P(IndexTest, ChangesAndRemoves) {
  put("message", 1, "abans");
  put("message", 1, "després");
  EXPECT_EQ(find("abans"), Ids{});
  EXPECT_EQ(find("despres"), Ids{1});
  index->apply({{"message", 1, std::nullopt}}, 7);
  EXPECT_EQ(find("despres"), Ids{});
  EXPECT_EQ(index->high_water(), 7);
}

TEST_P(IndexTest, TextThatLooksLikeAQueryIsOnlyWords) {
  put("message", 1, "a OR b AND NOT (c) 'd' \\ \"e\"");
  EXPECT_EQ(find("or not"), Ids{1});
  EXPECT_EQ(find("' \\ ) c"), Ids{1});
}

TEST_P(IndexTest, ErasureLeavesNoWordInTheFile) {
  if (GetParam() != db::Dialect::sqlite) GTEST_SKIP() << "files are PostgreSQL's own";
  put("message", 1, "kanarienvogel diagnose");
  put("message", 2, "anderes");
  index->apply({{"message", 1, std::nullopt}}, 2);
  index->purge();
  for (const auto* name : {"/search.db", "/search.db-wal"}) {
    std::ifstream file(test_database().directory() + name, std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    EXPECT_EQ(bytes.str().find("kanarienvogel"), std::string::npos) << name;
  }
  EXPECT_EQ(find("anderes"), Ids{2});
}

TEST_P(IndexTest, FeederFollowsAndRebuilds) {
  std::map<std::int64_t, std::string> records{{1, "eins"}, {2, "zwei"}};
  std::vector<SequencedChange> changes{{1, "message", 1}, {2, "other", 9}, {3, "message", 2}};
  Feeder feeder(
      database(), *index,
      [&](db::Session&, std::int64_t after, int) -> std::optional<std::vector<SequencedChange>> {
        std::vector<SequencedChange> out;
        for (const auto& change : changes)
          if (change.seq > after) out.push_back(change);
        return out;
      },
      [&](db::Session&) { return changes.back().seq; }, [](const std::string&) {});
  feeder.provide("message", {[&](db::Session&, std::int64_t id) -> std::optional<Document> {
                               if (!records.contains(id)) return std::nullopt;
                               return Document{records[id], {}, Instant{1'790'000'000'000}};
                             },
                             [&](db::Session&, std::int64_t after, int) {
                               std::vector<Listed> listed;
                               for (const auto& [id, text] : records)
                                 if (id > after) listed.push_back({id, Instant{-id}});
                               return listed;
                             }});
  EXPECT_FALSE(index->high_water());
  EXPECT_TRUE(feeder.run_once());
  EXPECT_FALSE(feeder.run_once());
  EXPECT_EQ(find("zwei"), Ids{2});
  EXPECT_EQ(index->high_water(), 3);
  records.erase(2);
  changes.push_back({4, "message", 2});
  EXPECT_TRUE(feeder.run_once());
  EXPECT_EQ(find("zwei"), Ids{});
  records[50] = "eingeführt";  // by an import, which announces nothing
  records[51] = "eingeführt";
  EXPECT_FALSE(feeder.run_once());
  database().write_now([](db::Tx& tx) {
    written_silently(tx, 50);
    written_silently(tx, 51);
  });
  EXPECT_TRUE(feeder.run_once());
  EXPECT_FALSE(feeder.run_once());
  EXPECT_EQ(find("eingefuhrt").size(), 2u);
  records.erase(50);
  records.erase(51);
  EXPECT_EQ(feeder.rebuild({}), 1);
  EXPECT_EQ(find("eins"), Ids{1});
  EXPECT_EQ(index->high_water(), 4);
}

}  // namespace
}  // namespace auricle::search
