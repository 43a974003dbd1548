#pragma once
// Changes get the number readers resume from after their commit, from one sequencer, so that a client that has seen N
// misses nothing. SQLite: one writer, the number is given in the transaction. PostgreSQL: rows become visible at
// commit; one node at a time (advisory lock) numbers those not yet numbered, and NOTIFY carries the number to the
// others.
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "platform/db/database.h"
#include "platform/events/bus.h"

namespace auricle::events {

struct SequencedChange {
  std::int64_t seq = 0;
  Change change;
};

std::int64_t newest_sequence(db::Session& session);  // 0 if nothing has changed yet
// After `seq`, oldest first; nullopt when the table was trimmed above it: the follower must start anew.
std::optional<std::vector<SequencedChange>> changes_since(db::Session& session, std::int64_t seq, int limit);
// Removes changes before `before`, but never the newest. Returns how many.
std::int64_t trim_changes(db::Tx& tx, Instant before);

// How far a follower has come. A missing mark is 0.
std::int64_t mark(db::Session& session, std::string_view name);
void set_mark(db::Tx& tx, std::string_view name, std::int64_t value);

// The thread that follows the commits of this process and of others.
class Sequencer {
 public:
  using Listener = std::function<void(const std::vector<SequencedChange>&)>;  // on the sequencer's thread, in order
  explicit Sequencer(db::Database& database);
  ~Sequencer();
  void on_changes(Listener listener);  // before start
  void start();
  void stop();
  void catch_up();  // numbers and delivers what is there, on the calling thread (tests, command line)

 private:
  void loop();
  void wake();

  db::Database& database_;
  std::vector<Listener> listeners_;
  std::mutex mutex_, delivering_;
  std::condition_variable wake_;
  bool woken_ = false, stopping_ = false;
  std::optional<std::int64_t> delivered_;
  std::unique_ptr<db::Listener> listener_;  // of other nodes
  std::thread thread_;
};

}  // namespace auricle::events
