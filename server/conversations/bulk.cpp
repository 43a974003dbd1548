#include "conversations/bulk.h"

#include "conversations/work.h"

namespace auricle::conversations {
namespace {

std::optional<UserId> user_or_none(UserId id) { return id ? std::optional(id) : std::nullopt; }

// What takes the change back, from the case before it.
std::optional<BulkChange> reverse(const store::CaseRecord& before, const BulkChange& change,
                                  const std::optional<Outcome>& pending) {
  BulkChange out;
  out.case_id = change.case_id;
  out.action = change.action;
  switch (change.action) {
    case BulkAction::assign:
      out.assignee_id = user_or_none(before.assignee_id);
      return out;
    case BulkAction::topic:
      out.topic = before.topic;
      return out;
    case BulkAction::priority:
      out.priority = before.priority;
      return out;
    case BulkAction::language:
      out.language = before.language;
      return out;
    case BulkAction::wait:
      out.on = before.waiting_on;
      return out;
    case BulkAction::snooze:
      out.until = before.snoozed_until;
      return out;
    case BulkAction::follow_up:
      out.local = before.follow_up_local;
      out.zone = before.follow_up_zone;
      return out;
    case BulkAction::resolve:
      out.action = BulkAction::undo_resolve;
      return out;
    case BulkAction::undo_resolve:
      out.action = BulkAction::resolve;
      out.outcome = pending;
      return out;
    case BulkAction::reopen:
    case BulkAction::ack:
    case BulkAction::unack:
      return std::nullopt;
  }
  return std::nullopt;
}

Result<CaseChanged> apply(const Conversations& cases, const Viewer& viewer, db::Tx& tx, const BulkChange& change) {
  const auto id = change.case_id;
  switch (change.action) {
    case BulkAction::assign:
      return cases.assign(viewer, tx, id, {change.assignee_id, {}, {}});
    case BulkAction::topic:
      return cases.set_topic(viewer, tx, id, {change.topic});
    case BulkAction::priority:
      return cases.set_priority(viewer, tx, id, {change.priority.value_or(Priority::normal)});
    case BulkAction::language:
      return cases.set_language(viewer, tx, id, {change.language});
    case BulkAction::wait:
      return cases.set_wait(viewer, tx, id, {change.on.value_or(Owner::clinic)});
    case BulkAction::snooze:
      return cases.snooze(viewer, tx, id, {change.until});
    case BulkAction::follow_up:
      return cases.set_follow_up(viewer, tx, id, {change.local, change.zone});
    case BulkAction::resolve:
      return cases.resolve(viewer, tx, id, {change.outcome});
    case BulkAction::undo_resolve:
      return cases.undo_resolve(viewer, tx, id);
    case BulkAction::reopen:
      return cases.reopen(viewer, tx, id, {});
    case BulkAction::ack:
    case BulkAction::unack:
      break;
  }
  return fail(ErrorKind::invalid, "error.invalid");
}

// The messages of the patient that still wait for an answer.
std::vector<MessageId> unanswered(db::Session& session, const store::CaseRecord& row) {
  if (!row.unanswered_since) return {};
  return session.all<MessageId>(
      "SELECT id FROM conversations_message WHERE case_id = $1 AND kind = 'message' AND direction = 'in' AND ack = 0 "
      "AND auto_reply = 0 AND happened_at >= $2 ORDER BY id",
      row.id, *row.unanswered_since);
}

BulkOutcome ack(const Conversations& cases, const Viewer& viewer, db::Tx& tx, const BulkChange& change,
                const store::CaseRecord& before) {
  const bool on = change.action == BulkAction::ack;
  auto ids = change.message_ids.empty() && on ? unanswered(tx, before) : change.message_ids;
  BulkOutcome out{{before.id, false, std::nullopt, before.version}, std::nullopt};
  BulkChange undo;
  undo.case_id = before.id;
  undo.action = on ? BulkAction::unack : BulkAction::ack;
  for (const auto id : ids) {
    const auto message = store::find_message(tx, id);
    if (!message || message->case_id != before.id || message->direction != "in") {
      out.item.error = "error.conversations.not_inbound";
      continue;
    }
    if (message->ack == on) continue;
    if (auto done = cases.set_ack(viewer, tx, id, on); !done) {
      out.item.error = done.error().key;
      continue;
    }
    undo.message_ids.push_back(id);
  }
  out.item.changed = !undo.message_ids.empty();
  if (out.item.changed) out.undo = std::move(undo);
  if (const auto now = store::find_case(tx, before.id)) out.item.version = now->version;
  return out;
}

}  // namespace

BulkOutcome change_one(const Conversations& cases, const Viewer& viewer, db::Tx& tx, const BulkChange& change) {
  const auto before = case_for(viewer, tx, change.case_id, Permission::cases_write);
  if (!before) return {{change.case_id, false, before.error().key, 0}, std::nullopt};
  if (change.action == BulkAction::ack || change.action == BulkAction::unack)
    return ack(cases, viewer, tx, change, *before);
  const auto pending = store::resolving(tx, before->id);
  const auto done = apply(cases, viewer, tx, change);
  if (!done) {
    const auto& error = done.error();
    return {{before->id, false, error.fields.empty() ? error.key : error.fields.front().key, before->version},
            std::nullopt};
  }
  BulkOutcome out{{before->id, done->case_.version != before->version, std::nullopt, done->case_.version},
                  std::nullopt};
  if (out.item.changed) out.undo = reverse(*before, change, pending ? pending->outcome : std::nullopt);
  return out;
}

}  // namespace auricle::conversations
