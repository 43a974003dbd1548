#include "platform/db/database.h"

#include "platform/db/sqlite_database.h"

namespace auricle::db {

std::unique_ptr<Database> open_database(const Options& options) {
  if (!options.postgres_url.empty()) throw Unavailable("PostgreSQL: not yet");
  return std::make_unique<SqliteDatabase>(options);
}

}  // namespace auricle::db
