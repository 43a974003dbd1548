#include "platform/search/feeder.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "platform/events/sequencer.h"

namespace auricle::search {
namespace {

constexpr int kBatch = 200, kListed = 10'000;
constexpr std::size_t kRebuildBatch = 2'000, kRebuildBytes = 4 << 20;
constexpr std::string_view kSilent = "search_silent";  // the first record that an import wrote
constexpr std::string_view kSilentTimes = "search_silent_times";
constexpr auto kPause = std::chrono::milliseconds(300);
constexpr auto kPauseAfterFailure = std::chrono::seconds(3);

}  // namespace

void written_silently(db::Tx& tx, std::int64_t first_id) {
  const auto earlier = events::mark(tx, kSilent);
  events::set_mark(tx, kSilent, earlier ? std::min(earlier, first_id) : first_id);
  events::set_mark(tx, kSilentTimes, events::mark(tx, kSilentTimes) + 1);
}

Feeder::Feeder(db::Database& database, Index& index, ReadChanges read_changes, LastChange last_change, Report report)
    : database_(database),
      index_(index),
      read_changes_(std::move(read_changes)),
      last_change_(std::move(last_change)),
      report_(std::move(report)) {}

Feeder::Feeder(db::Database& database, Index& index, Report report)
    : Feeder(
          database, index,
          [](db::Session& session, std::int64_t after, int limit) -> std::optional<std::vector<SequencedChange>> {
            const auto changes = events::changes_since(session, after, limit);
            if (!changes) return std::nullopt;
            std::vector<SequencedChange> out;
            for (const auto& change : *changes) out.push_back({change.seq, change.change.kind, change.change.id});
            return out;
          },
          [](db::Session& session) { return events::newest_sequence(session); }, std::move(report)) {}

Feeder::~Feeder() { stop(); }

void Feeder::start() {
  thread_ = std::thread([this] { work(); });
}

void Feeder::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Feeder::run_once() {
  const auto before = index_.high_water();
  if (!before) return rebuild({}) >= 0;
  if (feed_silent()) return true;
  std::vector<Update> updates;
  std::int64_t after = *before;
  bool trimmed = false;
  database_.read_now([&](db::Session& session) {
    updates.clear();
    std::set<std::pair<std::string, std::int64_t>> seen;
    const auto changes = read_changes_(session, *before, kBatch);
    trimmed = !changes;
    if (trimmed) return;
    for (const auto& change : *changes) {
      after = change.seq;
      const auto provider = providers_.find(change.kind);
      if (provider == providers_.end() || !seen.emplace(change.kind, change.id).second) continue;
      updates.push_back({change.kind, change.id, provider->second.text(session, change.id)});
    }
  });
  if (trimmed) return rebuild({}) >= 0;
  if (after == *before) return false;
  index_.apply(updates, after);
  return true;
}

bool Feeder::feed_silent() {
  const auto silent = read_silent();
  if (silent.first == 0) return false;
  feed_above(silent.first - 1, {});
  forget(silent);
  return true;
}

Feeder::Silent Feeder::read_silent() const {
  return database_.read_now([](db::Session& session) {
    return Silent{events::mark(session, kSilent), events::mark(session, kSilentTimes)};
  });
}

void Feeder::forget(const Silent& silent) const {
  if (silent.first == 0) return;
  database_.write_now([&](db::Tx& tx) {  // unless another import ended meanwhile
    if (events::mark(tx, kSilentTimes) == silent.times) events::set_mark(tx, kSilent, 0);
  });
}

std::int64_t Feeder::rebuild(const Progress& progress) {
  // What is committed while this runs has a higher sequence and is taken in afterwards.
  const std::int64_t mark = database_.read_now([&](db::Session& session) { return last_change_(session); });
  const auto silent = read_silent();
  index_.clear();
  const auto done = feed_above(0, progress);
  index_.purge();
  index_.apply({}, mark);
  forget(silent);
  return done;
}

// In the order of time: so the index grows at its end, which is quickest, and its slices become even.
std::int64_t Feeder::feed_above(std::int64_t id, const Progress& progress) {
  struct Entry {
    Listed listed;
    const std::pair<const std::string, Provider>* of;
  };
  std::vector<Entry> entries;
  for (const auto& provider : providers_)
    for (std::int64_t after = id;;) {
      const auto some =
          database_.read_now([&](db::Session& session) { return provider.second.list(session, after, kListed); });
      if (some.empty()) break;
      for (const auto& listed : some) entries.push_back({listed, &provider});
      after = some.back().id;
    }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.listed.happened_at < b.listed.happened_at; });
  const auto total = static_cast<std::int64_t>(entries.size());
  for (std::size_t at = 0; at < entries.size() && !stopping_;) {
    std::size_t next = at;
    const auto updates = database_.read_now([&](db::Session& session) {
      std::vector<Update> some;
      std::size_t bytes = 0;
      for (next = at; next < entries.size() && some.size() < kRebuildBatch && bytes < kRebuildBytes; ++next) {
        const auto& [listed, of] = entries[next];
        some.push_back({of->first, listed.id, of->second.text(session, listed.id)});
        if (some.back().document) bytes += some.back().document->text.size();
      }
      return some;
    });
    index_.apply(updates, std::nullopt);
    at = next;
    if (progress) progress(static_cast<std::int64_t>(at), total);
  }
  if (stopping_) throw std::runtime_error("stopped before all records were taken in");
  return total;
}

void Feeder::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    bool more = false, failed = false;
    try {
      more = run_once();
    } catch (const std::exception& error) {
      failed = true;
      if (!stopping_) report_(std::string("search: ") + error.what());
    }
    lock.lock();
    if (!more) wake_.wait_for(lock, failed ? kPauseAfterFailure : kPause, [this] { return stopping_.load(); });
  }
}

}  // namespace auricle::search
