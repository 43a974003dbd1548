#include "platform/db/database.h"

#include "platform/db/postgres_database.h"
#include "platform/db/sqlite_database.h"

namespace auricle::db {

std::unique_ptr<Database> open_database(const Options& options) {
  if (!options.postgres_url.empty()) return std::make_unique<PostgresDatabase>(options);
  return std::make_unique<SqliteDatabase>(options);
}

}  // namespace auricle::db
