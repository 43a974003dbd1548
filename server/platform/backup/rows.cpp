#include "platform/backup/rows.h"

#include <fmt/format.h>

#include <cstring>

namespace auricle::backup {
namespace {

constexpr int kFetch = 500;

struct CatalogRow {
  std::string table_name, column_name, type;
};
BOOST_DESCRIBE_STRUCT(CatalogRow, (), (table_name, column_name, type))

std::vector<CatalogRow> catalog(db::Session& session) {
  return session.all<CatalogRow>(
      session.dialect() == db::Dialect::sqlite
          ? "SELECT t.name AS table_name, c.name AS column_name, lower(c.type) AS type FROM sqlite_schema t, "
            "pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid"
          : "SELECT CAST(table_name AS TEXT) AS table_name, CAST(column_name AS TEXT) AS column_name, CAST(data_type "
            "AS "
            "TEXT) AS type FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, "
            "ordinal_position");
}

Type type_of(const CatalogRow& row) {
  if (row.type == "integer" || row.type == "bigint" || row.type == "smallint") return Type::integer;
  if (row.type == "real" || row.type == "double precision") return Type::real;
  if (row.type == "blob" || row.type == "bytea") return Type::bytes;
  if (row.type == "text") return Type::text;
  throw std::logic_error(fmt::format("a backup does not know columns of type {} ({})", row.type, row.table_name));
}

void append_number(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

bool take_number(std::string_view& in, int bytes, std::uint64_t& value) {
  if (in.size() < static_cast<std::size_t>(bytes)) return false;
  value = 0;
  for (int i = 0; i < bytes; ++i)
    value |= std::uint64_t{static_cast<unsigned char>(in[static_cast<std::size_t>(i)])} << (8 * i);
  in.remove_prefix(static_cast<std::size_t>(bytes));
  return true;
}

void append_text(std::string& out, std::string_view text) {
  append_number(out, text.size(), 4);
  out += text;
}

bool take_value(std::string_view& in, Type type, db::Value& value) {
  std::uint64_t number = 0;
  const bool wide = type == Type::integer || type == Type::real;
  if (!take_number(in, wide ? 8 : 4, number)) return false;
  if (type == Type::integer) {
    value = static_cast<std::int64_t>(number);
  } else if (type == Type::real) {
    double real = 0;
    std::memcpy(&real, &number, sizeof real);
    value = real;
  } else {
    if (in.size() < number) return false;
    if (type == Type::text)
      value = in.substr(0, number);
    else
      value = db::BytesView{in.substr(0, number)};
    in.remove_prefix(number);
  }
  return true;
}

std::string column_list(const Table& table) {
  std::string names;
  for (const auto& column : table.columns) names += (names.empty() ? "" : ", ") + column.name;
  return names;
}

}  // namespace

std::vector<Table> tables(db::Session& session) {
  std::vector<Table> all;
  for (const auto& row : catalog(session)) {
    if (row.table_name.starts_with("search_") || row.table_name == "platform_blob_chunk") continue;
    if (all.empty() || all.back().name != row.table_name) all.push_back({row.table_name, {}});
    all.back().columns.push_back({row.column_name, type_of(row)});
  }
  return all;
}

bool holds_tables(db::Session& session) { return !catalog(session).empty(); }

void append_row(std::string& out, const Table& table, const db::Row& row) {
  int index = 0;
  for (const auto& column : table.columns) {
    const int c = index++;
    out += row.null(c) ? '\0' : '\1';
    if (row.null(c)) continue;
    if (column.type == Type::integer) {
      append_number(out, static_cast<std::uint64_t>(row.integer(c)), 8);
    } else if (column.type == Type::real) {
      const double real = row.real(c);
      std::uint64_t bits = 0;
      std::memcpy(&bits, &real, sizeof bits);
      append_number(out, bits, 8);
    } else {
      append_text(out, column.type == Type::text ? row.text(c) : row.bytes(c));
    }
  }
}

bool take_row(std::string_view& in, const Table& table, std::vector<db::Value>& values) {
  values.clear();
  for (const auto& column : table.columns) {
    if (in.empty()) return false;
    const bool null = in.front() == '\0';
    in.remove_prefix(1);
    db::Value value = nullptr;
    if (!null && !take_value(in, column.type, value)) return false;
    values.push_back(value);
  }
  return true;
}

void each_row(db::Session& session, const Table& table, const std::function<void(const db::Row&)>& visit) {
  std::int64_t seen = 0;
  const auto take = [&](const db::Row& row) {
    ++seen;
    visit(row);
    return true;
  };
  const auto select = fmt::format("SELECT {} FROM {}", column_list(table), table.name);
  if (session.dialect() == db::Dialect::sqlite) {
    session.run(select, {}, take);
    return;
  }
  const auto cursor = "backup_" + table.name;  // the driver would hold the whole answer
  session.run(fmt::format("DECLARE {} NO SCROLL CURSOR FOR {}", cursor, select), {}, take);
  const auto fetch = fmt::format("FETCH {} FROM {}", kFetch, cursor);
  for (std::int64_t before = -1; seen != before;) {
    before = seen;
    session.run(fetch, {}, take);
  }
  session.run("CLOSE " + cursor, {}, take);
}

}  // namespace auricle::backup
