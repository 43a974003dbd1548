#pragma once
// A file as encrypted pieces (libsodium secretstream): a header, then pieces of at most 64 KiB plain, the last one
// marked, so that a cut-off file is noticed.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace auricle::blobs {

constexpr std::size_t kPiece = 64 * 1024;
extern const std::size_t kHeader, kSealedPiece;  // sizes on disk

std::string new_key();
std::vector<std::string> seal(std::string_view key, std::string_view bound_to, std::string_view bytes);

// Piece by piece, for what does not fit into memory.
class Sealer {
 public:
  enum class Piece { more, last };
  Sealer(std::string_view key, std::string_view bound_to);
  ~Sealer();
  const std::string& header() const { return header_; }   // goes first
  std::string seal(std::string_view plain, Piece which);  // at most kPiece

 private:
  std::string bound_to_, header_, state_;
};

class Opener {
 public:
  Opener(std::string_view key, std::string_view bound_to);
  ~Opener();
  // Header first, then each piece. Throws on tampering.
  std::string open(std::string_view piece);
  bool complete() const { return complete_; }

 private:
  std::string key_, bound_to_, state_;
  bool started_ = false, complete_ = false;
};

}  // namespace auricle::blobs
