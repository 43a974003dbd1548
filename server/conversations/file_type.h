#pragma once
// The type of a file by its content, never by its name (data.md).
#include <string>
#include <string_view>

namespace auricle::conversations {

std::string file_type(std::string_view bytes);
// A name that is safe to save under: no path, no control characters, at most 200 bytes.
std::string safe_name(std::string_view name);
std::string percent_decoded(std::string_view text);
std::string content_disposition(std::string_view name);  // attachment; filename*=… (RFC 6266, RFC 8187)

}  // namespace auricle::conversations
