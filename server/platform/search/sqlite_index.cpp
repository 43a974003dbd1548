#include <sqlite3.h>
#include <zlib.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <stdexcept>

#include "platform/search/fold.h"
#include "platform/search/index_impl.h"

namespace auricle::search {
namespace {

// Rows stand in order of time: 41 bits of milliseconds, 20 bits to tell those of one millisecond apart.
constexpr std::int64_t kSpread = 1 << 20;

class Statement {
 public:
  Statement(sqlite3* db, const std::string& sql) : db_(db) {
    if (sqlite3_prepare_v2(db, sql.c_str(), -1, &statement_, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db));
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& bind(std::int64_t value) {
    sqlite3_bind_int64(statement_, ++bound_, value);
    return *this;
  }
  Statement& bind(std::string_view value) {
    sqlite3_bind_text(statement_, ++bound_, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
    return *this;
  }
  Statement& bind_bytes(std::string_view value) {
    sqlite3_bind_blob(statement_, ++bound_, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
    return *this;
  }
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(db_));
    return false;
  }
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string text(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return data ? std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))) : std::string();
  }

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

std::string squeezed(const std::string& text) {
  uLongf size = compressBound(text.size());
  std::string out(size + 4, '\0');
  for (int i = 0; i < 4; ++i) out[static_cast<std::size_t>(i)] = static_cast<char>(text.size() >> (8 * i));
  if (compress2(reinterpret_cast<Bytef*>(out.data()) + 4, &size, reinterpret_cast<const Bytef*>(text.data()),
                text.size(), 6) != Z_OK)
    throw std::runtime_error("the search index could not compress a text");
  out.resize(size + 4);
  return out;
}

std::string unsqueezed(const std::string& bytes) {
  if (bytes.size() < 4) return {};
  uLongf size = 0;
  for (int i = 0; i < 4; ++i)
    size |= static_cast<uLongf>(static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)])) << (8 * i);
  std::string out(size, '\0');
  if (uncompress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()) + 4,
                 bytes.size() - 4) != Z_OK)
    throw std::runtime_error("the search index is damaged; rebuild it");
  return out;
}

sqlite3* opened(const std::string& path) {
  sqlite3* db = nullptr;
  if (sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nullptr) !=
      SQLITE_OK)
    throw std::runtime_error("the search index cannot be opened");
  sqlite3_busy_timeout(db, 5000);
  return db;
}

std::string match_text(const std::vector<Group>& groups) {
  std::string out;
  for (const auto& group : groups) {
    if (!out.empty()) out += " AND ";
    out += '"';
    for (std::size_t i = 0; i < group.words.size(); ++i) out += (i ? " " : "") + group.words[i];
    out += group.prefix ? "\"*" : "\"";
  }
  return out;
}

// FTS5 without its own copy of the text: 3.40 can then remove a row only when it is given the words once more, so they
// are kept compressed beside it.
class SqliteIndex final : public Index {
 public:
  explicit SqliteIndex(const std::string& directory)
      : writer_(opened(directory + "/search.db")), reader_((prepare(), opened(directory + "/search.db"))) {}
  ~SqliteIndex() override {
    sqlite3_close_v2(reader_);
    sqlite3_close_v2(writer_);
  }

  std::int64_t high_water() override {
    const std::lock_guard lock(write_mutex_);
    Statement statement(writer_, "SELECT value FROM search_state WHERE name = 'high_water'");
    return statement.step() ? statement.integer(0) : 0;
  }

  void apply(const std::vector<Update>& updates, std::int64_t high_water) override {
    const std::lock_guard lock(write_mutex_);
    transaction([&] {
      for (const auto& update : updates) apply_one(update);
      Statement statement(
          writer_,
          "INSERT INTO search_state(name, value) VALUES('high_water', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1");
      statement.bind(high_water).step();
    });
  }

