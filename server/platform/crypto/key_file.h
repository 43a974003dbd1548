#pragma once
#include <optional>
#include <string>
#include <vector>

#include "platform/crypto/keyring.h"

namespace auricle::crypto {

MasterKey new_master_key();
std::string master_id(std::string_view key);
std::string key_file_text(const std::vector<MasterKey>& keys);
// Empty if the file does not exist. Throws KeyUnusable on a file that cannot be read or holds no key.
std::vector<MasterKey> read_key_file(const std::string& path);
// Replaces the file at once (temporary file, fsync, rename, fsync of the folder), mode 0600.
void write_key_file(const std::string& path, const std::vector<MasterKey>& keys);
void write_durably(const std::string& path, std::string_view content, int mode);
// What MasterKeyring::wrap made; nullopt when that master key is not among these, or does not open it.
std::optional<std::string> open_wrapped(const std::vector<MasterKey>& masters, std::string_view master,
                                        std::string_view bound, std::string_view wrapped);
std::string key_file_path(const KeyOptions& options, const std::string& installation);

}  // namespace auricle::crypto
