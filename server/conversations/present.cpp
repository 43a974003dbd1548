#include "conversations/present.h"

#include "conversations/work.h"

namespace auricle::conversations {
namespace {

std::optional<PersonRef> ref_in(const std::map<PersonId, PersonRef>& refs, PersonId id) {
  const auto found = refs.find(id);
  return found == refs.end() ? std::nullopt : std::optional(found->second);
}

std::vector<MessageParty> parties(const std::vector<Address>& addresses) {
  std::vector<MessageParty> out;
  for (const auto& address : addresses) out.push_back({{}, address.system, address.value, address.name, {}});
  return out;
}

std::optional<Delivery> delivery_of(const store::MessageRecord& record) {
  if (!record.delivery || record.direction != "out") return std::nullopt;
  Delivery out{*record.delivery, std::nullopt, record.delivery_reason, record.attempts, {}, {}};
  out.scheduled_local = record.scheduled_local;
  out.scheduled_zone = record.scheduled_zone;
  if (out.state == DeliveryState::queued && record.attempts == 0)
    out.leaves_at = scheduled_at(record).value_or(record.happened_at + kUndoMs);
  return out;
}

}  // namespace

std::vector<CaseRow> Present::rows(const Viewer& viewer, const std::vector<store::CaseRecord>& records) const {
  std::vector<PersonId> people;
  std::vector<CaseId> ids;
  for (const auto& record : records) {
    people.push_back(record.patient_id);
    people.push_back(record.sender_id);
    ids.push_back(record.id);
  }
  const auto refs = patients.refs(session, people);
  const auto marks = store::read_marks(session, viewer.user, ids);
  const Sealer sealer(session, keyring);
  std::vector<CaseRow> out;
  for (const auto& record : records) {
    session.disclose("case", record.id.value);
    CaseRow row;
    row.id = record.id;
    row.number = record.number;
    row.version = record.version;
    row.site_id = record.site_id;
    row.state = record.state;
    row.patient = ref_in(refs, record.patient_id);
    row.sender = ref_in(refs, record.sender_id);
    row.title = sealer.title(record);
    row.preview = sealer.preview(record);
    row.channel = record.channel;
    row.waiting_on = record.waiting_on;
    row.waiting_since = record.waiting_since;
    row.promise = record.promise;
    row.warn_at = record.warn_at;
    row.due_at = record.due_at;
    const auto mark = marks.find(record.id);
    row.unread = record.state != CaseStateName::resolved && record.last_inbound_id &&
                 (mark == marks.end() || mark->second < record.last_inbound_id);
    row.assignee_id = record.assignee_id;
    row.priority = record.priority;
    row.topic = record.topic;
    row.language = record.language;
    row.follow_up_at = record.follow_up_at;
    row.snoozed_until = record.snoozed_until;
    row.opened_at = record.opened_at;
    row.resolved_at = record.resolved_at;
    row.last_message_at = record.last_message_at;
    row.needs_patient = record.needs_patient;
    row.sending = record.sending;
    row.failed = record.failed;
    row.has_attachments = record.has_attachments;
    row.scheduled = record.scheduled;
    row.held = record.held;
    out.push_back(std::move(row));
  }
  return out;
}

Attachment Present::attachment(const store::AttachmentRecord& record) const {
  const auto name = Sealer(session, keyring).open({"conversations_attachment", "name", record.id.value}, record.name);
  return {record.id, name.value_or(""), record.size, record.content_type, record.shown_inline, record.content_id};
}

MessageParty Present::party(ContactPointId point, PersonId person, std::string_view name) const {
  MessageParty out{point, "", "", std::string(name), person};
  if (const auto reach = patients.reach(session, point, person)) {
    out.system = enum_name(reach->system);
    out.value = reach->display;
  }
  return out;
}

Message Present::message_with(const store::MessageRecord& record, const std::map<PersonId, PersonRef>& refs) const {
  Message out;
  out.id = record.id;
  out.case_id = record.case_id;
  out.kind = record.kind;
  out.direction = record.direction;
  out.author_kind = record.author_kind;
  out.author_id = record.author_id;
  out.person = ref_in(refs, record.person_id);
  out.channel = record.channel;
  out.conversation_id = record.conversation_id;
  out.happened_at = record.happened_at;
  out.language = record.language;
  out.auto_reply = record.auto_reply;
  out.warning = record.warning;
  out.delivery = delivery_of(record);
  out.ack = record.ack;
  out.has_html = record.html.has_value();
  out.has_original = record.original_blob.has_value();
  if (record.event) out.event = CaseEvent{*record.event, record.event_value, record.event_previous};
  const auto body = Sealer(session, keyring).open_body(record);
  out.erased = !body;
  if (!body) return out;
  out.text = body->text;
  out.subject = body->subject;
  if (!body->quoted.empty()) out.quoted = body->quoted;
  if (body->from)
    out.from = MessageParty{record.contact_point_id, body->from->system, body->from->value, body->from->name,
                            record.person_id};
  out.to = parties(body->to);
  out.cc = parties(body->cc);
  return out;
}

std::vector<Message> Present::messages(const std::vector<store::MessageRecord>& records) const {
  std::vector<PersonId> people;
  std::vector<MessageId> with_files, notes;
  for (const auto& record : records) {
    if (record.person_id) people.push_back(record.person_id);
    if (record.kind != "event") with_files.push_back(record.id);
    if (record.kind == "note") notes.push_back(record.id);
  }
  const auto refs = patients.refs(session, people);
  std::map<MessageId, std::vector<Attachment>> files;
  for (const auto& row : store::attachments_of(session, with_files)) files[row.message_id].push_back(attachment(row));
  const auto mentions = store::mentions_of(session, notes);
  std::vector<Message> out;
  for (const auto& record : records) {
    out.push_back(message_with(record, refs));
    if (const auto found = mentions.find(record.id); found != mentions.end()) out.back().mentions = found->second;
    if (auto found = files.find(record.id); found != files.end()) out.back().attachments = std::move(found->second);
  }
  return out;
}

Message Present::message(const store::MessageRecord& record) const { return messages({record}).front(); }

}  // namespace auricle::conversations
