#include "platform/search/fold.h"
#include "platform/search/index_impl.h"

namespace auricle::search {
namespace {

std::string quoted(const std::string& word) {  // a lexeme of a tsquery or tsvector
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'' || c == '\\') out += c;
    out += c;
  }
  return out + "'";
}

// 'word':1 'word':2 …: positions make phrases work; PostgreSQL keeps 16,383 of them at most.
std::string vector_text(const std::vector<std::string>& words) {
  constexpr std::size_t kPositions = 16'383, kLongest = 2'000;
  std::string out;
  std::size_t position = 0;
  for (const auto& word : words) {
    if (position < kPositions) ++position;
    if (word.size() > kLongest) continue;
    out += quoted(word) + ":" + std::to_string(position) + " ";
  }
  return out;
}

std::string query_text(const std::vector<Group>& groups) {
  std::string out;
  for (const auto& group : groups) {
    out += out.empty() ? "(" : " & (";
    for (std::size_t i = 0; i < group.words.size(); ++i) {
      out += (i ? " <-> " : "") + quoted(group.words[i]);
      if (group.prefix && i + 1 == group.words.size()) out += ":*";
    }
    out += ")";
  }
  return out;
}

class PostgresIndex final : public Index {
 public:
  explicit PostgresIndex(db::Database& database) : database_(database) {
    database_.write_now([](db::Tx& tx) {
      tx.exec(
          "CREATE TABLE IF NOT EXISTS search_document(kind TEXT NOT NULL, record_id BIGINT NOT NULL, site_id BIGINT "
          "NOT NULL, "
          "happened_at BIGINT NOT NULL, words TSVECTOR NOT NULL, PRIMARY KEY (record_id, kind))");
      tx.exec("CREATE INDEX IF NOT EXISTS search_document_words ON search_document USING GIN (words)");
      tx.exec("CREATE TABLE IF NOT EXISTS search_state(name TEXT PRIMARY KEY, value BIGINT NOT NULL)");
    });
  }

  std::int64_t high_water() override {
    return database_.read_now([](db::Session& session) {
      return session.one<std::int64_t>("SELECT value FROM search_state WHERE name = 'high_water'").value_or(0);
    });
  }

  void apply(const std::vector<Update>& updates, std::int64_t high_water) override {
    database_.write_now(
        [&](db::Tx& tx) {
          for (const auto& update : updates) apply_one(tx, update);
          tx.exec(
              "INSERT INTO search_state(name, value) VALUES('high_water', $1) ON CONFLICT (name) DO UPDATE SET value = "
              "excluded.value",
              high_water);
        },
        db::Lane::bulk);
  }

  void purge() override {}  // a removed row leaves the table by VACUUM; its words are in no other place

  void clear() override {
    database_.write_now([](db::Tx& tx) {
      tx.exec("DELETE FROM search_document");
      tx.exec("DELETE FROM search_state");
    });
  }

  std::vector<Hit> query(db::Session& session, const Query& query) override {
    const auto groups = parse_query(query.text);
    std::vector<Hit> hits;
    if (groups.empty() || query.kinds.empty()) return hits;
    std::string sql =
        "SELECT kind, record_id, happened_at FROM search_document WHERE words @@ CAST($1 AS TSQUERY) AND kind IN (";
    std::vector<db::Value> values;
    const std::string wanted = query_text(groups);
    values.push_back(std::string_view(wanted));
    for (const auto& kind : query.kinds) {
      values.push_back(std::string_view(kind));
      sql += (values.size() > 2 ? ",$" : "$") + std::to_string(values.size());
    }
    sql += ")";
    if (!query.all_sites) {
      sql += " AND site_id IN (0";
      for (const auto site : query.sites) sql += "," + std::to_string(site.value);
      sql += ")";
    }
    sql += " ORDER BY happened_at DESC, record_id DESC LIMIT " + std::to_string(kCandidates);
    session.run(sql, values, [&](const db::Row& row) {
      hits.push_back({std::string(row.text(0)), row.integer(1), Instant{row.integer(2)}});
      return true;
    });
    return hits;
  }

 private:
  static void apply_one(db::Tx& tx, const Update& update) {
    const auto words = update.document ? folded_words(update.document->text) : std::vector<std::string>();
    if (words.empty()) {
      tx.exec("DELETE FROM search_document WHERE record_id = $1 AND kind = $2", update.id, update.kind);
      return;
    }
    tx.exec(
        "INSERT INTO search_document(kind, record_id, site_id, happened_at, words) VALUES($1, $2, $3, $4, CAST(CAST($5 "
        "AS TEXT) AS TSVECTOR)) "
        "ON CONFLICT (record_id, kind) DO UPDATE SET site_id = excluded.site_id, happened_at = excluded.happened_at, "
        "words = excluded.words",
        update.kind, update.id, update.document->site.value, update.document->happened_at.ms, vector_text(words));
  }

  db::Database& database_;
};

}  // namespace

std::unique_ptr<Index> open_postgres_index(db::Database& database) { return std::make_unique<PostgresIndex>(database); }

std::unique_ptr<Index> open_index(db::Database& database, const std::string& directory) {
  return database.dialect() == db::Dialect::sqlite ? open_sqlite_index(directory) : open_postgres_index(database);
}

}  // namespace auricle::search
