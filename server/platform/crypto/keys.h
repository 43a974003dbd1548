#pragma once
// Encryption at rest by the program. A master key outside the data directory wraps one key per patient (per case while
// the person is unknown) and one per purpose ("mailbox", "raw_mail", …). Destroying a key erases what it encrypted.
// Ciphertext = key id (8 bytes) · nonce (24) · XChaCha20-Poly1305; associated data = table, column, row.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "platform/base/result.h"
#include "platform/db/session.h"

namespace auricle::crypto {

struct KeyTag;
using KeyId = Id<KeyTag>;

struct Place {  // where the ciphertext stands: bound to it as associated data
  std::string_view table, column;
  std::int64_t row = 0;
};

class Keyring {
 public:
  virtual ~Keyring() = default;
  // The key of an owner ("patient", id), ("case", id), ("purpose:mailbox", 0); created on first use.
  virtual KeyId key_for(db::Tx& tx, std::string_view owner_kind, std::int64_t owner_id) = 0;
  virtual db::Bytes encrypt(db::Session& session, KeyId key, const Place& place, std::string_view plain) = 0;
  // Fails with not_found "error.key_destroyed" after an erasure; throws on tampering.
  virtual Result<std::string> decrypt(db::Session& session, const Place& place, const db::Bytes& cipher) = 0;
  virtual void destroy(db::Tx& tx, std::string_view owner_kind, std::int64_t owner_id, Instant now) = 0;
};

// Keyed BLAKE2b of a normalised value for look-ups of encrypted columns.
std::string blind_index(std::string_view key, std::string_view value);
std::string random_token(int bytes = 32);  // base64url, for links and sessions
std::string sha256_hex(std::string_view data);

}  // namespace auricle::crypto
