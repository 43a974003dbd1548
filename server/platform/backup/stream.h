#pragma once
// The file of a backup: a title, one line of JSON, then records in an encrypted stream.
#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/backup/backup.h"
#include "platform/blobs/cipher.h"

namespace auricle::backup {

constexpr std::string_view kKeyBound = "auricle backup key";  // what the wrapped key is bound to
std::string to_hex(std::string_view raw);

struct Step {
  std::string name, checksum;  // of a migration that the data have seen
};
BOOST_DESCRIBE_STRUCT(Step, (), (name, checksum))

struct Header {
  std::string version, installation;
  Instant taken;
  std::string dialect;
  std::vector<Step> steps;
  std::string master, key;  // which master key; the key of this backup, wrapped by it, in hexadecimal
};
BOOST_DESCRIBE_STRUCT(Header, (), (version, installation, taken, dialect, steps, master, key))

// blob: the id of a stored file in digits; piece: the next piece of its encrypted content; table: its name and columns;
// rows: some of its rows; end: the totals.
enum class Kind : char { blob = 'B', piece = 'P', table = 'T', rows = 'R', end = 'E' };
struct Record {
  Kind kind = Kind::end;
  std::string payload;
};

class Writer {
 public:
  Writer(const std::string& file, const Header& header, std::string_view key);
  ~Writer();  // what was not finished is removed
  void add(Kind kind, std::string_view payload);
  std::int64_t finish();  // durable, under its name; its size

 private:
  void put(std::string_view bytes);
  void flush(blobs::Sealer::Piece which);

  std::string file_, temporary_, buffer_;
  std::unique_ptr<blobs::Sealer> sealer_;
  std::int64_t size_ = 0;
  int fd_ = -1;
};

class Reader {
 public:
  Reader(const std::string& file, const crypto::KeyOptions& keys);
  const Header& header() const { return header_; }
  std::optional<Record> next();  // throws Unusable when altered or cut off
  std::int64_t size() const { return size_; }

 private:
  bool fill(std::size_t bytes);  // false at the end

  std::ifstream in_;
  Header header_;
  std::unique_ptr<blobs::Opener> opener_;
  std::string buffer_;
  std::size_t taken_ = 0;
  std::int64_t size_ = 0;
};

// Only what the first lines say; needs no key.
Header read_header(const std::string& file);

}  // namespace auricle::backup
