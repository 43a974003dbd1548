#include "platform/search/feeder.h"

#include <chrono>
#include <set>

#include "platform/events/sequencer.h"

namespace auricle::search {
namespace {

constexpr int kBatch = 200;
constexpr auto kPause = std::chrono::milliseconds(300);
constexpr auto kPauseAfterFailure = std::chrono::seconds(3);

}  // namespace

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
  const std::int64_t before = index_.high_water();
  std::vector<Update> updates;
  std::int64_t after = before;
  bool trimmed = false;
  database_.read_now([&](db::Session& session) {
    updates.clear();
    std::set<std::pair<std::string, std::int64_t>> seen;
    const auto changes = read_changes_(session, before, kBatch);
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
  if (after == before) return false;
  index_.apply(updates, after);
  for (const auto& update : updates)
    if (!update.document) {
      index_.purge();
      break;
    }
  return true;
}

std::int64_t Feeder::rebuild(const std::function<void(std::int64_t)>& progress) {
  // What is committed while this runs has a higher sequence and is taken in afterwards.
  const std::int64_t mark = database_.read_now([&](db::Session& session) { return last_change_(session); });
  index_.clear();
  std::int64_t done = 0;
  for (const auto& [kind, provider] : providers_) {
    std::int64_t after = 0;
    for (bool more = true; more;) {
      std::vector<Update> updates;
      database_.read_now([&](db::Session& session) {
        updates.clear();
        const auto ids = provider.ids(session, after, kBatch);
        more = !ids.empty();
        for (const auto id : ids) {
          after = id;
          updates.push_back({kind, id, provider.text(session, id)});
        }
      });
      if (!updates.empty()) index_.apply(updates, 0);
      done += static_cast<std::int64_t>(updates.size());
      if (progress) progress(done);
    }
  }
  index_.apply({}, mark);
  index_.purge();
  return done;
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
      report_(std::string("search: ") + error.what());
    }
    lock.lock();
    if (!more) wake_.wait_for(lock, failed ? kPauseAfterFailure : kPause, [this] { return stopping_; });
  }
}

}  // namespace auricle::search
