// Silent import and export (history.h).
#include "conversations/history.h"

#include "conversations/promises.h"
#include "conversations/work.h"

namespace auricle::conversations {
namespace {

struct ImportTarget {
  PersonId patient_id;
  std::optional<std::string> channel;
};
BOOST_DESCRIBE_STRUCT(ImportTarget, (), (patient_id, channel))

ImportTarget target(db::Session& session, CaseId id) {
  return session.one<ImportTarget>("SELECT patient_id, channel FROM conversations_case WHERE id = $1", id)
      .value_or(ImportTarget{});
}

// So that an imported conversation can be answered: where the person is reached on its channel, and how far it has
// come.
void complete_conversations(db::Tx& tx, const patients::Patients& patients, const store::CaseRecord& row) {
  const auto person = row.sender_id ? row.sender_id : row.patient_id;
  const auto known = person ? patients.export_person(tx, person) : std::nullopt;
  for (auto conversation : store::conversations_of(tx, row.id)) {
    const auto system = enum_parse<patients::ContactSystem>(conversation.channel);
    if (known && system && !conversation.contact_point_id) {
      for (const auto& point : known->contact_points)
        if (point.system == *system && !conversation.contact_point_id)
          conversation.contact_point_id =
              patients.find_contact_point(tx, *system, point.value).value_or(ContactPointId{});
      conversation.person_id = person;
    }
    conversation.last_message_id = tx.one<MessageId>(
                                         "SELECT MAX(id) FROM conversations_message WHERE case_id = $1 AND "
                                         "conversation_id = $2 AND kind = 'message'",
                                         row.id, conversation.id)
                                       .value_or(MessageId{});
    const auto inbound = tx.one<Instant>(
        "SELECT MAX(happened_at) FROM conversations_message WHERE case_id = $1 AND conversation_id = $2 AND direction "
        "= 'in'",
        row.id, conversation.id);
    if (inbound && inbound->ms) conversation.last_inbound_at = inbound;
    store::update_conversation(tx, conversation);
  }
}

}  // namespace

void import_case(db::Tx& tx, crypto::Keyring&, const ImportedCase& imported) {
  store::CaseRecord row;
  row.id = imported.id;
  row.number = store::next_number(tx);
  row.site_id = imported.site_id;
  row.patient_id = imported.patient_id;
  row.sender_id = imported.opened_by == "patient" ? imported.patient_id : PersonId{};
  row.needs_patient = !imported.patient_id;
  row.opened_by = enum_parse<OpenedBy>(imported.opened_by).value_or(OpenedBy::patient);
  if (!imported.topic.empty()) row.topic = imported.topic;
  row.priority = enum_parse<Priority>(imported.priority).value_or(Priority::normal);
  if (!imported.language.empty()) row.language = imported.language;
  row.opened_at = imported.opened_at;
  row.waiting_on = Owner::clinic;
  row.waiting_since = imported.opened_at;
  row.list_key = list_key_of(row);
  store::insert_case(tx, row);
}

void import_conversation(db::Tx& tx, crypto::Keyring& keyring, const ImportedConversation& imported) {
  const Sealer sealer(tx, keyring);
  const auto key = sealer.key_of(tx, imported.case_id, target(tx, imported.case_id).patient_id);
  store::ConversationRecord row;
  row.id = imported.id;
  row.case_id = imported.case_id;
  row.channel = imported.channel;
  row.created_at = imported.created_at;
  row.subject = sealer.seal(key, {"conversations_conversation", "subject", row.id.value}, imported.subject);
  tx.insert("conversations_conversation", row);
}

void import_message(db::Tx& tx, crypto::Keyring& keyring, const ImportedMessage& imported) {
  const Sealer sealer(tx, keyring);
  const auto key = sealer.key_of(tx, imported.case_id, target(tx, imported.case_id).patient_id);
  const bool in = imported.direction == "in";
  store::MessageRecord row;
  row.id = imported.id;
  row.case_id = imported.case_id;
  row.conversation_id = imported.conversation_id;
  row.kind = imported.is_public ? "message" : "note";
  if (imported.is_public) row.direction = imported.direction;
  row.author_kind = in ? "person" : imported.by_bot ? "bot" : "staff";
  row.author_id = imported.author_id;
  row.person_id = imported.person_id;
  if (imported.is_public) row.channel = imported.channel;
  row.happened_at = imported.sent_at;
  row.body = sealer.seal_body(key, row.id, {imported.text, "", imported.subject, std::nullopt, {}, {}});
  if (imported.is_public) row.delivery = in ? DeliveryState::received : DeliveryState::sent;
  tx.insert("conversations_message", row);
}

void import_ack(db::Tx& tx, MessageId message) {
  tx.exec("UPDATE conversations_message SET ack = 1 WHERE id = $1", message);
}

void import_move(db::Tx& tx, crypto::Keyring& keyring, ConversationId id, CaseId to) {
  auto row = store::find_conversation(tx, id);
  if (!row || row->case_id == to || !store::find_case(tx, to)) return;
  static const SystemClock clock;  // of no use here: nothing imported happens now
  const patients::Patients patients(keyring, clock);
  const Work work(tx, keyring, patients, Instant{});
  const auto key = work.sealer.key_of(tx, to, target(tx, to).patient_id);
  for (const auto& message : store::messages_of(tx, id)) {
    work.reseal(key, {"conversations_message", "body", message.id.value}, message.body);
    tx.exec("UPDATE conversations_message SET case_id = $2 WHERE id = $1", message.id, to);
  }
  work.reseal(key, {"conversations_conversation", "subject", id.value}, row->subject);
  tx.exec("UPDATE conversations_conversation SET case_id = $2 WHERE id = $1", id, to);
}

void finish_case(db::Tx& tx, crypto::Keyring& keyring, CaseId id, const facts::CaseState& state) {
  auto row = store::find_case(tx, id);
  if (!row) return;
  const Sealer sealer(tx, keyring);
  const auto key = sealer.key_of(tx, id, row->patient_id);
  apply_state(*row, state, false);
  const auto inbound = store::latest_inbound(tx, id);
  const auto latest = store::latest_public(tx, id);
  if (latest) {
    row->last_message_id = store::newest_public_id(tx, id);
    row->last_message_at = latest->happened_at;
    if (latest->channel) row->channel = latest->channel;
  }
  if (inbound) {
    row->last_inbound_id = inbound->id;
    if (inbound->channel) row->channel = inbound->channel;
    if (!row->sender_id) row->sender_id = inbound->person_id;
  }
  if (const auto& shown = inbound ? inbound : latest) {
    const auto body = sealer.open_body(*shown).value_or(Body{});
    sealer.set_preview(key, *row, body.text);
    if (!body.subject.empty()) sealer.set_title(key, *row, plain_subject(body.subject));
  }
  static const SystemClock clock;
  const patients::Patients patients(keyring, clock);
  complete_conversations(tx, patients, *row);
  keep_promises_silently(tx, *row, state, clock.now());
  store::update_case(tx, *row);
  put_timeline(tx, patients, sealer, *row);
}

std::vector<ListedState> listed_states(db::Session& session, CaseId after, int limit) {
  return session.all<ListedState>(
      "SELECT c.id, CASE WHEN c.state = 'resolved' THEN 1 ELSE 0 END AS resolved, CASE WHEN r.case_id IS NULL THEN 0 "
      "ELSE "
      "1 END AS resolving, c.assignee_id, c.topic, c.waiting_on FROM conversations_case c LEFT JOIN "
      "conversations_resolving r ON r.case_id = c.id WHERE c.id > $1 ORDER BY c.id LIMIT $2",
      after.value, limit);
}

std::vector<CaseId> export_case_ids(db::Session& session, CaseId after, int limit) {
  return session.all<CaseId>("SELECT id FROM conversations_case WHERE id > $1 ORDER BY id LIMIT $2", after.value,
                             limit);
}

std::vector<ContactPointId> points_of(db::Session& session, PersonId person) {
  return session.all<ContactPointId>(
      "SELECT DISTINCT v.contact_point_id FROM conversations_conversation v JOIN conversations_case c ON c.id = "
      "v.case_id WHERE v.contact_point_id IS NOT NULL AND (c.patient_id = $1 OR c.sender_id = $1)",
      person);
}

bool uses_point(db::Session& session, ContactPointId point) {
  return session
      .one<std::int64_t>("SELECT 1 FROM conversations_conversation WHERE contact_point_id = $1 LIMIT 1", point)
      .has_value();
}

std::optional<std::int64_t> case_number(db::Session& session, CaseId id) {
  return session.one<std::int64_t>("SELECT number FROM conversations_case WHERE id = $1", id);
}

std::optional<ImportedCase> export_case(db::Session& session, CaseId id) {
  const auto row = store::find_case(session, id);
  if (!row) return std::nullopt;
  return ImportedCase{id,
                      row->patient_id,
                      row->site_id,
                      std::string(enum_name(row->opened_by)),
                      row->topic.value_or(""),
                      std::string(enum_name(row->priority)),
                      row->language.value_or(""),
                      row->opened_at};
}

std::vector<ImportedConversation> export_conversations(db::Session& session, crypto::Keyring& keyring, CaseId id) {
  std::vector<ImportedConversation> out;
  const Sealer sealer(session, keyring);
  for (const auto& row : store::conversations_of(session, id))
    out.push_back({row.id, id, row.channel, sealer.subject(row), row.created_at});
  return out;
}

namespace {
ImportedMessage exported(const Sealer& sealer, const store::MessageRecord& row) {
  const auto body = sealer.open_body(row).value_or(Body{});
  return {
      row.id,        row.case_id,   row.conversation_id,      row.channel.value_or(""), row.direction.value_or("out"),
      row.person_id, row.author_id, row.author_kind == "bot", row.kind == "message",    row.happened_at,
      body.subject,  body.text};
}
}  // namespace

std::optional<ImportedMessage> export_message(db::Session& session, crypto::Keyring& keyring, MessageId id) {
  const auto row = store::find_message(session, id);
  if (!row || row->kind == "event" || row->delivery == DeliveryState::cancelled) return std::nullopt;
  return exported(Sealer(session, keyring), *row);
}

std::vector<ImportedMessage> export_messages(db::Session& session, crypto::Keyring& keyring, CaseId id) {
  std::vector<ImportedMessage> out;
  const Sealer sealer(session, keyring);
  constexpr int kAll = 1'000'000;
  const auto records = store::stream_before(session, id, Instant{INT64_MAX}, MessageId{INT64_MAX}, kAll);
  for (auto it = records.rbegin(); it != records.rend(); ++it) {
    if (it->kind == "event" || it->delivery == DeliveryState::cancelled) continue;
    out.push_back(exported(sealer, *it));
  }
  return out;
}

}  // namespace auricle::conversations
