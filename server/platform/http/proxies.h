#pragma once
// Whose X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host and X-Request-Id are believed.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"

namespace auricle::http {

class TrustedProxies {
 public:
  // "127.0.0.1, ::1, 10.0.0.0/8"; error.invalid_network names none but is enough for the configuration check.
  static Result<TrustedProxies> parse(std::string_view list);
  bool trusts(std::string_view address) const;
  // The right-most address of X-Forwarded-For that is not a trusted proxy; `peer` when there is none.
  std::string client(std::string_view peer, std::string_view forwarded_for) const;

 private:
  struct Network {
    std::array<std::uint8_t, 16> address{};
    int bits = 128;
  };
  std::vector<Network> networks_;
};

bool is_loopback(std::string_view address);

}  // namespace auricle::http
