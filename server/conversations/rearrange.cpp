// Which conversation belongs to which case: merge, split, move, link. The facts say it with `move` rows, the ledgers
// follow; everything can be taken back.
#include <algorithm>

#include "clinic/clinic.h"
#include "conversations/work.h"

namespace auricle::conversations {
namespace {

struct Two {
  store::CaseRecord one, other;
};
Result<Two> both(const Viewer& viewer, db::Session& session, CaseId one, CaseId other) {
  auto a = case_for(viewer, session, one, Permission::cases_write);
  if (!a) return fail(a.error());
  auto b = case_for(viewer, session, other, Permission::cases_write);
  if (!b) return fail(b.error());
  if (one == other) return fail(ErrorKind::conflict, "error.conversations.same_case");
  return Two{std::move(*a), std::move(*b)};
}

bool same_patient(const store::CaseRecord& a, const store::CaseRecord& b) {
  if (a.patient_id || b.patient_id) return a.patient_id == b.patient_id;
  return a.sender_id && a.sender_id == b.sender_id;
}

// Rows on their way to another case, under its key.
struct Carry {
  const Work& work;
  const store::CaseRecord& to;
  crypto::KeyId key = work.key_of(to);

  void message(const store::MessageRecord& row) const {
    work.reseal(key, {"conversations_message", "body", row.id.value}, row.body);
    work.reseal(key, {"conversations_message", "html", row.id.value}, row.html);
    work.tx.exec("UPDATE conversations_message SET case_id = $2 WHERE id = $1", row.id, to.id);
    for (const auto& file : store::attachments_of(work.tx, {row.id})) {
      work.reseal(key, {"conversations_attachment", "name", file.id.value}, file.name);
      work.tx.exec("UPDATE conversations_attachment SET case_id = $2 WHERE id = $1", file.id, to.id);
    }
    work.tx.exec("UPDATE conversations_mention SET case_id = $2 WHERE message_id = $1", row.id, to.id);
    events::announce(work.tx, {row.kind, row.id.value, 2, to.site_id});
  }
  void note(const store::MessageRecord& row, CaseId merged_from) const {
    message(row);
    work.tx.exec("UPDATE conversations_message SET merged_from_case_id = $2 WHERE id = $1", row.id, merged_from);
  }
  // From its instant on the conversation, with what nobody answered yet, belongs to the other case.
  void conversation(store::ConversationRecord row, CaseId merged_from, Instant at) const {
    for (const auto& one : store::messages_of(work.tx, row.id)) message(one);
    work.reseal(key, {"conversations_conversation", "subject", row.id.value}, row.subject);
    row = store::find_conversation(work.tx, row.id).value();
    auto fact = work.fact(to, facts::Kind::move);
    fact.case_id = row.case_id;
    fact.happened_at = at;
    fact.conversation_id = row.id;
    fact.other_case_id = to.id;
    work.append(fact);
    row.case_id = to.id;
    row.merged_from_case_id = merged_from;
    store::update_conversation(work.tx, row);
  }
};

void save_both(const Work& work, Two& cases) {
  for (auto* row : {&cases.one, &cases.other}) work.refresh_stream(*row);
  for (auto* row : {&cases.one, &cases.other}) work.save(*row);
}

void put_link(const Work& work, UserId by, CaseId one, CaseId other, LinkKind kind) {
  if (store::link_between(work.tx, one, other)) return;
  work.tx.exec(
      "INSERT INTO conversations_link(case_id, other_case_id, kind, created_by, created_at) VALUES($1, $2, $3, $4, $5)",
      one, other, kind, by, work.now);
}

// The case and those merged into it: whose things go back when it is taken out again.
std::vector<CaseId> with_merged(db::Session& session, CaseId id) {
  std::vector<CaseId> all{id};
  for (std::size_t i = 0; i < all.size(); ++i)
    for (const auto one :
         session.all<CaseId>("SELECT id FROM conversations_case WHERE merged_into_case_id = $1", all[i]))
      if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
  return all;
}

// The cases it went to, one after the other; the last one has what was in it.
Result<std::vector<store::CaseRecord>> merged_into(const Viewer& viewer, db::Session& session,
                                                   const store::CaseRecord& from) {
  std::vector<store::CaseRecord> out;
  for (auto id = from.merged_into_case_id; id && out.size() < 20; id = out.back().merged_into_case_id) {
    auto row = case_for(viewer, session, id, Permission::cases_write);
    if (!row) return fail(row.error());
    out.push_back(std::move(*row));
  }
  return out;
}

// What came with it goes back; what had come to it from others before stays marked as theirs.
void carry_back(const Carry& carry, const store::CaseRecord& holder, const std::vector<CaseId>& whose, Instant at) {
  const auto theirs = [&](CaseId mark) { return std::find(whose.begin(), whose.end(), mark) != whose.end(); };
  const auto kept_mark = [&](CaseId mark) { return mark == carry.to.id ? CaseId{} : mark; };
  for (const auto& row : store::conversations_of(carry.work.tx, holder.id))
    if (theirs(row.merged_from_case_id)) carry.conversation(row, kept_mark(row.merged_from_case_id), at);
  for (const auto& note : store::notes_of(carry.work.tx, holder.id))
    if (theirs(note.merged_from_case_id)) carry.note(note, kept_mark(note.merged_from_case_id));
}

template <class B>
CaseUndo undo_by(std::string path, const B& body) {
  return {"post", std::move(path), {json::to_json(body)}};
}

// The messages of a split: of one conversation, none still on its way, and not all of it.
Result<std::vector<store::MessageRecord>> to_split(db::Session& session, CaseId id, std::vector<MessageId> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::vector<store::MessageRecord> out;
  for (const auto message : ids) {
    auto row = store::find_message(session, message);
    const bool fits = row && row->case_id == id && row->kind == "message" && row->conversation_id &&
                      (out.empty() || out.front().conversation_id == row->conversation_id);
    const bool settled = row && (row->delivery == DeliveryState::received || row->delivery == DeliveryState::sent ||
                                 row->delivery == DeliveryState::bounced);
    if (!fits || !settled) return fail_field("message_ids", "error.conversations.split_messages");
    out.push_back(std::move(*row));
  }
  if (out.empty()) return fail_field("message_ids", "error.missing");
  const auto all = store::messages_of(session, out.front().conversation_id);
  const auto stays = std::count_if(all.begin(), all.end(), [](const auto& row) { return row.kind == "message"; });
  if (static_cast<std::size_t>(stays) <= out.size())
    return fail_field("message_ids", "error.conversations.split_whole");
  return out;
}

void refresh_conversation(const Work& work, ConversationId id) {
  auto row = store::find_conversation(work.tx, id);
  if (!row) return;
  row->last_message_id = {};
  row->last_inbound_at.reset();
  for (const auto& message : store::messages_of(work.tx, id)) {
    if (message.kind != "message" || message.delivery == DeliveryState::cancelled) continue;
    if (row->last_message_id < message.id) row->last_message_id = message.id;
    if (message.direction == "in" && !message.auto_reply)
      row->last_inbound_at = std::max(row->last_inbound_at.value_or(Instant{}), message.happened_at);
  }
  store::update_conversation(work.tx, *row);
}

// The channel keeps its own thread by conversation: it hears that messages changed theirs.
void regroup(const Work& work, const Channels& channels, const std::vector<store::MessageRecord>& messages,
             ConversationId to) {
  std::vector<MessageId> ids;
  for (const auto& row : messages) {
    ids.push_back(row.id);
    work.tx.exec("UPDATE conversations_message SET conversation_id = $2 WHERE id = $1", row.id, to);
  }
  if (auto* channel = channels.find(messages.front().channel.value_or(""))) channel->regroup(work.tx, ids, to);
}

store::CaseRecord split_case(const Work& work, const store::CaseRecord& from,
                             const std::vector<store::MessageRecord>& messages, const CaseSplit& change) {
  store::CaseRecord row;
  row.id = new_id<CaseId>();
  row.number = store::next_number(work.tx);
  row.site_id = from.site_id;
  row.patient_id = from.patient_id;
  row.sender_id = from.sender_id;
  row.needs_patient = from.needs_patient;
  row.language = from.language;
  row.opened_at = work.now;
  row.channel = messages.front().channel;
  const bool by_patient =
      std::any_of(messages.begin(), messages.end(), [](const auto& one) { return one.direction == "in"; });
  row.opened_by = by_patient ? OpenedBy::patient : OpenedBy::staff;
  work.sealer.set_title(work.key_of(row), row,
                        plain_subject(change.title.empty() ? work.sealer.title(from) : change.title));
  auto fact = work.fact(row, facts::Kind::opened);
  fact.actor = by_patient ? facts::Actor::patient : facts::Actor::staff;
  fact.topic = change.topic.value_or("");
  fact.priority = enum_name(from.priority);
  fact.language = from.language.value_or("");
  fact.channel = messages.front().channel.value_or("");
  work.append(fact);
  if (from.assignee_id) work.append(work.fact(row, facts::Kind::assign, from.assignee_id));
  work.tx.insert("conversations_case", row);
  return row;
}

store::ConversationRecord split_conversation(const Work& work, const store::CaseRecord& to,
                                             const store::ConversationRecord& from) {
  auto row = from;
  row.id = new_id<ConversationId>();
  row.case_id = to.id;
  row.created_at = work.now;
  row.merged_from_case_id = {};
  row.subject = work.sealer.seal(work.key_of(to), {"conversations_conversation", "subject", row.id.value},
                                 work.sealer.subject(from));
  work.tx.insert("conversations_conversation", row);
  return row;
}

}  // namespace

Result<CaseChanged> Conversations::merge(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseMerge& change) const {
  auto cases = both(viewer, tx, id, change.into_case_id);
  if (!cases) return fail(cases.error());
  auto& [from, into] = *cases;
  if (!same_patient(from, into)) return fail(ErrorKind::conflict, "error.conversations.other_patient");
  if (from.merged_into_case_id) return fail(ErrorKind::conflict, "error.conversations.already_merged");
  if (into.state == CaseStateName::resolved) return fail(ErrorKind::conflict, "error.conversations.resolved");
  const Work work(tx, keyring_, patients_, clock_.now());
  const Carry carry{work, into};
  work.drop_resolving(from);
  const auto mark = [&](CaseId before) { return before ? before : from.id; };
  for (const auto& conversation : store::conversations_of(tx, from.id))
    carry.conversation(conversation, mark(conversation.merged_from_case_id), work.now);
  for (const auto& note : store::notes_of(tx, from.id)) carry.note(note, mark(note.merged_from_case_id));
  put_link(work, viewer.user, from.id, into.id, LinkKind::merged);
  from.merged_into_case_id = into.id;
  from.snoozed_until.reset();
  work.note_event(from, viewer.user, "merged", id_text(into.id.value));
  work.note_event(into, viewer.user, "merged_here", id_text(from.id.value));
  work.audit_change(viewer, from, {"merged_into_case_id"});
  work.audit_change(viewer, into, {"conversations"});
  if (facts::state_of(facts::ledgers_of(tx, from.id).back()).status == facts::CaseStatus::open)
    start_resolving(work, viewer, from, Outcome::duplicate);
  save_both(work, *cases);
  auto now = get(viewer, tx, into.id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), CaseUndo{"post", undo_path(id, "unmerge"), {}}};
}

