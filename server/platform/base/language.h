#pragma once
// Which language a text is written in, by CLD2 (included in language.cpp only).
#include <optional>
#include <string>
#include <string_view>

namespace auricle {

// BCP 47 tag ("es", "ca", "pt", "zh-Hant"); nullopt when the text is too short or mixed to tell. `hint` is the language
// last seen of the sender, "" if none.
std::optional<std::string> detect_language(std::string_view text, std::string_view hint = "");

}  // namespace auricle
