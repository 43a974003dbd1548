#include "channels/email/cms.h"

#include <cstddef>

namespace auricle::email {
namespace {

constexpr unsigned char kSequence = 0x30, kOctets = 0x04, kManyOctets = 0x24, kExplicit = 0xA0;
constexpr int kDeepest = 32;

struct Element {
  unsigned char tag = 0;
  std::string_view content;  // up to the end of what holds it when the length is not said
  bool open_ended = false;
};

// X.690 §8.1: the element at the front of `in`; takes it off.
std::optional<Element> take(std::string_view& in, int depth = 0);

// How far an open-ended element reaches: elements until one of two zeros.
std::optional<std::size_t> open_length(std::string_view in, int depth) {
  const auto whole = in.size();
  while (!in.starts_with(std::string_view("\0\0", 2)))
    if (!take(in, depth + 1)) return std::nullopt;
  return whole - in.size();
}

std::optional<Element> take(std::string_view& in, int depth) {
  if (in.size() < 2 || depth > kDeepest) return std::nullopt;
  Element out;
  out.tag = static_cast<unsigned char>(in[0]);
  const auto first = static_cast<unsigned char>(in[1]);
  std::size_t at = 2, length = first;
  if ((out.tag & 0x1F) == 0x1F) return std::nullopt;
  if (first == 0x80) {
    const auto found = open_length(in.substr(2), depth);
    if (!found) return std::nullopt;
    length = *found, out.open_ended = true;
  } else if (first > 0x80) {
    const std::size_t count = first & 0x7F;
    if (count > 4 || in.size() < 2 + count) return std::nullopt;
    length = 0;
    for (; at < 2 + count; ++at) length = length << 8 | static_cast<unsigned char>(in[at]);
  }
  if (length > in.size() - at) return std::nullopt;
  out.content = in.substr(at, length);
  in.remove_prefix(at + length + (out.open_ended ? 2 : 0));
  return out;
}

std::optional<Element> take_a(unsigned char tag, std::string_view& in) {
  auto element = take(in, 0);
  return element && element->tag == tag ? element : std::nullopt;
}

std::optional<std::string> octets(std::string_view in, int depth) {
  if (depth > kDeepest) return std::nullopt;
  std::string out;
  while (const auto piece = take(in, 0)) {
    if (piece->tag == kOctets)
      out += piece->content;
    else if (piece->tag == kManyOctets)
      out += octets(piece->content, depth + 1).value_or("");
    else
      return std::nullopt;
  }
  return out.empty() ? std::nullopt : std::optional(out);
}

}  // namespace

std::optional<std::string> signed_content(std::string_view ber) {
  static constexpr std::string_view kSignedData("\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02", 9);
  auto outer = take_a(kSequence, ber);
  if (!outer) return std::nullopt;
  const auto type = take_a(0x06, outer->content);
  if (!type || type->content != kSignedData) return std::nullopt;
  auto wrapped = take_a(kExplicit, outer->content);
  auto data = wrapped ? take_a(kSequence, wrapped->content) : std::nullopt;
  if (!data || !take_a(0x02, data->content) || !take_a(0x31, data->content)) return std::nullopt;
  auto inner = take_a(kSequence, data->content);
  if (!inner || !take_a(0x06, inner->content)) return std::nullopt;
  const auto content = take_a(kExplicit, inner->content);
  return content ? octets(content->content, 0) : std::nullopt;
}

}  // namespace auricle::email
