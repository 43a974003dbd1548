#include "platform/db/migrations.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "platform/crypto/keys.h"
#include "platform/db/sql_text.h"

namespace auricle::db {
namespace {

struct Applied {
  std::string name, checksum;
};
BOOST_DESCRIBE_STRUCT(Applied, (), (name, checksum))

constexpr std::string_view kTable =
    "CREATE TABLE IF NOT EXISTS platform_migration(name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied BIGINT NOT "
    "NULL)";

std::string step_name(std::string_view file) { return std::string(file.substr(0, file.find('.'))); }

bool for_dialect(std::string_view file, Dialect dialect) {
  if (file.ends_with(".postgres.sql")) return dialect == Dialect::postgres;
  if (file.ends_with(".sqlite.sql")) return dialect == Dialect::sqlite;
  return true;
}

void check_applied(const std::vector<Migration>& known, const std::map<std::string, std::string>& applied) {
  std::map<std::string, std::string> by_name;
  for (const auto& step : known) by_name[step.name] = step.checksum;
  for (const auto& [name, checksum] : applied) {
    const auto found = by_name.find(name);
    if (found == by_name.end())
      throw Unavailable(
          fmt::format("the database has step {} of a newer release: start that release, or restore a backup", name));
    if (found->second != checksum)
      throw Unavailable(fmt::format("step {} was changed after it had been applied to this database", name));
  }
}

// Two nodes that start at once: the second waits, then sees what the first did (which needs a snapshot per statement).
void lock_schema(Tx& tx) {
  if (tx.dialect() == Dialect::sqlite) return;
  tx.exec("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
  tx.one<int>("SELECT 1 FROM (SELECT pg_advisory_xact_lock(7021778469)) l");
}

void apply_step(Tx& tx, const Migration& step, Instant now) {
  for (const auto& statement : step.statements) tx.exec(statement);
  tx.exec("INSERT INTO platform_migration(name, checksum, applied) VALUES($1, $2, $3)", step.name, step.checksum, now);
}

}  // namespace

std::vector<Migration> migrations_for(Dialect dialect, const std::vector<embedded::File>& files) {
  std::vector<Migration> steps;
  for (const auto& file : files) {
    if (!file.path.ends_with(".sql") || !for_dialect(file.path, dialect)) continue;
    Migration step{step_name(file.path), split_statements(file.content), {}};
    std::string all;
    for (auto& statement : step.statements) {
      statement = dialect == Dialect::sqlite ? ddl_for_sqlite(statement) : ddl_for_postgres(statement);
      all += statement + ";";
    }
    step.checksum = crypto::sha256_hex(all);
    steps.push_back(std::move(step));
  }
  return steps;
}

bool apply_migrations(Database& database, const std::vector<Migration>& migrations) {
  const std::string table = database.dialect() == Dialect::sqlite ? ddl_for_sqlite(kTable) : std::string(kTable);
  const auto rows = database.write_now([&](Tx& tx) {
    lock_schema(tx);
    tx.exec(table);
    return tx.all<Applied>("SELECT name, checksum FROM platform_migration");
  });
  std::map<std::string, std::string> applied;
  for (const auto& row : rows) applied[row.name] = row.checksum;
  check_applied(migrations, applied);
  bool changed = false;
  for (const auto& step : migrations) {
    if (applied.contains(step.name)) continue;
    const Instant now = SystemClock().now();
    database.write_now([&](Tx& tx) {  // another node may have been first
      lock_schema(tx);
      if (!tx.one<std::string>("SELECT name FROM platform_migration WHERE name=$1", step.name))
        apply_step(tx, step, now);
    });
    changed = true;
  }
  return changed;
}

PendingSteps pending_steps(Database& database) {
  PendingSteps steps;
  steps.applied = database.read_now([&](Session& session) {
    const char* there = database.dialect() == Dialect::sqlite
                            ? "SELECT 1 FROM sqlite_schema WHERE name = 'platform_migration'"
                            : "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND "
                              "table_name = 'platform_migration'";
    if (!session.one<int>(there)) return std::vector<std::string>();
    return session.all<std::string>("SELECT name FROM platform_migration ORDER BY name");
  });
  for (const auto& step : migrations_for(database.dialect()))
    if (std::find(steps.applied.begin(), steps.applied.end(), step.name) == steps.applied.end())
      steps.missing.push_back(step.name);
  return steps;
}

bool apply_migrations(Database& database) { return apply_migrations(database, migrations_for(database.dialect())); }

}  // namespace auricle::db
