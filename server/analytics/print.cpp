// Figures for the command line: a table to read, CSV and JSON to compute with.
#include <algorithm>
#include <cmath>
#include <set>

#include "analytics/analytics.h"

namespace auricle::analytics {
namespace {

std::string number(double value) {
  char digits[64];
  return {digits, std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed).ptr};
}
template <class T>
std::string plain(const std::optional<T>& value) {
  return value ? number(static_cast<double>(*value)) : "";
}

std::string text_of(const GroupValue& value) {
  if (const auto* id = std::get_if<std::int64_t>(&value)) return std::to_string(*id);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "";
}

Figure named(Figure figure, const Naming& naming) {
  if (!figure.group || !naming) return figure;
  for (auto& [dimension, value] : *figure.group)
    if (const auto* id = std::get_if<std::int64_t>(&value);
        id && (dimension == "site" || dimension == "agent" || dimension == "queue" || dimension == "standard"))
      value = naming(dimension, *id);
  return figure;
}

std::string json_of(const Figure& figure) {
  const auto value = [](const auto& v) { return v ? number(static_cast<double>(*v)) : std::string("null"); };
  std::string out = R"({"key":)" + json::to_json(figure.key) + R"(,"version":)" + std::to_string(figure.version) +
                    R"(,"clock":)" + json::to_json(figure.clock) + R"(,"group":)" + json::to_json(figure.group) +
                    R"(,"n":)" + std::to_string(figure.n);
  out += R"(,"value":)" + value(figure.value) + R"(,"p50":)" + value(figure.p50) + R"(,"p90":)" + value(figure.p90) +
         R"(,"p99":)" + value(figure.p99) + R"(,"longest":)" + value(figure.longest) + R"(,"numerator":)" +
         value(figure.numerator) + R"(,"denominator":)" + value(figure.denominator) + R"(,"low":)" + value(figure.low) +
         R"(,"high":)" + value(figure.high) + R"(,"provisional":)" + value(figure.provisional);
  if (figure.restated)
    out += R"(,"restated":{"at":)" + json::to_json(figure.restated->at) + R"(,"n":)" +
           std::to_string(figure.restated->n) + R"(,"value":)" + value(figure.restated->value) + R"(,"added":)" +
           json::to_json(figure.restated->added) + "}";
  return out + "}";
}

std::string as_json(const std::vector<Figure>& figures) {
  std::string out = "[";
  for (const auto& figure : figures) out += (out.size() > 1 ? ",\n " : "") + json_of(figure);
  return out + "]\n";
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::set<std::string> dimensions_of(const std::vector<Figure>& figures) {
  std::set<std::string> names;
  for (const auto& figure : figures)
    if (figure.group)
      for (const auto& [name, value] : *figure.group) names.insert(name);
  return names;
}

using Table = std::vector<std::vector<std::string>>;

Table as_rows(const std::vector<Figure>& figures) {
  const auto dimensions = dimensions_of(figures);
  Table rows{{"key", "version", "clock"}};
  rows[0].insert(rows[0].end(), dimensions.begin(), dimensions.end());
  for (const char* name : {"n", "value", "p50", "p90", "p99", "longest", "numerator", "denominator", "low", "high",
                           "provisional", "value_before"})
    rows[0].push_back(name);
  for (const auto& f : figures) {
    auto& row = rows.emplace_back();
    row = {f.key, std::to_string(f.version), f.clock ? std::string(enum_name(*f.clock)) : ""};
    for (const auto& name : dimensions) row.push_back(text_of(f.group->at(name)));
    for (auto& cell : {std::to_string(f.n), plain(f.value), plain(f.p50), plain(f.p90), plain(f.p99), plain(f.longest),
                       plain(f.numerator), plain(f.denominator), plain(f.low), plain(f.high), plain(f.provisional),
                       f.restated ? plain(f.restated->value) : ""})
      row.push_back(cell);
  }
  return rows;
}

std::string as_csv(const std::vector<Figure>& figures) {
  std::string out;
  for (const auto& row : as_rows(figures)) {
    for (std::size_t i = 0; i < row.size(); ++i) out += (i ? "," : "") + quoted(row[i]);
    out += "\r\n";  // RFC 4180
  }
  return out;
}

std::string human(const Definition& definition, const std::optional<double>& value) {
  if (!value) return "–";
  char text[64];
  if (definition.unit == Unit::count) return std::to_string(static_cast<long long>(*value));
  if (definition.unit == Unit::points) {
    std::snprintf(text, sizeof text, "%.1f", *value);
    return text;
  }
  if (definition.unit == Unit::ratio) {
    std::snprintf(text, sizeof text, "%.1f %%", *value * 100);
    return text;
  }
  const auto s = std::llround(*value);
  if (s < 60)
    std::snprintf(text, sizeof text, "%lld s", s);
  else if (s < 3600)
    std::snprintf(text, sizeof text, "%lld min %02lld s", s / 60, s % 60);
  else if (s < 86400)
    std::snprintf(text, sizeof text, "%lld h %02lld min", s / 3600, s % 3600 / 60);
  else
    std::snprintf(text, sizeof text, "%lld d %02lld h", s / 86400, s % 86400 / 3600);
  return text;
}

std::size_t width(const std::string& text) {  // characters, not bytes
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string aligned(const Table& rows) {
  std::vector<std::size_t> widths(rows[0].size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += row[i] + std::string(widths[i] - width(row[i]) + 2, ' ');
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
}

std::string as_table(const std::vector<Figure>& figures) {
  const auto dimensions = dimensions_of(figures);
  Table rows{{"key"}};
  rows[0].insert(rows[0].end(), dimensions.begin(), dimensions.end());
  for (const char* name :
       {"n", "value", "median", "p90", "p99", "longest", "of", "low", "high", "provisional", "before"})
    rows[0].push_back(name);
  for (const auto& f : figures) {
    const auto& definition = *find_definition(f.key);
    auto& row = rows.emplace_back();
    row.push_back(f.key + (f.clock == ClockKind::business ? " (business)" : ""));
    for (const auto& name : dimensions) row.push_back(text_of(f.group->at(name)));
    const auto of = f.numerator ? plain(f.numerator) + "/" + plain(f.denominator) : std::string();
    for (auto& cell : {std::to_string(f.n), human(definition, f.value), f.p50 ? human(definition, f.p50) : "",
                       f.p90 ? human(definition, f.p90) : "", f.p99 ? human(definition, f.p99) : "",
                       f.longest ? human(definition, f.longest) : "", of, f.low ? human(definition, f.low) : "",
                       f.high ? human(definition, f.high) : "", plain(f.provisional),
                       f.restated ? human(definition, f.restated->value) : ""})
      row.push_back(cell);
  }
  return aligned(rows);
}

}  // namespace

std::string print(const std::vector<Figure>& figures, Format format, const Naming& naming) {
  std::vector<Figure> shown;
  for (const auto& figure : figures) shown.push_back(named(figure, naming));
  if (format == Format::json) return as_json(shown);
  return format == Format::csv ? as_csv(shown) : as_table(shown);
}

}  // namespace auricle::analytics
