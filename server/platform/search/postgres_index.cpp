#include "platform/search/fold.h"
#include "platform/search/index_impl.h"
#include "platform/search/slices.h"

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
std::string vector_text(const std::string& mark, const std::vector<std::string>& words) {
  constexpr std::size_t kPositions = 16'383, kLongest = 2'000;
  std::string out;
  std::size_t position = 0;
  for (const auto& word : words) {
    if (position < kPositions) ++position;
    if (word.size() > kLongest) continue;
    out += quoted(mark + word) + ":" + std::to_string(position) + " ";
  }
  return out;
}

std::string query_text(std::span<const Slice> slices, const std::vector<Group>& groups) {
  std::string out;
  for (const auto& slice : slices) {
    out += out.empty() ? "(" : " | (";
    bool first = true;
    for (const auto& group : marked(slice.id, groups)) {
      out += first ? "(" : " & (";
      for (std::size_t i = 0; i < group.words.size(); ++i) {
        out += (i ? " <-> " : "") + quoted(group.words[i]);
        if (group.prefix && i + 1 == group.words.size()) out += ":*";
      }
      out += ")";
      first = false;
    }
    out += ")";
  }
  return out;
}

class PostgresIndex final : public Index {
 public:
  PostgresIndex(db::Database& database, std::int64_t full) : database_(database), full_(full) {
    database_.write_now([](db::Tx& tx) {
      if (tx.one<std::int64_t>("SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('search_document') AND attname "
                               "= 'slice'"))
        return;
      tx.exec("DROP TABLE IF EXISTS search_document, search_state, search_slice");  // of an older layout
      tx.exec(
          "CREATE TABLE search_document(kind TEXT NOT NULL, record_id BIGINT NOT NULL, slice BIGINT NOT NULL, site_id "
          "BIGINT NOT NULL, happened_at BIGINT NOT NULL, words TSVECTOR NOT NULL, PRIMARY KEY (record_id, kind))");
      tx.exec("CREATE INDEX search_document_words ON search_document USING GIN (words)");
      tx.exec(
          "CREATE TABLE search_slice(id BIGINT PRIMARY KEY, kind TEXT NOT NULL, site_id BIGINT NOT NULL, first_at "
          "BIGINT NOT NULL, last_at BIGINT NOT NULL, documents BIGINT NOT NULL)");
      tx.exec("CREATE TABLE search_state(name TEXT PRIMARY KEY, value BIGINT NOT NULL)");
    });
  }

  std::optional<std::int64_t> high_water() override {
    return database_.read_now([](db::Session& session) {
      return session.one<std::int64_t>("SELECT value FROM search_state WHERE name = 'high_water'");
    });
  }

  void apply(const std::vector<Update>& updates, std::optional<std::int64_t> high_water) override {
    database_.write_now(
        [&](db::Tx& tx) {
          SliceBook book(tx, full_);
          for (const auto& update : updates) apply_one(tx, book, update);
          book.store(tx);
          if (high_water)
            tx.exec(
                "INSERT INTO search_state(name, value) VALUES('high_water', $1) ON CONFLICT (name) DO UPDATE SET value "
                "= excluded.value",
                *high_water);
        },
        db::Lane::bulk);
  }

  void purge() override {}  // a removed row leaves the table by VACUUM; its words are in no other place

  void clear() override {
    database_.write_now([](db::Tx& tx) {
      for (const auto* table : {"search_document", "search_slice", "search_state"})
        tx.exec(std::string("DELETE FROM ") + table);
    });
  }

  std::vector<Hit> query(db::Session& session, const Query& query) override {
    const auto groups = parse_query(query.text);
    if (groups.empty()) return {};
    return newest_hits(slices_for(session, query), query.limit, [&](std::span<const Slice> slices, int limit) {
      return session.all<Hit>(
          "SELECT kind, record_id AS id, happened_at FROM search_document WHERE words @@ CAST($1 AS TSQUERY) ORDER BY "
          "happened_at DESC, record_id DESC LIMIT $2",
          query_text(slices, groups), limit);
    });
  }

 private:
  void apply_one(db::Tx& tx, SliceBook& book, const Update& update) const {
    const auto words = update.document ? folded_words(update.document->text) : std::vector<std::string>();
    if (const auto old = tx.one<std::int64_t>(
            "DELETE FROM search_document WHERE record_id = $1 AND kind = $2 RETURNING slice", update.id, update.kind))
      book.removed(*old);
    if (words.empty()) return;
    const auto& document = *update.document;
    const auto slice = book.put(update.kind, document.site, document.happened_at);
    tx.exec(
        "INSERT INTO search_document(kind, record_id, slice, site_id, happened_at, words) VALUES($1, $2, $3, $4, $5, "
        "CAST(CAST($6 AS TEXT) AS TSVECTOR))",
        update.kind, update.id, slice, document.site.value, document.happened_at,
        vector_text(slice_mark(slice), words));
  }

  db::Database& database_;
  const std::int64_t full_;
};

}  // namespace

std::unique_ptr<Index> open_postgres_index(db::Database& database, std::int64_t full_slice) {
  return std::make_unique<PostgresIndex>(database, full_slice);
}

std::unique_ptr<Index> open_index(db::Database& database, const std::string& directory, std::int64_t full_slice) {
  return database.dialect() == db::Dialect::sqlite ? open_sqlite_index(directory, full_slice)
                                                   : open_postgres_index(database, full_slice);
}

}  // namespace auricle::search
