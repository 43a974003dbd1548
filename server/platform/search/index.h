#pragma once
// The full-text index: derived, separate (search.db beside SQLite, a table of its own on PostgreSQL), fed after commit,
// rebuilt at will. It holds folded words only; what is shown comes from the records themselves.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/id.h"
#include "platform/base/time.h"
#include "platform/db/database.h"

namespace auricle::search {

struct Document {
  std::string text;  // as people wrote it; folded here
  SiteId site;       // zero: of no site, seen by all who may search
  Instant happened_at;
};

struct Update {
  std::string kind;
  std::int64_t id = 0;
  std::optional<Document> document;  // none: the record is gone
};

struct Query {
  std::string text;                // words; the last may be the beginning of one; a phrase in double quotes
  std::vector<std::string> kinds;  // at least one
  std::vector<SiteId> sites;       // of the viewer …
  bool all_sites = false;          // … unless these are all
  int limit = 50;
};

struct Hit {
  std::string kind;
  std::int64_t id = 0;
  Instant happened_at;
};
BOOST_DESCRIBE_STRUCT(Hit, (), (kind, id, happened_at))

inline constexpr int kMostHits = 2000;  // further down nobody looks
inline constexpr std::int64_t kFullSlice = 32'768;

class Index {
 public:
  virtual ~Index() = default;
  virtual std::optional<std::int64_t> high_water() = 0;  // the last change taken in; none: not built yet
  virtual void apply(const std::vector<Update>& updates, std::optional<std::int64_t> high_water) = 0;
  virtual void purge() = 0;  // after an erasure: removed terms leave the file, too
  virtual void clear() = 0;
  // Newest first. Rights are filtered before the limit.
  virtual std::vector<Hit> query(db::Session& session, const Query& query) = 0;
};

// `directory`: where search.db stands (SQLite); ignored on PostgreSQL.
std::unique_ptr<Index> open_index(db::Database& database, const std::string& directory,
                                  std::int64_t full_slice = kFullSlice);

// A query as folded words: every group must be found; the words of a group stand one after another; the last word of
// the last group may go on.
struct Group {
  std::vector<std::string> words;
  bool prefix = false;
};
std::vector<Group> parse_query(std::string_view text);

// The text around the first hits, in parts; hits are marked.
struct SnippetPart {
  std::string text;
  bool hit = false;
};
BOOST_DESCRIBE_STRUCT(SnippetPart, (), (text, hit))
std::vector<SnippetPart> snippet(std::string_view text, const std::vector<Group>& groups, std::size_t length = 180);

}  // namespace auricle::search
