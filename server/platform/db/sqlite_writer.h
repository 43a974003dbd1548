#pragma once
// The only thread that writes to a SQLite file: closures waiting while one commit reaches the disk share the next one.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "platform/db/reserve.h"
#include "platform/db/sqlite_connection.h"

namespace auricle::db {

class SqliteWriter {
 public:
  SqliteWriter(const std::string& path, const Options& options, const std::function<void()>& after_commit);
  ~SqliteWriter();  // finishes what was submitted

  void submit(Lane lane, Database::WriteClosure closure, Database::DoneCallback done);
  void scrub();
  Statistics statistics() const;

 private:
  struct Job {
    Database::WriteClosure closure;
    Database::DoneCallback done;
    std::exception_ptr error;
    bool wakes = false;
    bool audit = false;  // Lane::audit
  };
  using Jobs = std::vector<Job>;

  void loop();
  bool wait_for_work();  // false: told to stop and nothing left
  Jobs take_interactive();
  std::optional<Job> take_bulk();
  void write(Jobs jobs);
  bool write_together(Jobs& jobs);
  void write_alone(Job& job);
  bool try_alone(Job& job);  // false: the disk failed
  bool apply(Job& job);
  void finish(Jobs& jobs);
  void count(std::size_t closures);
  void roll_back_all();

  SqliteConnection connection_;
  const Options options_;
  const std::function<void()>& after_commit_;
  DiskReserve reserve_;
  std::mutex connection_mutex_;  // the writer's against scrub()

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> interactive_, bulk_;
  Statistics statistics_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace auricle::db
