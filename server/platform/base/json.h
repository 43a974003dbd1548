#pragma once
// Writes JSON by appending to a string: described structs, vectors, maps, optionals (null), ids (a zero id is null),
// instants (RFC 3339), enums (their names), strings, numbers, variants, `json::Raw`. Reading: platform/base/json_read.h
// (heavier).
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "platform/base/describe.h"
#include "platform/base/id.h"
#include "platform/base/time.h"

namespace auricle::json {

// JSON already written by us: put in as it stands.
struct Raw {
  std::string text = "null";
};

// A member of a body that changes a record: absent (leave it), null (clear it) or a value.
template <class T>
struct Patch {
  bool present = false;
  std::optional<T> value;
};
template <class T>
struct is_patch : std::false_type {};
template <class T>
struct is_patch<Patch<T>> : std::true_type {};

template <class T>
struct is_string_map : std::false_type {};
template <class T>
struct is_string_map<std::map<std::string, T>> : std::true_type {};
template <class T>
struct is_variant : std::false_type {};
template <class... T>
struct is_variant<std::variant<T...>> : std::true_type {};

template <class T>
using members = boost::describe::describe_members<T, boost::describe::mod_any_access | boost::describe::mod_inherited>;

// C++ keywords cannot name a member: write `default_`; the underscore is cut.
constexpr std::string_view member_name(const char* name) {
  std::string_view view(name);
  if (!view.empty() && view.back() == '_') view.remove_suffix(1);
  return view;
}

void write_string(std::string& out, std::string_view text);  // quoted; bytes that are not UTF-8 become U+FFFD

template <class T>
void write(std::string& out, const T& value);

template <class T>
void write_struct(std::string& out, const T& value) {
  char mark = '{';
  boost::mp11::mp_for_each<members<T>>([&](auto member) {
    out += mark;
    mark = ',';
    out += '"';
    out += member_name(member.name);
    out += "\":";
    write(out, value.*member.pointer);
  });
  if (mark == '{') out += '{';
  out += '}';
}

template <class T>
void write_number(std::string& out, T value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

template <class T>
void write_vector(std::string& out, const std::vector<T>& items) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    write(out, static_cast<const T&>(item));
  }
  out += ']';
}

template <class T>
void write_map(std::string& out, const T& map) {
  out += '{';
  bool first = true;
  for (const auto& [key, value] : map) {
    if (!first) out += ',';
    first = false;
    write_string(out, key);
    out += ':';
    write(out, value);
  }
  out += '}';
}

template <class T>
void write(std::string& out, const T& value) {
  if constexpr (std::is_same_v<T, Raw>)
    out += value.text;
  else if constexpr (std::is_same_v<T, std::nullptr_t>)
    out += "null";
  else if constexpr (is_optional_v<T>)
    value ? write(out, *value) : void(out += "null");
  else if constexpr (is_patch<T>::value)
    write(out, value.value);
  else if constexpr (is_vector_v<T>)
    write_vector(out, value);
  else if constexpr (is_string_map<T>::value)
    write_map(out, value);
  else if constexpr (is_variant<T>::value)
    std::visit([&](const auto& v) { write(out, v); }, value);
  else if constexpr (is_id_v<T>)
    value ? write_number(out, value.value) : void(out += "null");
  else if constexpr (std::is_same_v<T, Instant>)
    (out += '"') += to_rfc3339(value), out += '"';
  else if constexpr (std::is_same_v<T, bool>)
    out += value ? "true" : "false";
  else if constexpr (std::is_enum_v<T>)
    write_string(out, enum_name(value));
  else if constexpr (std::is_floating_point_v<T>)
    std::isfinite(value) ? write_number(out, value) : void(out += "null");
  else if constexpr (std::is_integral_v<T>)
    write_number(out, value);
  else if constexpr (std::is_convertible_v<const T&, std::string_view>)
    write_string(out, value);
  else
    write_struct(out, value);
}

template <class T>
std::string to_json(const T& value) {
  std::string out;
  write(out, value);
  return out;
}

}  // namespace auricle::json
