#include "channels/email/tnef.h"

#include <algorithm>
#include <cstdint>

#include "channels/email/mime.h"

namespace auricle::email {
namespace {

constexpr std::uint32_t kSignature = 0x223E9F78;
constexpr int kDeepest = 8;  // mails within mails
enum Attribute : std::uint32_t {
  kBody = 0x0002800C,
  kMessageProperties = 0x00069003,
  kRendering = 0x00069002,
  kTitle = 0x00018010,
  kData = 0x0006800F,
  kFileProperties = 0x00069005,
  kCodePage = 0x00069007
};
enum Property : std::uint32_t {
  kPlainBody = 0x1000,
  kRtfBody = 0x1009,
  kHtmlBody = 0x1013,
  kFileData = 0x3701,
  kFileName = 0x3704,
  kLongFileName = 0x3707,
  kMimeTag = 0x370E,
  kContentId = 0x3712,
  kDisplayName = 0x3001
};

// Little-endian; reading past the end gives zeros and remembers it.
class Bytes {
 public:
  explicit Bytes(std::string_view all) : left_(all) {}
  bool ok() const { return ok_; }
  bool empty() const { return left_.empty(); }
  std::uint32_t number(int width) {
    std::uint32_t value = 0;
    const auto piece = take(static_cast<std::size_t>(width));
    for (std::size_t i = 0; i < piece.size(); ++i)
      value |= static_cast<std::uint32_t>(static_cast<unsigned char>(piece[i])) << (8 * i);
    return value;
  }
  std::string_view take(std::size_t count) {
    if (count > left_.size()) {
      ok_ = false;
      return {};
    }
    const auto piece = left_.substr(0, count);
    left_.remove_prefix(count);
    return piece;
  }
  std::string_view padded(std::size_t count) {  // to a multiple of four
    const auto piece = take(count);
    take(std::min((4 - count % 4) % 4, left_.size()));
    return piece;
  }

 private:
  std::string_view left_;
  bool ok_ = true;
};

std::string until_zero(std::string_view s) { return std::string(s.substr(0, std::min(s.find('\0'), s.size()))); }

std::string wide(std::string_view s) {
  if (s.size() % 2) s.remove_suffix(1);
  auto out = to_utf8(s, "utf-16le");
  while (out.ends_with("\xEF\xBF\xBD")) out.resize(out.size() - 3);
  return out;
}

std::size_t fixed_width(std::uint32_t type) {
  switch (type) {
    case 0x0002:
    case 0x000B:
    case 0x0003:
    case 0x0004:
    case 0x000A:
      return 4;
    case 0x0005:
    case 0x0006:
    case 0x0007:
    case 0x0014:
    case 0x0040:
      return 8;
    case 0x0048:
      return 16;
    default:
      return 0;
  }
}

struct Value {
  std::uint32_t id = 0, type = 0;
  std::string_view bytes;
};

// [MS-OXTNEF] §2.1.3.4: a count, then properties; strings and binaries are counted and padded.
std::vector<Value> properties(std::string_view block) {
  std::vector<Value> out;
  Bytes in(block);
  const auto count = in.number(4);
  for (std::uint32_t i = 0; i < count && in.ok() && !in.empty() && out.size() < 4096; ++i) {
    const auto tag = in.number(4);
    Value value{tag >> 16, tag & 0x0FFF, {}};
    const bool many = (tag & 0x1000) != 0;
    if (value.id >= 0x8000) {  // named: a GUID, then a number or a name
      in.take(16);
      if (in.number(4) == 0)
        in.number(4);
      else
        in.padded(in.number(4));
    }
    const auto width = fixed_width(value.type);
    const bool counted = width == 0 || many;
    const auto values = counted ? in.number(4) : 1;
    for (std::uint32_t k = 0; k < values && in.ok() && k < 65536; ++k)
      value.bytes = width ? in.padded(width) : in.padded(in.number(4));
    if (in.ok()) out.push_back(value);
  }
  return out;
}

std::string text_of(const Value& value, std::string_view charset) {
  return value.type == 0x001F ? wide(value.bytes) : to_utf8(until_zero(value.bytes), charset);
}

class Reader {
 public:
  explicit Reader(std::size_t limit) : left_(limit) {}

  bool read(std::string_view bytes, Tnef& out, int depth) {
    Bytes in(bytes);
    if (in.number(4) != kSignature || depth > kDeepest) return false;
    in.number(2);
    bool in_file = false;
    while (in.ok() && !in.empty()) {
      in.number(1);  // of the message or of a file
      const auto attribute = in.number(4);
      const auto data = in.take(in.number(4));
      in.number(2);  // checksum
      out.broken |= !in.ok();
      if (!in.ok() && data.empty()) break;
      if (attribute == kRendering) out.files.emplace_back(), in_file = true;
      in_file ? file(attribute, data, out, depth) : message(attribute, data, out);
      if (left_ == 0) return false;
    }
    return true;
  }