Result<CaseChanged> Conversations::unmerge(const Viewer& viewer, db::Tx& tx, CaseId id) const {
  auto from = case_for(viewer, tx, id, Permission::cases_write);
  if (!from) return fail(from.error());
  if (!from->merged_into_case_id) return fail(ErrorKind::conflict, "error.conversations.not_merged");
  auto holders = merged_into(viewer, tx, *from);
  if (!holders) return fail(holders.error());
  const auto into = holders->front().id;
  const Work work(tx, keyring_, patients_, clock_.now());
  // Within the ten seconds the resolve never happened; later the case that the merge resolved is reopened before it
  // takes its own back.
  const bool pending = store::resolving(tx, id).has_value();
  work.drop_resolving(*from);
  if (!pending && from->state == CaseStateName::resolved && from->outcome == Outcome::duplicate) {
    work.append(work.fact(*from, facts::Kind::reopen, viewer.user));
    from->outcome.reset();
  }
  const auto whose = with_merged(tx, id);
  const Carry carry{work, *from};
  for (const auto& holder : *holders) carry_back(carry, holder, whose, work.now + (pending ? 0 : 1));
  from->merged_into_case_id = {};
  tx.exec("DELETE FROM conversations_link WHERE kind = 'merged' AND case_id = $1 AND other_case_id = $2", id, into);
  work.note_event(*from, viewer.user, "unmerged", id_text(into.value));
  work.note_event(holders->front(), viewer.user, "unmerged", id_text(id.value));
  work.audit_change(viewer, *from, {"merged_into_case_id"});
  holders->push_back(std::move(*from));
  for (auto& row : *holders) {
    if (row.id != id) work.audit_change(viewer, row, {"conversations"});
    work.refresh_stream(row);
  }
  for (auto& row : *holders) work.save(row);
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), undo_by(undo_path(id, "merge"), CaseMerge{into})};
}

