#include "platform/registry/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace auricle::registry {
namespace {

std::vector<std::string> fields(std::string_view line) {
  std::vector<std::string> parts(1);
  for (const char c : line) {
    if (c == '\t')
      parts.emplace_back();
    else if (c != '\r')
      parts.back() += c;
  }
  return parts;
}

Column parse(std::string_view line, std::string_view file, int number) {
  const auto parts = fields(line);
  const auto personal = parts.size() == 6 ? enum_parse<Personal>(parts[2]) : std::nullopt;
  if (!personal)
    throw std::runtime_error(fmt::format(
        "{}:{}: expected table, column, personal (no|plain|encrypted|id), retention, export, erase", file, number));
  return {parts[0], parts[1], *personal, parts[3], parts[4], parts[5]};
}

std::set<std::string> in_database(db::Session& session) {
  const char* sql =
      session.dialect() == db::Dialect::sqlite
          ? "SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' "
            "AND t.name NOT LIKE 'sqlite_%'"
          : "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = "
            "current_schema() AND table_name NOT LIKE 'search\\_%'";
  const auto names = session.all<std::string>(sql);
  return {names.begin(), names.end()};
}

}  // namespace

std::vector<Column> declared(const std::vector<embedded::File>& files) {
  std::vector<Column> columns;
  for (const auto& file : files) {
    if (!file.path.ends_with(".registry.tsv")) continue;
    int number = 0;
    for (std::size_t from = 0; from < file.content.size(); ++from) {
      const std::size_t end = std::min(file.content.find('\n', from), file.content.size());
      const auto line = file.content.substr(from, end - from);
      if (++number > 1 && !line.empty()) columns.push_back(parse(line, file.path, number));
      from = end;
    }
  }
  return columns;
}

Differences compare(db::Session& session, const std::vector<Column>& columns) {
  const auto actual = in_database(session);
  std::set<std::string> wanted;
  for (const auto& column : columns) wanted.insert(column.table + "." + column.column);
  Differences found;
  std::set_difference(actual.begin(), actual.end(), wanted.begin(), wanted.end(), std::back_inserter(found.undeclared));
  std::set_difference(wanted.begin(), wanted.end(), actual.begin(), actual.end(), std::back_inserter(found.missing));
  return found;
}

std::string markdown(const std::vector<Column>& columns) {
  std::string text =
      "# What is stored\n\nMade by `auricle docs data` from `server/migrations/*.registry.tsv`; a test compares it "
      "with the schema of both\n"
      "databases. *Personal*: `plain` (readable in the database; rely on disk encryption), `encrypted` (by the "
      "program, under a\n"
      "key per patient or purpose), `id` (points at a person), `no`.\n";
  std::string table;
  for (const auto& column : columns) {
    if (column.table != table) {
      table = column.table;
      text += fmt::format("\n## {}\n\n| column | personal | kept | export | erasure |\n|---|---|---|---|---|\n", table);
    }
    text += fmt::format("| {} | {} | {} | {} | {} |\n", column.column, enum_name(column.personal), column.retention,
                        column.export_, column.erase);
  }
  return text;
}

}  // namespace auricle::registry
