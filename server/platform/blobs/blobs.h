#pragma once
// Immutable encrypted files: attachments, raw mail. Each has a key of its own, so that removing one is final. Durable
// before the record that names it: temporary file, fsync, rename, fsync of the folder, then the row. Everything here
// blocks and opens transactions of its own: call from a worker, outside closures.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "platform/crypto/keyring.h"
#include "platform/db/database.h"

namespace auricle::blobs {

struct Info {
  std::int64_t id = 0, size = 0;
  std::string sha256;  // of the plain bytes
  Instant created;
};
BOOST_DESCRIBE_STRUCT(Info, (), (id, size, sha256, created))

// Where the file of a blob stands below the folder; two levels keep each small: …/07/4835703278458516.
std::string path_of(const std::string& folder, std::int64_t id);

class Blobs {
 public:
  // `folder` (made if missing), or empty: in the database, in chunks, for several nodes without a shared disk.
  Blobs(db::Database& database, crypto::MasterKeyring& keys, std::string folder, const Clock& clock);

  std::string keep(std::string_view bytes);  // → its id. Throws db::Unavailable when it cannot be made durable.
  Result<std::string> fetch(const std::string& id);  // not_found when removed; throws when altered
  // Hands out pieces of at most 64 KiB; `take` returns false to stop.
  Result<Done> stream(const std::string& id, const std::function<bool(std::string_view)>& take);
  std::optional<Info> info(db::Session& session, const std::string& id) const;

  void remove(const std::vector<std::string>& ids);  // keys destroyed and rows deleted at once, then the files
  void remove(db::Tx& tx, const std::string& id);    // as part of a larger change; the file goes with the next sweep
  // Ids made before, ascending from `after`.
  std::vector<std::string> older_than(db::Session& session, Instant before, std::int64_t after, int limit) const;
  // Removes files that no row names and that are older than a day. Returns how many.
  int sweep();
  // Ids whose content is missing or altered; for `auricle check`.
  std::vector<std::string> damaged();

 private:
  std::string path(std::int64_t id) const { return path_of(folder_, id); }
  void write_file(std::int64_t id, const std::vector<std::string>& pieces);
  void insert_row(db::Tx& tx, std::int64_t id, std::string_view bytes, const std::string& key, std::string_view sha256);
  // Calls `piece` with each encrypted piece. False if there is no content.
  bool each_piece(std::int64_t id, const std::function<bool(std::string_view)>& piece);

  db::Database& database_;
  crypto::MasterKeyring& keys_;
  std::string folder_;
  const Clock& clock_;
};

}  // namespace auricle::blobs