Result<CaseChanged> Conversations::move_conversation(const Viewer& viewer, db::Tx& tx, ConversationId id,
                                                     const ConversationMove& change) const {
  const auto conversation = store::find_conversation(tx, id);
  if (!conversation) return fail(ErrorKind::not_found, "error.not_found");
  auto cases = both(viewer, tx, conversation->case_id, change.case_id);
  if (!cases) return fail(cases.error());
  auto& [from, to] = *cases;
  if (!same_patient(from, to) && !change.confirmed)
    return fail(ErrorKind::conflict, "error.conversations.other_patient");
  if (to.state == CaseStateName::resolved) return fail(ErrorKind::conflict, "error.conversations.resolved");
  const Work work(tx, keyring_, patients_, clock_.now());
  Carry{work, to}.conversation(*conversation, {}, work.now);
  put_link(work, viewer.user, from.id, to.id, LinkKind::moved);
  work.note_event(from, viewer.user, "moved_away", id_text(to.id.value));
  work.note_event(to, viewer.user, "moved_here", id_text(from.id.value));
  work.audit_change(viewer, from, {"conversations"});
  work.audit_change(viewer, to, {"conversations"});
  save_both(work, *cases);
  auto now = get(viewer, tx, to.id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), undo_by("/api/conversations/" + std::to_string(id.value) + "/move",
                                              ConversationMove{from.id, true})};
}

