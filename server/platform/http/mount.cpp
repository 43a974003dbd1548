#include "platform/http/mount.h"

namespace auricle::http {
namespace {

std::string_view without_spaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

// "practice_session=a; session=b" → "session=a"
std::string own_cookies(std::string_view cookies, const std::string& prefix) {
  std::string own;
  while (!cookies.empty()) {
    const auto end = std::min(cookies.find(';'), cookies.size());
    const auto pair = without_spaces(cookies.substr(0, end));
    if (pair.substr(0, prefix.size()) == prefix)
      own += (own.empty() ? "" : "; ") + std::string(pair.substr(prefix.size()));
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
  }
  return own;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x | 0x20) == (y | 0x20); });  // letters and '-' only
}

}  // namespace

bool Mount::has(std::string_view path) const {
  const auto size = name.size() + 1;
  return !name.empty() && path.size() >= size && path[0] == '/' && path.substr(1, name.size()) == name &&
         (path.size() == size || path[size] == '/');
}

void enter_mount(const Mount& mount, Request& request) {
  request.path.erase(0, mount.name.size() + 1);
  if (request.path.empty()) request.path = "/";
  for (auto& header : request.headers)
    if (same_name(header.name, "Cookie")) header.value = own_cookies(header.value, mount.name + "_");
}

void leave_mount(const Mount& mount, Response& response) {
  constexpr std::string_view kRoot = "; Path=/";
  for (auto& header : response.headers) {
    if (!same_name(header.name, "Set-Cookie")) continue;
    if (const auto at = header.value.find(kRoot); at != std::string::npos)
      header.value.insert(at + kRoot.size(), mount.name);
    header.value.insert(0, mount.name + "_");
  }
}

}  // namespace auricle::http
