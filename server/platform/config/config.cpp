#include "platform/config/config.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

extern char** environ;

namespace auricle::config {
namespace {

const Setting* find(std::string_view name) {
  for (const auto& setting : registry())
    if (setting.name == name) return &setting;
  return nullptr;
}

std::string_view trim(std::string_view text) {
  const auto blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::size_t distance(std::string_view a, std::string_view b) {  // edits between two names, for "did you mean"
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j)
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])}));
  }
  return row.back();
}

std::string unknown(std::string_view name) {
  const auto& all = registry();
  const auto nearest = std::min_element(all.begin(), all.end(), [&](const Setting& a, const Setting& b) {
    return distance(a.name, name) < distance(b.name, name);
  });
  auto text = fmt::format("there is no setting `{}`", name);
  if (distance(nearest->name, name) <= 4) text += fmt::format("; did you mean `{}`?", nearest->name);
  return text;
}

std::string number_problem(const Setting& setting, std::string_view value) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size())
    return fmt::format("`{}` must be a whole number, not `{}`", setting.name, value);
  if ((setting.least || setting.most) && (number < setting.least || number > setting.most))
    return fmt::format("`{}` must lie between {} and {}", setting.name, setting.least, setting.most);
  return {};
}

std::string problem_of(const Setting& setting, std::string_view value) {
  if (setting.kind == Kind::number) return number_problem(setting, value);
  if (setting.kind == Kind::boolean && value != "true" && value != "false")
    return fmt::format("`{}` must be true or false, not `{}`", setting.name, value);
  if (setting.name == "log.level" && value != "debug" && value != "info" && value != "warn" && value != "error")
    return "`log.level` must be debug, info, warn or error";
  return {};
}

std::string_view unquoted(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') return value.substr(1, value.size() - 2);
  return value;
}

std::string home() {
  if (const char* folder = std::getenv("HOME")) return folder;
  const auto* user = getpwuid(getuid());
  return user ? user->pw_dir : "/";
}

}  // namespace

std::vector<Problem> Config::set(std::string_view name, std::string value, std::string where) {
  const Setting* setting = find(name);
  if (!setting) return {{std::move(where), unknown(name)}};
  if (auto problem = problem_of(*setting, value); !problem.empty()) return {{std::move(where), std::move(problem)}};
  values_.insert_or_assign(std::string(name), Value{std::move(value), std::move(where)});
  return {};
}

std::vector<Problem> Config::read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) return {{path, "the file cannot be read"}};
  std::ostringstream text;
  text << file.rdbuf();
  return read_text(text.str(), path);
}

std::vector<Problem> Config::read_text(std::string_view text, const std::string& file) {
  std::vector<Problem> problems;
  std::string section;
  for (int line = 1; !text.empty(); ++line) {
    const auto end = text.find('\n');
    const auto content = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (content.empty() || content.front() == '#') continue;
    const auto where = fmt::format("{}:{}", file, line);
    if (content.front() == '[' && content.back() == ']') {
      section = std::string(trim(content.substr(1, content.size() - 2)));
      continue;
    }
    const auto equals = content.find('=');
    if (equals == std::string_view::npos) {
      problems.push_back({where, "expected `name = value`"});
      continue;
    }
    const auto name = std::string(trim(content.substr(0, equals)));
    const auto found = set(section.empty() ? name : section + "." + name,
                           std::string(unquoted(trim(content.substr(equals + 1)))), where);
    problems.insert(problems.end(), found.begin(), found.end());
  }
  return problems;
}

std::vector<Problem> Config::read_environment(const std::map<std::string, std::string>& environment) {
  std::vector<Problem> problems;
  for (const auto& setting : registry()) {
    std::string name = "AURICLE_";
    for (const char c : setting.name) name += c == '.' ? '_' : static_cast<char>(std::toupper(c));
    const auto found = environment.find(name);
    if (found == environment.end()) continue;
    const auto wrong = set(setting.name, found->second, "environment " + name);
    problems.insert(problems.end(), wrong.begin(), wrong.end());
  }
  return problems;
}

std::string Config::text(std::string_view name) const {
  const Setting* setting = find(name);
  assert(setting);
  const auto found = values_.find(name);
  return found == values_.end() ? std::string(setting->default_value) : found->second.text;
}
std::int64_t Config::number(std::string_view name) const { return std::stoll(text(name)); }
bool Config::boolean(std::string_view name) const { return text(name) == "true"; }
std::string Config::origin(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? "default" : found->second.where;
}

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> found;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text = *entry;
    if (const auto equals = text.find('='); text.starts_with("AURICLE_") && equals != text.npos)
      found.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return found;
}

std::string default_data_directory() {
  if (geteuid() == 0) return "/var/lib/auricle";
  const char* folder = std::getenv("XDG_DATA_HOME");
  return (folder && *folder ? std::string(folder) : home() + "/.local/share") + "/auricle";
}

}  // namespace auricle::config
