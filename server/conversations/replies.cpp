// What staff write: notes and replies, with the ten seconds in which a reply can be taken back.
#include "clinic/clinic.h"
#include "conversations/notifications.h"
#include "conversations/present.h"
#include "conversations/work.h"
#include "team/team.h"

namespace auricle::conversations {
namespace {

// The files of a message about to be written: uploaded for this case and not sent yet.
struct Files {
  std::vector<store::AttachmentRecord> rows;
  std::int64_t bytes = 0;
};
Result<Files> files_for(db::Session& session, CaseId id, const std::vector<AttachmentId>& ids) {
  Files out;
  for (const auto file : ids) {
    const auto row = store::find_attachment(session, file);
    if (!row || row->case_id != id || row->message_id)
      return fail_field("attachment_ids", "error.conversations.file_unknown");
    out.bytes += row->size;
    out.rows.push_back(*row);
  }
  return out;
}

void give_files(db::Tx& tx, const Files& files, MessageId message) {
  for (const auto& row : files.rows)
    tx.exec("UPDATE conversations_attachment SET message_id = $2 WHERE id = $1", row.id, message);
}

// U+0000 and the like never reach a channel; letters are counted, not bytes.
std::int64_t letters(std::string_view text) {
  std::int64_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

Result<std::vector<Address>> copies(const NewReply& reply) {
  std::vector<Address> out;
  for (std::size_t i = 0; i < reply.cc.size(); ++i) {
    const auto& address = reply.cc[i];
    const auto sign = address.find('@');
    if (sign == address.npos || sign == 0 || sign + 1 == address.size() ||
        address.find_first_of(" \r\n<>,;") != address.npos)
      return fail_field("cc." + std::to_string(i), "error.conversations.address_not_valid");
    out.push_back({"email", address, ""});
  }
  return out;
}

Result<Done> check_reply(const Capabilities& capabilities, const NewReply& reply, const Files& files, bool verified) {
  if (reply.text.empty()) return fail_field("text", "error.missing");
  if (capabilities.max_text && letters(reply.text) > capabilities.max_text)
    return fail_field("text", "error.conversations.text_too_long");
  if (capabilities.max_attachment_bytes && files.bytes > capabilities.max_attachment_bytes)
    return fail(ErrorKind::too_large, "error.conversations.files_too_large");
  // data.md: attachments to an unverified point need verification or a recorded reason.
  if (!files.rows.empty() && !verified && reply.unverified_reason.empty())
    return fail_field("unverified_reason", "error.conversations.unverified_attachment");
  return Done{};
}

void mention(const Work& work, const Viewer& viewer, const store::CaseRecord& row, MessageId note,
             std::vector<UserId> users) {
  std::sort(users.begin(), users.end());
  users.erase(std::unique(users.begin(), users.end()), users.end());
  for (const auto user : users) {
    work.tx.exec("INSERT INTO conversations_mention(message_id, user_id, case_id) VALUES($1, $2, $3)", note, user,
                 row.id);
    if (user != viewer.user) notify(work.tx, {user, NotificationKind::mentioned, row.id, viewer.user}, work.now);
  }
}

// When the reply leaves, as local time: of the site unless a zone is given.
Result<std::optional<FollowUp>> leaves_later(const Work& work, const store::CaseRecord& row,
                                             const std::optional<SendAt>& at) {
  if (!at) return std::optional<FollowUp>();
  const std::string zone = at->zone.empty() ? site_zone(work.tx, row.site_id) : at->zone;
  if (!clinic::known_time_zone(zone)) return fail_field("send_at.zone", "error.conversations.zone_unknown");
  const auto time = parse_local_time(at->local);
  const auto day = time ? clinic::parse_local_day(time->day) : std::nullopt;
  if (!day) return fail_field("send_at.local", "error.conversations.time_not_valid");
  const auto instant = clinic::at_local(zone, *day, time->minute);
  if (instant <= work.now) return fail_field("send_at.local", "error.conversations.time_in_past");
  return std::optional(FollowUp{at->local.substr(0, 16), zone, instant});
}

void put_outbox(db::Tx& tx, MessageId id, Instant due) {
  tx.exec(
      "INSERT INTO conversations_outbox(message_id, due_at, fence) VALUES($1, $2, 0) ON CONFLICT (message_id) DO "
      "UPDATE SET due_at = excluded.due_at, lease_until = NULL",
      id, due);
}

std::string subject_of_reply(const std::string& subject, bool first) {
  const auto plain = plain_subject(subject);
  return first || plain.empty() ? plain : "Re: " + plain;
}

}  // namespace

Result<Message> Conversations::add_note(const Viewer& viewer, db::Tx& tx, CaseId id, const NewNote& note) const {
  auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  if (note.text.empty()) return fail_field("text", "error.missing");
  const Work work(tx, keyring_, patients_, clock_.now());
  const Present present{tx, keyring_, patients_, work.now};
  if (!note.idempotency_key.empty())
    if (const auto there = store::by_idempotency(tx, id, note.idempotency_key)) return present.message(*there);
  const auto files = files_for(tx, id, note.attachment_ids);
  if (!files) return fail(files.error());
  store::MessageRecord record;
  record.id = new_id<MessageId>();
  record.case_id = id;
  record.kind = "note";
  record.author_kind = "staff";
  record.author_id = viewer.user;
  record.happened_at = work.now;
  record.body = work.sealer.seal_body(work.key_of(*row), record.id, {note.text, "", "", std::nullopt, {}, {}});
  record.has_attachments = !files->rows.empty();
  if (!note.idempotency_key.empty()) record.idempotency_key = note.idempotency_key;
  for (const auto user : note.mentions)
    if (!team::can_work(tx, user, Permission::cases_read, row->site_id))
      return fail_field("mentions", "error.conversations.colleague_unknown");
  work.insert_message(record, row->site_id);
  give_files(tx, *files, record.id);
  mention(work, viewer, *row, record.id, note.mentions);
  auto fact =
      work.fact(*row, facts::Kind::message, viewer.user);  // rule 2: an internal note changes nothing, but it happened
  fact.message_id = record.id;
  fact.is_public = false;
  work.append(fact);
  if (!row->last_inbound_id && row->preview.data.empty()) work.sealer.set_preview(work.key_of(*row), *row, note.text);
  tx.exec("DELETE FROM conversations_draft WHERE case_id = $1 AND user_id = $2", id, viewer.user);
  audit::append(tx, viewer, {audit::Action::create, "note", {record.id.value}, {}, "", row->patient_id.value},
                work.now);
  work.save(*row);
  return present.message(record);
}

Result<Case> Conversations::start_conversation(const Viewer& viewer, db::Tx& tx, CaseId id,
                                               const NewConversation& start) const {
  auto row = case_for(viewer, tx, id, Permission::messages_send);
  if (!row) return fail(row.error());
  auto* channel = channels_.find(start.channel);
  if (!channel || !channel->capabilities().can_send)
    return fail_field("channel", "error.conversations.channel_cannot_send");
  const auto owners = patients_.persons_of(tx, start.contact_point_id);
  if (owners.empty()) return fail_field("contact_point_id", "error.conversations.no_contact_point");
  PersonId person = owners.front().id;
  for (const auto& owner : owners)
    if (owner.id == row->patient_id || owner.id == row->sender_id) person = owner.id;
  const auto reach = patients_.reach(tx, start.contact_point_id, person);
  // data.md: mail we start to an unverified point needs verification or a recorded reason.
  if (reach && !reach->verified && start.unverified_reason.empty())
    return fail_field("unverified_reason", "error.conversations.unverified_start");
  const Work work(tx, keyring_, patients_, clock_.now());
  store::ConversationRecord conversation;
  conversation.id = new_id<ConversationId>();
  conversation.case_id = id;
  conversation.channel = start.channel;
  conversation.contact_point_id = start.contact_point_id;
  conversation.person_id = person;
  conversation.started_by_us = true;
  conversation.created_at = work.now;
  const auto subject = start.subject.empty() ? work.sealer.title(*row) : start.subject;
  conversation.subject =
      work.sealer.seal(work.key_of(*row), {"conversations_conversation", "subject", conversation.id.value}, subject);
  tx.insert("conversations_conversation", conversation);
  if (!row->channel) row->channel = start.channel;
  audit::append(
      tx, viewer,
      {audit::Action::change, "case", {id.value}, {"conversations"}, start.unverified_reason, row->patient_id.value},
      work.now);
  work.save(*row);
  return get(viewer, tx, id);
}

Result<ReplyOutcome> Conversations::reply(const Viewer& viewer, db::Tx& tx, CaseId id, const NewReply& reply) const {
  auto row = case_for(viewer, tx, id, Permission::messages_send);
  if (!row) return fail(row.error());
  const Work work(tx, keyring_, patients_, clock_.now());
  const Present present{tx, keyring_, patients_, work.now};
  if (reply.idempotency_key.size() < 8) return fail_field("idempotency_key", "error.missing");
  if (const auto there = store::by_idempotency(tx, id, reply.idempotency_key))
    return ReplyOutcome{present.message(*there), {}};
  auto conversation = store::find_conversation(tx, reply.conversation_id);
  if (!conversation || conversation->case_id != id)
    return fail_field("conversation_id", "error.conversations.conversation_unknown");
  if (!reply.confirmed) {
    const auto newer = store::public_after(tx, id, reply.expected_last_message_id.value_or(MessageId{}), 20);
    if (!newer.empty()) return ReplyOutcome{std::nullopt, present.messages(newer)};
  }
  auto* channel = channels_.find(conversation->channel);
  const auto capabilities = channel ? std::optional(channel->capabilities()) : std::nullopt;
  if (const auto why =
          blocked(capabilities ? &*capabilities : nullptr, static_cast<bool>(conversation->contact_point_id),
                  conversation->last_inbound_at, work.now))
    return fail(ErrorKind::conflict, *why);
  const auto files = files_for(tx, id, reply.attachment_ids);
  if (!files) return fail(files.error());
  const auto reach = patients_.reach(tx, conversation->contact_point_id, conversation->person_id);
  if (!reach) return fail(ErrorKind::conflict, "error.conversations.no_contact_point");
  if (auto good = check_reply(*capabilities, reply, *files, reach->verified); !good) return fail(good.error());
  if (!patients_.may_hear_about(tx, conversation->person_id, conversation->contact_point_id, row->patient_id) &&
      reply.unverified_reason.empty())
    return fail_field("unverified_reason", "error.conversations.no_authority");
  const auto cc = copies(reply);
  if (!cc) return fail(cc.error());
  const auto later = leaves_later(work, *row, reply.send_at);
  if (!later) return fail(later.error());
  auto record = queue_reply(work, viewer, *row, *conversation, {reply, *reach, *cc, files->rows, *later});
  if (reply.wait_on && *reply.wait_on != Owner::patient) {
    auto fact = work.fact(*row, facts::Kind::wait, viewer.user);
    fact.owner = *reply.wait_on;
    work.append(fact);
  }
  if (reply.resolve && row->state != CaseStateName::resolved)
    start_resolving(work, viewer, *row, reply.resolve->outcome);
  work.save(*row);
  return ReplyOutcome{present.message(record), {}};
}

Result<Message> Conversations::cancel(const Viewer& viewer, db::Tx& tx, MessageId id) const {
  auto message = store::find_message(tx, id);
  auto row = case_for(viewer, tx, message ? message->case_id : CaseId{}, Permission::messages_send);
  if (!row) return fail(row.error());
  const bool waits = message->direction == "out" &&
                     (message->delivery == DeliveryState::queued || message->delivery == DeliveryState::failed ||
                      message->delivery == DeliveryState::held);
  if (!waits) return fail(ErrorKind::conflict, "error.conversations.undo_too_late");
  const Work work(tx, keyring_, patients_, clock_.now());
  tx.exec("DELETE FROM conversations_outbox WHERE message_id = $1", id);
  store::set_delivery(tx, id, DeliveryState::cancelled, "", message->attempts);
  tx.exec("UPDATE conversations_attachment SET message_id = NULL WHERE message_id = $1",
          id);  // they can be attached again
  const auto pending = store::resolving(tx, row->id);
  if (pending && pending->message_id == id) work.drop_resolving(*row);
  if (const auto latest = store::latest_public(tx, row->id)) {
    row->last_message_id = store::newest_public_id(tx, row->id);
    row->last_message_at = latest->happened_at;
  }
  audit::append(tx, viewer, {audit::Action::change, "message", {id.value}, {"delivery"}, "", row->patient_id.value},
                work.now);
  events::announce(tx, {"message", id.value, 2, row->site_id});
  work.refresh_delivery(*row);
  work.save(*row);
  return Present{tx, keyring_, patients_, work.now}.message(*store::find_message(tx, id));
}

Result<Message> Conversations::send_now(const Viewer& viewer, db::Tx& tx, MessageId id) const {
  auto message = store::find_message(tx, id);
  auto row = case_for(viewer, tx, message ? message->case_id : CaseId{}, Permission::messages_send);
  if (!row) return fail(row.error());
  const bool waits = message->delivery == DeliveryState::held ||
                     (message->delivery == DeliveryState::queued && message->scheduled_local);
  if (!waits) return fail(ErrorKind::conflict, "error.conversations.not_scheduled");
  const Work work(tx, keyring_, patients_, clock_.now());
  store::set_delivery(tx, id, DeliveryState::queued, "", 0);
  tx.exec(
      "UPDATE conversations_message SET scheduled_local = NULL, scheduled_zone = NULL, happened_at = $2 WHERE id = $1",
      id, work.now);
  put_outbox(tx, id, work.now + kUndoMs);
  audit::append(tx, viewer, {audit::Action::send, "message", {id.value}, {"send_now"}, "", row->patient_id.value},
                work.now);
  events::announce(tx, {"message", id.value, 3, row->site_id});
  work.refresh_stream(*row);
  work.save(*row);
  return Present{tx, keyring_, patients_, work.now}.message(*store::find_message(tx, id));
}

Result<Message> Conversations::retry(const Viewer& viewer, db::Tx& tx, MessageId id) const {
  auto message = store::find_message(tx, id);
  auto row = case_for(viewer, tx, message ? message->case_id : CaseId{}, Permission::messages_send);
  if (!row) return fail(row.error());
  if (message->delivery != DeliveryState::failed && message->delivery != DeliveryState::bounced)
    return fail(ErrorKind::conflict, "error.conversations.not_failed");
  const Work work(tx, keyring_, patients_, clock_.now());
  store::set_delivery(tx, id, DeliveryState::queued, "", 0);
  put_outbox(tx, id, work.now);
  audit::append(tx, viewer, {audit::Action::send, "message", {id.value}, {"retry"}, "", row->patient_id.value},
                work.now);
  events::announce(tx, {"message", id.value, 3, row->site_id});
  work.refresh_delivery(*row);
  work.save(*row);
  return Present{tx, keyring_, patients_, work.now}.message(*store::find_message(tx, id));
}

Result<Message> Conversations::set_ack(const Viewer& viewer, db::Tx& tx, MessageId id, bool ack) const {
  auto message = store::find_message(tx, id);
  auto row = case_for(viewer, tx, message ? message->case_id : CaseId{}, Permission::cases_write);
  if (!row) return fail(row.error());
  if (message->direction != "in") return fail(ErrorKind::conflict, "error.conversations.not_inbound");
  const Work work(tx, keyring_, patients_, clock_.now());
  if (message->ack != ack) {
    tx.exec("UPDATE conversations_message SET ack = $2 WHERE id = $1", id, ack);
    auto fact = work.fact(*row, facts::Kind::ack, viewer.user);
    fact.message_id = id;
    if (!ack) fact.value = facts::kAckUndone;
    work.append(fact);
    audit::append(tx, viewer, {audit::Action::change, "message", {id.value}, {"ack"}, "", row->patient_id.value},
                  work.now);
    events::announce(tx, {"message", id.value, 2, row->site_id});
    work.save(*row);
  }
  return Present{tx, keyring_, patients_, work.now}.message(*store::find_message(tx, id));
}

store::MessageRecord queue_reply(const Work& work, const Viewer& viewer, store::CaseRecord& row,
                                 store::ConversationRecord& conversation, const Outgoing& outgoing) {
  const auto key = work.key_of(row);
  const auto& reply = outgoing.reply;
  store::MessageRecord record;
  record.id = new_id<MessageId>();
  record.case_id = row.id;
  record.conversation_id = conversation.id;
  record.direction = "out";
  record.author_kind = "staff";
  record.author_id = viewer.user;
  record.contact_point_id = conversation.contact_point_id;
  record.channel = conversation.channel;
  record.happened_at = work.now;
  const bool first = conversation.started_by_us && !conversation.last_message_id;
  std::string name;
  for (const auto& [id, ref] : work.patients.refs(work.tx, {conversation.person_id})) name = ref.display_name;
  const Address to{std::string(enum_name(outgoing.reach.system)), outgoing.reach.value, name};
  record.body = work.sealer.seal_body(
      key, record.id,
      {reply.text, "", subject_of_reply(work.sealer.subject(conversation), first), std::nullopt, {to}, outgoing.cc});
  if (reply.html && !reply.html->empty())
    record.html = work.sealer.seal(key, {"conversations_message", "html", record.id.value}, *reply.html);
  record.delivery = DeliveryState::queued;
  record.idempotency_key = reply.idempotency_key;
  record.has_attachments = !outgoing.files.empty();
  if (outgoing.later) {
    record.scheduled_local = outgoing.later->local;
    record.scheduled_zone = outgoing.later->zone;
  }
  work.insert_message(record, row.site_id);
  for (const auto& file : outgoing.files)
    work.tx.exec("UPDATE conversations_attachment SET message_id = $2 WHERE id = $1", file.id, record.id);
  put_outbox(work.tx, record.id, outgoing.later ? outgoing.later->instant : work.now + kUndoMs);
  work.tx.exec("DELETE FROM conversations_draft WHERE case_id = $1 AND user_id = $2", row.id, viewer.user);
  row.last_message_id = record.id;
  row.last_message_at = record.happened_at;
  (outgoing.later ? row.scheduled : row.sending) = true;
  if (!row.channel) row.channel = conversation.channel;
  conversation.last_message_id = record.id;
  store::update_conversation(work.tx, conversation);
  audit::append(work.tx, viewer,
                {audit::Action::send, "message", {record.id.value}, {}, reply.unverified_reason, row.patient_id.value},
                work.now);
  return record;
}

}  // namespace auricle::conversations
