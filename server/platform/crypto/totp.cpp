#include "platform/crypto/totp.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <stdexcept>

namespace auricle::crypto {
namespace {
constexpr int kStepSeconds = 30;

std::string hmac_sha1(std::string_view key, std::string_view data) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (!HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(data.data()),
            data.size(), out, &length))
    throw std::runtime_error("HMAC-SHA1 is not available");
  return std::string(reinterpret_cast<char*>(out), length);
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const unsigned char c : text) {
    const bool plain = std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~' || c == '@';
    if (plain)
      out += static_cast<char>(c);
    else
      out += fmt::format("%{:02X}", c);
  }
  return out;
}

bool equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}
}  // namespace

std::string totp_secret() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  std::string secret(20, '\0');
  randombytes_buf(secret.data(), secret.size());
  return secret;
}

std::string base32(std::string_view data) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const unsigned char c : data) {
    buffer = (buffer << 8) | c;
    for (bits += 8; bits >= 5; bits -= 5) out += kAlphabet[(buffer >> (bits - 5)) & 31];
  }
  if (bits > 0) out += kAlphabet[(buffer << (5 - bits)) & 31];
  return out;
}

// RFC 4226, 5.3: dynamic truncation.
std::string totp_code(std::string_view secret, std::int64_t step) {
  std::string counter(8, '\0');
  for (int i = 7; i >= 0; --i, step >>= 8) counter[i] = static_cast<char>(step & 255);
  const auto mac = hmac_sha1(secret, counter);
  const int at = mac[19] & 15;
  std::uint32_t number = 0;
  for (int i = 0; i < 4; ++i) number = (number << 8) | static_cast<unsigned char>(mac[at + i]);
  return fmt::format("{:06}", (number & 0x7fffffff) % 1'000'000);
}

std::int64_t totp_step(Instant now) { return now.ms / (kStepSeconds * 1000); }

std::optional<std::int64_t> totp_match(std::string_view secret, std::string_view code, Instant now, std::int64_t used) {
  std::string digits;
  for (const char c : code)
    if (c != ' ') digits += c;
  std::optional<std::int64_t> match;
  for (int shift = -1; shift <= 1; ++shift) {
    const auto step = totp_step(now) + shift;
    if (step > used && equal(totp_code(secret, step), digits)) match = step;
  }
  return match;
}

std::string otpauth_url(std::string_view secret, std::string_view issuer, std::string_view account) {
  return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}", percent_encoded(issuer), percent_encoded(account),
                     base32(secret), percent_encoded(issuer));
}

}  // namespace auricle::crypto
