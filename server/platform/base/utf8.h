#pragma once
#include <string_view>

namespace auricle {

// Well-formed after RFC 3629, and without U+0000: what both databases keep as text.
bool is_utf8(std::string_view text);
// At most so many bytes, ending with a whole character.
std::string_view cut_utf8(std::string_view text, std::size_t most);

}  // namespace auricle
