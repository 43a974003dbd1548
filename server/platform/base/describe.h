#pragma once
// Traits shared by the database, JSON and configuration layers. One BOOST_DESCRIBE_STRUCT / BOOST_DESCRIBE_ENUM per
// type serves them all. Enums are their snake_case names everywhere: column, JSON, screen.
#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "platform/base/id.h"

namespace auricle {

template <class T>
struct is_id : std::false_type {};
template <class Tag>
struct is_id<Id<Tag>> : std::true_type {};
template <class T>
inline constexpr bool is_id_v = is_id<T>::value;

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
inline constexpr bool is_optional_v = is_optional<T>::value;

template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
inline constexpr bool is_vector_v = is_vector<T>::value;

// C++ keywords cannot name an enumerator: write `default_` for "default"; the underscore is cut.
template <class E>
std::string_view enum_name(E value) {
  std::string_view name;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto e) {
    if (e.value == value) name = e.name;
  });
  if (!name.empty() && name.back() == '_') name.remove_suffix(1);
  return name;
}

template <class E>
std::optional<E> enum_parse(std::string_view name) {
  std::optional<E> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto e) {
    if (enum_name(e.value) == name) found = e.value;
  });
  return found;
}

template <class E>
E enum_from_name(std::string_view name) {  // for values we wrote ourselves
  if (const auto value = enum_parse<E>(name)) return *value;
  throw std::runtime_error("unknown enumerator: " + std::string(name));
}

}  // namespace auricle
