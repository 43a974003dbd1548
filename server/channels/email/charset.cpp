#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "channels/email/mime.h"

namespace auricle::email {
namespace {

// Length of the valid UTF-8 sequence at `i`, 0 if there is none (no overlong forms, surrogates or values above 10FFFF).
std::size_t sequence(std::string_view s, std::size_t i) {
  const auto at = [&](std::size_t k) { return k < s.size() ? static_cast<unsigned char>(s[k]) : 0u; };
  const auto tail = [&](std::size_t k) { return (at(k) & 0xC0) == 0x80; };
  const unsigned c = at(i);
  if (c < 0x80) return 1;
  if (c >= 0xC2 && c <= 0xDF) return tail(i + 1) ? 2 : 0;
  if (c >= 0xE0 && c <= 0xEF) {
    if (!tail(i + 1) || !tail(i + 2)) return 0;
    if (c == 0xE0 && at(i + 1) < 0xA0) return 0;
    if (c == 0xED && at(i + 1) > 0x9F) return 0;
    return 3;
  }
  if (c >= 0xF0 && c <= 0xF4) {
    if (!tail(i + 1) || !tail(i + 2) || !tail(i + 3)) return 0;
    if (c == 0xF0 && at(i + 1) < 0x90) return 0;
    if (c == 0xF4 && at(i + 1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

bool valid_utf8(std::string_view s) {
  for (std::size_t i = 0; i < s.size();) {
    const auto n = sequence(s, i);
    if (n == 0) return false;
    i += n;
  }
  return true;
}

// The names mailers use → what iconv knows. As browsers do, Latin-1 is read as Windows-1252 and the East Asian sets as
// their supersets.
const std::map<std::string, std::string, std::less<>> kNames = {{"us-ascii", "CP1252"},
                                                                {"ascii", "CP1252"},
                                                                {"iso-8859-1", "CP1252"},
                                                                {"iso8859-1", "CP1252"},
                                                                {"latin1", "CP1252"},
                                                                {"iso-8859-1-windows-3.1-latin-1", "CP1252"},
                                                                {"gb2312", "GB18030"},
                                                                {"gbk", "GB18030"},
                                                                {"gb_2312-80", "GB18030"},
                                                                {"ks_c_5601", "CP949"},
                                                                {"ks_c_5601-1987", "CP949"},
                                                                {"ks_c_5601-1989", "CP949"},
                                                                {"euc-kr", "CP949"},
                                                                {"shift_jis", "CP932"},
                                                                {"shift-jis", "CP932"},
                                                                {"sjis", "CP932"},
                                                                {"x-sjis", "CP932"},
                                                                {"iso-2022-jp", "ISO-2022-JP-3"},
                                                                {"cp50220", "ISO-2022-JP-3"},
                                                                {"cp50221", "ISO-2022-JP-3"},
                                                                {"windows-31j", "CP932"},
                                                                {"ms932", "CP932"},
                                                                {"cn-gb", "GB18030"},
                                                                {"cn-big5", "BIG5-HKSCS"},
                                                                {"big5", "BIG5-HKSCS"},
                                                                {"windows-874", "CP874"},
                                                                {"tis-620", "CP874"},
                                                                {"iso-8859-11", "CP874"},
                                                                {"ansi", "CP1252"},
                                                                {"utf8mb4", "UTF-8"},
                                                                {"unicode", "UTF-16"},
                                                                {"utf-8-sig", "UTF-8"},
                                                                {"iso-8859-9", "CP1254"},
                                                                {"iso-8859-8-i", "ISO-8859-8"},
                                                                {"unicode-1-1-utf-7", "UTF-7"},
                                                                {"utf8", "UTF-8"},
                                                                {"x-mac-roman", "MACINTOSH"},
                                                                {"macroman", "MACINTOSH"},
                                                                {"x-unknown", ""},
                                                                {"unknown", ""},
                                                                {"unknown-8bit", ""},
                                                                {"8bit", ""},
                                                                {"7bit", ""},
                                                                {"binary", ""},
                                                                {"default", ""},
                                                                {"default_charset", ""}};

std::string iconv_name(std::string_view charset) {
  auto name = lower_ascii(charset);
  std::erase_if(name, [](char c) { return c == '"' || c == '\'' || c == ' '; });
  if (name.size() > 60) return "";
  if (const auto known = kNames.find(name); known != kNames.end()) return known->second;
  if (name.starts_with("cp-")) name = "cp" + name.substr(3);
  while (name.starts_with("x-")) name.erase(0, 2);
  for (const std::string_view windows : {"windows-", "windows_", "windows", "win-", "win"})
    if (name.starts_with(windows) && name.find_first_not_of("0123456789", windows.size()) == std::string::npos)
      name = "cp" + name.substr(windows.size());
  for (const std::string_view iso : {"iso8859-", "iso8859_", "iso_8859-", "iso-8859_", "8859-", "iso8859"})
    if (name.starts_with(iso)) return iconv_name("iso-8859-" + name.substr(iso.size()));
  const bool sane = name.size() < 40 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
                      return std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == ':';
                    });
  return sane ? name : "";
}

// Bytes that the charset does not know become U+FFFD; the rest is kept.
std::optional<std::string> convert(std::string_view bytes, const std::string& from) {
  if (from.empty()) return std::nullopt;
  const iconv_t cd = iconv_open("UTF-8", from.c_str());
  if (cd == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
  std::string out;
  char buffer[8192];
  char* in = const_cast<char*>(bytes.data());
  std::size_t left = bytes.size();
  while (left > 0) {
    char* to = buffer;
    std::size_t room = sizeof buffer;
    const auto done = iconv(cd, &in, &left, &to, &room);
    out.append(buffer, sizeof buffer - room);
    if (done != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
    out += "\xEF\xBF\xBD";
    ++in, --left;
  }
  iconv_close(cd);
  return out;
}

// Letters that are none: U+FFFD and the control characters U+0080 to U+009F.
std::size_t unknown_in(std::string_view text) {
  std::size_t n = 0;
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    const auto next = static_cast<unsigned char>(text[at + 1]);
    if (text[at] == '\xC2' && next >= 0x80 && next < 0xA0) ++n;
    if (text.substr(at).starts_with("\xEF\xBF\xBD")) ++n;
  }
  return n;
}

// Eight-bit Japanese that says it is the seven-bit kind: whichever of the usual sets knows more of it.
std::string eight_bit_japanese(std::string_view bytes) {
  auto euc = convert(bytes, "EUC-JP").value_or(""), shift = convert(bytes, "CP932").value_or("");
  return unknown_in(shift) < unknown_in(euc) ? shift : euc;
}

}  // namespace

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::string clean_utf8(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size();) {
    const auto n = sequence(s, i);
    const auto c = static_cast<unsigned char>(s[i]);
    if (n == 0)
      out += "\xEF\xBF\xBD";
    else if (n > 1 || c >= 0x20 || c == '\n' || c == '\t')
      out.append(s.substr(i, n));
    else if (c == '\r')
      out += (i + 1 < s.size() && s[i + 1] == '\n') ? "" : "\n";
    i += std::max<std::size_t>(n, 1);
  }
  return out;
}

std::string to_utf8(std::string_view bytes, std::string_view charset) {
  const bool ascii_only =
      std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<signed char>(c) > 0 && c != 0x1B; });
  const auto name = iconv_name(charset);
  const auto low = lower_ascii(name);
  const bool shifted = low == "utf-7" || low.starts_with("utf-16") || low.starts_with("utf-32");
  if (ascii_only && !shifted) return clean_utf8(bytes);
  // RFC 1468: escapes of a seven-bit Japanese text nobody declared.
  const bool escapes = bytes.find("\x1B$B") != std::string_view::npos ||
                       bytes.find("\x1B(J") != std::string_view::npos || bytes.find("\x1B$@") != std::string_view::npos;
  if (escapes && !low.starts_with("iso-2022"))
    if (const auto text = convert(bytes, "ISO-2022-JP-3")) return clean_utf8(*text);
  if (low.starts_with("iso-2022-jp") && bytes.find('\x1B') == std::string_view::npos)
    return clean_utf8(valid_utf8(bytes) ? std::string(bytes) : eight_bit_japanese(bytes));
  // A declared single-byte set over valid UTF-8 with high bytes is nearly always a lie of the mailer.
  const bool single_byte = low.starts_with("cp125") || low.starts_with("iso-8859-") || low == "cp874";
  if ((name.empty() || low == "utf-8" || single_byte) && valid_utf8(bytes)) return clean_utf8(bytes);
  if (name != "UTF-8" && name != "utf-8")
    if (const auto text = convert(bytes, name)) return clean_utf8(*text);
  if (valid_utf8(bytes)) return clean_utf8(bytes);
  if (name == "UTF-8" || name == "utf-8") {  // mostly right: keep what is valid, unless hardly anything is
    std::size_t bad = 0, high = 0;
    for (std::size_t i = 0; i < bytes.size();) {
      const auto n = sequence(bytes, i);
      if (n != 1) ++high;
      if (n == 0) ++bad;
      i += std::max<std::size_t>(n, 1);
    }
    if (bad * 2 < high) return clean_utf8(bytes);
  }
  return clean_utf8(convert(bytes, "CP1252").value_or(std::string(bytes)));
}

}  // namespace auricle::email
