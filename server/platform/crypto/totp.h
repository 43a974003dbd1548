#pragma once
// One-time codes of authenticator apps: TOTP (RFC 6238) with HMAC-SHA1, 30 seconds, six digits.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/time.h"

namespace auricle::crypto {

std::string totp_secret();                  // 20 random bytes
std::string base32(std::string_view data);  // RFC 4648 without padding
std::string totp_code(std::string_view secret, std::int64_t step);
std::int64_t totp_step(Instant now);
// The step whose code this is, within one step of now and later than `used` (a code counts once); spaces are ignored.
std::optional<std::int64_t> totp_match(std::string_view secret, std::string_view code, Instant now, std::int64_t used);
// otpauth://totp/Issuer:account?secret=…&issuer=Issuer
std::string otpauth_url(std::string_view secret, std::string_view issuer, std::string_view account);

}  // namespace auricle::crypto
