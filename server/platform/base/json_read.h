#pragma once
// Reads JSON into described structs and says per field what is wrong: error.missing, error.wrong_type,
// error.unknown_value, error.unknown_field. Members of type std::optional or json::Patch may be absent; everything else
// must be there.
#include <boost/json.hpp>
#include <limits>

#include "platform/base/json.h"
#include "platform/base/result.h"

namespace auricle::json {

// A struct with `using absent_is_default = void;` keeps the initial value of members that are absent.
template <class T>
concept AbsentIsDefault = requires {
  typename T::absent_is_default;
};

class Reader {
 public:
  template <class T>
  void read(const boost::json::value& value, T& out);
  std::vector<FieldError> errors;

 private:
  void refuse(std::string_view key) { errors.push_back({path_, std::string(key)}); }
  // Runs `step` with the path extended by a segment.
  template <class F>
  void inside(std::string_view segment, F&& step) {
    const auto length = path_.size();
    if (!path_.empty()) path_ += '.';
    path_ += segment;
    step();
    path_.resize(length);
  }
  template <class T>
  void read_struct(const boost::json::value& value, T& out);
  template <class T>
  void read_vector(const boost::json::value& value, std::vector<T>& out);
  template <class T>
  void read_map(const boost::json::value& value, std::map<std::string, T>& out);
  template <class T>
  void read_integer(const boost::json::value& value, T& out);
  template <class T>
  void read_enum(const boost::json::value& value, T& out);
  void read_instant(const boost::json::value& value, Instant& out);
  void read_text(const boost::json::value& value, std::string& out);

  std::string path_;
};

// Parses (depth and duplicate keys are limited by the parser). Malformed text: invalid "error.malformed_json".
Result<boost::json::value> parse(std::string_view text);

template <class T>
Result<T> read(const boost::json::value& value) {
  Reader reader;
  T out{};
  reader.read(value, out);
  if (reader.errors.empty()) return out;
  return fail(Error{ErrorKind::invalid, "error.invalid", std::move(reader.errors), {}, 0});
}

template <class T>
Result<T> read(std::string_view text) {
  const auto value = parse(text);
  if (!value) return fail(value.error());
  return read<T>(*value);
}

template <class T>
void Reader::read(const boost::json::value& value, T& out) {
  if constexpr (is_optional_v<T>)
    value.is_null() ? out.reset() : read(value, out.emplace());
  else if constexpr (is_patch<T>::value)
    out.present = true, read(value, out.value);
  else if constexpr (is_vector_v<T>)
    read_vector(value, out);
  else if constexpr (is_string_map<T>::value)
    read_map(value, out);
  else if constexpr (std::is_same_v<T, Raw>)
    out.text = boost::json::serialize(value);
  else if constexpr (std::is_same_v<T, std::string>)
    read_text(value, out);
  else if constexpr (std::is_same_v<T, Instant>)
    read_instant(value, out);
  else if constexpr (is_id_v<T>)  // null is the zero id, as it is written
    value.is_null() ? void(out.value = 0) : read_integer(value, out.value);
  else if constexpr (std::is_enum_v<T>)
    read_enum(value, out);
  else if constexpr (std::is_same_v<T, bool>)
    value.is_bool() ? void(out = value.get_bool()) : refuse("error.wrong_type");
  else if constexpr (std::is_integral_v<T>)
    read_integer(value, out);
  else if constexpr (std::is_floating_point_v<T>) {
    boost::json::error_code error;
    out = value.to_number<T>(error);
    if (error) refuse("error.wrong_type");
  } else
    read_struct(value, out);
}

template <class T>
void Reader::read_struct(const boost::json::value& value, T& out) {
  const auto* object = value.if_object();
  if (!object) return refuse("error.wrong_type");
  std::size_t known = 0;
  boost::mp11::mp_for_each<members<T>>([&](auto member) {
    const auto name = member_name(member.name);
    auto& target = out.*member.pointer;
    using M = std::decay_t<decltype(target)>;
    if (const auto* found = object->if_contains({name.data(), name.size()})) {
      ++known;
      inside(name, [&] { read(*found, target); });
    } else if constexpr (!is_optional_v<M> && !is_patch<M>::value && !AbsentIsDefault<T>) {
      inside(name, [&] { refuse("error.missing"); });
    }
  });
  if (known == object->size()) return;
  for (const auto& item : *object) {
    bool declared = false;
    boost::mp11::mp_for_each<members<T>>([&](auto member) {
      const auto name = member_name(member.name);
      declared |= std::string_view(item.key().data(), item.key().size()) == name;
    });
    if (!declared) inside({item.key().data(), item.key().size()}, [&] { refuse("error.unknown_field"); });
  }
}

template <class T>
void Reader::read_vector(const boost::json::value& value, std::vector<T>& out) {
  const auto* array = value.if_array();
  if (!array) return refuse("error.wrong_type");
  out.clear();
  for (std::size_t i = 0; i < array->size(); ++i) {
    T item{};
    inside(std::to_string(i), [&] { read((*array)[i], item); });
    out.push_back(std::move(item));
  }
}

template <class T>
void Reader::read_map(const boost::json::value& value, std::map<std::string, T>& out) {
  const auto* object = value.if_object();
  if (!object) return refuse("error.wrong_type");
  out.clear();
  for (const auto& item : *object) {
    const std::string key(item.key().data(), item.key().size());
    inside(key, [&] { read(item.value(), out[key]); });
  }
}

template <class T>
void Reader::read_integer(const boost::json::value& value, T& out) {
  const auto* number = value.if_int64();
  if (!number || *number < static_cast<std::int64_t>(std::numeric_limits<T>::min()) ||
      (sizeof(T) < 8 && *number > static_cast<std::int64_t>(std::numeric_limits<T>::max())))
    return refuse("error.wrong_type");
  out = static_cast<T>(*number);
}

template <class T>
void Reader::read_enum(const boost::json::value& value, T& out) {
  const auto* text = value.if_string();
  if (!text) return refuse("error.wrong_type");
  if (const auto known = enum_parse<T>(std::string_view(text->data(), text->size())))
    out = *known;
  else
    refuse("error.unknown_value");
}

}  // namespace auricle::json
