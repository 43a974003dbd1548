#include "platform/crypto/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace auricle::crypto {
namespace {
namespace fs = std::filesystem;
constexpr std::string_view kTitle = "auricle master key 1";
constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::size_t kSize = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;

std::string encode(std::string_view raw) {
  std::string text(sodium_base64_encoded_len(raw.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(raw.data()), raw.size(), kVariant);
  text.pop_back();
  return text;
}

std::string decode(std::string_view text) {
  std::string raw(kSize, '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(raw.data()), raw.size(), text.data(), text.size(), nullptr,
                        &size, nullptr, kVariant) != 0 ||
      size != kSize)
    return {};
  return raw;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

[[noreturn]] void cannot_write(const std::string& path) {
  throw KeyUnusable(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
}

void sync_folder(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

}  // namespace

std::string config_folder() {
  if (::geteuid() == 0) return "/etc/auricle";
  if (const auto folder = environment("XDG_CONFIG_HOME"); !folder.empty()) return folder + "/auricle";
  return environment("HOME") + "/.config/auricle";
}

std::string key_file_path(const KeyOptions& options, const std::string& installation) {
  if (!options.key_file.empty()) return options.key_file;
  if (const auto folder = environment("CREDENTIALS_DIRECTORY"); !folder.empty() && options.folder.empty())
    if (const auto path = folder + "/auricle-master-key"; fs::exists(path)) return path;
  const std::string folder = options.folder.empty() ? config_folder() : options.folder;
  return folder + "/" + installation + ".key";
}

MasterKey new_master_key() {
  std::string key(kSize, '\0');
  randombytes_buf(key.data(), key.size());
  return {master_id(key), key};
}

std::string master_id(std::string_view key) {
  return sha256_hex("auricle master key id" + std::string(key)).substr(0, 16);
}

std::string key_file_text(const std::vector<MasterKey>& keys) {
  std::string text = std::string(kTitle) + "\n";
  for (const auto& key : keys) text += encode(key.key) + "\n";
  return text;
}

std::vector<MasterKey> read_key_file(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    if (error && error != std::errc::no_such_file_or_directory)
      throw KeyUnusable(fmt::format("cannot look at the master key file {}: {}", path, error.message()));
    return {};
  }
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) throw KeyUnusable(fmt::format("cannot read the master key file {}", path));
  if (line != kTitle) throw KeyUnusable(fmt::format("{} is not a master key file of auricle", path));
  std::vector<MasterKey> keys;
  while (std::getline(file, line)) {
    if (line.empty()) continue;
    const auto key = decode(line);
    if (key.empty()) throw KeyUnusable(fmt::format("the master key file {} is damaged: use your copy", path));
    keys.push_back({master_id(key), key});
  }
  if (keys.empty()) throw KeyUnusable(fmt::format("the master key file {} holds no key: use your copy", path));
  return keys;
}

void write_durably(const std::string& path, std::string_view content, int mode) {
  const fs::path folder = fs::path(path).parent_path();
  std::error_code error;
  if (!folder.empty() && !fs::exists(folder)) {
    fs::create_directories(folder, error);
    fs::permissions(folder, fs::perms::owner_all, error);
  }
  const std::string temporary = fmt::format("{}.{}.new", path, ::getpid());
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (fd < 0) cannot_write(path);
  const bool written =
      ::write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    ::unlink(temporary.c_str());
    errno = reason;
    cannot_write(path);
  }
  sync_folder(folder);
}

void write_key_file(const std::string& path, const std::vector<MasterKey>& keys) {
  write_durably(path, key_file_text(keys), 0600);
}

}  // namespace auricle::crypto
