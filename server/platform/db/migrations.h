#pragma once
// Schema steps, embedded in the program from server/migrations/*.sql. Each is applied once, in its own transaction with
// the row that says so: killed half-way, the next start goes on.
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/embedded.h"
#include "platform/db/database.h"

namespace auricle::db {

struct Migration {
  std::string name;  // "0006_patients"
  std::vector<std::string> statements;
  std::string checksum;
};
// Of this dialect: NNNN_x.sql for both, or NNNN_x.postgres.sql / NNNN_x.sqlite.sql.
std::vector<Migration> migrations_for(Dialect dialect,
                                      const std::vector<embedded::File>& files = embedded::migrations());

// Names of what this database has seen and of what this program would still apply. A new database has seen nothing.
struct PendingSteps {
  std::vector<std::string> applied, missing;
};
PendingSteps pending_steps(Database& database);

// True if something was applied. Throws Unavailable when an applied step differs from the program's (changed or newer).
bool apply_migrations(Database& database, const std::vector<Migration>& migrations);
bool apply_migrations(Database& database);

}  // namespace auricle::db
