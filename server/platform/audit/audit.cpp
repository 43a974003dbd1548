#include "platform/audit/audit.h"

#include <cstring>

#include "platform/crypto/keys.h"

namespace auricle::audit {
namespace {

constexpr std::int64_t kMergeMs = 5 * 60 * 1000;

struct Row {
  std::int64_t id = 0;
  Instant occurred;
  UserId user_id;
  bool by_system = false;
  Action action = Action::read;
  std::string record, ids, fields, reason, purpose, break_glass;
  PersonId patient_id;
  std::int64_t reads = 1;
  Instant last_read;
  std::optional<std::int64_t> merge_key;
};
BOOST_DESCRIBE_STRUCT(Row, (),
                      (id, occurred, user_id, by_system, action, record, ids, fields, reason, purpose, break_glass,
                       patient_id, reads, last_read, merge_key))

std::string joined(const std::vector<std::int64_t>& ids) {
  std::string text;
  for (const auto id : ids) text += (text.empty() ? "" : ",") + std::to_string(id);
  return text;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

bool merges(Action action) {
  return action == Action::read || action == Action::list || action == Action::search || action == Action::refuse;
}

// Same viewer, record, ids, purpose and action.
std::int64_t merge_key(const Row& row) {
  const std::string text = std::to_string(row.user_id.value) + '\n' + std::string(enum_name(row.action)) + '\n' +
                           row.record + '\n' + row.ids + '\n' + row.purpose + '\n' + row.break_glass + '\n' +
                           (row.by_system ? "system" : "") + '\n' + row.reason;
  const std::string hash = crypto::blind_index("auricle audit merge key", text);
  std::int64_t key;
  std::memcpy(&key, hash.data(), sizeof key);
  return key;
}

bool merged(db::Tx& tx, const Row& row) {
  if (!row.merge_key) return false;
  return tx.exec(
             "UPDATE platform_audit SET reads = reads + 1, last_read = $3 WHERE id = (SELECT id FROM platform_audit "
             "WHERE "
             "merge_key = $1 AND occurred > $2 AND count_block IS NULL ORDER BY occurred DESC LIMIT 1)",
             *row.merge_key, row.occurred - kMergeMs, row.occurred) > 0;
}

}  // namespace

void append(db::Tx& tx, const Viewer& viewer, const Entry& entry, Instant now) {
  Row row{.id = next_id(),
          .occurred = now,
          .user_id = viewer.user,
          .by_system = viewer.system,
          .action = entry.action,
          .record = entry.record,
          .ids = joined(entry.ids),
          .fields = joined(entry.fields),
          .reason = entry.reason,
          .purpose = viewer.purpose,
          .break_glass = viewer.break_glass_reason,
          .patient_id = PersonId{entry.patient_id},
          .reads = 1,
          .last_read = now,
          .merge_key = {}};
  if (merges(entry.action)) row.merge_key = merge_key(row);
  if (!merged(tx, row)) tx.insert("platform_audit", row);
}

std::vector<Access> of_patient(db::Session& session, std::int64_t patient_id, int limit) {
  return session.all<Access>(
      "SELECT COALESCE(user_id, 0) AS user_id, action, CAST(SUM(reads) AS BIGINT) AS count, MIN(occurred) AS first_at, "
      "MAX(last_read) AS last_at FROM platform_audit WHERE patient_id = $1 GROUP BY user_id, action "
      "ORDER BY MAX(last_read) DESC LIMIT $2",
      patient_id, limit);
}

}  // namespace auricle::audit
