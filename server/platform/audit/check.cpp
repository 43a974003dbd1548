#include "platform/audit/chain.h"
#include "platform/audit/seal.h"

namespace auricle::audit {
namespace {

using Kind = FindingKind;
constexpr std::int64_t kSealWithinMs = 60 * 1000;

std::vector<chain::Row> rows_of(db::Session& session, const char* column, std::int64_t block) {
  return session.all<chain::Row>(
      "SELECT " + std::string(chain::kRowColumns) + " FROM platform_audit WHERE " + column + " = $1 ORDER BY id",
      block);
}

// Block by block, in one snapshot.
struct Walk {
  db::Session& session;
  std::string secret;
  std::optional<chain::Head> head;
  std::vector<Finding> findings;
  std::string previous;
  std::int64_t last = 0;
  Instant last_sealed;

  void visit(const chain::Block& block) {
    if (block.id != last + 1) findings.push_back({Kind::block_missing, last + 1});
    const auto rows = rows_of(session, "block", block.id), counts = rows_of(session, "count_block", block.id);
    const auto hash = chain::block_hash(block.id, block.sealed, previous, rows, counts);
    if (hash != block.hash.data || static_cast<std::int64_t>(rows.size()) != block.row_count)
      findings.push_back({Kind::row_altered, block.id});
    if (!chain::signed_by(secret, block.hash.data, block.signature.data))
      findings.push_back({Kind::signature_wrong, block.id});
    if (head && head->block == block.id && head->hash != chain::hex(block.hash.data))
      findings.push_back({Kind::head_differs, block.id});
    previous = block.hash.data;
    last = block.id;
    last_sealed = block.sealed;
  }

  void end() {
    if (head && head->block > last) findings.push_back({Kind::newest_removed, head->block});
    if (!head && last > 0) findings.push_back({Kind::head_missing, last});
    const auto outside = session.all<std::int64_t>(
        "SELECT id FROM platform_audit WHERE (block IS NULL AND occurred < $1) OR block > $2 ORDER BY id LIMIT 100",
        last_sealed - kSealWithinMs, last);
    for (const auto id : outside) findings.push_back({Kind::row_unsealed, id});
  }
};

std::string sealing_key(db::Session& session, crypto::MasterKeyring& keys) {
  const auto key = session.one<crypto::KeyId>(
      "SELECT id FROM platform_key WHERE owner_kind = 'purpose:audit_seal' AND owner_id = 0 AND destroyed IS NULL");
  return key ? keys.raw_key(session, *key) : std::string(32, '\0');
}

}  // namespace

std::vector<Finding> check_chain(db::Database& database, crypto::MasterKeyring& keys, const std::string& head_file) {
  const auto head = chain::read_head(head_file);  // before the snapshot: the sealer may go on meanwhile
  return database.read_now([&](db::Session& session) {
    Walk walk{session, sealing_key(session, keys), head, {}, {}, 0, {}};
    session.each<chain::Block>("SELECT id, row_count, hash, signature, sealed FROM platform_audit_block ORDER BY id",
                               [&](chain::Block&& block) { walk.visit(block); });
    walk.end();
    return walk.findings;
  });
}

}  // namespace auricle::audit
