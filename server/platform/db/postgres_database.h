#pragma once
#include <atomic>
#include <chrono>

#include "platform/db/postgres_connection.h"
#include "platform/db/workers.h"

namespace auricle::db {

class PostgresDatabase final : public Database {
 public:
  explicit PostgresDatabase(const Options& options);

  Dialect dialect() const override { return Dialect::postgres; }
  void submit_write(Lane lane, WriteClosure closure, DoneCallback done) override;
  void submit_read(Pace pace, ReadClosure closure, DoneCallback done) override;
  bool try_read_inline(const ReadClosure&) override { return false; }
  void read_here(const ReadClosure& closure) override;
  bool migrate() override;
  void scrub() override {}
  Statistics statistics() const override;
  std::unique_ptr<Listener> listen(const std::string& channel, std::function<void()> news) override;

 private:
  class Borrowed;  // a connection out of idle_, inside a transaction
  std::unique_ptr<PostgresConnection> connect();
  std::unique_ptr<PostgresConnection> begin(const std::string& begin);
  void give_back(std::unique_ptr<PostgresConnection> connection);
  void write(const WriteClosure& closure, bool& wakes);
  bool write_once(const WriteClosure& closure);
  void read(const ReadClosure& closure, int timeout_ms);

  const Options options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<PostgresConnection>> idle_;
  std::chrono::steady_clock::time_point next_try_{};  // after a failed connection
  std::chrono::milliseconds back_off_{0};
  std::atomic<std::int64_t> commits_ = 0;
  Workers slow_, pool_;
};

}  // namespace auricle::db
