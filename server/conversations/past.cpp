// What came before a channel was connected (channel.h, Past).
#include <algorithm>

#include "clinic/clinic.h"
#include "conversations/conversations.h"
#include "conversations/promises.h"
#include "conversations/work.h"
#include "platform/base/language.h"

namespace auricle::conversations {
namespace {

bool topic_known(db::Session& session, const std::string& key) {
  const auto all = clinic::topics(session);
  return std::any_of(all.begin(), all.end(), [&](const auto& topic) { return topic.active && topic.key == key; });
}

store::CaseRecord past_row(const Work& work, const PastCase& past, const About& about) {
  const auto& first = past.messages.front();
  store::CaseRecord row;
  row.id = new_id<CaseId>();
  row.number = store::next_number(work.tx);
  row.site_id = past.site ? past.site : clinic::first_site(work.tx);
  row.patient_id = about.patient;
  row.sender_id = about.sender;
  row.needs_patient = about.needs_patient;
  row.opened_by = first.direction == PastMessage::Direction::in ? OpenedBy::patient : OpenedBy::staff;
  row.opened_at = first.happened_at;
  row.channel = past.channel;
  if (!past.language.empty()) row.language = past.language;
  if (topic_known(work.tx, past.topic)) row.topic = past.topic;
  work.sealer.set_title(work.key_of(row), row, plain_subject(first.subject));
  return row;
}

facts::Fact past_fact(const Work& work, const store::CaseRecord& row, const PastCase& past, facts::Kind kind,
                      Instant when) {
  auto fact = work.fact(row, kind);
  fact.happened_at = when;
  fact.source = past.source;
  return fact;
}

store::MessageRecord past_message(const Work& work, const store::CaseRecord& row,
                                  const store::ConversationRecord& conversation, const PastMessage& message) {
  const bool in = message.direction == PastMessage::Direction::in;
  store::MessageRecord out;
  out.id = new_id<MessageId>();
  out.case_id = row.id;
  out.conversation_id = conversation.id;
  out.direction = in ? "in" : "out";
  out.author_kind = in ? "person" : "staff";
  if (in) out.person_id = conversation.person_id;
  out.contact_point_id = conversation.contact_point_id;
  out.channel = conversation.channel;
  out.happened_at = message.happened_at;
  out.body = work.sealer.seal_body(work.key_of(row), out.id, {message.text, "", message.subject, std::nullopt, {}, {}});
  out.language = detect_language(message.text, row.language.value_or(""));
  out.ack = message.thanks;
  out.delivery = in ? DeliveryState::received : DeliveryState::sent;
  return out;
}

void append_message_facts(const Work& work, const store::CaseRecord& row, const PastCase& past,
                          const PastMessage& message, const store::MessageRecord& record) {
  auto fact = past_fact(work, row, past, facts::Kind::message, message.happened_at);
  fact.actor = message.direction == PastMessage::Direction::in ? facts::Actor::patient : facts::Actor::staff;
  fact.conversation_id = record.conversation_id;
  fact.message_id = record.id;
  fact.channel = past.channel;
  fact.language = record.language.value_or("");
  work.append(fact);
  if (!message.thanks) return;
  auto ack = past_fact(work, row, past, facts::Kind::ack, message.happened_at);
  ack.message_id = record.id;
  work.append(ack);
}

void append_opening(const Work& work, const store::CaseRecord& row, const PastCase& past) {
  auto fact = past_fact(work, row, past, facts::Kind::opened, row.opened_at);
  fact.actor = row.opened_by == OpenedBy::patient ? facts::Actor::patient : facts::Actor::staff;
  fact.priority = "normal";
  fact.channel = past.channel;
  fact.topic = row.topic.value_or("");
  work.append(fact);
}

}  // namespace

Result<PastIds> Conversations::record_past(db::Tx& tx, const PastCase& past) {
  const Work work(tx, keyring_, patients_, clock_.now());
  const auto sender = patients_.sender(tx, system_of(past.with), past.with.value, past.with.name);
  if (!sender) return fail(sender.error());
  auto row = past_row(work, past, about(patients_, tx, *sender));
  store::ConversationRecord conversation;
  conversation.id = new_id<ConversationId>();
  conversation.case_id = row.id;
  conversation.channel = past.channel;
  conversation.contact_point_id = sender->contact_point;
  conversation.person_id = row.sender_id;
  conversation.created_at = row.opened_at;
  conversation.subject =
      work.sealer.seal(work.key_of(row), {"conversations_conversation", "subject", conversation.id.value},
                       past.messages.front().subject);
  PastIds out{row.id, conversation.id, {}, sender->made ? sender->persons.front().id : PersonId{}};
  append_opening(work, row, past);
  for (const auto& message : past.messages) {
    const auto record = past_message(work, row, conversation, message);
    tx.insert("conversations_message", record);
    store::put_external(tx, past.channel, message.external_id, record.id);
    append_message_facts(work, row, past, message, record);
    out.messages.push_back(record.id);
    row.last_message_id = conversation.last_message_id = record.id;
    row.last_message_at = record.happened_at;
    if (message.direction == PastMessage::Direction::in || !row.last_inbound_id)
      work.sealer.set_preview(work.key_of(row), row, message.text.empty() ? message.subject : message.text);
    if (message.direction != PastMessage::Direction::in) continue;
    row.last_inbound_id = record.id;
    conversation.last_inbound_at = record.happened_at;
  }
  if (past.resolved_at) work.append(past_fact(work, row, past, facts::Kind::resolve, *past.resolved_at));
  tx.insert("conversations_conversation", conversation);
  const auto state = facts::refold(tx, row.id);
  apply_state(row, state, false);
  row.list_key = list_key_of(row);
  keep_promises_silently(tx, row, state, work.now);
  store::insert_case(tx, row);
  put_timeline(tx, patients_, work.sealer, row);
  return out;
}

bool Conversations::take_back(db::Tx& tx, const PastIds& past) {
  const auto row = store::find_case(tx, past.case_id);
  if (!row) return true;
  const auto rows = tx.one<std::int64_t>("SELECT COUNT(*) FROM conversations_message WHERE case_id = $1", row->id);
  const auto drafts = tx.one<std::int64_t>("SELECT COUNT(*) FROM conversations_draft WHERE case_id = $1", row->id);
  if (rows != static_cast<std::int64_t>(past.messages.size()) || drafts.value_or(0) > 0 || row->version > 1)
    return false;
  for (const auto message : past.messages) {
    tx.exec("DELETE FROM conversations_external WHERE message_id = $1", message);
    events::announce(tx, {"message", message.value, 0, {}});
  }
  for (const char* table :
       {"conversations_message", "conversations_conversation", "conversations_read", "conversations_escalation"})
    tx.exec("DELETE FROM " + std::string(table) + " WHERE case_id = $1", row->id);
  tx.exec("DELETE FROM conversations_case WHERE id = $1", row->id);
  facts::take_back(tx, row->id);
  keyring_.destroy(tx, "case", row->id.value, clock_.now());
  patients_.drop_timeline(tx, "case", row->id.value);
  if (past.made) patients_.take_back(tx, past.made);
  events::announce(tx, {"case", row->id.value, 0, row->site_id});
  return true;
}

}  // namespace auricle::conversations
