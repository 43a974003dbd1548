#pragma once
// The Keyring of the program: data keys in platform_key, wrapped by a master key that lives outside the data directory.
#include <chrono>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "platform/crypto/keys.h"
#include "platform/db/database.h"

namespace auricle::crypto {

struct KeyOptions {
  std::string
      key_file;        // --key-file; empty: $CREDENTIALS_DIRECTORY/auricle-master-key, else <folder>/<installation>.key
  std::string folder;  // empty: config_folder()
};
// /etc/auricle for root, else $XDG_CONFIG_HOME/auricle or ~/.config/auricle.
std::string config_folder();

// The key file is missing, unreadable or of another installation. The text says which and what to do.
struct KeyUnusable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct MasterKey {
  std::string id;   // of the key's hash, stored beside what it wraps
  std::string key;  // 32 bytes
};

class MasterKeyring final : public Keyring {
 public:
  // Reads the master key, or makes one if this database has none yet. The database must be migrated. Throws
  // KeyUnusable.
  MasterKeyring(db::Database& database, const KeyOptions& options, const Clock& clock);
  ~MasterKeyring() override;

  bool made() const { return made_; }  // now, for the first time: say so, advise a copy
  const std::string& key_file() const { return file_; }
  const std::string& installation() const { return installation_; }
  std::string folder() const;  // of the key file; the audit's head is beside it

  KeyId key_for(db::Tx& tx, std::string_view owner_kind, std::int64_t owner_id) override;
  db::Bytes encrypt(db::Session& session, KeyId key, const Place& place, std::string_view plain) override;
  Result<std::string> decrypt(db::Session& session, const Place& place, const db::Bytes& cipher) override;
  void destroy(db::Tx& tx, std::string_view owner_kind, std::int64_t owner_id, Instant now) override;

  // For the platform itself (blobs, sealing): a key of its own making, and the 32 bytes of a key ("" once destroyed).
  KeyId adopt(db::Tx& tx, std::string_view owner_kind, std::int64_t owner_id, std::string_view raw);
  std::string raw_key(db::Session& session, KeyId key);

  // Wraps every data key under a new master key; killed half-way, both master keys stay in the file. Returns how many.
  std::int64_t rotate();
  // A key outside the database (of a backup), wrapped by the master key in use; `bound` must be given again to open it.
  struct Wrapped {
    std::string master, wrapped;  // id of the master key; bytes
  };
  Wrapped wrap(std::string_view bound, std::string_view raw);
  std::string export_text() const;  // the content of the key file, to be kept elsewhere
  std::vector<std::int64_t> unreadable(db::Session& session) const;  // data keys that do not unwrap

 private:
  struct Cached {
    std::string key;
    std::chrono::steady_clock::time_point read;
  };
  KeyId insert(db::Tx& tx, std::string_view owner_kind, std::int64_t owner_id, std::string_view raw);
  // The one this database says is in use; the file is read again when another process has rotated it.
  MasterKey current(db::Session& session);
  MasterKey master(std::string_view id) const;  // throws KeyUnusable
  std::optional<MasterKey> find_master(std::string_view id) const;
  std::string unwrap(std::string_view wrapped, std::string_view master, KeyId id) const;
  void remember(KeyId id, const std::string& raw);

  db::Database& database_;
  const Clock& clock_;
  std::string installation_, file_;
  mutable std::vector<MasterKey> masters_;  // of the file; more than one only during a rotation
  bool made_ = false;
  mutable std::mutex mutex_;
  std::unordered_map<std::int64_t, Cached> cache_;
};

}  // namespace auricle::crypto
