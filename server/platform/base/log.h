#pragma once
// Structured log: one line per event on standard error, JSON or (on a terminal) text. Events are names, fields are ids,
// counts, times and route templates: never text a person wrote, never a query, never a name. Lines wait at most a
// second; warnings do not wait.
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace auricle::log {

enum class Level { debug, info, warn, error };
enum class Format { text, json };

struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double> value;
  Field(std::string_view n, std::string_view v) : name(n), value(v) {}
  Field(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}
  Field(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}
  Field(std::string_view n, double v) : name(n), value(v) {}
  template <class T>
  requires std::is_integral_v<T> Field(std::string_view n, T v) : name(n), value(static_cast<std::int64_t>(v)) {}
};

void set_up(Format format, Level level);  // once, before threads
void event(Level level, std::string_view name, std::initializer_list<Field> fields = {});
void flush();

inline void info(std::string_view name, std::initializer_list<Field> fields = {}) { event(Level::info, name, fields); }
inline void warn(std::string_view name, std::initializer_list<Field> fields = {}) { event(Level::warn, name, fields); }
inline void error(std::string_view name, std::initializer_list<Field> fields = {}) {
  event(Level::error, name, fields);
}

}  // namespace auricle::log
