#pragma once
// The opened installation: database migrated, keys at hand. The command line and the server both stand on it.
#include <memory>
#include <string>

#include "platform/base/time.h"
#include "platform/config/config.h"
#include "platform/crypto/keyring.h"
#include "platform/db/database.h"

namespace auricle::app {

std::string data_directory_of(const config::Config& config);
db::Options database_options(const config::Config& config, const std::string& directory);
crypto::KeyOptions key_options(const config::Config& config);
// A root shell does not leave files behind that the service cannot open: the owner of the data directory goes on.
void become_owner_of(const std::string& directory);

// Whether people are told what to keep: of practice they keep nothing.
enum class Told { yes, no };

class Installation {
 public:
  // Makes and migrates what does not exist yet; throws with a sentence for people when it cannot.
  explicit Installation(const config::Config& config, Told told = Told::yes);
  ~Installation();

  const config::Config& config() const { return config_; }
  db::Database& database() { return *database_; }
  crypto::MasterKeyring& keyring() { return *keyring_; }
  const Clock& clock() const { return clock_; }
  AdjustableClock& adjustable_clock() { return clock_; }  // serve --test-clock
  const std::string& data_directory() const { return data_directory_; }
  std::string blobs_folder() const;  // "" with PostgreSQL: files are kept in the database, for several nodes

 private:
  void back_up_before_upgrade();

  const config::Config& config_;
  AdjustableClock clock_;
  std::string data_directory_;
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<crypto::MasterKeyring> keyring_;
};

}  // namespace auricle::app
