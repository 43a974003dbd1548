#pragma once
// Every table and column of the schema is declared once, beside its migration (server/migrations/*.registry.tsv): is it
// personal, how long is it kept, how is it exported and erased. A test compares the declarations with both databases;
// the documentation is made from them.
#include <string>
#include <vector>

#include "platform/base/embedded.h"
#include "platform/db/database.h"

namespace auricle::registry {

enum class Personal { no, plain, encrypted, id };  // id: points at a person without describing one
BOOST_DESCRIBE_ENUM(Personal, no, plain, encrypted, id)

struct Column {
  std::string table, column;
  Personal personal = Personal::no;
  std::string retention, export_, erase;
};
// Throws std::runtime_error naming file and line of a declaration that cannot be read.
std::vector<Column> declared(const std::vector<embedded::File>& files = embedded::migrations());

// "table.column" of what is there and not declared, and of what is declared and not there; tables of SQLite or
// PostgreSQL themselves and of the full-text search are left out.
struct Differences {
  std::vector<std::string> undeclared, missing;
};
Differences compare(db::Session& session, const std::vector<Column>& columns);

std::string markdown(const std::vector<Column>& columns);  // docs/data-registry.md

}  // namespace auricle::registry
