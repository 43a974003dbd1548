#include "platform/db/reserve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace auricle::db {
namespace {
constexpr std::int64_t kMost = 64 << 20;

std::int64_t size_of(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_size : 0;
}
}  // namespace

DiskReserve::DiskReserve(std::string path) : path_(std::move(path)) {
  if (path_.empty()) return;
  size_ = size_of(path_);  // of an earlier start
  held_ = size_ > 0;
  if (held_) return;
  std::error_code error;
  const auto space = std::filesystem::space(std::filesystem::path(path_).parent_path(), error);
  size_ = error ? 0 : std::min<std::int64_t>(kMost, static_cast<std::int64_t>(space.available) / 20);
  if (size_ > 0 && !allocate()) size_ = 0;
}

bool DiskReserve::allocate() {
  const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  held_ = ::posix_fallocate(fd, 0, size_) == 0;
  ::close(fd);
  if (!held_) ::unlink(path_.c_str());
  return held_;
}

bool DiskReserve::take_back() { return held() || allocate(); }

bool DiskReserve::give_up() {
  if (!held_) return false;
  held_ = false;
  return ::unlink(path_.c_str()) == 0;
}

}  // namespace auricle::db
