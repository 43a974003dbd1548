#include "platform/blobs/blobs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "platform/blobs/cipher.h"

namespace auricle::blobs {
namespace {
namespace fs = std::filesystem;
constexpr std::int64_t kOrphanMs = 24 * 3600 * 1000;
constexpr std::uintmax_t kHeadroom = 64 << 20;

std::int64_t number(const std::string& id) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), value);
  return error == std::errc() && end == id.data() + id.size() ? value : 0;
}

std::string bound_to(std::int64_t id) { return "platform_blob " + std::to_string(id); }

void sync_folder(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!synced) throw db::Unavailable(fmt::format("cannot sync {}: {}", folder.string(), std::strerror(errno)));
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void write_synced(const std::string& path, const std::vector<std::string>& pieces) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool good = fd >= 0;
  for (const auto& piece : pieces) good = good && write_all(fd, piece);
  good = good && ::fsync(fd) == 0;
  const int reason = errno;
  if (fd >= 0) ::close(fd);
  if (good) return;
  ::unlink(path.c_str());
  const auto what = fmt::format("cannot store a file: {}", std::strerror(reason));
  if (reason == ENOSPC || reason == EDQUOT) throw db::DiskFull(what);
  throw db::Unavailable(what);
}

// A file that does not fit is refused before it takes the last room from the small writes beside it.
void need_room(const std::string& folder, std::uintmax_t bytes) {
  std::error_code error;
  const auto space = fs::space(folder, error);
  if (!error && bytes + std::min(kHeadroom, space.capacity / 20) > space.available)
    throw db::DiskFull("no room for a file");
}

}  // namespace

Blobs::Blobs(db::Database& database, crypto::MasterKeyring& keys, std::string folder, const Clock& clock)
    : database_(database), keys_(keys), folder_(std::move(folder)), clock_(clock) {
  if (!folder_.empty()) fs::create_directories(folder_);
}

std::string path_of(const std::string& folder, std::int64_t id) {
  return fmt::format("{}/{:02x}/{}", folder, (id >> 20) & 0xff, id);
}

void Blobs::write_file(std::int64_t id, const std::vector<std::string>& pieces) {
  const std::string final_path = path(id), temporary = final_path + ".new";
  const fs::path folder = fs::path(final_path).parent_path();
  std::error_code error;
  if (fs::create_directory(folder, error)) sync_folder(folder_);
  write_synced(temporary, pieces);
  if (::rename(temporary.c_str(), final_path.c_str()) != 0)
    throw db::Unavailable(fmt::format("cannot store a file: {}", std::strerror(errno)));
  sync_folder(folder);
}

void Blobs::insert_row(db::Tx& tx, std::int64_t id, std::string_view bytes, const std::string& key,
                       std::string_view sha256) {
  tx.exec("INSERT INTO platform_blob(id, key_id, size, sha256, created) VALUES($1, $2, $3, $4, $5)", id,
          keys_.adopt(tx, "blob", id, key), static_cast<std::int64_t>(bytes.size()), sha256, clock_.now());
}

std::string Blobs::keep(std::string_view bytes) {
  const std::int64_t id = next_id();
  const std::string key = new_key(), sha256 = crypto::sha256_hex(bytes);
  const auto pieces = seal(key, bound_to(id), bytes);
  if (!folder_.empty()) {
    need_room(folder_, bytes.size());
    write_file(id, pieces);
  }
  database_.write_now([&](db::Tx& tx) {
    insert_row(tx, id, bytes, key, sha256);
    std::int64_t index = 0;
    if (folder_.empty())
      for (const auto& piece : pieces)
        tx.exec("INSERT INTO platform_blob_chunk(blob_id, number, created, data) VALUES($1, $2, $3, $4)", id, index++,
                clock_.now(), db::Bytes{piece});
  });
  return std::to_string(id);
}

