#pragma once
// The documents of one kind and site, cut into slices of time of some ten thousand each. Every word carries its slice
// ("0007factura"), so that a search reads slice after slice, newest first, and stops when it has enough: a common word
// costs what one slice holds, however many years lie behind it.
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "platform/search/index.h"

namespace auricle::search {

struct Slice {
  std::int64_t id = 0;
  std::string kind;
  SiteId site_id;
  Instant first_at, last_at;  // of its documents; slices of one kind and site do not overlap
  std::int64_t documents = 0;
};
BOOST_DESCRIBE_STRUCT(Slice, (), (id, kind, site_id, first_at, last_at, documents))

// Those a query may look into.
std::vector<Slice> slices_for(db::Session& session, const Query& query);

// All slices while one transaction writes; those changed are stored again at its end.
class SliceBook {
 public:
  SliceBook(db::Session& session, std::int64_t full);                // a slice is full with so many documents
  std::int64_t put(std::string_view kind, SiteId site, Instant at);  // the slice a document goes into
  void removed(std::int64_t slice);
  void store(db::Tx& tx) const;

 private:
  struct Entry {
    Slice slice;
    bool changed = false;
  };
  Entry& place(std::string_view kind, SiteId site, Instant at);
  Entry& open(std::string_view kind, SiteId site, Instant at);

  std::vector<Entry> entries_;
  std::int64_t full_, newest_id_ = 0;
};

std::string slice_mark(std::int64_t id);                               // four characters
std::string marked_words(std::int64_t slice, std::string_view words);  // "un cop" → "0007un 0007cop"
std::vector<Group> marked(std::int64_t slice, std::vector<Group> groups);

// The newest `wanted` hits. `ask` finds the newest hits of some slices.
using AskSlices = std::function<std::vector<Hit>(std::span<const Slice>, int limit)>;
std::vector<Hit> newest_hits(std::vector<Slice> slices, int wanted, const AskSlices& ask);

}  // namespace auricle::search
