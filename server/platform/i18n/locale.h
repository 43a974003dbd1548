#pragma once
// Texts of the server: locales/<language>/*.json, part of the program. Keys are dotted paths ("error.not_found");
// `{{name}}` is filled in.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

namespace auricle::i18n {

enum class Language { en, es, fr, ca };
BOOST_DESCRIBE_ENUM(Language, en, es, fr, ca)

// Of an Accept-Language header (RFC 9110, 12.5.4); English when nothing fits.
Language pick_language(std::string_view accept_language);
std::string_view code(Language language);     // "es"
Language language_of(std::string_view code);  // "es", "es-ES"; English when unknown
// The text of a key; the English one if the language lacks it; the key itself if nobody has it.
std::string text(Language language, std::string_view key, const std::map<std::string, std::string>& params = {});
bool has(Language language, std::string_view key);
std::vector<std::string> keys(Language language);

}  // namespace auricle::i18n
