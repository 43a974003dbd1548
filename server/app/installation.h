#pragma once
// The opened installation: database migrated, keys at hand. The command line and the server both stand on it.
#include <memory>
#include <string>

#include "platform/base/time.h"
#include "platform/config/config.h"
#include "platform/crypto/keyring.h"
#include "platform/db/database.h"

namespace auricle::app {

class Installation {
 public:
  // Makes and migrates what does not exist yet; throws with a sentence for people when it cannot.
  explicit Installation(const config::Config& config);
  ~Installation();

  const config::Config& config() const { return config_; }
  db::Database& database() { return *database_; }
  crypto::MasterKeyring& keyring() { return *keyring_; }
  const Clock& clock() const { return clock_; }
  AdjustableClock& adjustable_clock() { return clock_; }                 // serve --test-clock
  const std::string& data_directory() const { return data_directory_; }  // also with PostgreSQL: blobs, search, journal

 private:
  const config::Config& config_;
  AdjustableClock clock_;
  std::string data_directory_;
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<crypto::MasterKeyring> keyring_;
};

}  // namespace auricle::app
