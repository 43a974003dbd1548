#pragma once
// A backup: one file with every row and every stored file of one instant, taken while the program runs. It is encrypted
// as a whole by a key of its own, which only the master key opens; the master key is never in it. The same form from
// SQLite and from PostgreSQL, so that either restores into the other. Derived data (the search index) stay out.
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "platform/crypto/keyring.h"
#include "platform/db/database.h"

namespace auricle::backup {

// The file cannot be used as asked: no backup, damaged, cut off, of a newer release, or its key is not here. A sentence
// for people.
struct Unusable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Summary {
  std::string file, version, installation;
  Instant taken;
  std::int64_t tables = 0, rows = 0, files = 0, bytes = 0;  // bytes: of the whole backup
};
BOOST_DESCRIBE_STRUCT(Summary, (), (file, version, installation, taken, tables, rows, files, bytes))

using Progress = std::function<void(std::string_view step, std::int64_t done)>;

// `blobs`: the folder of stored files, or empty when they are in the database. `file` appears only when it is complete
// and on the disk; what stood there before is kept until then.
struct Source {
  db::Database& database;
  crypto::MasterKeyring& keys;
  std::string blobs, version;
};
Summary write(const Source& source, const std::string& file, const Clock& clock, const Progress& progress);

// Reads the whole file: nothing altered or missing, every row complete, every stored file there.
Summary verify(const std::string& file, const crypto::KeyOptions& keys, const Progress& progress);

// Into an empty database (the embedded one: in a new folder), `blobs` as above. The schema is first that of the backup,
// then brought up to this program. Killed half-way the target is of no use: begin again.
Summary restore(const std::string& file, const crypto::KeyOptions& keys, db::Database& database,
                const std::string& blobs, const Progress& progress);

}  // namespace auricle::backup
