#include "platform/search/slices.h"

#include <algorithm>

namespace auricle::search {
namespace {

constexpr std::size_t kMostAtOnce = 8;
constexpr std::string_view kAll = "SELECT id, kind, site_id, first_at, last_at, documents FROM search_slice";

bool newer(const Hit& a, const Hit& b) {
  return a.happened_at != b.happened_at ? a.happened_at > b.happened_at : a.id > b.id;
}

}  // namespace

std::vector<Slice> slices_for(db::Session& session, const Query& query) {
  std::vector<Slice> out;
  session.each<Slice>(kAll, [&](Slice&& slice) {
    const bool kind = std::find(query.kinds.begin(), query.kinds.end(), slice.kind) != query.kinds.end();
    const bool site = query.all_sites || !slice.site_id ||
                      std::find(query.sites.begin(), query.sites.end(), slice.site_id) != query.sites.end();
    if (kind && site) out.push_back(std::move(slice));
  });
  return out;
}

SliceBook::SliceBook(db::Session& session, std::int64_t full) : full_(full) {
  session.each<Slice>(kAll, [&](Slice&& slice) {
    newest_id_ = std::max(newest_id_, slice.id);
    entries_.push_back({std::move(slice)});
  });
}

SliceBook::Entry& SliceBook::open(std::string_view kind, SiteId site, Instant at) {
  return entries_.emplace_back(Entry{{++newest_id_, std::string(kind), site, at, at, 0}});
}

// The slice whose time it is; a new one before the first or after the last once that is full.
SliceBook::Entry& SliceBook::place(std::string_view kind, SiteId site, Instant at) {
  Entry *before = nullptr, *after = nullptr;  // the last that begins at or before `at`, the first that begins later
  for (auto& entry : entries_) {
    const auto& slice = entry.slice;
    if (slice.kind != kind || slice.site_id != site) continue;
    if (slice.first_at <= at && (!before || slice.first_at > before->slice.first_at)) before = &entry;
    if (slice.first_at > at && (!after || slice.first_at < after->slice.first_at)) after = &entry;
  }
  if (!before && !after) return open(kind, site, at);
  auto& found = before ? *before : *after;
  const bool at_an_end = before ? !after && at > before->slice.last_at : true;
  return at_an_end && found.slice.documents >= full_ ? open(kind, site, at) : found;
}

std::int64_t SliceBook::put(std::string_view kind, SiteId site, Instant at) {
  auto& entry = place(kind, site, at);
  entry.slice.first_at = std::min(entry.slice.first_at, at);
  entry.slice.last_at = std::max(entry.slice.last_at, at);
  ++entry.slice.documents;
  entry.changed = true;
  return entry.slice.id;
}

void SliceBook::removed(std::int64_t slice) {
  for (auto& entry : entries_)
    if (entry.slice.id == slice) {
      --entry.slice.documents;
      entry.changed = true;
    }
}

void SliceBook::store(db::Tx& tx) const {
  for (const auto& [slice, changed] : entries_)
    if (changed)
      tx.exec(
          "INSERT INTO search_slice(id, kind, site_id, first_at, last_at, documents) VALUES($1, $2, $3, $4, $5, $6) ON "
          "CONFLICT (id) DO UPDATE SET first_at = excluded.first_at, last_at = excluded.last_at, documents = "
          "excluded.documents",
          slice.id, slice.kind, slice.site_id.value, slice.first_at, slice.last_at, slice.documents);
}

std::string slice_mark(std::int64_t id) {
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuv";
  std::string mark(4, '0');
  for (std::size_t i = mark.size(); i-- > 0; id /= 32) mark[i] = kDigits[static_cast<std::size_t>(id % 32)];
  return mark;
}

std::string marked_words(std::int64_t slice, std::string_view words) {
  const std::string mark = slice_mark(slice);
  std::string out = mark;
  for (const char c : words) {
    out += c;
    if (c == ' ') out += mark;
  }
  return out;
}

std::vector<Group> marked(std::int64_t slice, std::vector<Group> groups) {
  const std::string mark = slice_mark(slice);
  for (auto& group : groups)
    for (auto& word : group.words) word.insert(0, mark);
  return groups;
}

// Few hits in the newest slice mean a rare word, so that more slices can be asked at once.
std::vector<Hit> newest_hits(std::vector<Slice> slices, int wanted, const AskSlices& ask) {
  std::vector<Hit> hits;
  const auto enough = static_cast<std::size_t>(std::max(wanted, 0));
  std::sort(slices.begin(), slices.end(), [](const Slice& a, const Slice& b) { return a.last_at > b.last_at; });
  std::size_t group = 1;
  for (std::size_t at = 0; at < slices.size() && enough > 0; group = std::min(group * 2, kMostAtOnce)) {
    if (hits.size() == enough && hits.back().happened_at > slices[at].last_at) break;
    const auto count = std::min(group, slices.size() - at);
    auto more = ask(std::span(slices).subspan(at, count), wanted);
    hits.insert(hits.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    std::sort(hits.begin(), hits.end(), newer);
    if (hits.size() > enough) hits.resize(enough);
    at += count;
  }
  return hits;
}

}  // namespace auricle::search
