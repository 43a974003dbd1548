#pragma once
// Tables as spreadsheets and former systems export them. Pure: bytes in, rows and a proposed meaning of the columns
// out.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace auricle::patients::csv {

struct Text {
  std::string utf8;
  std::string encoding;  // utf-8, utf-16 or windows-1252 (also ISO 8859-1)
};
Text decode(std::string_view bytes);

using Row = std::vector<std::string>;
// `,` `;` tab or `|`: the one that cuts the first rows into the same number of columns.
char find_delimiter(std::string_view text);
// RFC 4180, with any line ending; `line` is where the row begins, from 1. Empty lines are left out; false stops.
void each_row(std::string_view text, char delimiter, const std::function<bool(int line, const Row&)>& visit);
std::string written(const Row& row, char delimiter);  // one line; cells that a spreadsheet would run are made text

// What a column holds, by its heading in English, Spanish, French or Catalan: a field of intake.h, or "".
std::string meaning_of(std::string_view heading);

}  // namespace auricle::patients::csv
