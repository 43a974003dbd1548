#include "integrations/import/lines.h"

#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace auricle::import {

constexpr std::size_t kLongestLine = 64 << 20;  // the rest is left out, so that it is refused: no row is so long

struct Lines::File {
  gzFile stream = nullptr;  // reads plain files as they are
  std::vector<char> buffer = std::vector<char>(1 << 20);
  std::size_t at = 0, end = 0;
  std::string carried;
  std::string path;
  ~File() {
    if (stream) gzclose(stream);
  }
  bool fill() {
    const int got = gzread(stream, buffer.data(), static_cast<unsigned>(buffer.size()));
    if (got < 0) throw std::runtime_error("cannot read " + path + " to its end");
    at = 0;
    end = static_cast<std::size_t>(got);
    return got > 0;
  }
};

Lines::Lines(const std::string& path) : file_(std::make_unique<File>()) {
  file_->path = path;
  file_->stream = gzopen(path.c_str(), "rb");
  if (!file_->stream) throw std::runtime_error("cannot read " + path + ": " + std::strerror(errno));
}
Lines::~Lines() = default;

bool Lines::next(std::string_view& line) {
  auto& f = *file_;
  f.carried.clear();
  for (;;) {
    if (f.at == f.end && !f.fill()) {
      line = f.carried;
      return !f.carried.empty();
    }
    const char* const begin = f.buffer.data() + f.at;
    const void* const found = std::memchr(begin, '\n', f.end - f.at);
    const std::size_t length = found ? static_cast<std::size_t>(static_cast<const char*>(found) - begin) : f.end - f.at;
    f.at += length + (found ? 1 : 0);
    const bool whole = found && f.carried.empty();
    if (!whole && f.carried.size() < kLongestLine) f.carried.append(begin, length);
    if (!found) continue;
    line = whole ? std::string_view(begin, length) : std::string_view(f.carried);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return true;
  }
}

}  // namespace auricle::import
