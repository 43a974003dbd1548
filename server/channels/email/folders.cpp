// Names and purposes of folders.
#include <algorithm>
#include <array>

#include "channels/email/imap.h"
#include "channels/email/mime.h"
#include "platform/search/fold.h"

namespace auricle::email {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

struct Usual {
  std::string_view name;
  FolderUse use;
};
constexpr std::array<Usual, 24> kUsual = {{{"sent", FolderUse::sent},
                                           {"sent items", FolderUse::sent},
                                           {"sent mail", FolderUse::sent},
                                           {"sent messages", FolderUse::sent},
                                           {"enviados", FolderUse::sent},
                                           {"elementos enviados", FolderUse::sent},
                                           {"correo enviado", FolderUse::sent},
                                           {"envoyes", FolderUse::sent},
                                           {"elements envoyes", FolderUse::sent},
                                           {"messages envoyes", FolderUse::sent},
                                           {"enviats", FolderUse::sent},
                                           {"elements enviats", FolderUse::sent},
                                           {"gesendet", FolderUse::sent},
                                           {"drafts", FolderUse::drafts},
                                           {"borradores", FolderUse::drafts},
                                           {"brouillons", FolderUse::drafts},
                                           {"esborranys", FolderUse::drafts},
                                           {"spam", FolderUse::junk},
                                           {"junk", FolderUse::junk},
                                           {"correo no deseado", FolderUse::junk},
                                           {"trash", FolderUse::trash},
                                           {"papelera", FolderUse::trash},
                                           {"corbeille", FolderUse::trash},
                                           {"paperera", FolderUse::trash}}};

FolderUse use_of(const std::string& flags, const std::string& name, std::string_view separator) {
  const auto marked = [&](std::string_view mark) { return flags.find(mark) != std::string::npos; };
  if (lower_ascii(name) == "inbox") return FolderUse::inbox;
  if (marked("\\sent")) return FolderUse::sent;
  if (marked("\\drafts")) return FolderUse::drafts;
  if (marked("\\junk")) return FolderUse::junk;
  if (marked("\\trash")) return FolderUse::trash;
  if (marked("\\archive") || marked("\\all")) return FolderUse::archive;
  auto last = name;
  if (!separator.empty())
    if (const auto at = last.rfind(separator); at != std::string::npos) last.erase(0, at + separator.size());
  const auto folded = search::fold(last);
  for (const auto& usual : kUsual)
    if (folded == usual.name) return usual.use;
  return FolderUse::none;
}

// A quoted string or an atom at `at`; moves behind it.
std::string word(const std::string& line, std::size_t& at) {
  while (at < line.size() && line[at] == ' ') ++at;
  std::string out;
  if (at < line.size() && line[at] == '"') {
    for (++at; at < line.size() && line[at] != '"'; ++at) {
      if (line[at] == '\\' && at + 1 < line.size()) ++at;
      out += line[at];
    }
    ++at;
  } else {
    while (at < line.size() && line[at] != ' ') out += line[at++];
  }
  return out;
}

}  // namespace

std::string folder_to_utf7(std::string_view utf8) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  bool shifted = false;
  const auto put = [&](std::uint32_t unit) {
    bits = bits << 16 | unit, held += 16;
    while (held >= 6) out += kAlphabet[bits >> (held -= 6) & 63];
  };
  const auto unshift = [&] {
    if (!shifted) return;
    if (held > 0) out += kAlphabet[bits << (6 - held) & 63];
    out += '-', shifted = false, held = 0, bits = 0;
  };
  const std::string text = clean_utf8(utf8);
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const int length = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    std::uint32_t code = length == 1 ? c : c & (0xFF >> (length + 1));
    for (int k = 1; k < length; ++k)
      code = code << 6 | (static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]) & 0x3F);
    i += static_cast<std::size_t>(length);
    if (code < 0x80) {
      unshift();
      out += static_cast<char>(code);
      if (code == '&') out += '-';
      continue;
    }
    if (!shifted) out += '&', shifted = true;
    if (code >= 0x10000)
      put(0xD800 + ((code - 0x10000) >> 10)), put(0xDC00 + ((code - 0x10000) & 0x3FF));
    else
      put(code);
  }
  unshift();
  return out;
}

std::string folder_from_utf7(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto end = name[i] == '&' ? name.find('-', i) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += name[i];
      continue;
    }
    if (end == i + 1) out += '&';
    std::string units;
    std::uint32_t bits = 0;
    int held = 0;
    for (auto k = i + 1; k < end; ++k) {
      const auto value = kAlphabet.find(name[k]);
      if (value == std::string_view::npos) continue;
      bits = bits << 6 | static_cast<std::uint32_t>(value), held += 6;
      if (held >= 8) units += static_cast<char>(bits >> (held -= 8) & 0xFF);
    }
    out += to_utf8(units, "utf-16be");
    i = end;
  }
  return clean_utf8(out);
}

std::optional<FolderEntry> parse_list(const std::string& line, const std::vector<std::string>& literals) {
  if (!lower_ascii(line.substr(0, 7)).starts_with("* list ")) return std::nullopt;
  const auto open = line.find('('), close = line.find(')', open == std::string::npos ? 0 : open);
  if (open == std::string::npos || close == std::string::npos) return std::nullopt;
  const auto flags = lower_ascii(line.substr(open, close - open));
  if (flags.find("\\noselect") != std::string::npos || flags.find("\\nonexistent") != std::string::npos)
    return std::nullopt;
  auto at = close + 1;
  auto separator = word(line, at);
  if (lower_ascii(separator) == "nil") separator.clear();
  const auto raw = literals.empty() ? word(line, at) : literals.back();
  const auto name = folder_from_utf7(raw);
  if (name.empty()) return std::nullopt;
  return FolderEntry{name, use_of(flags, name, separator)};
}

}  // namespace auricle::email