Result<CaseChanged> Conversations::split(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseSplit& change) const {
  auto from = case_for(viewer, tx, id, Permission::cases_write);
  if (!from) return fail(from.error());
  if (change.topic && !change.topic->empty() && !clinic::topic_exists(tx, *change.topic))
    return fail_field("topic", "error.conversations.topic_unknown");
  const auto messages = to_split(tx, id, change.message_ids);
  if (!messages) return fail(messages.error());
  const Work work(tx, keyring_, patients_, clock_.now());
  const auto origin = store::find_conversation(tx, messages->front().conversation_id).value();
  auto row = split_case(work, *from, *messages, change);
  const auto conversation = split_conversation(work, row, origin);
  const Carry carry{work, row};
  for (const auto& message : *messages) {
    carry.message(message);
    auto fact = work.fact(row, facts::Kind::move);
    fact.case_id = from->id;
    fact.message_id = message.id;
    fact.conversation_id = conversation.id;
    fact.other_case_id = row.id;
    work.append(fact);
  }
  regroup(work, channels_, *messages, conversation.id);
  refresh_conversation(work, origin.id);
  refresh_conversation(work, conversation.id);
  tx.exec(
      "INSERT INTO conversations_split(case_id, from_case_id, conversation_id, from_conversation_id, split_at) "
      "VALUES($1, $2, $3, $4, $5)",
      row.id, from->id, conversation.id, origin.id, work.now);
  put_link(work, viewer.user, from->id, row.id, LinkKind::split);
  work.note_event(*from, viewer.user, "split", id_text(row.id.value));
  work.note_event(row, viewer.user, "split_from", id_text(from->id.value));
  work.audit_change(viewer, *from, {"conversations"});
  work.audit_change(viewer, row, {}, audit::Action::create);
  Two cases{std::move(*from), std::move(row)};
  save_both(work, cases);
  auto now = get(viewer, tx, cases.other.id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), CaseUndo{"post", undo_path(cases.other.id, "unsplit"), {}}};
}

