#include "conversations/file_type.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace auricle::conversations {
namespace {

struct Signature {
  std::string_view bytes;
  std::size_t at;
  const char* type;
};
using namespace std::string_view_literals;
constexpr std::array kSignatures{
    Signature{"%PDF-"sv, 0, "application/pdf"},
    Signature{"\x89PNG\r\n\x1a\n"sv, 0, "image/png"},
    Signature{"\xff\xd8\xff"sv, 0, "image/jpeg"},
    Signature{"GIF87a"sv, 0, "image/gif"},
    Signature{"GIF89a"sv, 0, "image/gif"},
    Signature{"WEBP"sv, 8, "image/webp"},
    Signature{"II*\0"sv, 0, "image/tiff"},
    Signature{"MM\0*"sv, 0, "image/tiff"},
    Signature{"ftypheic"sv, 4, "image/heic"},
    Signature{"ftypmif1"sv, 4, "image/heic"},
    Signature{"DICM"sv, 128, "application/dicom"},
    Signature{"WAVE"sv, 8, "audio/wav"},
    Signature{"OggS"sv, 0, "audio/ogg"},
    Signature{"ID3"sv, 0, "audio/mpeg"},
    Signature{"ftyp"sv, 4, "video/mp4"},
    Signature{"{\\rtf"sv, 0, "application/rtf"},
    Signature{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, 0, "application/x-ole-storage"},
    Signature{"Rar!\x1a\x07"sv, 0, "application/vnd.rar"},
    Signature{"7z\xbc\xaf\x27\x1c"sv, 0, "application/x-7z-compressed"},
    Signature{"\x1f\x8b"sv, 0, "application/gzip"},
};

std::string zip_type(std::string_view bytes) {
  const auto head = bytes.substr(0, 4000);
  if (head.find("word/") != head.npos) return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  if (head.find("xl/") != head.npos) return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  if (head.find("ppt/") != head.npos)
    return "application/vnd.openxmlformats-officedocument.presentationml.presentation";
  if (head.find("application/vnd.oasis.opendocument.text") != head.npos)
    return "application/vnd.oasis.opendocument.text";
  return "application/zip";
}

bool is_text(std::string_view bytes) {
  return std::all_of(bytes.begin(),
                     bytes.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(bytes.size(), 4000)),
                     [](char c) {
                       const auto byte = static_cast<unsigned char>(c);
                       return byte >= 0x20 || byte == '\n' || byte == '\r' || byte == '\t';
                     });
}

}  // namespace

std::string file_type(std::string_view bytes) {
  for (const auto& signature : kSignatures)
    if (bytes.size() >= signature.at + signature.bytes.size() &&
        bytes.substr(signature.at, signature.bytes.size()) == signature.bytes)
      return signature.type;
  if (bytes.starts_with("PK\x03\x04")) return zip_type(bytes);
  return is_text(bytes) ? "text/plain" : "application/octet-stream";
}

std::string safe_name(std::string_view name) {
  if (const auto slash = name.find_last_of("/\\"); slash != name.npos) name.remove_prefix(slash + 1);
  std::string out;
  for (const char c : name)
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F &&
        std::string_view("<>:\"|?*").find(c) == std::string_view::npos)
      out += c;
  while (!out.empty() && (out.front() == '.' || out.front() == ' ')) out.erase(0, 1);
  constexpr std::size_t kLongest = 200;
  if (out.size() > kLongest) {  // keep the ending
    const auto dot = out.rfind('.');
    const std::string ending = dot != out.npos && out.size() - dot <= 10 ? out.substr(dot) : "";
    std::size_t cut = kLongest - ending.size();
    while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0) == 0x80) --cut;
    out = out.substr(0, cut) + ending;
  }
  return out.empty() ? "file" : out;
}

std::string percent_decoded(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string content_disposition(std::string_view name) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_')
      encoded += c;
    else
      encoded += '%', encoded += kHex[static_cast<unsigned char>(c) >> 4],
          encoded += kHex[static_cast<unsigned char>(c) & 15];
  }
  return "attachment; filename*=UTF-8''" + encoded;
}

}  // namespace auricle::conversations
