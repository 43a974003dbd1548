// Messages of HTTP/1.1 (RFC 9112) to and from the types the routes see.
#include <sys/random.h>

#include <array>
#include <charconv>
#include <ctime>

#include "platform/http/wire_internal.h"

namespace auricle::http {
namespace {

constexpr std::string_view kApiPolicy = "default-src 'none'; frame-ancestors 'none'";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Plus { literal, space };

// nullopt: malformed, a control character, or (in a path) an encoded slash that would change its segments.
std::optional<std::string> percent_decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
      if (plus == Plus::literal && (c == '/' || c == '\\')) return std::nullopt;
    } else if (c == '+' && plus == Plus::space) {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return std::nullopt;
    out += c;
  }
  return out;
}

bool decode_query(std::string_view query, std::map<std::string, std::string>& out) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    const auto name = percent_decode(pair.substr(0, equals), Plus::space);
    const auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), Plus::space);
    if (!name || !value) return false;
    out[*name] = *value;
  }
  return true;
}

// "/path?query", or the absolute form that RFC 9112 3.2.2 wants understood.
bool decode_target(std::string_view target, Request& request) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (target.substr(0, scheme.size()) == scheme) {
      const auto slash = target.find('/', scheme.size());
      target = slash == target.npos ? std::string_view("/") : target.substr(slash);
    }
  if (target.empty() || target[0] != '/') return false;
  const auto mark = std::min(target.find('?'), target.size());
  auto path = percent_decode(target.substr(0, mark), Plus::literal);
  if (!path) return false;
  request.path = std::move(*path);
  return mark == target.size() || decode_query(target.substr(mark + 1), request.query);
}

bool acceptable_id(std::string_view id) {
  if (id.empty() || id.size() > 64) return false;
  for (const char c : id)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_' && c != '.') return false;
  return true;
}

void replace_header(std::vector<Header>& headers, std::string_view name, std::string value) {
  for (auto& header : headers)
    if (beast::iequals({header.name.data(), header.name.size()}, {name.data(), name.size()})) header.value = value;
}

void believe_proxy(Request& request, const std::string& peer, const TrustedProxies& proxies) {
  request.remote_address = peer;
  if (!proxies.trusts(peer)) return;
  request.remote_address = proxies.client(peer, request.header("X-Forwarded-For"));
  request.secure = request.header("X-Forwarded-Proto") == "https";
  if (const auto host = request.header("X-Forwarded-Host"); !host.empty())
    replace_header(request.headers, "Host", std::string(host));
  if (const auto id = request.header("X-Request-Id"); acceptable_id(id)) request.request_id = std::string(id);
}

void add(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

bool has_header(const Response& response, std::string_view name) {
  for (const auto& header : response.headers)
    if (header.name == name) return true;
  return false;
}

}  // namespace

std::string http_date(std::time_t at) {
  std::tm parts{};
  gmtime_r(&at, &parts);
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char text[40];
  const int length =
      std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[parts.tm_wday % 7], parts.tm_mday,
                    kMonths[parts.tm_mon % 12], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return {text, static_cast<std::size_t>(length)};
}

std::string new_request_id() {
  std::uint64_t value = 0;
  if (getrandom(&value, sizeof value, 0) != sizeof value) value = static_cast<std::uint64_t>(std::time(nullptr));
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

Parsed to_request(RequestMessage& message, const std::string& peer, const TrustedProxies& proxies) {
  Parsed parsed;
  auto& request = parsed.request;
  request.request_id = new_request_id();
  request.remote_address = peer;
  for (const auto& field : message)
    request.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  const auto method = message.method_string();
  parsed.head = method == "HEAD";
  const auto known = parsed.head ? Method::get : method_of({method.data(), method.size()});
  if (message.version() >= 11 && message.count(beast::http::field::host) != 1) parsed.refused = 400;  // RFC 9112 3.2
  if (!decode_target({message.target().data(), message.target().size()}, request)) parsed.refused = 400;
  if (!parsed.refused && !known) parsed.refused = 405;
  request.method = known.value_or(Method::get);
  believe_proxy(request, peer, proxies);
  request.body = std::move(message.body());
  return parsed;
}

void write_head(std::string& out, const Response& response, const Request& request, std::size_t length,
                std::string_view date, bool keep_alive) {
  char digits[24];
  out.append("HTTP/1.1 ");
  out.append(digits, std::to_chars(digits, digits + sizeof digits, response.status).ptr);
  const auto reason = beast::http::obsolete_reason(static_cast<beast::http::status>(response.status));
  out.append(" ").append(reason.data(), reason.size()).append("\r\n");
  add(out, "Date", date);
  if (!response.content_type.empty() && response.status != 304) add(out, "Content-Type", response.content_type);
  if (response.status != 204 && response.status != 304)
    add(out, "Content-Length",
        {digits, static_cast<std::size_t>(std::to_chars(digits, digits + sizeof digits, length).ptr - digits)});
  for (const auto& header : response.headers) add(out, header.name, header.value);
  if (!has_header(response, "Cache-Control")) add(out, "Cache-Control", "no-store");
  if (!has_header(response, "Content-Security-Policy")) add(out, "Content-Security-Policy", kApiPolicy);
  out.append(
      "X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n"
      "Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Resource-Policy: same-origin\r\n"
      "Permissions-Policy: camera=(), geolocation=(), microphone=(self)\r\n");
  if (request.secure) add(out, "Strict-Transport-Security", "max-age=31536000");
  add(out, "X-Request-Id", request.request_id);
  out.append(keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
}

}  // namespace auricle::http
