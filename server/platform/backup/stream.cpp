#include "platform/backup/stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "platform/base/json_read.h"
#include "platform/crypto/key_file.h"

namespace auricle::backup {
namespace {
namespace fs = std::filesystem;

constexpr std::string_view kTitle = "auricle backup 1\n";
constexpr std::size_t kRecordHead = 9;  // kind, length
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 32;

std::string from_hex(std::string_view text) {
  std::string raw(text.size() / 2, '\0');
  std::size_t size = 0;
  sodium_hex2bin(reinterpret_cast<unsigned char*>(raw.data()), raw.size(), text.data(), text.size(), nullptr, &size,
                 nullptr);
  raw.resize(size);
  return raw;
}

std::string record_head(Kind kind, std::uint64_t length) {
  std::string head(1, static_cast<char>(kind));
  for (int shift = 0; shift < 64; shift += 8) head += static_cast<char>(length >> shift);
  return head;
}

std::uint64_t length_of(std::string_view head) {
  std::uint64_t length = 0;
  for (std::size_t i = 1; i < kRecordHead; ++i)
    length |= std::uint64_t{static_cast<unsigned char>(head[i])} << (8 * (i - 1));
  return length;
}

struct Beginning {
  std::string line;  // as it stands: each piece of the stream is bound to it
  Header header;
};

Beginning read_beginning(std::ifstream& in, const std::string& file) {
  std::string title(kTitle.size(), '\0');
  if (!in) throw Unusable(fmt::format("{} cannot be opened: {}", file, std::strerror(errno)));
  if (!in.read(title.data(), static_cast<std::streamsize>(title.size())) || title != kTitle)
    throw Unusable(fmt::format("{} is not a backup of auricle, or one of a newer release", file));
  Beginning beginning;
  std::getline(in, beginning.line);
  auto header = json::read<Header>(std::string_view(beginning.line));
  if (!header) throw Unusable(fmt::format("{} has a damaged beginning", file));
  beginning.header = std::move(*header);
  return beginning;
}

std::string key_of(const Header& header, const crypto::KeyOptions& options) {
  const auto path = crypto::key_file_path(options, header.installation);
  const auto key = crypto::open_wrapped(crypto::read_key_file(path), header.master, kKeyBound, from_hex(header.key));
  if (key) return *key;
  throw Unusable(fmt::format(
      "the master key {} of this backup is not in {}. Put your copy of the key file there (it was printed by "
      "`auricle key export`), or give its place with --key-file.",
      header.master, path));
}

}  // namespace

std::string to_hex(std::string_view raw) {
  std::string text(raw.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), reinterpret_cast<const unsigned char*>(raw.data()), raw.size());
  text.pop_back();
  return text;
}

Writer::Writer(const std::string& file, const Header& header, std::string_view key)
    : file_(file), temporary_(file + ".part") {
  std::string line;
  json::write(line, header);
  sealer_ = std::make_unique<blobs::Sealer>(key, line);
  fd_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd_ < 0) throw Unusable(fmt::format("{} cannot be written: {}", temporary_, std::strerror(errno)));
  put(kTitle);
  put(line + "\n");
  put(sealer_->header());
}

Writer::~Writer() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(temporary_.c_str());
}

void Writer::put(std::string_view bytes) {
  size_ += static_cast<std::int64_t>(bytes.size());
  while (!bytes.empty()) {
    const auto written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) throw Unusable(fmt::format("{} cannot be written: {}", file_, std::strerror(errno)));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Writer::flush(blobs::Sealer::Piece which) {
  std::size_t from = 0;
  for (; buffer_.size() - from > blobs::kPiece; from += blobs::kPiece)
    put(sealer_->seal(std::string_view(buffer_).substr(from, blobs::kPiece), blobs::Sealer::Piece::more));
  buffer_.erase(0, from);
  if (which == blobs::Sealer::Piece::last) put(sealer_->seal(buffer_, which));
}

void Writer::add(Kind kind, std::string_view payload) {
  buffer_ += record_head(kind, payload.size());
  buffer_ += payload;
  flush(blobs::Sealer::Piece::more);
}

std::int64_t Writer::finish() {
  flush(blobs::Sealer::Piece::last);
  const bool synced = ::fsync(fd_) == 0;
  ::close(std::exchange(fd_, -1));
  if (!synced || ::rename(temporary_.c_str(), file_.c_str()) != 0)
    throw Unusable(fmt::format("{} cannot be written: {}", file_, std::strerror(errno)));
  const auto folder = fs::absolute(file_).parent_path();
  if (const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); fd >= 0) {
    ::fsync(fd);
    ::close(fd);
  }
  return size_;
}

Header read_header(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return read_beginning(in, file).header;
}

Reader::Reader(const std::string& file, const crypto::KeyOptions& keys) : in_(file, std::ios::binary) {
  auto beginning = read_beginning(in_, file);
  header_ = std::move(beginning.header);
  opener_ = std::make_unique<blobs::Opener>(key_of(header_, keys), beginning.line);
  std::error_code error;
  size_ = static_cast<std::int64_t>(fs::file_size(file, error));
  std::string head(blobs::kHeader, '\0');
  in_.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(in_.gcount()));
  try {
    opener_->open(head);
  } catch (const crypto::KeyUnusable&) {
    throw Unusable(fmt::format("{} is cut off", file));
  }
}

bool Reader::fill(std::size_t bytes) {
  while (buffer_.size() - taken_ < bytes) {
    buffer_.erase(0, std::exchange(taken_, 0));
    std::string piece(blobs::kSealedPiece, '\0');
    in_.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<std::size_t>(in_.gcount()));
    if (piece.empty() && opener_->complete() && buffer_.empty()) return false;
    if (piece.empty()) throw Unusable("the backup is cut off");
    try {
      buffer_ += opener_->open(piece);
    } catch (const crypto::KeyUnusable&) {
      throw Unusable("the backup was altered or is cut off");
    }
  }
  return true;
}

std::optional<Record> Reader::next() {
  if (!fill(kRecordHead)) return std::nullopt;
  const auto length = length_of(std::string_view(buffer_).substr(taken_, kRecordHead));
  Record record{static_cast<Kind>(buffer_[taken_]), {}};
  if (length > kMostBytes || !fill(kRecordHead + length)) throw Unusable("the backup is damaged");
  record.payload = buffer_.substr(taken_ + kRecordHead, length);
  taken_ += kRecordHead + length;
  return record;
}

}  // namespace auricle::backup
