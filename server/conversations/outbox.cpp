// What is on its way out: leases for the worker, what became of each attempt, and what time settles by itself.
#include "clinic/clinic.h"
#include "conversations/notifications.h"
#include "conversations/work.h"

namespace auricle::conversations {
namespace {

// Longer than any attempt of a channel (ten minutes); the messages of a dead node are taken up by another after it.
constexpr std::int64_t kLeaseMs = 15 * 60'000;

struct DueRow {
  MessageId message_id;
  std::int64_t fence = 0;
};
BOOST_DESCRIBE_STRUCT(DueRow, (), (message_id, fence))

OutboundMessage outbound_of(const Work& work, const store::MessageRecord& record, const store::CaseRecord& row) {
  OutboundMessage out;
  out.id = record.id;
  out.case_id = row.id;
  out.conversation = record.conversation_id;
  out.site = row.site_id;
  out.composed_at = record.happened_at;
  out.attempt = static_cast<int>(record.attempts) + 1;
  const auto body = work.sealer.open_body(record).value_or(Body{});
  out.subject = body.subject;
  out.text = body.text;
  if (!body.to.empty()) out.to = body.to.front();
  out.cc = body.cc;
  if (record.html)
    out.html = work.sealer.open({"conversations_message", "html", record.id.value}, *record.html).value_or("");
  for (const auto& file : store::attachments_of(work.tx, {record.id})) {
    const auto name = work.sealer.open({"conversations_attachment", "name", file.id.value}, file.name).value_or("");
    out.files.push_back(
        {name, file.content_type, file.content_id.value_or(""), file.shown_inline, file.blob, file.size});
  }
  return out;
}

// The fact of an answer is its sending: what the patient experiences.
void append_sent_fact(const Work& work, const store::CaseRecord& row, const store::MessageRecord& message) {
  auto fact = work.fact(row, facts::Kind::message, message.author_id);
  fact.conversation_id = message.conversation_id;
  fact.message_id = message.id;
  fact.channel = message.channel.value_or("");
  work.append(fact);
}

void resolve_now(const Work& work, store::CaseRecord& row, const store::ResolvingRecord& pending, Instant happened_at) {
  auto fact = work.fact(row, facts::Kind::resolve, pending.user_id);
  fact.happened_at = happened_at;
  if (pending.outcome) fact.value = enum_name(*pending.outcome);
  work.append(fact);
  work.tx.exec("DELETE FROM conversations_resolving WHERE case_id = $1", row.id);
  work.tx.exec("UPDATE conversations_message SET happened_at = $2 WHERE id = $1", pending.event_id, happened_at);
  row.snoozed_until.reset();
  row.follow_up_at.reset();
  row.follow_up_local.reset();
  row.follow_up_zone.reset();
}

}  // namespace

std::optional<Instant> scheduled_at(const store::MessageRecord& message) {
  if (!message.scheduled_local) return std::nullopt;
  const auto time = parse_local_time(*message.scheduled_local);
  const auto day = time ? clinic::parse_local_day(time->day) : std::nullopt;
  if (!day) return std::nullopt;
  return clinic::at_local(message.scheduled_zone.value_or("UTC"), *day, time->minute);
}

void hold_scheduled(const Work& work, store::CaseRecord& row) {
  for (const auto& message : store::scheduled_of(work.tx, row.id)) {
    work.tx.exec("DELETE FROM conversations_outbox WHERE message_id = $1", message.id);
    store::set_delivery(work.tx, message.id, DeliveryState::held, "error.conversations.patient_wrote_first",
                        message.attempts);
    events::announce(work.tx, {"message", message.id.value, 2, row.site_id});
    notify(work.tx, {message.author_id, NotificationKind::message_held, row.id, {}}, work.now);
    row.held = true;
    row.scheduled = false;
  }
}

bool Conversations::anything_due(db::Session& session) const {
  const Instant now = clock_.now();
  return session
      .one<std::int64_t>(
          "SELECT 1 FROM (SELECT 1 AS one FROM conversations_outbox WHERE due_at <= $1 AND (lease_until IS NULL OR "
          "lease_until <= $1) "
          "UNION ALL SELECT 1 AS one FROM conversations_resolving WHERE due_at <= $1 AND message_id IS NULL "
          "UNION ALL SELECT 1 AS one FROM conversations_case WHERE state = 'snoozed' AND list_key <= $1) AS due "
          "LIMIT 1",
          now)
      .has_value();
}

Conversations::Outbox Conversations::outbox(db::Session& session) const {
  const Instant now = clock_.now();
  Outbox out;
  out.due = session.one<std::int64_t>("SELECT COUNT(*) FROM conversations_outbox WHERE due_at <= $1", now).value_or(0);
  out.scheduled =
      session.one<std::int64_t>("SELECT COUNT(*) FROM conversations_outbox WHERE due_at > $1", now).value_or(0);
  if (out.due > 0)
    out.oldest_due = session.one<Instant>("SELECT MIN(due_at) FROM conversations_outbox").value_or(Instant{});
  return out;
}

void Conversations::release_leases(db::Tx& tx) const {
  tx.exec(
      "UPDATE conversations_outbox SET lease_until = NULL, fence = fence + 1 WHERE lease_until IS NOT NULL AND "
      "lease_node = $1",
      id_node());
}

std::vector<Conversations::Leased> Conversations::lease_due(db::Tx& tx, int most) const {
  const Work work(tx, keyring_, patients_, clock_.now());
  const auto due = tx.all<DueRow>(
      "SELECT message_id, fence FROM conversations_outbox WHERE due_at <= $1 AND (lease_until IS NULL OR lease_until "
      "<= $1) "
      "ORDER BY due_at LIMIT $2",
      work.now, most);
  std::vector<Leased> out;
  for (const auto& one : due) {
    // Another node may have been faster: the fence says whose it is.
    if (tx.exec("UPDATE conversations_outbox SET lease_until = $2, lease_node = $4, fence = fence + 1 WHERE message_id "
                "= $1 "
                "AND fence = $3",
                one.message_id, work.now + kLeaseMs, one.fence, id_node()) == 0)
      continue;
    const auto record = store::find_message(tx, one.message_id);
    const auto row = record ? store::find_case(tx, record->case_id) : std::nullopt;
    if (!row) {
      tx.exec("DELETE FROM conversations_outbox WHERE message_id = $1", one.message_id);
      continue;
    }
    out.push_back({outbound_of(work, *record, *row), one.fence + 1, record->author_id, record->channel.value_or("")});
    store::set_delivery(tx, record->id, DeliveryState::sending, "", record->attempts + 1);
    events::announce(tx, {"message", record->id.value, 2, row->site_id});
  }
  return out;
}

void Conversations::finish(db::Tx& tx, const Leased& leased, const SendResult& result) const {
  const auto& id = leased.message.id;
  const auto mine =
      tx.one<std::int64_t>("SELECT 1 FROM conversations_outbox WHERE message_id = $1 AND fence = $2", id, leased.fence);
  const auto message = store::find_message(tx, id);
  auto row = message ? store::find_case(tx, message->case_id) : std::nullopt;
  if (!mine || !row) return;
  const Work work(tx, keyring_, patients_, clock_.now());
  const auto pending = store::resolving(tx, row->id);
  const auto retry = retry_after_ms(message->attempts);
  if (result.kind == SendResult::Kind::retry_later && retry) {
    const auto wait = result.retry_after_s ? result.retry_after_s * 1000LL : *retry;
    tx.exec("UPDATE conversations_outbox SET due_at = $2, lease_until = NULL WHERE message_id = $1", id,
            work.now + wait);
    store::set_delivery(tx, id, DeliveryState::queued, result.reason, message->attempts);
  } else if (result.kind == SendResult::Kind::sent) {
    tx.exec("DELETE FROM conversations_outbox WHERE message_id = $1", id);
    store::set_delivery(tx, id, DeliveryState::sent, "", message->attempts);
    if (message->scheduled_local) {  // it stands in the stream where the patient got it
      tx.exec("UPDATE conversations_message SET happened_at = $2 WHERE id = $1", id, work.now);
      row->last_message_at = work.now;
    }
    append_sent_fact(work, *row, *message);
    if (pending && pending->message_id == id) resolve_now(work, *row, *pending, work.now);
  } else {
    tx.exec("DELETE FROM conversations_outbox WHERE message_id = $1", id);
    store::set_delivery(tx, id, DeliveryState::failed,
                        result.reason.empty() ? "error.conversations.delivery_failed" : result.reason,
                        message->attempts);
    if (pending && pending->message_id == id) work.drop_resolving(*row);
    if (result.address_refused && message->contact_point_id)
      patients_.mark_undeliverable(tx, message->contact_point_id, patients::Undeliverable{work.now, result.reason});
  }
  events::announce(tx, {"message", id.value, 3, row->site_id});
  work.refresh_delivery(*row);
  work.save(*row);
}

int Conversations::settle_due(db::Tx& tx) const {
  const Work work(tx, keyring_, patients_, clock_.now());
  constexpr int kMost = 50;
  int settled = 0;
  for (const auto& pending : store::resolving_due(tx, work.now, kMost)) {
    auto row = store::find_case(tx, pending.case_id);
    if (!row) continue;
    resolve_now(work, *row, pending, pending.clicked_at);
    work.save(*row);
    ++settled;
  }
  const auto asleep = tx.all<CaseId>(
      "SELECT id FROM conversations_case WHERE state = 'snoozed' AND list_key <= $1 LIMIT $2", work.now, kMost);
  for (const auto id : asleep) {
    auto row = store::find_case(tx, id).value();
    row.snoozed_until.reset();
    work.note_event(row, {}, "woken", std::nullopt);
    work.save(row);
    ++settled;
  }
  return settled;
}

}  // namespace auricle::conversations