Result<CaseChanged> Conversations::unsplit(const Viewer& viewer, db::Tx& tx, CaseId id) const {
  const auto split = store::find_split(tx, id);
  const auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  const Work work(tx, keyring_, patients_, clock_.now());
  // Whatever happened in it since would be lost with it.
  if (!split || work.now > split->split_at + kUndoMs || !store::as_split(tx, *split))
    return fail(ErrorKind::conflict, "error.conversations.undo_too_late");
  auto from = case_for(viewer, tx, split->from_case_id, Permission::cases_write);
  if (!from) return fail(from.error());
  const auto messages = store::messages_of(tx, split->conversation_id);
  const Carry carry{work, *from};
  for (const auto& message : messages) carry.message(message);
  regroup(work, channels_, messages, split->from_conversation_id);
  refresh_conversation(work, split->from_conversation_id);
  tx.exec("DELETE FROM conversations_conversation WHERE id = $1", split->conversation_id);
  facts::retract_split(tx, id);
  store::delete_case(tx, id);
  keyring_.destroy(tx, "case", id.value, work.now);
  patients_.drop_timeline(tx, "case", id.value);
  events::announce(tx, {"case", id.value, 0, from->site_id});
  tx.exec("DELETE FROM conversations_message WHERE case_id = $1 AND event = 'split' AND event_value = $2", from->id,
          std::to_string(id.value));
  work.audit_change(viewer, *from, {"conversations"});
  work.refresh_stream(*from);
  work.save(*from);
  auto now = get(viewer, tx, from->id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), std::nullopt};
}

Result<CaseChanged> Conversations::link(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseLink& change) const {
  auto cases = both(viewer, tx, id, change.case_id);
  if (!cases) return fail(cases.error());
  const Work work(tx, keyring_, patients_, clock_.now());
  if (!store::link_between(tx, id, change.case_id)) {
    put_link(work, viewer.user, id, change.case_id, LinkKind::linked);
    work.note_event(cases->one, viewer.user, "linked", id_text(change.case_id.value));
    work.note_event(cases->other, viewer.user, "linked", id_text(id.value));
    for (auto* row : {&cases->one, &cases->other}) {
      work.audit_change(viewer, *row, {"links"});
      work.save(*row);
    }
  }
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now),
                     CaseUndo{"delete", undo_path(id, "links/" + std::to_string(change.case_id.value)), {}}};
}

Result<CaseChanged> Conversations::unlink(const Viewer& viewer, db::Tx& tx, CaseId id, CaseId other) const {
  auto cases = both(viewer, tx, id, other);
  if (!cases) return fail(cases.error());
  if (!store::link_between(tx, id, other)) return fail(ErrorKind::not_found, "error.not_found");
  const Work work(tx, keyring_, patients_, clock_.now());
  tx.exec(
      "DELETE FROM conversations_link WHERE (case_id = $1 AND other_case_id = $2) OR (case_id = $2 AND other_case_id = "
      "$1)",
      id, other);
  for (auto* row : {&cases->one, &cases->other}) {
    work.note_event(*row, viewer.user, "unlinked", id_text((row == &cases->one ? other : id).value));
    work.audit_change(viewer, *row, {"links"});
    work.save(*row);
  }
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), undo_by(undo_path(id, "links"), CaseLink{other})};
}

}  // namespace auricle::conversations
