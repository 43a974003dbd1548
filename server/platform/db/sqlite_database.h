#pragma once
#include "platform/db/sqlite_writer.h"
#include "platform/db/workers.h"

namespace auricle::db {

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(const Options& options);

  Dialect dialect() const override { return Dialect::sqlite; }
  void submit_write(Lane lane, WriteClosure closure, DoneCallback done) override;
  void submit_read(Pace pace, ReadClosure closure, DoneCallback done) override;
  bool try_read_inline(const ReadClosure& closure) override;
  void read_here(const ReadClosure& closure) override;
  bool migrate() override;
  void scrub() override { writer_.scrub(); }
  Statistics statistics() const override { return writer_.statistics(); }

 private:
  class Reader;  // a read-only connection borrowed from idle_
  void read(const ReadClosure& closure, SqliteConnection::Deadline deadline);

  const Options options_;
  const std::string path_;
  SqliteWriter writer_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<SqliteConnection>> idle_;
  Workers pool_;
};

}  // namespace auricle::db
