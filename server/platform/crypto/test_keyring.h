#pragma once
// For tests: the real keyring with its key file in the scratch folder of the test's database.
#include <memory>

#include "platform/crypto/keyring.h"
#include "platform/db/test_database.h"

namespace auricle::crypto {

inline std::unique_ptr<MasterKeyring> make_test_keyring(db::TestDatabase& test, const Clock& clock) {
  KeyOptions options;
  options.folder = test.directory() + "/keys";
  return std::make_unique<MasterKeyring>(test.database(), options, clock);
}

}  // namespace auricle::crypto
