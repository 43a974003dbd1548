#pragma once
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
std::string key_file_path(const KeyOptions& options, const std::string& installation);

}  // namespace auricle::crypto
