#pragma once
// Hashes of rows and blocks; what the sealer writes and the check compares.
#include <optional>
#include <string>
#include <vector>

#include "platform/base/id.h"
#include "platform/base/time.h"
#include "platform/db/session.h"

namespace auricle::audit::chain {

struct Row {
  std::int64_t id = 0;
  Instant occurred;
  UserId user_id;
  bool by_system = false;
  std::string action, record, ids, fields, reason, purpose, break_glass;
  PersonId patient_id;
  std::int64_t reads = 0;
  Instant last_read;
};
BOOST_DESCRIBE_STRUCT(Row, (),
                      (id, occurred, user_id, by_system, action, record, ids, fields, reason, purpose, break_glass,
                       patient_id, reads, last_read))
constexpr std::string_view kRowColumns =
    "id, occurred, user_id, by_system, action, record, ids, fields, reason, purpose, break_glass, patient_id, reads, "
    "last_read";

struct Block {
  std::int64_t id = 0, row_count = 0;
  db::Bytes hash, signature;
  Instant sealed;
};
BOOST_DESCRIBE_STRUCT(Block, (), (id, row_count, hash, signature, sealed))

struct Head {
  std::int64_t block = 0;
  std::string hash;  // hexadecimal
};

// The rows of a block, then the final counts of merged reads it closes; each in order of id.
std::string block_hash(std::int64_t id, Instant sealed, const std::string& previous, const std::vector<Row>& rows,
                       const std::vector<Row>& counts);
std::string sign(std::string_view secret, std::string_view hash);  // secret: 32 bytes
bool signed_by(std::string_view secret, std::string_view hash, std::string_view signature);
std::string hex(std::string_view bytes);

std::optional<Head> read_head(const std::string& file);
void write_head(const std::string& file, const Block& block);

}  // namespace auricle::audit::chain