 private:
  std::string spend(std::string bytes) {
    if (bytes.size() >= left_) {
      left_ = 0;
      return "";
    }
    left_ -= bytes.size();
    return bytes;
  }

  void message(std::uint32_t attribute, std::string_view data, Tnef& out) {
    if (attribute == kCodePage && data.size() >= 4) charset_ = "cp" + std::to_string(Bytes(data).number(4));
    if (attribute == kBody) out.text = spend(to_utf8(until_zero(data), charset_));
    if (attribute != kMessageProperties) return;
    for (const auto& value : properties(data)) {
      if (value.id == kPlainBody && out.text.empty()) out.text = spend(text_of(value, charset_));
      if (value.id == kHtmlBody) out.html = spend(to_utf8(until_zero(value.bytes), "utf-8"));
      if (value.id == kRtfBody && out.text.empty() && out.html.empty())
        out.text = spend(rtf_to_text(decompress_rtf(value.bytes, std::min<std::size_t>(left_, 16u << 20))));
    }
  }

  void file(std::uint32_t attribute, std::string_view data, Tnef& out, int depth) {
    auto& file = out.files.back();
    if (attribute == kTitle && file.name.empty()) file.name = to_utf8(until_zero(data), charset_);
    if (attribute == kData) file.bytes = spend(std::string(data));
    if (attribute != kFileProperties) return;
    std::optional<Tnef> inner;
    for (const auto& value : properties(data)) {
      if (value.id == kLongFileName) file.name = text_of(value, charset_);
      if ((value.id == kFileName || value.id == kDisplayName) && file.name.empty())
        file.name = text_of(value, charset_);
      if (value.id == kMimeTag) file.content_type = lower_ascii(text_of(value, charset_));
      if (value.id == kContentId) file.content_id = text_of(value, charset_);
      if (value.id == kFileData && file.bytes.empty()) inner = data_of(value, file, depth);
    }
    if (!inner) return;  // a mail in a file: its own files and words stand for it
    auto said = inner->html.empty() ? inner->text : inner->html;
    file.content_type = inner->html.empty() ? "text/plain" : "text/html";
    file.name = (file.name.empty() ? "message" : file.name) + (inner->html.empty() ? ".txt" : ".html");
    file.bytes = std::move(said);
    for (auto& one : inner->files) out.files.push_back(std::move(one));
  }

  // An embedded object starts with a GUID; an embedded mail goes on as TNEF.
  std::optional<Tnef> data_of(const Value& value, TnefFile& file, int depth) {
    auto data = value.bytes;
    if (value.type == 0x000D && data.size() > 16) data.remove_prefix(16);
    if (Tnef inner; looks_like_tnef(data) && read(data, inner, depth + 1)) return inner;
    file.bytes = spend(std::string(data));
    return std::nullopt;
  }

  std::size_t left_;
  std::string charset_ = "cp1252";
};

// What RTF words mean for plain text.
class RtfText {
 public:
  std::string read(std::string_view rtf) {
    for (std::size_t i = 0; i < rtf.size() && out_.size() < (16u << 20);) {
      const char c = rtf[i];
      if (c == '{') {
        if (groups_.size() < 10000) groups_.push_back(hidden_);
        ++i;
      } else if (c == '}') {
        if (!groups_.empty()) hidden_ = groups_.back(), groups_.pop_back();
        ++i;
      } else if (c == '\\') {
        i = word(rtf, i + 1);
      } else {
        if (c != '\r' && c != '\n') put(c);
        ++i;
      }
    }
    flush();
    return std::move(out_);
  }

 private:
  void put(char c) {
    if (skip_ > 0)
      --skip_;
    else if (!hidden_)
      bytes_ += c;
  }
  void flush() { out_ += to_utf8(bytes_, charset_), bytes_.clear(); }
  void put_code(std::uint32_t code) {
    if (hidden_) return;
    flush();
    const char unit[2] = {static_cast<char>(code & 0xFF), static_cast<char>(code >> 8 & 0xFF)};
    if (code < 0xD800 || code > 0xDFFF) out_ += to_utf8(std::string_view(unit, 2), "utf-16le");
  }

