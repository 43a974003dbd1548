#include "channels/email/words.h"

#include <gmime/gmime.h>

#include <algorithm>

#include "channels/email/mime.h"

namespace auricle::email {
namespace {

struct Word {
  std::string_view charset, data;
  std::size_t end = 0;
};

bool base64_char(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
}

// "=?utf-8?B?…?=" at `at`.
std::optional<Word> word_at(std::string_view raw, std::size_t at) {
  constexpr std::size_t kLongestSet = 40, kLongestData = 4000;
  if (raw.substr(at, 2) != "=?") return std::nullopt;
  const auto set_end = raw.substr(0, at + 2 + kLongestSet).find('?', at + 2);
  if (set_end == raw.npos || set_end == at + 2) return std::nullopt;
  const auto mark = raw.substr(set_end, 3);
  if (mark != "?B?" && mark != "?b?") return std::nullopt;
  const auto data = raw.substr(set_end + 3, kLongestData);
  const auto length = static_cast<std::size_t>(std::find_if_not(data.begin(), data.end(), base64_char) - data.begin());
  if (data.substr(length, 2) != "?=") return std::nullopt;
  return Word{raw.substr(at + 2, set_end - at - 2), data.substr(0, length), set_end + 3 + length + 2};
}

// Behind blanks and folded line ends; npos where a header ends.
std::size_t past_blanks(std::string_view raw, std::size_t at) {
  for (; at < raw.size(); ++at) {
    if (raw[at] == ' ' || raw[at] == '\t' || raw[at] == '\r') continue;
    if (raw[at] != '\n') return at;
    if (at + 1 >= raw.size() || (raw[at + 1] != ' ' && raw[at + 1] != '\t')) return raw.npos;
  }
  return raw.npos;
}

void decode_to(std::string& out, std::string_view data) {
  std::string bytes(data.size() + 4, '\0');
  int state = 0;
  guint32 save = 0;
  const auto size = g_mime_encoding_base64_decode_step(reinterpret_cast<const unsigned char*>(data.data()), data.size(),
                                                       reinterpret_cast<unsigned char*>(bytes.data()), &state, &save);
  out.append(bytes, 0, size);
}

void append_word(std::string& out, std::string_view charset, const std::string& bytes) {
  char* text = g_base64_encode(reinterpret_cast<const guchar*>(bytes.data()), bytes.size());
  out.append("=?").append(charset).append("?B?").append(text).append("?=");
  g_free(text);
}

}  // namespace

std::optional<std::string> join_words(std::string_view raw) {
  std::string out;
  std::size_t taken = 0;
  for (auto at = raw.find("=?"); at != raw.npos; at = raw.find("=?", at)) {
    const auto first = word_at(raw, at);
    if (!first) {
      at += 2;
      continue;
    }
    std::string bytes;
    auto end = first->end;
    for (auto next = past_blanks(raw, end); next != raw.npos; next = past_blanks(raw, end)) {
      const auto more = word_at(raw, next);
      if (!more || lower_ascii(more->charset) != lower_ascii(first->charset)) break;
      if (bytes.empty()) decode_to(bytes, first->data);
      decode_to(bytes, more->data);
      end = more->end;
    }
    if (end != first->end) {
      out.append(raw.substr(taken, at - taken));
      append_word(out, first->charset, bytes);
      taken = end;
    }
    at = end;
  }
  if (taken == 0) return std::nullopt;
  return out.append(raw.substr(taken));
}

}  // namespace auricle::email
