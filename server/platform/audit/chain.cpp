#include "platform/audit/chain.h"

#include <sodium.h>

#include <fstream>

#include "platform/crypto/key_file.h"

namespace auricle::audit::chain {
namespace {

const unsigned char* in(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

class Hash {
 public:
  Hash() { crypto_generichash_init(&state_, nullptr, 0, crypto_generichash_BYTES); }
  Hash& text(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    crypto_generichash_update(&state_, in(value), value.size());
    return *this;
  }
  Hash& number(std::int64_t value) {
    unsigned char bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(value) >> (8 * i));
    crypto_generichash_update(&state_, bytes, sizeof bytes);
    return *this;
  }
  std::string take() {
    std::string hash(crypto_generichash_BYTES, '\0');
    crypto_generichash_final(&state_, reinterpret_cast<unsigned char*>(hash.data()), hash.size());
    return hash;
  }

 private:
  crypto_generichash_state state_;
};

void add_row(Hash& hash, const Row& row) {  // without the count: that is closed five minutes later
  hash.number(row.id).number(row.occurred.ms).number(row.user_id.value).number(row.by_system);
  hash.text(row.action).text(row.record).text(row.ids).text(row.fields).text(row.reason).text(row.purpose);
  hash.text(row.break_glass).number(row.patient_id.value);
}

struct KeyPair {
  unsigned char open[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
  explicit KeyPair(std::string_view seed) { crypto_sign_seed_keypair(open, secret, in(seed)); }
  ~KeyPair() { sodium_memzero(secret, sizeof secret); }
};

}  // namespace

std::string block_hash(std::int64_t id, Instant sealed, const std::string& previous, const std::vector<Row>& rows,
                       const std::vector<Row>& counts) {
  Hash hash;
  hash.text("auricle audit block")
      .number(id)
      .number(sealed.ms)
      .text(previous)
      .number(static_cast<std::int64_t>(rows.size()));
  for (const auto& row : rows) add_row(hash, row);
  hash.number(static_cast<std::int64_t>(counts.size()));
  for (const auto& row : counts) hash.number(row.id).number(row.reads).number(row.last_read.ms);
  return hash.take();
}

std::string sign(std::string_view secret, std::string_view hash) {
  const KeyPair pair(secret);
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, in(hash), hash.size(), pair.secret);
  return signature;
}

bool signed_by(std::string_view secret, std::string_view hash, std::string_view signature) {
  const KeyPair pair(secret);
  return signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(in(signature), in(hash), hash.size(), pair.open) == 0;
}

std::string hex(std::string_view bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), in(bytes), bytes.size());
  text.pop_back();
  return text;
}

std::optional<Head> read_head(const std::string& file) {
  std::ifstream stream(file);
  Head head;
  if (!(stream >> head.block >> head.hash)) return std::nullopt;
  return head;
}

void write_head(const std::string& file, const Block& block) {
  crypto::write_durably(file,
                        std::to_string(block.id) + " " + hex(block.hash.data) + "\n" + to_rfc3339(block.sealed) + "\n" +
                            hex(block.signature.data) + "\n",
                        0600);
}

}  // namespace auricle::audit::chain
