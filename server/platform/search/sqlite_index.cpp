#include <zlib.h>

#include <functional>
#include <mutex>
#include <stdexcept>

#include "platform/db/sqlite_connection.h"
#include "platform/search/fold.h"
#include "platform/search/index_impl.h"
#include "platform/search/slices.h"

namespace auricle::search {
namespace {

// Rows stand in order of time: 41 bits of milliseconds, 20 bits to tell those of one millisecond apart.
constexpr std::int64_t kSpread = 1 << 20;
constexpr int kLayout = 2;  // a file of another layout is begun anew
constexpr auto kLongest = std::chrono::seconds(10);
constexpr const char* kTables[] = {
    "CREATE TABLE search_document(row INTEGER PRIMARY KEY, kind TEXT NOT NULL, record_id INTEGER NOT NULL, slice "
    "INTEGER NOT NULL, site_id INTEGER NOT NULL, happened_at INTEGER NOT NULL, words BLOB NOT NULL, UNIQUE (record_id, "
    "kind))",
    "CREATE TABLE search_slice(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, site_id INTEGER NOT NULL, first_at INTEGER "
    "NOT "
    "NULL, last_at INTEGER NOT NULL, documents INTEGER NOT NULL)",
    "CREATE TABLE search_state(name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
    "CREATE VIRTUAL TABLE search_words USING fts5(words, content='', columnsize=0, tokenize=\"unicode61 "
    "remove_diacritics 0\")"};

std::string squeezed(const std::string& text) {
  uLongf size = compressBound(text.size());
  std::string out(size + 4, '\0');
  for (int i = 0; i < 4; ++i) out[static_cast<std::size_t>(i)] = static_cast<char>(text.size() >> (8 * i));
  if (compress2(reinterpret_cast<Bytef*>(out.data()) + 4, &size, reinterpret_cast<const Bytef*>(text.data()),
                text.size(), Z_BEST_SPEED) != Z_OK)
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

// "words" of any slice, one after another: ("0007un" AND "0007cop"*) OR ("0006un" AND "0006cop"*)
std::string match_text(std::span<const Slice> slices, const std::vector<Group>& groups) {
  std::string out;
  for (const auto& slice : slices) {
    out += out.empty() ? "(" : " OR (";
    bool first = true;
    for (const auto& group : marked(slice.id, groups)) {
      out += first ? "\"" : " AND \"";
      for (std::size_t i = 0; i < group.words.size(); ++i) out += (i ? " " : "") + group.words[i];
      out += group.prefix ? "\"*" : "\"";
      first = false;
    }
    out += ")";
  }
  return out;
}

// Those slices that hold all words but the one still being typed. What a prefix matches is costly to gather, so it is
// not gathered where another word is missing.
std::vector<Slice> holding_whole_words(db::Session& session, std::span<const Slice> slices, std::vector<Group> groups) {
  std::vector<Slice> out(slices.begin(), slices.end());
  const auto dropped = std::erase_if(groups, [](const Group& group) { return group.prefix; });
  if (dropped == 0 || groups.empty()) return out;
  std::erase_if(out, [&](const Slice& slice) {
    return !session.one<int>("SELECT 1 FROM search_words WHERE search_words MATCH $1 LIMIT 1",
                             match_text(std::span(&slice, 1), groups));
  });
  return out;
}

struct Stored {
  std::int64_t row = 0, slice = 0;
  SiteId site_id;
  Instant happened_at;
  db::Bytes words;
};
BOOST_DESCRIBE_STRUCT(Stored, (), (row, slice, site_id, happened_at, words))

// FTS5 without its own copy of the text: 3.40 can then remove a row only when it is given the words once more, so they
// are kept compressed beside it.
class SqliteIndex final : public Index {
 public:
  SqliteIndex(const std::string& directory, std::int64_t full)
      : path_(directory + "/search.db"),
        full_(full),
        writer_(path_, db::SqliteConnection::Mode::write_derived),
        reader_((prepare(), path_), db::SqliteConnection::Mode::read) {}

  std::optional<std::int64_t> high_water() override {
    const std::lock_guard lock(read_mutex_);  // a purge holds the other for long
    reader_.set_deadline(db::SqliteConnection::Deadline::max());
    db::SqliteSession session(reader_);
    return session.one<std::int64_t>("SELECT value FROM search_state WHERE name = 'high_water'");
  }

  void apply(const std::vector<Update>& updates, std::optional<std::int64_t> high_water) override {
    transaction([&](db::Tx& tx) {
      SliceBook book(tx, full_);
      for (const auto& update : updates) apply_one(tx, book, update);
      book.store(tx);
      if (high_water)
        tx.exec(
            "INSERT INTO search_state(name, value) VALUES('high_water', $1) ON CONFLICT (name) DO UPDATE SET value "
            "= $1",
            *high_water);
    });
  }

  void purge() override {
    const std::lock_guard lock(write_mutex_);
    writer_.command("INSERT INTO search_words(search_words) VALUES('optimize')");
    writer_.command("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  void clear() override {
    transaction([&](db::Tx& tx) {
      tx.exec("INSERT INTO search_words(search_words) VALUES('delete-all')");
      for (const auto* table : {"search_document", "search_slice", "search_state"})
        tx.exec(std::string("DELETE FROM ") + table);
    });
  }

  std::vector<Hit> query(db::Session&, const Query& query) override {
    const auto groups = parse_query(query.text);
    if (groups.empty()) return {};
    const std::lock_guard lock(read_mutex_);
    reader_.set_deadline(std::chrono::steady_clock::now() + kLongest);
    db::SqliteSession session(reader_);
    return newest_hits(slices_for(session, query), query.limit, [&](std::span<const Slice> asked, int limit) {
      const auto slices = holding_whole_words(session, asked, groups);
      if (slices.empty()) return std::vector<Hit>{};
      return session.all<Hit>(
          "SELECT d.kind, d.record_id AS id, d.happened_at FROM search_words w CROSS JOIN search_document d ON d.row = "
          "w.rowid WHERE search_words MATCH $1 ORDER BY w.rowid DESC LIMIT $2",
          match_text(slices, groups), limit);
    });
  }

 private:
  int prepare() {
    db::SqliteSession session(writer_);
    if (session.one<int>("PRAGMA user_version") == kLayout) return 0;
    transaction([&](db::Tx& tx) {
      for (const auto* table : {"search_document", "search_slice", "search_state", "search_words"})
        tx.exec(std::string("DROP TABLE IF EXISTS ") + table);
      for (const auto* table : kTables) tx.exec(table);
      tx.exec("PRAGMA user_version = " + std::to_string(kLayout));
    });
    return 0;
  }
  void transaction(const std::function<void(db::Tx&)>& work) {
    const std::lock_guard lock(write_mutex_);
    writer_.command("BEGIN IMMEDIATE");
    try {
      db::SqliteSession tx(writer_);
      work(tx);
      writer_.command("COMMIT");
    } catch (...) {
      if (writer_.in_transaction()) writer_.command("ROLLBACK");
      throw;
    }
  }
  // True when what is there is the same already.
  bool remove_other(db::Tx& tx, SliceBook& book, const Update& update, const std::string& words) {
    const auto there = tx.one<Stored>(
        "SELECT row, slice, site_id, happened_at, words FROM search_document WHERE record_id = $1 AND kind = $2",
        update.id, update.kind);
    if (!there) return false;
    const std::string old = unsqueezed(there->words.data);
    if (update.document && old == words && there->site_id == update.document->site &&
        there->happened_at == update.document->happened_at)
      return true;
    tx.exec("INSERT INTO search_words(search_words, rowid, words) VALUES('delete', $1, $2)", there->row,
            marked_words(there->slice, old));
    tx.exec("DELETE FROM search_document WHERE row = $1", there->row);
    book.removed(there->slice);
    return false;
  }
  void apply_one(db::Tx& tx, SliceBook& book, const Update& update) {
    const std::string words = update.document ? joined_words(update.document->text) : std::string();
    if (remove_other(tx, book, update, words) || words.empty()) return;
    const auto& document = *update.document;
    const auto slice = book.put(update.kind, document.site, document.happened_at);
    std::int64_t row = document.happened_at.ms * kSpread + (update.id & (kSpread / 2 - 1));
    while (tx.one<int>("SELECT 1 FROM search_document WHERE row = $1", row)) ++row;
    tx.exec(
        "INSERT INTO search_document(row, kind, record_id, slice, site_id, happened_at, words) VALUES($1, $2, $3, $4, "
        "$5, $6, $7)",
        row, update.kind, update.id, slice, document.site.value, document.happened_at, db::Bytes{squeezed(words)});
    tx.exec("INSERT INTO search_words(rowid, words) VALUES($1, $2)", row, marked_words(slice, words));
  }

  const std::string path_;
  const std::int64_t full_;
  std::mutex write_mutex_, read_mutex_;
  db::SqliteConnection writer_, reader_;
};

}  // namespace

std::unique_ptr<Index> open_sqlite_index(const std::string& directory, std::int64_t full) {
  return std::make_unique<SqliteIndex>(directory, full);
}

}  // namespace auricle::search
