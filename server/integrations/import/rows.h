#pragma once
// The kinds of rows and their fields: one table that checks a row and says in plain words what is wrong with it.
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/time.h"

namespace auricle::import {

enum class Type { text, instant, date, integer, boolean, list, object, choice, reference };

struct Field {
  const char* name;
  Type type;
  bool required;
  const char* values = "";  // choice: the words; reference: the kinds it may point to
};

// In which pass a kind is read: what others point to comes first, so rows may point forward in the files.
enum class Pass { people, queues, cases, events, marks };

struct KindInfo {
  const char* kind;
  Pass pass;
  std::vector<Field> fields;
};
const std::vector<KindInfo>& kinds();
const KindInfo* find_kind(std::string_view kind);

struct Row {
  std::int64_t line = 0;
  std::string text;  // the line as it came
  const KindInfo* kind = nullptr;
  std::string id, source;
  boost::json::object fields;

  std::string word(std::string_view field) const;  // "" if absent; an integer id as its digits
  std::optional<std::string> maybe(std::string_view field) const;
  std::optional<Instant> instant(std::string_view field) const;
  std::optional<std::int64_t> number(std::string_view field) const;
};

// Reads and checks one line. On failure `reason` says why and the kind is set if it could be read.
bool read_row(std::string_view line, Row& row, std::string& reason);

}  // namespace auricle::import
