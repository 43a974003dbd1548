#include "platform/i18n/locale.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <unordered_map>

#include "platform/base/embedded.h"

namespace auricle::i18n {
namespace {

constexpr std::array<std::string_view, 4> kCodes = {"en", "es", "fr", "ca"};
using Texts = std::unordered_map<std::string, std::string>;

void flatten(const boost::json::value& value, const std::string& path, Texts& texts) {
  if (const auto* text = value.if_string()) texts[path] = std::string(text->data(), text->size());
  const auto* object = value.if_object();
  if (!object) return;
  for (const auto& item : *object) {
    const std::string key(item.key().data(), item.key().size());
    flatten(item.value(), path.empty() ? key : path + "." + key, texts);
  }
}

std::array<Texts, 4> load() {
  std::array<Texts, 4> all;
  for (const auto& file : embedded::locales()) {
    const auto known = std::find(kCodes.begin(), kCodes.end(), file.path.substr(0, file.path.find('/')));
    if (known == kCodes.end()) continue;
    flatten(boost::json::parse({file.content.data(), file.content.size()}), "", all[known - kCodes.begin()]);
  }
  return all;
}

const Texts& texts(Language language) {
  static const auto all = load();
  return all[static_cast<std::size_t>(language)];
}

const std::string* find(Language language, std::string_view key) {
  const auto& all = texts(language);
  const auto found = all.find(std::string(key));
  return found == all.end() ? nullptr : &found->second;
}

std::string fill(std::string text, const std::map<std::string, std::string>& params) {
  for (const auto& [name, value] : params) {
    const auto mark = "{{" + name + "}}";
    for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at + value.size()))
      text.replace(at, mark.size(), value);
  }
  return text;
}

double quality(std::string_view range) {
  const auto at = range.find("q=");
  if (at == range.npos) return 1;
  double q = 0;
  std::from_chars(range.data() + at + 2, range.data() + range.size(), q);
  return q;
}

}  // namespace

std::string_view code(Language language) { return kCodes[static_cast<std::size_t>(language)]; }

Language language_of(std::string_view code) {
  for (std::size_t i = 0; i < kCodes.size(); ++i)
    if (code.substr(0, 2) == kCodes[i] && (code.size() == 2 || code[2] == '-' || code[2] == '_'))
      return static_cast<Language>(i);
  return Language::en;
}

Language pick_language(std::string_view accept) {
  Language best = Language::en;
  double best_quality = 0;
  while (!accept.empty()) {
    const auto end = std::min(accept.find(','), accept.size());
    auto range = accept.substr(0, end);
    accept.remove_prefix(std::min(end + 1, accept.size()));
    while (!range.empty() && range.front() == ' ') range.remove_prefix(1);
    const auto tag = range.substr(0, std::min(range.find_first_of("; "), range.size()));
    const auto language = language_of(tag);
    const bool known = language != Language::en || tag.substr(0, 2) == "en";
    if (const double q = quality(range); known && q > best_quality) best = language, best_quality = q;
  }
  return best;
}

bool has(Language language, std::string_view key) { return find(language, key) != nullptr; }

std::string text(Language language, std::string_view key, const std::map<std::string, std::string>& params) {
  const auto* found = find(language, key);
  if (!found) found = find(Language::en, key);
  return found ? fill(*found, params) : std::string(key);
}

std::vector<std::string> keys(Language language) {
  std::vector<std::string> all;
  for (const auto& [key, value] : texts(language)) all.push_back(key);
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace auricle::i18n
