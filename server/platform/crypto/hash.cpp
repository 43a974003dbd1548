#include <sodium.h>

#include <stdexcept>

#include "platform/crypto/keys.h"

namespace auricle::crypto {
namespace {

void ready() {
  static const bool initialised = sodium_init() >= 0;
  if (!initialised) throw std::runtime_error("libsodium does not start");
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string blind_index(std::string_view key, std::string_view value) {
  ready();
  unsigned char hash[crypto_generichash_BYTES];
  if (crypto_generichash(hash, sizeof hash, bytes(value), value.size(), bytes(key), key.size()) != 0)
    throw std::logic_error("blind index: the key must have 16 to 64 bytes");
  return std::string(reinterpret_cast<char*>(hash), sizeof hash);
}

std::string random_token(int size) {
  ready();
  std::string raw(size, '\0');
  randombytes_buf(raw.data(), raw.size());
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(raw.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes(raw), raw.size(), kVariant);
  text.pop_back();  // its final zero
  return text;
}

std::string sha256_hex(std::string_view data) {
  ready();
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, bytes(data), data.size());
  std::string text(sizeof hash * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), hash, sizeof hash);
  text.pop_back();
  return text;
}

}  // namespace auricle::crypto
