#pragma once
// The little that differs between the two databases' SQL, done on the text. Pure.
#include <string>
#include <string_view>
#include <vector>

namespace auricle::db {

// `$3` → `?3` outside quotes (SQLite numbers parameters with `?`).
std::string number_parameters_for_sqlite(std::string_view sql);
// Statements of a script, without comments; `;` inside quotes does not split.
std::vector<std::string> split_statements(std::string_view script);
// One DDL statement in PostgreSQL spelling → SQLite: type names, STRICT tables.
std::string ddl_for_sqlite(std::string_view statement);
// One DDL statement → PostgreSQL with text columns compared byte by byte, as SQLite does: same order, same cursors,
// prefix ranges by index.
std::string ddl_for_postgres(std::string_view statement);

}  // namespace auricle::db
