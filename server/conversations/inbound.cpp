// What arrives: who wrote it, which case it joins, what it does to the wait.
#include <algorithm>
#include <set>

#include "clinic/clinic.h"
#include "conversations/notifications.h"
#include "conversations/work.h"
#include "platform/base/language.h"

namespace auricle::conversations {
namespace {

std::optional<std::string> text_or_none(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::vector<JoinCandidate> join_candidates(db::Session& session, const InboundMessage& message, ContactPointId from) {
  std::vector<JoinCandidate> out;
  for (const auto id : message.candidates) {
    const auto conversation = store::find_conversation(session, id);
    const auto row = conversation ? store::find_case(session, conversation->case_id) : std::nullopt;
    if (!row) continue;
    const bool really_resolved = row->state == CaseStateName::resolved && !store::resolving(session, row->id);
    out.push_back({id, row->id, conversation->contact_point_id == from, really_resolved, row->resolved_at});
  }
  return out;
}

void insert_files(const Work& work, crypto::KeyId key, CaseId case_id, MessageId message,
                  const std::vector<ChannelFile>& files) {
  for (const auto& file : files) {
    store::AttachmentRecord row{
        new_id<AttachmentId>(),        case_id,           message,   {},      {}, file.size, file.content_type,
        text_or_none(file.content_id), file.shown_inline, file.blob, work.now};
    row.name = work.sealer.seal(key, {"conversations_attachment", "name", row.id.value}, file.name);
    work.tx.insert("conversations_attachment", row);
  }
}

bool visible_files(const std::vector<ChannelFile>& files) {
  return std::any_of(files.begin(), files.end(), [](const auto& file) { return !file.shown_inline; });
}

// Opens the case of a message nobody expected; it is saved once the message stands in it.
store::CaseRecord open_case(const Work& work, const InboundMessage& message, const About& about,
                            const JoinDecision& decision) {
  store::CaseRecord row;
  row.id = new_id<CaseId>();
  row.number = store::next_number(work.tx);
  row.site_id = message.site ? message.site : clinic::first_site(work.tx);
  row.patient_id = about.patient;
  row.sender_id = about.sender;
  row.needs_patient = about.needs_patient;
  row.opened_by = OpenedBy::patient;
  row.opened_at = message.received_at;
  row.channel = message.channel;
  if (decision.kind == JoinDecision::Kind::linked) row.linked_case_id = decision.to.case_id;
  work.sealer.set_title(work.key_of(row), row, plain_subject(message.subject));
  auto fact = work.fact(row, facts::Kind::opened);
  fact.actor = facts::Actor::patient;
  fact.happened_at = message.received_at;
  fact.priority = "normal";
  fact.channel = message.channel;
  work.append(fact);
  if (row.linked_case_id) work.note_event(row, {}, "linked", id_text(row.linked_case_id.value));
  return row;
}

store::ConversationRecord open_conversation(const Work& work, const store::CaseRecord& row,
                                            const InboundMessage& message, ContactPointId from) {
  store::ConversationRecord conversation;
  conversation.id = new_id<ConversationId>();
  conversation.case_id = row.id;
  conversation.channel = message.channel;
  conversation.contact_point_id = from;
  conversation.person_id = row.sender_id;
  conversation.created_at = work.now;
  conversation.subject = work.sealer.seal(
      work.key_of(row), {"conversations_conversation", "subject", conversation.id.value}, message.subject);
  return conversation;
}

store::MessageRecord message_record(const Work& work, crypto::KeyId key, const store::CaseRecord& row,
                                    const store::ConversationRecord& conversation, const InboundMessage& message) {
  store::MessageRecord out;
  out.id = new_id<MessageId>();
  out.case_id = row.id;
  out.conversation_id = conversation.id;
  out.direction = "in";
  out.author_kind = message.auto_reply ? "system" : "person";
  out.person_id = conversation.person_id;
  out.contact_point_id = conversation.contact_point_id;
  out.channel = message.channel;
  out.happened_at = message.received_at;
  out.body = work.sealer.seal_body(
      key, out.id, {message.text, message.quoted, message.subject, message.from, message.to, message.cc});
  if (!message.html.empty())
    out.html = work.sealer.seal(key, {"conversations_message", "html", out.id.value}, message.html);
  out.language = detect_language(message.text, row.language.value_or(""));
  out.auto_reply = message.auto_reply;
  out.warning = text_or_none(message.warning);
  out.delivery = DeliveryState::received;
  out.original_blob = text_or_none(message.original_blob);
  if (out.original_blob) out.original_size = message.original_size;
  out.has_attachments = visible_files(message.files);
  return out;
}

// Rule 2: an inbound message sets the wait to the clinic; a machine's answer changes nothing.
void append_inbound_fact(const Work& work, const store::CaseRecord& row, const store::MessageRecord& message) {
  if (message.auto_reply) return;
  auto fact = work.fact(row, facts::Kind::message);
  fact.actor = facts::Actor::patient;
  // Who resolved had not seen what came before but was read only now: it reopens, as any message after it.
  const bool closed = row.state == CaseStateName::resolved && row.resolved_at;
  fact.happened_at = closed ? std::max(message.happened_at, *row.resolved_at + 1) : message.happened_at;
  fact.conversation_id = message.conversation_id;
  fact.message_id = message.id;
  fact.channel = message.channel.value_or("");
  fact.language = message.language.value_or("");
  work.append(fact);
}

void show_on_case(const Work& work, store::CaseRecord& row, const store::MessageRecord& message,
                  const InboundMessage& inbound) {
  if (!message.auto_reply || !row.last_inbound_id)
    work.sealer.set_preview(work.key_of(row), row, inbound.text.empty() ? inbound.subject : inbound.text);
  row.channel = inbound.channel;
  row.last_message_id = message.id;
  row.last_message_at = message.happened_at;
  row.last_inbound_id = message.id;
  row.has_attachments = row.has_attachments || message.has_attachments;
  if (!row.language) row.language = message.language;
}

}  // namespace

patients::ContactSystem system_of(const Address& address) {
  return enum_parse<patients::ContactSystem>(address.system).value_or(patients::ContactSystem::email);
}

About about(const patients::Patients& patients, db::Session& session, const patients::Sender& sender) {
  About out;
  out.sender = sender.persons.front().id;
  if (sender.shared()) return {{}, out.sender, true};
  out.needs_patient = sender.persons.front().provisional || !patients.acts_for(session, out.sender).empty();
  if (!out.needs_patient) out.patient = out.sender;
  return out;
}

Result<Received> Conversations::receive(db::Tx& tx, const InboundMessage& message) {
  const Work work(tx, keyring_, patients_, clock_.now());
  if (const auto there = store::find_external(tx, message.channel, message.external_id)) {
    const auto row = store::find_message(tx, *there);
    return Received{*there, row ? row->conversation_id : ConversationId{}, row ? row->case_id : CaseId{},
                    Received::How::duplicate};
  }
  const auto sender = patients_.sender(tx, system_of(message.from), message.from.value, message.from.name);
  if (!sender) return fail(sender.error());
  if (message.authenticated) patients_.heard_from(tx, sender->contact_point, message.received_at);
  const auto decision = decide_join(join_candidates(tx, message, sender->contact_point), message.authenticated,
                                    message.auto_reply, message.received_at);
  const bool joins = decision.kind == JoinDecision::Kind::join || decision.kind == JoinDecision::Kind::reopen;
  auto row = joins ? store::find_case(tx, decision.to.case_id).value()
                   : open_case(work, message, about(patients_, tx, *sender), decision);
  auto conversation = joins ? store::find_conversation(tx, decision.to.conversation).value()
                            : open_conversation(work, row, message, sender->contact_point);
  const auto key = work.key_of(row);
  const auto record = message_record(work, key, row, conversation, message);
  work.insert_message(record, row.site_id);
  store::put_external(tx, message.channel, message.external_id, record.id);
  insert_files(work, key, row.id, record.id, message.files);
  if (joins && !message.auto_reply) {
    hold_scheduled(work, row);
    work.wake(row);
    notify(tx, {row.assignee_id, NotificationKind::reply, row.id, {}}, work.now);
  }
  append_inbound_fact(work, row, record);
  if (decision.kind == JoinDecision::Kind::reopen) work.note_event(row, {}, "reopened", std::nullopt);
  show_on_case(work, row, record, message);
  conversation.last_message_id = record.id;
  if (!message.auto_reply) conversation.last_inbound_at = record.happened_at;
  if (joins) {
    store::update_conversation(tx, conversation);
    work.save(row);
  } else {
    tx.insert("conversations_conversation", conversation);
    work.save_new(row);
  }
  using How = Received::How;
  const How how = decision.kind == JoinDecision::Kind::join     ? How::joined
                  : decision.kind == JoinDecision::Kind::reopen ? How::reopened
                  : decision.kind == JoinDecision::Kind::linked ? How::linked_case
                                                                : How::new_case;
  return Received{record.id, conversation.id, row.id, how};
}

Result<Received> Conversations::record_sent(db::Tx& tx, const SentElsewhere& message) {
  if (const auto there = store::find_external(tx, message.channel, message.external_id)) {
    const auto row = store::find_message(tx, *there);
    return Received{*there, row ? row->conversation_id : ConversationId{}, row ? row->case_id : CaseId{},
                    Received::How::duplicate};
  }
  auto conversation = message.conversation ? store::find_conversation(tx, message.conversation) : std::nullopt;
  auto row = conversation ? store::find_case(tx, conversation->case_id) : std::nullopt;
  if (!row) return fail(ErrorKind::not_found, "error.conversations.conversation_unknown");
  const Work work(tx, keyring_, patients_, clock_.now());
  const auto key = work.key_of(*row);
  store::MessageRecord record;
  record.id = new_id<MessageId>();
  record.case_id = row->id;
  record.conversation_id = conversation->id;
  record.direction = "out";
  record.author_kind = "staff";
  record.contact_point_id = conversation->contact_point_id;
  record.channel = message.channel;
  record.happened_at = message.sent_at;
  record.body = work.sealer.seal_body(
      key, record.id, {message.text, message.quoted, message.subject, std::nullopt, message.to, message.cc});
  if (!message.html.empty())
    record.html = work.sealer.seal(key, {"conversations_message", "html", record.id.value}, message.html);
  record.delivery = DeliveryState::sent;
  record.original_blob = text_or_none(message.original_blob);
  if (record.original_blob) record.original_size = message.original_size;
  record.has_attachments = visible_files(message.files);
  work.insert_message(record, row->site_id);
  store::put_external(tx, message.channel, message.external_id, record.id);
  insert_files(work, key, row->id, record.id, message.files);
  auto fact = work.fact(*row, facts::Kind::message);
  fact.happened_at = message.sent_at;
  fact.conversation_id = conversation->id;
  fact.message_id = record.id;
  fact.channel = message.channel;
  work.append(fact);
  row->last_message_id = record.id;
  row->last_message_at = record.happened_at;
  conversation->last_message_id = record.id;
  store::update_conversation(tx, *conversation);
  work.save(*row);
  return Received{record.id, conversation->id, row->id, Received::How::joined};
}

Result<Done> Conversations::report_delivery(db::Tx& tx, MessageId id, DeliveryState state, std::string_view reason) {
  const auto message = store::find_message(tx, id);
  if (!message || message->direction != "out") return fail(ErrorKind::not_found, "error.conversations.message_unknown");
  auto row = store::find_case(tx, message->case_id);
  if (!row) return fail(ErrorKind::not_found, "error.not_found");
  const Work work(tx, keyring_, patients_, clock_.now());
  store::set_delivery(tx, id, state, reason, message->attempts);
  events::announce(tx, {"message", id.value, 2, row->site_id});
  // The patient has no answer after all: the clinic is to act again, and a resolved case is open.
  if (state == DeliveryState::bounced || state == DeliveryState::failed) {
    const bool resolved = row->state == CaseStateName::resolved && !store::resolving(tx, row->id);
    work.drop_resolving(*row);
    if (resolved) {
      work.append(work.fact(*row, facts::Kind::reopen));
      work.note_event(*row, {}, "reopened", std::nullopt);
    } else if (row->waiting_on != Owner::clinic) {
      auto fact = work.fact(*row, facts::Kind::wait);
      fact.owner = Owner::clinic;
      work.append(fact);
      work.note_event(*row, {}, "waiting", "clinic", std::string(enum_name(row->waiting_on.value_or(Owner::patient))));
    }
  }
  work.refresh_delivery(*row);
  work.save(*row);
  return Done{};
}

void Conversations::report_undeliverable(db::Tx& tx, const std::vector<Address>& recipients, MessageId id,
                                         std::string_view reason, Instant when) {
  std::set<ContactPointId> points;
  for (const auto& to : recipients)
    if (const auto point = patients_.find_contact_point(tx, system_of(to), to.value)) points.insert(*point);
  if (points.empty() && id)
    if (const auto message = store::find_message(tx, id); message && message->contact_point_id)
      points.insert(message->contact_point_id);
  for (const auto point : points)
    patients_.mark_undeliverable(tx, point, patients::Undeliverable{when, std::string(reason)});
}

}  // namespace auricle::conversations
