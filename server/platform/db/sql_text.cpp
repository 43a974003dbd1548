#include "platform/db/sql_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace auricle::db {
namespace {

// End of the quoted text, comment or word that starts at `from`; `from + 1` for any other character.
std::size_t token_end(std::string_view sql, std::size_t from) {
  const char first = sql[from];
  if (first == '\'' || first == '"') {
    std::size_t end = sql.find(first, from + 1);
    while (end != sql.npos && end + 1 < sql.size() && sql[end + 1] == first) end = sql.find(first, end + 2);
    return end == sql.npos ? sql.size() : end + 1;
  }
  if (first == '-' && from + 1 < sql.size() && sql[from + 1] == '-') return std::min(sql.find('\n', from), sql.size());
  const auto word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  if (!word(first)) return from + 1;
  std::size_t end = from;
  while (end < sql.size() && word(sql[end])) ++end;
  return end;
}

bool is_comment(std::string_view token) { return token.starts_with("--"); }

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::toupper(c); });
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return text;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kTypes{
    {{"BIGINT", "INTEGER"}, {"SMALLINT", "INTEGER"}, {"BYTEA", "BLOB"}, {"DOUBLE", "REAL"}, {"PRECISION", ""}}};

}  // namespace

std::string number_parameters_for_sqlite(std::string_view sql) {
  std::string out;
  out.reserve(sql.size());
  for (std::size_t at = 0; at < sql.size();) {
    const bool parameter =
        sql[at] == '$' && at + 1 < sql.size() && std::isdigit(static_cast<unsigned char>(sql[at + 1]));
    const std::size_t end = token_end(sql, at);
    if (parameter)
      out += '?';
    else
      out += sql.substr(at, end - at);
    at = end;
  }
  return out;
}

std::vector<std::string> split_statements(std::string_view script) {
  std::vector<std::string> statements;
  std::string current;
  const auto finish = [&] {
    if (const auto text = trim(current); !text.empty()) statements.emplace_back(text);
    current.clear();
  };
  for (std::size_t at = 0; at < script.size();) {
    const std::size_t end = token_end(script, at);
    const auto token = script.substr(at, end - at);
    if (token == ";")
      finish();
    else if (!is_comment(token))
      current += token;
    at = end;
  }
  finish();
  return statements;
}

std::string ddl_for_sqlite(std::string_view statement) {
  std::string out;
  for (std::size_t at = 0; at < statement.size();) {
    const std::size_t end = token_end(statement, at);
    const auto token = statement.substr(at, end - at);
    const auto type = std::find_if(kTypes.begin(), kTypes.end(), [&](auto& t) { return t.first == upper(token); });
    out += type == kTypes.end() ? token : type->second;
    at = end;
  }
  if (upper(trim(statement)).starts_with("CREATE TABLE")) out += " STRICT";
  return out;
}

std::string ddl_for_postgres(std::string_view statement) {
  const std::string head = upper(trim(statement));
  if (!head.starts_with("CREATE TABLE") && !head.starts_with("ALTER TABLE")) return std::string(statement);
  std::string out, before;
  for (std::size_t at = 0; at < statement.size();) {
    const std::size_t end = token_end(statement, at);
    const auto token = statement.substr(at, end - at);
    out += token;
    const bool column_type = upper(token) == "TEXT" && before != "AS" && before != "(" && before != ",";  // not a name
    if (column_type) out += " COLLATE \"C\"";
    if (!trim(token).empty()) before = upper(token);
    at = end;
  }
  return out;
}

}  // namespace auricle::db
