#include "platform/base/utf8.h"

namespace auricle {
namespace {

struct Form {  // RFC 3629 §4: what the first byte allows
  std::size_t tail = 0;
  unsigned char lowest = 0x80, highest = 0xBF;  // of the second
  bool valid = true;
};
Form form_of(unsigned char first) {
  if (first > 0 && first < 0x80) return {};
  if (first >= 0xC2 && first < 0xE0) return {1};
  if (first >= 0xE0 && first < 0xF0)
    return {2, static_cast<unsigned char>(first == 0xE0 ? 0xA0 : 0x80),
            static_cast<unsigned char>(first == 0xED ? 0x9F : 0xBF)};
  if (first >= 0xF0 && first < 0xF5)
    return {3, static_cast<unsigned char>(first == 0xF0 ? 0x90 : 0x80),
            static_cast<unsigned char>(first == 0xF4 ? 0x8F : 0xBF)};
  return {0, 0, 0, false};
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto form = form_of(static_cast<unsigned char>(text[i]));
    if (!form.valid || i + form.tail >= text.size()) return false;
    for (std::size_t k = 1; k <= form.tail; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if (byte < (k == 1 ? form.lowest : 0x80) || byte > (k == 1 ? form.highest : 0xBF)) return false;
    }
    i += 1 + form.tail;
  }
  return true;
}

std::string_view cut_utf8(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

}  // namespace auricle
