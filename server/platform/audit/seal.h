#pragma once
// Chains the audit rows in blocks: each block's hash covers its rows and the block before, signed (Ed25519) by a key
// that the database holds only wrapped. The head stands outside the database too, so that the removal of the newest
// rows, or a chain computed anew by someone who has the database alone, shows.
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "platform/crypto/keyring.h"
#include "platform/db/database.h"

namespace auricle::audit {

class Sealer {
 public:
  // `head_file`: outside the data directory; see head_file_of().
  Sealer(db::Database& database, crypto::MasterKeyring& keys, std::string head_file, const Clock& clock);
  ~Sealer();
  void start();             // a block within a second of the rows
  void stop();              // seals what is left
  std::int64_t seal_now();  // rows sealed

 private:
  void loop();

  db::Database& database_;
  crypto::MasterKeyring& keys_;
  const std::string head_file_;
  const Clock& clock_;
  std::mutex mutex_, sealing_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point logged_{};
  std::thread thread_;
};

// Beside the key file, one for each installation.
std::string head_file_of(const crypto::MasterKeyring& keys);

// After a restore: the head outside becomes that of the database as it is now; the head before is kept beside it.
void restart_head(db::Database& database, const std::string& head_file, Instant now);

enum class FindingKind {
  row_altered,      // hash of a block does not fit its rows: one was edited, removed or inserted
  block_missing,    // a gap in the chain
  signature_wrong,  // not signed by this installation's key: computed anew
  newest_removed,   // the head outside names a block that is not here
  head_differs,     // the head outside has another hash for its block
  head_missing,     // no head outside although blocks exist
  row_unsealed      // an old row outside the chain
};
BOOST_DESCRIBE_ENUM(FindingKind, row_altered, block_missing, signature_wrong, newest_removed, head_differs,
                    head_missing, row_unsealed)
struct Finding {
  FindingKind kind;
  std::int64_t id = 0;  // of the block; for row_unsealed of the row
};
BOOST_DESCRIBE_STRUCT(Finding, (), (kind, id))

// Walks the whole chain.
std::vector<Finding> check_chain(db::Database& database, crypto::MasterKeyring& keys, const std::string& head_file);

}  // namespace auricle::audit