  void purge() override {
    const std::lock_guard lock(write_mutex_);
    run("INSERT INTO search_words(search_words) VALUES('optimize')");
    run("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  void clear() override {
    const std::lock_guard lock(write_mutex_);
    transaction([&] {
      run("INSERT INTO search_words(search_words) VALUES('delete-all')");
      run("DELETE FROM search_document");
      run("DELETE FROM search_state");
    });
  }

  std::vector<Hit> query(db::Session&, const Query& query) override {
    const auto groups = parse_query(query.text);
    std::vector<Hit> hits;
    if (groups.empty() || query.kinds.empty()) return hits;
    std::string sql =
        "SELECT d.kind, d.record_id, d.happened_at FROM search_words w CROSS JOIN search_document d ON d.row = w.rowid "
        "WHERE search_words MATCH ?1 AND d.kind IN (";
    for (std::size_t i = 0; i < query.kinds.size(); ++i) sql += (i ? ",?" : "?") + std::to_string(i + 2);
    sql += ")";
    if (!query.all_sites) {
      sql += " AND d.site_id IN (0";
      for (const auto site : query.sites) sql += "," + std::to_string(site.value);
      sql += ")";
    }
    sql += " ORDER BY w.rowid DESC LIMIT " + std::to_string(kCandidates);
    const std::lock_guard lock(read_mutex_);
    Statement statement(reader_, sql);
    statement.bind(match_text(groups));
    for (const auto& kind : query.kinds) statement.bind(kind);
    while (statement.step()) hits.push_back({statement.text(0), statement.integer(1), Instant{statement.integer(2)}});
    return hits;
  }

 private:
  int prepare() {
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = NORMAL");
    run("PRAGMA secure_delete = ON");
    run("CREATE TABLE IF NOT EXISTS search_document(row INTEGER PRIMARY KEY, kind TEXT NOT NULL, record_id INTEGER NOT "
        "NULL, "
        "site_id INTEGER NOT NULL, happened_at INTEGER NOT NULL, words BLOB NOT NULL, UNIQUE (record_id, kind))");
    run("CREATE TABLE IF NOT EXISTS search_state(name TEXT PRIMARY KEY, value INTEGER NOT NULL)");
    run("CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING fts5(words, content='', tokenize=\"unicode61 "
        "remove_diacritics 0\")");
    return 0;
  }
  void run(const char* sql) {
    if (sqlite3_exec(writer_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(writer_));
  }
  void transaction(const std::function<void()>& work) {
    run("BEGIN IMMEDIATE");
    try {
      work();
      run("COMMIT");
    } catch (...) {
      sqlite3_exec(writer_, "ROLLBACK", nullptr, nullptr, nullptr);
      throw;
    }
  }
  // True when what is there is the same already.
  bool remove_other(const Update& update, const std::string& words) {
    Statement there(writer_,
                    "SELECT row, site_id, happened_at, words FROM search_document WHERE record_id = ?1 AND kind = ?2");
    if (!there.bind(update.id).bind(update.kind).step()) return false;
    const std::int64_t row = there.integer(0);
    const std::string old = unsqueezed(there.text(3));
    if (update.document && old == words && there.integer(1) == update.document->site.value &&
        there.integer(2) == update.document->happened_at.ms)
      return true;
    Statement(writer_, "INSERT INTO search_words(search_words, rowid, words) VALUES('delete', ?1, ?2)")
        .bind(row)
        .bind(old)
        .step();
    Statement(writer_, "DELETE FROM search_document WHERE row = ?1").bind(row).step();
    return false;
  }
  void apply_one(const Update& update) {
    const std::string words = update.document ? joined_words(update.document->text) : std::string();
    if (remove_other(update, words) || !update.document || words.empty()) return;
    std::int64_t row = update.document->happened_at.ms * kSpread + (update.id & (kSpread / 2 - 1));
    while (Statement(writer_, "SELECT 1 FROM search_document WHERE row = ?1").bind(row).step()) ++row;
    Statement(
        writer_,
        "INSERT INTO search_document(row, kind, record_id, site_id, happened_at, words) VALUES(?1, ?2, ?3, ?4, ?5, ?6)")
        .bind(row)
        .bind(update.kind)
        .bind(update.id)
        .bind(update.document->site.value)
        .bind(update.document->happened_at.ms)
        .bind_bytes(squeezed(words))
        .step();
    Statement(writer_, "INSERT INTO search_words(rowid, words) VALUES(?1, ?2)").bind(row).bind(words).step();
  }

  sqlite3* writer_;
  sqlite3* reader_;
  std::mutex write_mutex_, read_mutex_;
};

}  // namespace

std::unique_ptr<Index> open_sqlite_index(const std::string& directory) {
  return std::make_unique<SqliteIndex>(directory);
}

}  // namespace auricle::search