  std::size_t word(std::string_view rtf, std::size_t i) {
    if (i >= rtf.size()) return i;
    if (rtf[i] == '\'') {
      const auto digit = [&](std::size_t k) {
        const auto at = k < rtf.size() ? std::string_view("0123456789abcdef").find(lower_ascii(rtf.substr(k, 1))) : 0;
        return at == std::string_view::npos ? 0 : static_cast<int>(at);
      };
      put(static_cast<char>(digit(i + 1) * 16 + digit(i + 2)));
      return std::min(i + 3, rtf.size());
    }
    if (!std::isalpha(static_cast<unsigned char>(rtf[i]))) {
      symbol(rtf[i]);
      return i + 1;
    }
    auto end = i;
    while (end < rtf.size() && std::isalpha(static_cast<unsigned char>(rtf[end]))) ++end;
    const auto name = rtf.substr(i, end - i);
    auto digits = end;
    if (digits < rtf.size() && rtf[digits] == '-') ++digits;
    while (digits < rtf.size() && digits - end < 9 && std::isdigit(static_cast<unsigned char>(rtf[digits]))) ++digits;
    const auto value = std::atoi(std::string(rtf.substr(end, digits - end)).c_str());
    control(name, value);
    return digits < rtf.size() && rtf[digits] == ' ' ? digits + 1 : digits;
  }
  void symbol(char c) {
    if (c == '*') hidden_ = true;  // a destination unknown to plain text
    if (c == '~') put(' ');
    if (c == '{' || c == '}' || c == '\\') put(c);
  }
  void control(std::string_view name, int value) {
    static constexpr std::string_view kHidden[] = {"fonttbl", "colortbl", "stylesheet", "info", "pict", "object"};
    if (std::find(std::begin(kHidden), std::end(kHidden), name) != std::end(kHidden)) hidden_ = true;
    if (name == "ansicpg" && value > 0) charset_ = "cp" + std::to_string(value);
    if (name == "par" || name == "line") put('\n');
    if (name == "tab" || name == "cell") put('\t');
    if (name == "row") put('\n');
    if (name == "uc") skip_after_ = std::clamp(value, 0, 8);
    if (name == "u") put_code(static_cast<std::uint32_t>(value) & 0xFFFF), skip_ = skip_after_;
    if (name == "htmlrtf") hidden_ = value != 0 || (hidden_ && value != 0);
  }

  std::string out_, bytes_, charset_ = "cp1252";
  std::vector<bool> groups_;
  bool hidden_ = false;
  int skip_ = 0, skip_after_ = 1;
};

}  // namespace

bool looks_like_tnef(std::string_view bytes) { return bytes.size() > 6 && Bytes(bytes).number(4) == kSignature; }

std::optional<Tnef> read_tnef(std::string_view bytes, std::size_t limit) {
  Tnef out;
  if (!Reader(limit).read(bytes, out, 0)) return std::nullopt;
  for (auto& file : out.files)
    if (file.content_type.empty()) file.content_type = "application/octet-stream";
  std::erase_if(out.files, [](const TnefFile& file) { return file.bytes.empty(); });
  return out;
}

// [MS-OXRTFCP] §2.2: LZ over a ring of 4096 bytes that begins with known words.
std::string decompress_rtf(std::string_view compressed, std::size_t limit) {
  static constexpr std::string_view kKnown =
      "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
      "MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
      "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
  Bytes in(compressed);
  in.number(4);
  const auto raw_size = std::min<std::size_t>(in.number(4), limit);
  const auto kind = in.number(4);
  in.number(4);
  if (kind == 0x414C454D) return std::string(in.take(std::min(raw_size, compressed.size() - 16)));  // "MELA": as it is
  if (kind != 0x75465A4C) return "";
  std::string ring(4096, ' '), out;
  std::copy(kKnown.begin(), kKnown.end(), ring.begin());
  std::size_t write = kKnown.size();
  const auto emit = [&](char c) {
    out += c, ring[write] = c;
    write = (write + 1) % ring.size();
  };
  while (in.ok() && !in.empty() && out.size() < raw_size) {
    const auto flags = in.number(1);
    for (int bit = 0; bit < 8 && in.ok() && !in.empty(); ++bit) {
      if ((flags >> bit & 1) == 0) {
        emit(static_cast<char>(in.number(1)));
        continue;
      }
      const auto high = in.number(1), low = in.number(1);
      const std::size_t from = high << 4 | low >> 4, length = (low & 15) + 2;
      if (from == write) return out.substr(0, raw_size);
      for (std::size_t k = 0; k < length; ++k) emit(ring[(from + k) % ring.size()]);
    }
  }
  return out.substr(0, raw_size);
}

std::string rtf_to_text(std::string_view rtf) { return RtfText().read(rtf); }

}  // namespace auricle::email
