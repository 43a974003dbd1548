// Rows of links, splits and what a conversation holds.
#include "conversations/store.h"
#include "platform/db/in_list.h"

namespace auricle::conversations::store {

std::vector<MessageRecord> messages_of(db::Session& session, ConversationId id) {
  static const std::string sql =
      "SELECT " + std::string(kMessageColumns) + " FROM conversations_message WHERE conversation_id = $1 ORDER BY id";
  return session.all<MessageRecord>(sql, id);
}

std::vector<MessageRecord> notes_of(db::Session& session, CaseId id) {
  static const std::string sql = "SELECT " + std::string(kMessageColumns) +
                                 " FROM conversations_message WHERE case_id = $1 AND kind = 'note' ORDER BY id";
  return session.all<MessageRecord>(sql, id);
}

std::vector<LinkRecord> links_of(db::Session& session, CaseId id) {
  return session.all<LinkRecord>(
      "SELECT other_case_id AS case_id, kind FROM conversations_link WHERE case_id = $1 UNION SELECT case_id, kind "
      "FROM "
      "conversations_link WHERE other_case_id = $1 ORDER BY 1",
      id);
}

bool link_between(db::Session& session, CaseId one, CaseId other) {
  return session
      .one<std::int64_t>(
          "SELECT 1 FROM conversations_link WHERE (case_id = $1 AND other_case_id = $2) OR (case_id = $2 AND "
          "other_case_id = $1)",
          one, other)
      .has_value();
}

std::optional<SplitRecord> find_split(db::Session& session, CaseId id) {
  return session.one<SplitRecord>(
      "SELECT case_id, from_case_id, conversation_id, from_conversation_id, split_at FROM conversations_split WHERE "
      "case_id = $1",
      id);
}

bool as_split(db::Session& session, const SplitRecord& split) {
  const auto threads = session.all<ConversationId>(
      "SELECT id FROM conversations_conversation WHERE case_id = $1 LIMIT 2", split.case_id);
  return threads == std::vector{split.conversation_id} &&
         !session.one<std::int64_t>(
             "SELECT 1 FROM conversations_message WHERE case_id = $1 AND (kind = 'note' OR (kind = 'message' AND id > "
             "$2)) LIMIT 1",
             split.case_id, split.conversation_id);
}

void delete_case(db::Tx& tx, CaseId id) {
  for (const char* table :
       {"conversations_attachment", "conversations_message", "conversations_conversation", "conversations_draft",
        "conversations_read", "conversations_resolving", "conversations_split", "conversations_mention",
        "conversations_link", "conversations_notification", "conversations_escalation"})
    tx.exec("DELETE FROM " + std::string(table) + " WHERE case_id = $1", id);
  tx.exec("DELETE FROM conversations_link WHERE other_case_id = $1", id);
  tx.exec("DELETE FROM conversations_split WHERE from_case_id = $1", id);
  tx.exec("DELETE FROM conversations_case WHERE id = $1", id);
}

namespace {
struct MentionRow {
  MessageId message_id;
  UserId user_id;
};
BOOST_DESCRIBE_STRUCT(MentionRow, (), (message_id, user_id))
struct DeliveryRow {
  DeliveryState delivery = DeliveryState::sent;
  bool scheduled = false;
  std::int64_t many = 0;
};
BOOST_DESCRIBE_STRUCT(DeliveryRow, (), (delivery, scheduled, many))
}  // namespace

std::map<MessageId, std::vector<UserId>> mentions_of(db::Session& session, const std::vector<MessageId>& messages) {
  std::map<MessageId, std::vector<UserId>> out;
  db::each_in<MentionRow>(session, "SELECT message_id, user_id FROM conversations_mention WHERE message_id IN (",
                          ") ORDER BY message_id, user_id", messages,
                          [&](MentionRow&& row) { out[row.message_id].push_back(row.user_id); });
  return out;
}

DeliveryFlags delivery_flags(db::Session& session, CaseId id) {
  DeliveryFlags out;
  session.each<DeliveryRow>(
      "SELECT delivery, CASE WHEN scheduled_local IS NULL THEN 0 ELSE 1 END AS scheduled, COUNT(*) AS many FROM "
      "conversations_message WHERE case_id = $1 AND direction = 'out' AND delivery <> 'sent' GROUP BY 1, 2",
      [&](DeliveryRow&& row) {
        const bool waits = row.delivery == DeliveryState::queued || row.delivery == DeliveryState::sending;
        out.scheduled |= waits && row.scheduled;
        out.sending |= waits && !row.scheduled;
        out.held |= row.delivery == DeliveryState::held;
        out.failed |= row.delivery == DeliveryState::failed || row.delivery == DeliveryState::bounced;
      },
      id);
  return out;
}

std::vector<MessageRecord> scheduled_of(db::Session& session, CaseId id) {
  static const std::string sql = "SELECT " + std::string(kMessageColumns) +
                                 " FROM conversations_message WHERE case_id = $1 AND delivery = 'queued' AND "
                                 "scheduled_local IS NOT NULL ORDER BY id";
  return session.all<MessageRecord>(sql, id);
}

}  // namespace auricle::conversations::store
