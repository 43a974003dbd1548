#include "platform/http/proxies.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

namespace auricle::http {
namespace {

using Bytes16 = std::array<std::uint8_t, 16>;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// IPv4 as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2), so that one comparison serves both.
std::optional<Bytes16> address_bytes(std::string_view text) {
  const std::string zero_ended(text);
  Bytes16 bytes{};
  if (inet_pton(AF_INET6, zero_ended.c_str(), bytes.data()) == 1) return bytes;
  if (inet_pton(AF_INET, zero_ended.c_str(), bytes.data() + 12) != 1) return std::nullopt;
  bytes[10] = bytes[11] = 0xFF;
  return bytes;
}

bool same_prefix(const Bytes16& a, const Bytes16& b, int bits) {
  const int whole = bits / 8;
  if (std::memcmp(a.data(), b.data(), whole) != 0) return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFF << (8 - bits % 8));
  return (a[whole] & mask) == (b[whole] & mask);
}

template <class F>
void for_each_item(std::string_view list, F&& visit) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    if (const auto item = trim(list.substr(0, end)); !item.empty()) visit(item);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(std::string_view list) {
  TrustedProxies proxies;
  bool wrong = false;
  for_each_item(list, [&](std::string_view item) {
    const auto slash = item.find('/');
    const auto address = address_bytes(item.substr(0, slash));
    const bool v4 = item.find(':') == item.npos;
    int bits = v4 ? 32 : 128;
    if (slash != item.npos) {
      const auto [end, error] = std::from_chars(item.data() + slash + 1, item.data() + item.size(), bits);
      wrong |= error != std::errc{} || end != item.data() + item.size() || bits < 0 || bits > (v4 ? 32 : 128);
    }
    if (address)
      proxies.networks_.push_back({*address, v4 ? bits + 96 : bits});
    else
      wrong = true;
  });
  if (wrong) return fail(ErrorKind::invalid, "error.invalid_network");
  return proxies;
}

bool TrustedProxies::trusts(std::string_view address) const {
  const auto bytes = address_bytes(address);
  return bytes && std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
           return same_prefix(*bytes, network.address, network.bits);
         });
}

std::string TrustedProxies::client(std::string_view peer, std::string_view forwarded_for) const {
  std::vector<std::string_view> hops;
  for_each_item(forwarded_for, [&](std::string_view item) { hops.push_back(item); });
  std::string_view client = peer;
  for (auto hop = hops.rbegin(); hop != hops.rend() && trusts(client); ++hop) {
    if (!address_bytes(*hop)) break;
    client = *hop;
  }
  return std::string(client);
}

bool is_loopback(std::string_view address) {
  static const auto loopback = TrustedProxies::parse("127.0.0.0/8, ::1").value();
  return loopback.trusts(address);
}

}  // namespace auricle::http
