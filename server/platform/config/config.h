#pragma once
// Settings come from a file (`name = value` lines, `[section]` prefixes, `#` comments), then the environment
// (AURICLE_HTTP_TRUSTED_PROXIES for http.trusted_proxies), then the command line: the later wins. One registry feeds
// the parser, `auricle config check|list` and docs.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace auricle::config {

enum class Kind { text, number, boolean };

struct Setting {
  std::string_view name;
  Kind kind = Kind::text;
  std::string_view default_value;
  std::string_view description;
  std::int64_t least = 0, most = 0;  // of a number; 0, 0: any
};
const std::vector<Setting>& registry();

struct Problem {
  std::string where;  // "/etc/auricle/auricle.conf:12", "environment", "command line"
  std::string what;   // a sentence that says what to write instead
};

class Config {
 public:
  // Each reports all that it cannot use; what can be used is taken.
  std::vector<Problem> read_file(const std::string& path);
  std::vector<Problem> read_text(std::string_view text, const std::string& file);
  std::vector<Problem> read_environment(const std::map<std::string, std::string>& environment);
  std::vector<Problem> set(std::string_view name, std::string value, std::string where);

  // Of a registered name (an assert otherwise).
  std::string text(std::string_view name) const;
  std::int64_t number(std::string_view name) const;
  bool boolean(std::string_view name) const;
  std::string origin(std::string_view name) const;  // where it was set; "default"

 private:
  struct Value {
    std::string text, where;
  };
  std::map<std::string, Value, std::less<>> values_;
};

std::map<std::string, std::string> process_environment();  // AURICLE_* only
std::string default_data_directory();  // /var/lib/auricle for root, else under the user's data folder

}  // namespace auricle::config
