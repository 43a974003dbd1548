#include "privacy/store.h"

#include <charconv>

#include "team/team.h"

namespace auricle::privacy::store {
namespace {

struct ErasureRow {
  std::int64_t id = 0;
  PersonId patient_id;
  std::string reason;
  UserId user_id;
  Instant erased_at;
  std::optional<Instant> purged_at;
};
BOOST_DESCRIBE_STRUCT(ErasureRow, (), (id, patient_id, reason, user_id, erased_at, purged_at))

Erasure described(db::Session& session, const ErasureRow& row) {
  return {row.id,        row.patient_id, row.reason, row.user_id, team::name_of(session, row.user_id),
          row.erased_at, row.purged_at};
}

struct AuditRow {
  std::int64_t id = 0;
  Instant occurred;
  UserId user_id;
  std::string action, record, ids, fields, reason, purpose;
  PersonId patient_id;
  std::int64_t reads = 0;
  std::optional<std::int64_t> block;
};
BOOST_DESCRIBE_STRUCT(AuditRow, (),
                      (id, occurred, user_id, action, record, ids, fields, reason, purpose, patient_id, reads, block))

template <class F>
void each_part(std::string_view text, F part) {
  while (!text.empty()) {
    const auto one = text.substr(0, text.find(','));
    part(one);
    text.remove_prefix(std::min(text.size(), one.size() + 1));
  }
}

AuditEntry described(db::Session& session, const AuditRow& row) {
  AuditEntry entry{row.id,
                   row.occurred,
                   row.user_id,
                   team::name_of(session, row.user_id),
                   row.action,
                   row.record,
                   {},
                   {},
                   row.reason,
                   row.purpose,
                   row.patient_id,
                   row.reads,
                   row.block.has_value()};
  each_part(row.ids, [&](std::string_view part) {
    std::int64_t id = 0;
    std::from_chars(part.data(), part.data() + part.size(), id);
    entry.ids.push_back(id);
  });
  each_part(row.fields, [&](std::string_view part) { entry.fields.emplace_back(part); });
  return entry;
}

}  // namespace

std::optional<Erasure> erasure_of(db::Session& session, PersonId patient) {
  const auto row = session.one<ErasureRow>("SELECT * FROM privacy_erasure WHERE patient_id = $1", patient);
  return row ? std::optional(described(session, *row)) : std::nullopt;
}

void insert(db::Tx& tx, const Erasure& e) {
  tx.insert("privacy_erasure", ErasureRow{e.id, e.patient_id, e.reason, e.user_id, e.erased_at, e.purged_at});
}

std::vector<Erasure> erasures(db::Session& session, std::optional<std::int64_t> before_id, int limit) {
  std::vector<Erasure> all;
  for (const auto& row :
       session.all<ErasureRow>("SELECT * FROM privacy_erasure WHERE id < $1 ORDER BY id DESC LIMIT $2",
                               before_id.value_or(INT64_MAX), limit))
    all.push_back(described(session, row));
  return all;
}

std::vector<std::int64_t> unpurged(db::Session& session) {
  return session.all<std::int64_t>("SELECT id FROM privacy_erasure WHERE purged_at IS NULL");
}

void mark_purged(db::Tx& tx, const std::vector<std::int64_t>& ids, Instant now) {
  for (const auto id : ids) tx.exec("UPDATE privacy_erasure SET purged_at = $2 WHERE id = $1", id, now);
}

std::vector<AuditEntry> audit(db::Session& session, const AuditQuery& q) {
  std::string sql =
      "SELECT id, occurred, user_id, action, record, ids, fields, reason, purpose, patient_id, reads, block FROM "
      "platform_audit "
      "WHERE id < $1";
  std::vector<db::Value> args{q.before_id.value_or(INT64_MAX)};
  const auto filter = [&](std::string_view condition, db::Value value) {
    args.push_back(value);
    sql += " AND " + std::string(condition) + std::to_string(args.size());
  };
  if (q.user) filter("user_id = $", q.user.value);
  if (q.patient_id) filter("patient_id = $", q.patient_id);
  if (!q.action.empty()) filter("action = $", std::string_view(q.action));
  if (!q.record.empty()) filter("record = $", std::string_view(q.record));
  if (q.from) filter("occurred >= $", q.from->ms);
  if (q.to) filter("occurred < $", q.to->ms);
  filter("id > $", std::int64_t{0});
  sql += " ORDER BY id DESC LIMIT " + std::to_string(q.limit);
  std::vector<AuditRow> rows;
  session.run(sql, args, [&](const db::Row& row) {
    AuditRow& one = rows.emplace_back();
    int column = 0;
    boost::mp11::mp_for_each<boost::describe::describe_members<AuditRow, boost::describe::mod_public>>(
        [&](auto member) { db::from_column(row, column++, one.*member.pointer); });
    return true;
  });
  std::vector<AuditEntry> entries;
  for (const auto& row : rows) entries.push_back(described(session, row));
  return entries;
}

}  // namespace auricle::privacy::store
