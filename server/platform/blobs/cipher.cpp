#include "platform/blobs/cipher.h"

#include <sodium.h>

#include "platform/crypto/keyring.h"

namespace auricle::blobs {
namespace {
using State = crypto_secretstream_xchacha20poly1305_state;

const unsigned char* in(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* out(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
State* state(std::string& text) { return reinterpret_cast<State*>(text.data()); }
}  // namespace

const std::size_t kHeader = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
const std::size_t kSealedPiece = kPiece + crypto_secretstream_xchacha20poly1305_ABYTES;

std::string new_key() {
  std::string key(crypto_secretstream_xchacha20poly1305_KEYBYTES, '\0');
  crypto_secretstream_xchacha20poly1305_keygen(out(key));
  return key;
}

Sealer::Sealer(std::string_view key, std::string_view bound_to)
    : bound_to_(bound_to), header_(kHeader, '\0'), state_(sizeof(State), '\0') {
  crypto_secretstream_xchacha20poly1305_init_push(state(state_), out(header_), in(key));
}

Sealer::~Sealer() { sodium_memzero(state_.data(), state_.size()); }

std::string Sealer::seal(std::string_view plain, Piece which) {
  std::string piece(plain.size() + crypto_secretstream_xchacha20poly1305_ABYTES, '\0');
  crypto_secretstream_xchacha20poly1305_push(
      state(state_), out(piece), nullptr, in(plain), plain.size(), in(bound_to_), bound_to_.size(),
      which == Piece::last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
  return piece;
}

std::vector<std::string> seal(std::string_view key, std::string_view bound_to, std::string_view bytes) {
  Sealer sealer(key, bound_to);
  std::vector<std::string> pieces{sealer.header()};
  for (std::size_t from = 0; from == 0 || from < bytes.size(); from += kPiece)
    pieces.push_back(sealer.seal(bytes.substr(from, kPiece),
                                 from + kPiece >= bytes.size() ? Sealer::Piece::last : Sealer::Piece::more));
  return pieces;
}

Opener::Opener(std::string_view key, std::string_view bound_to)
    : key_(key), bound_to_(bound_to), state_(sizeof(State), '\0') {}

Opener::~Opener() {
  sodium_memzero(key_.data(), key_.size());
  sodium_memzero(state_.data(), state_.size());
}

std::string Opener::open(std::string_view piece) {
  if (!started_) {
    started_ = true;
    if (piece.size() != kHeader ||
        crypto_secretstream_xchacha20poly1305_init_pull(state(state_), in(piece), in(key_)) != 0)
      throw crypto::KeyUnusable("a stored file has no valid beginning");
    return {};
  }
  if (complete_ || piece.size() < crypto_secretstream_xchacha20poly1305_ABYTES)
    throw crypto::KeyUnusable("a stored file has another length than was written");
  std::string plain(piece.size() - crypto_secretstream_xchacha20poly1305_ABYTES, '\0');
  unsigned char tag = 0;
  if (crypto_secretstream_xchacha20poly1305_pull(state(state_), out(plain), nullptr, &tag, in(piece), piece.size(),
                                                 in(bound_to_), bound_to_.size()) != 0)
    throw crypto::KeyUnusable("a stored file was altered");
  complete_ = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
  return plain;
}

}  // namespace auricle::blobs
