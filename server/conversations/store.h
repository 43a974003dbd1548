#pragma once
// The only code touching the tables of this module. Records are rows as they stand; bodies stay encrypted (body.h opens
// them).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conversations/conversations.h"

namespace auricle::conversations::store {

struct CaseRecord {
  CaseId id;
  std::int64_t number = 0, version = 1;
  SiteId site_id;
  PersonId patient_id, sender_id;
  bool needs_patient = false;
  OpenedBy opened_by = OpenedBy::patient;
  CaseStateName state = CaseStateName::open;
  std::int64_t list_key = 0;
  std::optional<std::string> topic;
  Priority priority = Priority::normal;
  std::optional<std::string> language;
  UserId assignee_id;
  std::optional<Owner> waiting_on;
  std::optional<Instant> waiting_since, unanswered_since;
  Instant opened_at;
  std::optional<Instant> resolved_at;
  std::optional<Outcome> outcome;
  std::optional<std::string> follow_up_local, follow_up_zone;
  std::optional<Instant> follow_up_at, snoozed_until;
  db::Bytes title, preview;
  std::optional<std::string> channel;
  MessageId last_message_id;
  std::optional<Instant> last_message_at;
  MessageId last_inbound_id;
  bool sending = false, failed = false, has_attachments = false;
  CaseId linked_case_id, merged_into_case_id;
  bool scheduled = false, held = false;
  std::optional<Instant> due_at;  // by the standards (promises.h), of what falls due next
  std::optional<std::string> promise;
  std::optional<Instant> warn_at, escalate_at;
};
BOOST_DESCRIBE_STRUCT(CaseRecord, (),
                      (id, number, version, site_id, patient_id, sender_id, needs_patient, opened_by, state, list_key,
                       topic, priority, language, assignee_id, waiting_on, waiting_since, unanswered_since, opened_at,
                       resolved_at, outcome, follow_up_local, follow_up_zone, follow_up_at, snoozed_until, title,
                       preview, channel, last_message_id, last_message_at, last_inbound_id, sending, failed,
                       has_attachments, linked_case_id, merged_into_case_id, scheduled, held, due_at, promise, warn_at,
                       escalate_at))

struct ConversationRecord {
  ConversationId id;
  CaseId case_id;
  std::string channel;
  db::Bytes subject;
  ContactPointId contact_point_id;
  PersonId person_id;
  bool started_by_us = false;
  MessageId last_message_id;
  std::optional<Instant> last_inbound_at;
  Instant created_at;
  CaseId merged_from_case_id;  // came with a merge of that case
};
BOOST_DESCRIBE_STRUCT(ConversationRecord, (),
                      (id, case_id, channel, subject, contact_point_id, person_id, started_by_us, last_message_id,
                       last_inbound_at, created_at, merged_from_case_id))

struct MessageRecord {
  MessageId id;
  CaseId case_id;
  ConversationId conversation_id;
  std::string kind = "message";
  std::optional<std::string> direction;
  std::string author_kind = "person";
  UserId author_id;
  PersonId person_id;
  ContactPointId contact_point_id;
  std::optional<std::string> channel;
  Instant happened_at;
  std::optional<db::Bytes> body, html;
  std::optional<std::string> language;
  bool auto_reply = false;
  std::optional<std::string> warning;
  bool ack = false;
  std::optional<DeliveryState> delivery;
  std::optional<std::string> delivery_reason;
  std::int64_t attempts = 0;
  std::optional<std::string> original_blob;
  std::optional<std::int64_t> original_size;
  std::optional<std::string> idempotency_key;
  std::optional<std::string> event, event_value, event_previous;
  bool has_attachments = false;
  CaseId merged_from_case_id;  // a note that came with a merge of that case
  std::optional<std::string> scheduled_local, scheduled_zone;
};
BOOST_DESCRIBE_STRUCT(MessageRecord, (),
                      (id, case_id, conversation_id, kind, direction, author_kind, author_id, person_id,
                       contact_point_id, channel, happened_at, body, html, language, auto_reply, warning, ack, delivery,
                       delivery_reason, attempts, original_blob, original_size, idempotency_key, event, event_value,
                       event_previous, has_attachments, merged_from_case_id, scheduled_local, scheduled_zone))

inline constexpr std::string_view kMessageColumns =
    "id, case_id, conversation_id, kind, direction, author_kind, author_id, person_id, contact_point_id, "
    "channel, happened_at, body, html, language, auto_reply, warning, ack, delivery, delivery_reason, "
    "attempts, original_blob, original_size, idempotency_key, event, event_value, event_previous, "
    "has_attachments, merged_from_case_id, scheduled_local, scheduled_zone";

struct AttachmentRecord {
  AttachmentId id;
  CaseId case_id;
  MessageId message_id;
  UserId uploaded_by;
  db::Bytes name;
  std::int64_t size = 0;
  std::string content_type;
  std::optional<std::string> content_id;
  bool shown_inline = false;
  std::string blob;
  Instant created_at;
};
BOOST_DESCRIBE_STRUCT(AttachmentRecord, (),
                      (id, case_id, message_id, uploaded_by, name, size, content_type, content_id, shown_inline, blob,
                       created_at))

struct ResolvingRecord {
  CaseId case_id;
  Instant clicked_at, due_at;
  UserId user_id;
  std::optional<Outcome> outcome;
  MessageId event_id;
  MessageId message_id;  // the reply whose sending it waits for
};
BOOST_DESCRIBE_STRUCT(ResolvingRecord, (), (case_id, clicked_at, due_at, user_id, outcome, event_id, message_id))

struct SplitRecord {
  CaseId case_id, from_case_id;
  ConversationId conversation_id, from_conversation_id;
  Instant split_at;
};
BOOST_DESCRIBE_STRUCT(SplitRecord, (), (case_id, from_case_id, conversation_id, from_conversation_id, split_at))

struct LinkRecord {
  CaseId case_id;  // the other one
  LinkKind kind = LinkKind::linked;
};
BOOST_DESCRIBE_STRUCT(LinkRecord, (), (case_id, kind))

std::int64_t next_number(db::Tx& tx);
std::optional<CaseRecord> find_case(db::Session& session, CaseId id);
void insert_case(db::Tx& tx, const CaseRecord& row);
void update_case(db::Tx& tx, const CaseRecord& row);

struct ListFilter {
  CaseView view = CaseView::all;
  UserId me;
  std::string channel;
  std::vector<SiteId> sites;  // of the viewer; empty with all_sites
  bool all_sites = false;
  PersonId patient;
  std::string topic, language;     // "" for all; topic "none"
  std::optional<UserId> assignee;  // zero: nobody
  std::optional<Priority> priority;
  std::optional<Owner> waiting_on;
  Instant follow_up_before, now;
  bool has_cursor = false;
  std::int64_t after_key = 0;
  CaseId after_id;
  int limit = 50;
};
std::vector<CaseRecord> list_cases(db::Session& session, const ListFilter& filter);
std::int64_t sort_key(const CaseRecord& row, CaseView view, bool of_patient);
std::int64_t count_cases(db::Session& session, ListFilter filter, int most);
std::map<std::string, std::int64_t> count_channels(db::Session& session, const ListFilter& filter);
// Message ids up to which the user has read, by case.
std::map<CaseId, MessageId> read_marks(db::Session& session, UserId user, const std::vector<CaseId>& cases);
// The newest open case of the person about a site that a new message of theirs may belong to; used for colleagues' sent
// mail only.
std::vector<CaseId> open_cases_of_sender(db::Session& session, PersonId person);

std::vector<ConversationRecord> conversations_of(db::Session& session, CaseId id);
std::optional<ConversationRecord> find_conversation(db::Session& session, ConversationId id);
void update_conversation(db::Tx& tx, const ConversationRecord& row);

std::vector<MessageRecord> messages_of(db::Session& session, ConversationId id);  // oldest first
std::vector<MessageRecord> notes_of(db::Session& session, CaseId id);
std::vector<LinkRecord> links_of(db::Session& session, CaseId id);
bool link_between(db::Session& session, CaseId one, CaseId other);
std::optional<SplitRecord> find_split(db::Session& session, CaseId id);
// The new case holds what was split off and nothing that came since: written, moved or merged.
bool as_split(db::Session& session, const SplitRecord& split);
void delete_case(db::Tx& tx, CaseId id);  // with its lines in the stream

std::optional<MessageRecord> find_message(db::Session& session, MessageId id);
std::optional<MessageRecord> by_idempotency(db::Session& session, CaseId id, std::string_view key);
std::vector<MessageRecord> stream_before(db::Session& session, CaseId id, Instant before, MessageId before_id,
                                         int limit);
// Messages to or from the patient after this one (in the stream), oldest first, without cancelled ones.
std::vector<MessageRecord> public_after(db::Session& session, CaseId id, MessageId after, int limit);
MessageId newest_public_id(db::Session& session, CaseId id);  // by the order of coming in; zero without any
std::optional<MessageRecord> latest_public(db::Session& session, CaseId id);
std::optional<MessageRecord> latest_inbound(db::Session& session, CaseId id);
void set_delivery(db::Tx& tx, MessageId id, DeliveryState state, std::string_view reason, std::int64_t attempts);
struct DeliveryFlags {  // what is on its way out of a case
  bool sending = false, scheduled = false, held = false, failed = false;
};
DeliveryFlags delivery_flags(db::Session& session, CaseId id);
std::vector<MessageRecord> scheduled_of(db::Session& session, CaseId id);
std::map<MessageId, std::vector<UserId>> mentions_of(db::Session& session, const std::vector<MessageId>& messages);

std::optional<MessageId> find_external(db::Session& session, std::string_view channel, std::string_view external_id);
void put_external(db::Tx& tx, std::string_view channel, std::string_view external_id, MessageId id);

std::vector<AttachmentRecord> attachments_of(db::Session& session, const std::vector<MessageId>& messages);
std::vector<AttachmentRecord> attachments_of_case(db::Session& session, CaseId id);
std::optional<AttachmentRecord> find_attachment(db::Session& session, AttachmentId id);

std::optional<ResolvingRecord> resolving(db::Session& session, CaseId id);
std::vector<ResolvingRecord> resolving_due(db::Session& session, Instant now, int limit);

}  // namespace auricle::conversations::store
