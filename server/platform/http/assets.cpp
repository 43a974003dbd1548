#include "platform/http/assets.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <sstream>

#include "platform/http/dispatch.h"

namespace auricle::http {
namespace {

struct Type {
  std::string_view extension, type;
};
constexpr std::array<Type, 17> kTypes = {{{".html", "text/html; charset=utf-8"},
                                          {".js", "text/javascript; charset=utf-8"},
                                          {".mjs", "text/javascript; charset=utf-8"},
                                          {".css", "text/css; charset=utf-8"},
                                          {".json", "application/json"},
                                          {".webmanifest", "application/manifest+json"},
                                          {".svg", "image/svg+xml"},
                                          {".png", "image/png"},
                                          {".webp", "image/webp"},
                                          {".jpg", "image/jpeg"},
                                          {".ico", "image/x-icon"},
                                          {".woff2", "font/woff2"},
                                          {".woff", "font/woff"},
                                          {".txt", "text/plain; charset=utf-8"},
                                          {".wasm", "application/wasm"},
                                          {".mp3", "audio/mpeg"},
                                          {".map", "application/json"}}};

// Styles may be inline (the component library writes its variables so); scripts never. Frames hold mail in a sandbox
// without scripts; they inherit this policy, and a picture from elsewhere is loaded there only when somebody asks for
// it.
constexpr std::string_view kPagePolicy =
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; "
    "font-src "
    "'self' data:; "
    "connect-src 'self'; media-src 'self' blob:; frame-src 'self' blob:; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

std::string_view type_of(std::string_view path) {
  const auto dot = path.rfind('.');
  const auto extension = dot == path.npos ? std::string_view{} : path.substr(dot);
  for (const auto& type : kTypes)
    if (type.extension == extension) return type.type;
  return "application/octet-stream";
}

// No hidden files, no way up, no second spelling of a name.
bool safe(std::string_view path) {
  if (path.find('\\') != path.npos || path.find('\0') != path.npos || path.find("//") != path.npos) return false;
  return path.find("/.") == path.npos;
}

bool looks_like_file(std::string_view path) {
  const auto name = path.substr(path.rfind('/') + 1);
  return name.find('.') != name.npos;
}

struct File {
  std::filesystem::path path;
  std::string tag;
  std::string encoding;
};

std::optional<File> regular_file(const std::filesystem::path& path, std::string encoding) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  auto tag = fmt::format("\"{:x}-{:x}{}{}\"",
                         static_cast<std::uint64_t>(info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec),
                         static_cast<std::uint64_t>(info.st_size), encoding.empty() ? "" : "-", encoding);
  return File{path, std::move(tag), std::move(encoding)};
}

// A coding counts as taken when it is listed without q=0 (RFC 9110, 12.5.3).
bool takes(std::string_view accept, std::string_view coding) {
  const auto at = accept.find(coding);
  if (at == accept.npos) return false;
  const auto rest = accept.substr(at + coding.size(), accept.find(',', at) - at - coding.size());
  return rest.find("q=0") == rest.npos || rest.find("q=0.") != rest.npos;
}

std::optional<File> choose(const std::filesystem::path& path, std::string_view accept) {
  if (takes(accept, "br"))
    if (auto file = regular_file(path.string() + ".br", "br")) return file;
  if (takes(accept, "gzip"))
    if (auto file = regular_file(path.string() + ".gz", "gzip")) return file;
  return regular_file(path, "");
}

bool listed(std::string_view tags, std::string_view tag) { return tags == "*" || tags.find(tag) != tags.npos; }

Response not_found(const Request& request) {
  return problem(Error{ErrorKind::not_found, "error.not_found", {}, {}, 0}, request);
}

}  // namespace

bool is_page_address(std::string_view path) {
  const auto under = [&](std::string_view prefix) {
    return path.substr(0, prefix.size()) == prefix && (path.size() == prefix.size() || path[prefix.size()] == '/');
  };
  return !under("/api") && !under("/health") && !under("/metrics");
}

Response Assets::answer(const Request& request) const {
  if (!safe(request.path)) return not_found(request);
  std::string path = looks_like_file(request.path) ? request.path : "/index.html";
  const auto file = choose(folder_ / path.substr(1), request.header("Accept-Encoding"));
  if (!file) return not_found(request);
  Response response;
  response.content_type = type_of(path);
  const bool hashed = path.rfind("/assets/", 0) == 0;
  response.headers = {{"ETag", file->tag},
                      {"Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache"},
                      {"Vary", "Accept-Encoding"}};
  if (!file->encoding.empty()) response.headers.push_back({"Content-Encoding", file->encoding});
  if (response.content_type.rfind("text/html", 0) == 0)
    response.headers.push_back({"Content-Security-Policy", std::string(kPagePolicy)});
  if (listed(request.header("If-None-Match"), file->tag)) {
    response.status = 304;
    return response;
  }
  response.file = file->path.string();
  return response;
}

}  // namespace auricle::http
