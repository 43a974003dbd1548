#pragma once
// Tables and rows as they stand in a backup.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/db/session.h"

namespace auricle::backup {

enum class Type { integer, real, text, bytes };
BOOST_DESCRIBE_ENUM(Type, integer, real, text, bytes)
struct Column {
  std::string name;
  Type type = Type::text;
};
BOOST_DESCRIBE_STRUCT(Column, (), (name, type))
struct Table {
  std::string name;
  std::vector<Column> columns;
};
BOOST_DESCRIBE_STRUCT(Table, (), (name, columns))

// Of the records; not the full-text search, which is derived, nor chunks of files, which a backup holds as files.
std::vector<Table> tables(db::Session& session);
bool holds_tables(db::Session& session);

void append_row(std::string& out, const Table& table, const db::Row& row);
// One row off the front of `in`; the values borrow from it. False when it does not fit the table.
bool take_row(std::string_view& in, const Table& table, std::vector<db::Value>& values);

// Each row of the table, without holding all of them in memory.
void each_row(db::Session& session, const Table& table, const std::function<void(const db::Row&)>& visit);

}  // namespace auricle::backup
