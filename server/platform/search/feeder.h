#pragma once
// Keeps the index up with what was committed: reads the changes after the index's high-water mark, asks the modules for
// the texts, and writes them with the new mark in one transaction. Killed at any moment, it goes on where it was.
#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "platform/search/index.h"

namespace auricle::search {

struct Listed {
  std::int64_t id = 0;
  Instant happened_at;
};
BOOST_DESCRIBE_STRUCT(Listed, (), (id, happened_at))

// What a module registers for one kind of record.
struct Provider {
  std::function<std::optional<Document>(db::Session&, std::int64_t id)> text;
  std::function<std::vector<Listed>(db::Session&, std::int64_t after, int limit)> list;  // all, by id
};

struct SequencedChange {
  std::int64_t seq = 0;
  std::string kind;
  std::int64_t id = 0;
};
// Committed changes above `after`, in order; nullopt when those are no longer kept: then the index is built anew.
using ReadChanges =
    std::function<std::optional<std::vector<SequencedChange>>(db::Session&, std::int64_t after, int limit)>;
using LastChange = std::function<std::int64_t(db::Session&)>;

// Records from this id on were written without being announced (an import): the feeder takes them in, too.
void written_silently(db::Tx& tx, std::int64_t first_id);

class Feeder {
 public:
  using Report = std::function<void(const std::string&)>;
  Feeder(db::Database& database, Index& index, Report report);  // follows platform/events
  Feeder(db::Database& database, Index& index, ReadChanges read_changes, LastChange last_change, Report report);
  ~Feeder();
  Feeder(const Feeder&) = delete;

  void provide(std::string kind, Provider provider) { providers_[std::move(kind)] = std::move(provider); }
  void start();
  void stop();
  bool run_once();  // one batch on the calling thread; false when there was nothing to do
  using Progress = std::function<void(std::int64_t done, std::int64_t of)>;
  std::int64_t rebuild(const Progress& progress);  // from the records; returns how many

 private:
  void work();
  std::int64_t feed_above(std::int64_t id, const Progress& progress);
  bool feed_silent();
  struct Silent {
    std::int64_t first = 0, times = 0;  // 0: nothing to take in
  };
  Silent read_silent() const;
  void forget(const Silent& silent) const;

  db::Database& database_;
  Index& index_;
  ReadChanges read_changes_;
  LastChange last_change_;
  Report report_;
  std::map<std::string, Provider> providers_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace auricle::search
