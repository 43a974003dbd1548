#include "platform/search/fold.h"

#include <array>
#include <cstdint>

namespace auricle::search {
namespace {

// U+00C0…U+024F, one entry each; "-" stays as it is.
constexpr std::string_view kLatin =
    "a a a a a a ae c e e e e i i i i d n o o o o o - o u u u u y th ss a a a a a a ae c e e e e i i i i "
    "d n o o o o o - o u u u u y th y a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g g "
    "g g g h h h h i i i i i i i i i i ij ij j j k k k l l l l l l l l l l n n n n n n n n n o o o o o o "
    "oe oe r r r r r r s s s s s s s s t t t t t t u u u u u u u u u u u u w w y y y z z z z z z s - - - "
    "- - - - - - - - - - - - - - - - - - - - - - - - - - - - - o o - - - - - - - - - - - - - u u - - - - "
    "- - - - - - - - - - - - - - - dz dz dz lj lj lj nj nj nj a a i i o o u u u u u u u u u u - a a a a "
    "ae ae - - g g k k o o o o - - j dz dz dz g g - - n n a a ae ae o o a a a a e e e e i i i i o o o o "
    "r r r r u u u u s s t t - - h h - - - - - - a a e e o o o o o o o o y y - - - - - - - - - - - - - - "
    "- - - - - - - - - - - - - - ";

// U+1E00…U+1EFF, one entry each; "-" stays as it is.
constexpr std::string_view kLatinAdditional =
    "a a b b b b b b c c d d d d d d d d d d e e e e e e e e e e f f g g h h h h h h h h h h i i i i k k "
    "k k k k l l l l l l l l m m m m m m n n n n n n n n o o o o o o o o p p p p r r r r r r r r s s s s "
    "s s s s s s t t t t t t t t u u u u u u u u u u v v v v w w w w w w w w w w x x x x y y z z z z z z "
    "h t w y - s - - ss - a a a a a a a a a a a a a a a a a a a a a a a a e e e e e e e e e e e e e e e "
    "e i i i i o o o o o o o o o o o o o o o o o o o o o o o o u u u u u u u u u u u u u u y y y y y y y "
    "y - - - - - - ";

using Table = std::array<std::string_view, 512>;
Table split(std::string_view text) {
  Table table;
  std::size_t entry = 0;
  for (std::size_t from = 0; from < text.size() && entry < table.size();) {
    const auto end = std::min(text.find(' ', from), text.size());
    table[entry++] = text.substr(from, end - from);
    from = end + 1;
  }
  return table;
}

struct Letter {
  char32_t code = 0;
  std::size_t length = 1;
};
constexpr char32_t kInvalid = 0xFFFD;

// One code point; anything malformed is one byte of kInvalid.
Letter decode(std::string_view text, std::size_t from) {
  const auto byte = [&](std::size_t i) {
    return from + i < text.size() ? static_cast<unsigned char>(text[from + i]) : 0u;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return {first, 1};
  if (first >= 0xC2 && first < 0xE0 && tail(1)) return {(first & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (first >= 0xE0 && first < 0xF0 && tail(1) && tail(2))
    return {(first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
  if (first >= 0xF0 && first < 0xF5 && tail(1) && tail(2) && tail(3))
    return {(first & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F), 4};
  return {kInvalid, 1};
}

void encode(std::string& out, char32_t code) {
  if (code < 0x80)
    out += static_cast<char>(code);
  else if (code < 0x800)
    out += static_cast<char>(0xC0 | code >> 6), out += static_cast<char>(0x80 | (code & 0x3F));
  else if (code < 0x10000)
    out += static_cast<char>(0xE0 | code >> 12), out += static_cast<char>(0x80 | (code >> 6 & 0x3F)),
        out += static_cast<char>(0x80 | (code & 0x3F));
  else
    out += static_cast<char>(0xF0 | code >> 18), out += static_cast<char>(0x80 | (code >> 12 & 0x3F)),
        out += static_cast<char>(0x80 | (code >> 6 & 0x3F)), out += static_cast<char>(0x80 | (code & 0x3F));
}

struct Range {
  char32_t first, last;
};
template <std::size_t N>
bool within(const Range (&ranges)[N], char32_t code) {
  for (const auto& range : ranges)
    if (code >= range.first && code <= range.last) return true;
  return false;
}

// Marks that disappear: combining accents, Hebrew and Arabic vowel points, tatweel, soft hyphen, joiners.
bool is_mark(char32_t code) {
  static constexpr Range kMarks[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x5BF, 0x5C7},
                                     {0x610, 0x61A},   {0x640, 0x640},   {0x64B, 0x65F},   {0x670, 0x670},
                                     {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20F0}, {0x200B, 0x200F},
                                     {0xAD, 0xAD},     {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}};
  return code >= 0xAD && within(kMarks, code);
}

bool is_letter(char32_t code) {
  if (code < 0x80) return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
  static constexpr Range kOthers[] = {
      {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},     {0xD7, 0xD7},     {0xF7, 0xF7},
      {0x37E, 0x37E},   {0x387, 0x387},   {0x589, 0x58A},   {0x5BE, 0x5BE},   {0x60C, 0x60C},   {0x61B, 0x61F},
      {0x66A, 0x66D},   {0x964, 0x965},   {0x2000, 0x206F}, {0x20A0, 0x20CF}, {0x2100, 0x214F}, {0x2190, 0x2BFF},
      {0x2E00, 0x2E7F}, {0x3000, 0x3004}, {0x3008, 0x3020}, {0x3030, 0x3030}, {0xE000, 0xF8FF}, {0xFE10, 0xFE6F},
      {0xFF00, 0xFF0F}, {0xFF1A, 0xFF20}, {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFF0, 0xFFFF}, {0x1F000, 0x1FAFF}};
  return !within(kOthers, code);
}

// Scripts written without spaces: each letter is a word of its own.
bool stands_alone(char32_t code) {
  static constexpr Range kRanges[] = {{0xE00, 0xEFF},   {0x1000, 0x109F}, {0x1780, 0x17FF},  {0x3040, 0x30FF},
                                      {0x3400, 0x9FFF}, {0xF900, 0xFAFF}, {0x20000, 0x3FFFF}};
  return code >= 0xE00 && within(kRanges, code);
}

char32_t fold_other(char32_t code) {
  static constexpr std::pair<char32_t, char32_t> kSingles[] = {
      {0x386, 0x3B1}, {0x388, 0x3B5}, {0x389, 0x3B7}, {0x38A, 0x3B9}, {0x38C, 0x3BF}, {0x38E, 0x3C5}, {0x38F, 0x3C9},
      {0x390, 0x3B9}, {0x3AA, 0x3B9}, {0x3AB, 0x3C5}, {0x3AC, 0x3B1}, {0x3AD, 0x3B5}, {0x3AE, 0x3B7}, {0x3AF, 0x3B9},
      {0x3B0, 0x3C5}, {0x3C2, 0x3C3}, {0x3CA, 0x3B9}, {0x3CB, 0x3C5}, {0x3CC, 0x3BF}, {0x3CD, 0x3C5}, {0x3CE, 0x3C9},
      {0x401, 0x435}, {0x451, 0x435}, {0x419, 0x438}, {0x439, 0x438}, {0x407, 0x456}, {0x457, 0x456}, {0x622, 0x627},
      {0x623, 0x627}, {0x625, 0x627}, {0x671, 0x627}, {0x649, 0x64A}, {0x6CC, 0x64A}, {0x6A9, 0x643}};
  for (const auto& [from, to] : kSingles)
    if (code == from) return to;
  if (code >= 0x391 && code <= 0x3A9) return code + 0x20;
  if (code >= 0x410 && code <= 0x42F) return code + 0x20;
  if (code >= 0x400 && code <= 0x40F) return code + 0x50;
  if (code >= 0x531 && code <= 0x556) return code + 0x30;
  if (code >= 0xFF10 && code <= 0xFF19) return code - 0xFF10 + '0';
  if (code >= 0xFF21 && code <= 0xFF3A) return code - 0xFF21 + 'a';
  if (code >= 0xFF41 && code <= 0xFF5A) return code - 0xFF41 + 'a';
  if ((code >= 0x660 && code <= 0x669) || (code >= 0x6F0 && code <= 0x6F9)) return '0' + (code & 0xF);
  return code;
}

void append_folded(std::string& out, char32_t code) {
  static const Table latin = split(kLatin), additional = split(kLatinAdditional);
  if (code < 0x80) {
    out += static_cast<char>(code >= 'A' && code <= 'Z' ? code + 32 : code);
    return;
  }
  std::string_view base;
  if (code >= 0xC0 && code <= 0x24F)
    base = latin[code - 0xC0];
  else if (code >= 0x1E00 && code <= 0x1EFF)
    base = additional[code - 0x1E00];
  else if (code == 0xAA)
    base = "a";
  else if (code == 0xBA)
    base = "o";
  else if (code >= 0xFB00 && code <= 0xFB06)
    base = std::array{"ff", "fi", "fl", "ffi", "ffl", "st", "st"}[code - 0xFB00];
  if (!base.empty() && base != "-")
    out += base;
  else
    encode(out, fold_other(code));
}

// The dot of l·l is part of the word.
bool is_inner_dot(std::string_view text, std::size_t at, char32_t code) {
  const auto is_l = [](char c) { return c == 'l' || c == 'L'; };
  return code == 0xB7 && at > 0 && is_l(text[at - 1]) && at + 2 < text.size() && is_l(text[at + 2]);
}

}  // namespace

std::string fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto letter = decode(text, at);
    if (letter.code == kInvalid)
      out += ' ';
    else if (!is_mark(letter.code) && !is_inner_dot(text, at, letter.code))
      append_folded(out, letter.code);
    at += letter.length;
  }
  return out;
}

std::vector<Word> words(std::string_view text) {
  std::vector<Word> found;
  Word word;
  const auto close = [&](std::size_t end) {
    if (!word.folded.empty()) {
      word.end = end;
      found.push_back(std::move(word));
    }
    word = {};
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto letter = decode(text, at);
    const bool alone = stands_alone(letter.code);
    if (is_mark(letter.code) || is_inner_dot(text, at, letter.code)) {
      at += letter.length;
      continue;
    }
    if (!is_letter(letter.code) || alone) close(at);
    if (is_letter(letter.code)) {
      if (word.folded.empty()) word.begin = at;
      append_folded(word.folded, letter.code);
      if (alone) close(at + letter.length);
    }
    at += letter.length;
  }
  close(text.size());
  return found;
}

std::vector<std::string> folded_words(std::string_view text) {
  std::vector<std::string> out;
  for (auto& word : words(text)) out.push_back(std::move(word.folded));
  return out;
}

std::string joined_words(std::string_view text) {
  std::string out;
  for (const auto& word : words(text)) {
    if (!out.empty()) out += ' ';
    out += word.folded;
  }
  return out;
}

}  // namespace auricle::search
