#pragma once
// Encoded words of headers (RFC 2047).
#include <optional>
#include <string>
#include <string_view>

namespace auricle::email {

// Neighbouring base64 words of one character set as one word: GMime reads them as a single stream and loses all that
// follows the padding of the first, and a character may be cut in two. nullopt: nothing to join.
std::optional<std::string> join_words(std::string_view raw);

}  // namespace auricle::email
