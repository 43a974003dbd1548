#pragma once
// winmail.dat: what Outlook wraps a mail's files (and its text) in, [MS-OXTNEF]. Bounded: nothing is expanded beyond
// `limit` bytes, and what is broken is read as far as it goes.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace auricle::email {

struct TnefFile {
  std::string name;          // UTF-8; "" if it has none
  std::string content_type;  // lower case; "application/octet-stream" when not said
  std::string content_id;
  std::string bytes;
};

struct Tnef {
  std::vector<TnefFile> files;
  std::string text;  // UTF-8; "" when there is none
  std::string html;
  bool broken = false;  // cut off or damaged: there may have been more
};

bool looks_like_tnef(std::string_view bytes);
std::optional<Tnef> read_tnef(std::string_view bytes, std::size_t limit);  // nullopt: no TNEF, or above the limit

// Compressed RTF ([MS-OXRTFCP]) and what can be read in RTF; exposed for the tests.
std::string decompress_rtf(std::string_view compressed, std::size_t limit);
std::string rtf_to_text(std::string_view rtf);

}  // namespace auricle::email