bool Blobs::each_piece(std::int64_t id, const std::function<bool(std::string_view)>& piece) {
  if (folder_.empty()) {
    for (std::int64_t index = 0;; ++index) {
      const auto data = database_.read_now([&](db::Session& s) {
        return s.one<db::Bytes>("SELECT data FROM platform_blob_chunk WHERE blob_id = $1 AND number = $2", id, index);
      });
      if (!data) return index > 0;
      if (!piece(data->data)) return true;
    }
  }
  std::ifstream file(path(id), std::ios::binary);
  if (!file) return false;
  std::string buffer(kHeader, '\0');
  while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), file.gcount() > 0) {
    if (!piece(std::string_view(buffer).substr(0, static_cast<std::size_t>(file.gcount())))) return true;
    buffer.resize(kSealedPiece);
  }
  return true;
}

Result<Done> Blobs::stream(const std::string& id, const std::function<bool(std::string_view)>& take) {
  const auto key = database_.read_now([&](db::Session& session) -> std::string {
    const auto key_id = session.one<crypto::KeyId>("SELECT key_id FROM platform_blob WHERE id = $1", number(id));
    return key_id ? keys_.raw_key(session, *key_id) : std::string();
  });
  if (key.empty()) return fail(ErrorKind::not_found, "error.not_found");
  Opener opener(key, bound_to(number(id)));
  bool stopped = false;
  const bool found = each_piece(number(id), [&](std::string_view piece) {
    const auto plain = opener.open(piece);
    stopped = !plain.empty() && !take(plain);
    return !stopped;
  });
  if (!found) throw db::Unavailable(fmt::format("stored file {} is missing", id));
  if (!stopped && !opener.complete()) throw crypto::KeyUnusable(fmt::format("stored file {} is cut off", id));
  return Done{};
}

Result<std::string> Blobs::fetch(const std::string& id) {
  std::string bytes;
  const auto read = stream(id, [&](std::string_view piece) {
    bytes += piece;
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  return bytes;
}

std::optional<Info> Blobs::info(db::Session& session, const std::string& id) const {
  return session.one<Info>("SELECT id, size, sha256, created FROM platform_blob WHERE id = $1", number(id));
}

void Blobs::remove(db::Tx& tx, const std::string& id) {
  keys_.destroy(tx, "blob", number(id), clock_.now());
  tx.exec("DELETE FROM platform_blob_chunk WHERE blob_id = $1", number(id));
  tx.exec("DELETE FROM platform_blob WHERE id = $1", number(id));
}

void Blobs::remove(const std::vector<std::string>& ids) {
  if (ids.empty()) return;
  database_.write_now([&](db::Tx& tx) {
    for (const auto& id : ids) remove(tx, id);
  });
  if (folder_.empty()) return;
  for (const auto& id : ids) ::unlink(path(number(id)).c_str());
}

std::vector<std::string> Blobs::older_than(db::Session& session, Instant before, std::int64_t after, int limit) const {
  return session.all<std::string>(
      "SELECT CAST(id AS TEXT) FROM platform_blob WHERE id > $1 AND created < $2 ORDER BY id LIMIT $3", after, before,
      limit);
}

int Blobs::sweep() {
  if (folder_.empty()) return 0;
  int removed = 0;
  const auto limit = fs::file_time_type::clock::now() - std::chrono::milliseconds(kOrphanMs);
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (!entry.is_regular_file() || entry.last_write_time() > limit) continue;
    const auto id = number(entry.path().filename().string());  // 0 for "….new"
    const bool known = id && database_.read_now([&](db::Session& s) {
      return s.one<std::int64_t>("SELECT 1 FROM platform_blob WHERE id = $1", id).has_value();
    });
    std::error_code error;
    if (!known && fs::remove(entry.path(), error)) ++removed;
  }
  return removed;
}

std::vector<std::string> Blobs::damaged() {
  std::vector<std::string> bad;
  const auto ids = database_.read_now(
      [](db::Session& s) { return s.all<std::int64_t>("SELECT id FROM platform_blob ORDER BY id"); });
  for (const auto id : ids) {
    try {
      (void)stream(std::to_string(id), [](std::string_view) { return true; });
    } catch (const std::exception&) {
      bad.push_back(std::to_string(id));
    }
  }
  return bad;
}

}  // namespace auricle::blobs
