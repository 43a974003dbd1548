#include "conversations/store.h"

#include "platform/db/in_list.h"

namespace auricle::conversations::store {
namespace {

constexpr std::string_view kCaseColumns =
    "id, number, version, site_id, patient_id, sender_id, needs_patient, opened_by, state, list_key, "
    "topic, priority, language, assignee_id, waiting_on, waiting_since, unanswered_since, opened_at, "
    "resolved_at, outcome, follow_up_local, follow_up_zone, follow_up_at, snoozed_until, title, preview, "
    "channel, last_message_id, last_message_at, last_inbound_id, sending, failed, has_attachments, "
    "linked_case_id, merged_into_case_id, scheduled, held, due_at, promise, "
    "warn_at, escalate_at";
constexpr std::string_view kConversationColumns =
    "id, case_id, channel, subject, contact_point_id, person_id, started_by_us, last_message_id, "
    "last_inbound_at, created_at, merged_from_case_id";
constexpr std::string_view kAttachmentColumns =
    "id, case_id, message_id, uploaded_by, name, size, content_type, content_id, shown_inline, blob, "
    "created_at";

std::string select(std::string_view columns, std::string_view rest) {
  return "SELECT " + std::string(columns) + " FROM " + std::string(rest);
}

// How a view asks: its condition, the column it is ordered by, the direction.
struct Plan {
  std::string where, key;
  bool descending = false;
};
Plan plan_of(const ListFilter& filter) {
  if (filter.patient) return {"(patient_id = $1 OR sender_id = $1)", "opened_at", true};
  switch (filter.view) {
    case CaseView::mine:
      return {"assignee_id = $1 AND state = 'open'", "list_key"};
    case CaseView::unassigned:
      return {"assignee_id IS NULL AND state = 'open' AND $1 = $1", "list_key"};
    case CaseView::longest_waiting:
      return {"state = 'open' AND list_key < 100000000000000 AND $1 = $1", "list_key"};
    case CaseView::at_risk:
      return {"warn_at <= $1 AND state <> 'resolved'", "due_at"};
    case CaseView::follow_ups:
      return {"follow_up_at IS NOT NULL AND follow_up_at < $1 AND state <> 'resolved'", "follow_up_at"};
    case CaseView::all:
      return {"state = 'open' AND $1 = $1", "list_key"};
    case CaseView::snoozed:
      return {"state = 'snoozed' AND $1 = $1", "list_key"};
    case CaseView::resolved:
      return {"state = 'resolved' AND $1 = $1", "list_key"};
    case CaseView::failed:
      return {"failed = 1 AND $1 = $1", "list_key"};
  }
  return {};
}

// $1 is what the view is about, $2 the channel, $3 the topic, $4 the language; then the limit and the end of the page
// before. Sites, colleagues and enumerated words stand as they are.
std::string conditions(const ListFilter& filter, const Plan& plan) {
  std::string sql = plan.where + (filter.channel.empty() ? " AND $2 = $2" : " AND channel = $2");
  sql += filter.topic.empty()     ? " AND $3 = $3"
         : filter.topic == "none" ? " AND topic IS NULL AND $3 = $3"
                                  : " AND topic = $3";
  sql += filter.language.empty() ? " AND $4 = $4" : " AND language = $4";
  if (filter.assignee)
    sql +=
        *filter.assignee ? " AND assignee_id = " + std::to_string(filter.assignee->value) : " AND assignee_id IS NULL";
  if (filter.priority) sql += " AND priority = '" + std::string(enum_name(*filter.priority)) + "'";
  if (filter.waiting_on) sql += " AND waiting_on = '" + std::string(enum_name(*filter.waiting_on)) + "'";
  if (!filter.all_sites) {
    sql += " AND site_id IN (0";
    for (const auto site : filter.sites) sql += "," + std::to_string(site.value);
    sql += ")";
  }
  return sql;
}

std::int64_t subject_of(const ListFilter& filter) {
  if (filter.patient) return filter.patient.value;
  if (filter.view == CaseView::mine) return filter.me.value;
  if (filter.view == CaseView::at_risk) return filter.now.ms;
  if (filter.view == CaseView::follow_ups) return filter.follow_up_before.ms;
  return 0;
}

}  // namespace

std::int64_t next_number(db::Tx& tx) {
  return tx
      .one<std::int64_t>(
          "INSERT INTO conversations_counter(name, value) VALUES('case', 1) ON CONFLICT (name) DO UPDATE SET "
          "value = conversations_counter.value + 1 RETURNING value")
      .value();
}

std::optional<CaseRecord> find_case(db::Session& session, CaseId id) {
  static const std::string sql = select(kCaseColumns, "conversations_case WHERE id = $1");
  return session.one<CaseRecord>(sql, id.value);
}

void insert_case(db::Tx& tx, const CaseRecord& row) { tx.insert("conversations_case", row); }

void update_case(db::Tx& tx, const CaseRecord& row) {
  tx.exec(
      "UPDATE conversations_case SET number = $2, version = $3, site_id = $4, patient_id = $5, sender_id = "
      "$6, needs_patient = $7, opened_by = $8, state = $9, list_key = $10, topic = $11, priority = $12, "
      "language = $13, assignee_id = $14, waiting_on = $15, waiting_since = $16, unanswered_since = $17, "
      "opened_at = $18, resolved_at = $19, outcome = $20, follow_up_local = $21, follow_up_zone = $22, "
      "follow_up_at = $23, snoozed_until = $24, title = $25, preview = $26, channel = $27, last_message_id "
      "= $28, last_message_at = $29, last_inbound_id = $30, sending = $31, failed = $32, has_attachments = "
      "$33, linked_case_id = $34, merged_into_case_id = $35, scheduled = $36, held = $37, due_at = $38, promise = $39, "
      "warn_at = $40, escalate_at = $41 WHERE id = $1",
      row.id, row.number, row.version, row.site_id, row.patient_id, row.sender_id, row.needs_patient, row.opened_by,
      row.state, row.list_key, row.topic, row.priority, row.language, row.assignee_id, row.waiting_on,
      row.waiting_since, row.unanswered_since, row.opened_at, row.resolved_at, row.outcome, row.follow_up_local,
      row.follow_up_zone, row.follow_up_at, row.snoozed_until, row.title, row.preview, row.channel, row.last_message_id,
      row.last_message_at, row.last_inbound_id, row.sending, row.failed, row.has_attachments, row.linked_case_id,
      row.merged_into_case_id, row.scheduled, row.held, row.due_at, row.promise, row.warn_at, row.escalate_at);
}

std::int64_t sort_key(const CaseRecord& row, CaseView view, bool of_patient) {
  if (of_patient) return row.opened_at.ms;
  if (view == CaseView::at_risk) return row.due_at.value_or(Instant{}).ms;
  if (view == CaseView::follow_ups) return row.follow_up_at.value_or(Instant{}).ms;
  return row.list_key;
}

std::vector<CaseRecord> list_cases(db::Session& session, const ListFilter& filter) {
  const auto plan = plan_of(filter);
  std::string sql = select(kCaseColumns, "conversations_case WHERE ") + conditions(filter, plan);
  const std::string compare = plan.descending ? " < " : " > ";
  const std::string order = plan.descending ? " DESC" : "";
  if (filter.has_cursor) sql += " AND (" + plan.key + ", id)" + compare + "($6, $7)";
  sql += " ORDER BY " + plan.key + order + ", id" + order + " LIMIT $5";
  if (filter.has_cursor)
    return session.all<CaseRecord>(sql, subject_of(filter), filter.channel, filter.topic, filter.language, filter.limit,
                                   filter.after_key, filter.after_id.value);
  return session.all<CaseRecord>(sql, subject_of(filter), filter.channel, filter.topic, filter.language, filter.limit);
}

std::int64_t count_cases(db::Session& session, ListFilter filter, int most) {
  const auto plan = plan_of(filter);
  const std::string sql = "SELECT COUNT(*) FROM (SELECT 1 FROM conversations_case WHERE " + conditions(filter, plan) +
                          " LIMIT $5) AS found";
  return session.one<std::int64_t>(sql, subject_of(filter), filter.channel, filter.topic, filter.language, most)
      .value_or(0);
}

std::map<std::string, std::int64_t> count_channels(db::Session& session, const ListFilter& filter) {
  const std::string sql =
      "SELECT channel FROM conversations_case WHERE " + conditions(filter, plan_of(filter)) + " LIMIT 10000";
  std::map<std::string, std::int64_t> out;
  session.each<std::optional<std::string>>(
      sql, [&](std::optional<std::string>&& channel) { out[channel.value_or("")]++; }, subject_of(filter),
      filter.channel, filter.topic, filter.language);
  out.erase("");
  return out;
}

namespace {
struct ReadRow {
  CaseId case_id;
  MessageId message_id;
};
BOOST_DESCRIBE_STRUCT(ReadRow, (), (case_id, message_id))
}  // namespace

std::map<CaseId, MessageId> read_marks(db::Session& session, UserId user, const std::vector<CaseId>& cases) {
  std::map<CaseId, MessageId> out;
  const std::string after = ") AND user_id = " + std::to_string(user.value);
  db::each_in<ReadRow>(session, "SELECT case_id, message_id FROM conversations_read WHERE case_id IN (", after, cases,
                       [&](ReadRow&& row) { out[row.case_id] = row.message_id; });
  return out;
}

std::vector<CaseId> open_cases_of_sender(db::Session& session, PersonId person) {
  return session.all<CaseId>(
      "SELECT id FROM conversations_case WHERE sender_id = $1 AND state <> 'resolved' ORDER BY id DESC LIMIT 2",
      person.value);
}

std::vector<ConversationRecord> conversations_of(db::Session& session, CaseId id) {
  static const std::string sql =
      select(kConversationColumns, "conversations_conversation WHERE case_id = $1 ORDER BY id");
  return session.all<ConversationRecord>(sql, id.value);
}

std::optional<ConversationRecord> find_conversation(db::Session& session, ConversationId id) {
  static const std::string sql = select(kConversationColumns, "conversations_conversation WHERE id = $1");
  return session.one<ConversationRecord>(sql, id.value);
}

void update_conversation(db::Tx& tx, const ConversationRecord& row) {
  tx.exec(
      "UPDATE conversations_conversation SET case_id = $2, subject = $3, contact_point_id = $4, person_id = $5, "
      "last_message_id = $6, "
      "last_inbound_at = $7, merged_from_case_id = $8 WHERE id = $1",
      row.id, row.case_id, row.subject, row.contact_point_id, row.person_id, row.last_message_id, row.last_inbound_at,
      row.merged_from_case_id);
}

std::optional<MessageRecord> find_message(db::Session& session, MessageId id) {
  static const std::string sql = select(kMessageColumns, "conversations_message WHERE id = $1");
  return session.one<MessageRecord>(sql, id.value);
}

std::optional<MessageRecord> by_idempotency(db::Session& session, CaseId id, std::string_view key) {
  static const std::string sql =
      select(kMessageColumns, "conversations_message WHERE case_id = $1 AND idempotency_key = $2");
  return session.one<MessageRecord>(sql, id.value, key);
}

std::vector<MessageRecord> stream_before(db::Session& session, CaseId id, Instant before, MessageId before_id,
                                         int limit) {
  static const std::string sql = select(kMessageColumns,
                                        "conversations_message WHERE case_id = $1 AND (happened_at, id) < ($2, $3) "
                                        "ORDER BY happened_at DESC, id DESC LIMIT $4");
  return session.all<MessageRecord>(sql, id.value, before.ms, before_id.value, limit);
}

std::vector<MessageRecord> public_after(db::Session& session, CaseId id, MessageId after, int limit) {
  static const std::string sql = select(kMessageColumns,
                                        "conversations_message WHERE case_id = $1 AND id > $2 AND kind = 'message' AND "
                                        "delivery <> 'cancelled' ORDER BY id LIMIT $3");
  return session.all<MessageRecord>(sql, id.value, after.value, limit);
}

MessageId newest_public_id(db::Session& session, CaseId id) {
  return session
      .one<MessageId>(
          "SELECT MAX(id) FROM conversations_message WHERE case_id = $1 AND kind = 'message' AND delivery <> "
          "'cancelled'",
          id)
      .value_or(MessageId{});
}

std::optional<MessageRecord> latest_public(db::Session& session, CaseId id) {
  static const std::string sql =
      select(kMessageColumns,
             "conversations_message WHERE case_id = $1 AND kind = 'message' AND delivery <> 'cancelled' "
             "ORDER BY happened_at DESC, id DESC LIMIT 1");
  return session.one<MessageRecord>(sql, id.value);
}

std::optional<MessageRecord> latest_inbound(db::Session& session, CaseId id) {
  static const std::string sql =
      select(kMessageColumns,
             "conversations_message WHERE case_id = $1 AND kind = 'message' AND direction = 'in' "
             "ORDER BY happened_at DESC, id DESC LIMIT 1");
  return session.one<MessageRecord>(sql, id.value);
}

void set_delivery(db::Tx& tx, MessageId id, DeliveryState state, std::string_view reason, std::int64_t attempts) {
  const std::optional<std::string> why = reason.empty() ? std::nullopt : std::optional(std::string(reason));
  tx.exec("UPDATE conversations_message SET delivery = $2, delivery_reason = $3, attempts = $4 WHERE id = $1", id,
          state, why, attempts);
}

std::optional<MessageId> find_external(db::Session& session, std::string_view channel, std::string_view external_id) {
  return session.one<MessageId>("SELECT message_id FROM conversations_external WHERE external_id = $1 AND channel = $2",
                                external_id, channel);
}

void put_external(db::Tx& tx, std::string_view channel, std::string_view external_id, MessageId id) {
  tx.exec("INSERT INTO conversations_external(external_id, channel, message_id) VALUES($1, $2, $3)", external_id,
          channel, id);
}

std::vector<AttachmentRecord> attachments_of(db::Session& session, const std::vector<MessageId>& messages) {
  std::vector<AttachmentRecord> out;
  db::each_in<AttachmentRecord>(session, select(kAttachmentColumns, "conversations_attachment WHERE message_id IN ("),
                                ") ORDER BY id", messages,
                                [&](AttachmentRecord&& row) { out.push_back(std::move(row)); });
  return out;
}

std::vector<AttachmentRecord> attachments_of_case(db::Session& session, CaseId id) {
  static const std::string sql = select(kAttachmentColumns, "conversations_attachment WHERE case_id = $1");
  return session.all<AttachmentRecord>(sql, id.value);
}

std::optional<AttachmentRecord> find_attachment(db::Session& session, AttachmentId id) {
  static const std::string sql = select(kAttachmentColumns, "conversations_attachment WHERE id = $1");
  return session.one<AttachmentRecord>(sql, id.value);
}

std::optional<ResolvingRecord> resolving(db::Session& session, CaseId id) {
  return session.one<ResolvingRecord>(
      "SELECT case_id, clicked_at, due_at, user_id, outcome, event_id, message_id FROM conversations_resolving WHERE "
      "case_id = $1",
      id.value);
}

std::vector<ResolvingRecord> resolving_due(db::Session& session, Instant now, int limit) {
  return session.all<ResolvingRecord>(
      "SELECT case_id, clicked_at, due_at, user_id, outcome, event_id, message_id FROM conversations_resolving "
      "WHERE due_at <= $1 AND message_id IS NULL ORDER BY due_at LIMIT $2",
      now, limit);
}

}  // namespace auricle::conversations::store
