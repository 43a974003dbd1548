// What staff decide about a case.
#include "clinic/clinic.h"
#include "conversations/notifications.h"
#include "conversations/work.h"
#include "team/team.h"

namespace auricle::conversations {
namespace {

struct AssignUndo {
  std::optional<UserId> assignee_id;
};
BOOST_DESCRIBE_STRUCT(AssignUndo, (), (assignee_id))

template <class B>
CaseUndo undo_of(CaseId id, std::string_view action, const B& body) {
  return {"post", undo_path(id, action), {json::to_json(body)}};
}

std::optional<std::string> text_of(std::optional<Instant> instant) {
  return instant ? std::optional(to_rfc3339(*instant)) : std::nullopt;
}

std::optional<std::string> trimmed_or_none(const std::optional<std::string>& text) {
  return text && !text->empty() ? text : std::nullopt;
}

}  // namespace

Result<CaseChanged> Conversations::assign(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseAssign& change) const {
  auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  const UserId to = change.assignee_id.value_or(UserId{});
  const UserId from = row->assignee_id;
  if (to && to != from && !team::can_work(tx, to, Permission::cases_write, row->site_id))
    return fail_field("assignee_id", "error.conversations.assignee_unknown");
  if (to != from) {
    const Work work(tx, keyring_, patients_, clock_.now());
    auto fact = work.fact(*row, facts::Kind::assign, to);
    work.append(fact);
    const bool handed = to && !change.note.empty();
    work.note_event(*row, viewer.user, handed ? "handed_over" : "assigned", id_text(to.value), id_text(from.value));
    work.audit_change(viewer, *row, {"assignee_id"});
    if (to != viewer.user)
      notify(tx, {to, handed ? NotificationKind::handed_over : NotificationKind::assigned, id, viewer.user}, work.now);
    work.save(*row);
  }
  if (!change.note.empty()) {
    NewNote note;
    note.text = change.note;
    note.mentions = change.mentions;
    if (auto noted = add_note(viewer, tx, id, note); !noted) return fail(noted.error());
  }
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), undo_of(id, "assign", AssignUndo{from ? std::optional(from) : std::nullopt})};
}

Result<CaseChanged> Conversations::set_topic(const Viewer& viewer, db::Tx& tx, CaseId id,
                                             const CaseTopic& change) const {
  auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  const auto to = trimmed_or_none(change.topic);
  const auto from = row->topic;
  if (to && to != from && !clinic::topic_exists(tx, *to))
    return fail_field("topic", "error.conversations.topic_unknown");
  if (to != from) {
    const Work work(tx, keyring_, patients_, clock_.now());
    auto fact = work.fact(*row, facts::Kind::topic, viewer.user);
    fact.topic = to.value_or("");
    work.append(fact);
    work.note_event(*row, viewer.user, "topic", to, from);
    work.audit_change(viewer, *row, {"topic"});
    work.save(*row);
  }
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), undo_of(id, "topic", CaseTopic{from})};
}

Result<CaseChanged> Conversations::set_priority(const Viewer& viewer, db::Tx& tx, CaseId id,
                                                const CasePriority& change) const {
  auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  const auto from = row->priority;
  if (change.priority != from) {
    const Work work(tx, keyring_, patients_, clock_.now());
    auto fact = work.fact(*row, facts::Kind::priority, viewer.user);
    fact.priority = enum_name(change.priority);
    work.append(fact);
    work.note_event(*row, viewer.user, "priority", fact.priority, std::string(enum_name(from)));
    work.audit_change(viewer, *row, {"priority"});
    work.save(*row);
  }
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), undo_of(id, "priority", CasePriority{from})};
}

Result<CaseChanged> Conversations::set_language(const Viewer& viewer, db::Tx& tx, CaseId id,
                                                const CaseLanguage& change) const {
  auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  const auto from = row->language;
  const Work work(tx, keyring_, patients_, clock_.now());
  row->language = trimmed_or_none(change.language);
  work.note_event(*row, viewer.user, "language", row->language, from);
  work.audit_change(viewer, *row, {"language"});
  work.save(*row);
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), undo_of(id, "language", CaseLanguage{from})};
}

Result<CaseChanged> Conversations::set_title(const Viewer& viewer, db::Tx& tx, CaseId id,
                                             const CaseTitle& change) const {
  auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  const Work work(tx, keyring_, patients_, clock_.now());
  const auto from = work.sealer.title(*row);
  work.sealer.set_title(work.key_of(*row), *row, plain_subject(change.title));
  work.note_event(*row, viewer.user, "title", std::nullopt);
  work.audit_change(viewer, *row, {"title"});
  work.save(*row);
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), undo_of(id, "title", CaseTitle{from})};
}

Result<CaseChanged> Conversations::set_wait(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseWait& change) const {
  auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  if (row->state == CaseStateName::resolved) return fail(ErrorKind::conflict, "error.conversations.resolved");
  const auto from = row->waiting_on.value_or(Owner::clinic);
  if (change.on != from) {
    const Work work(tx, keyring_, patients_, clock_.now());
    auto fact = work.fact(*row, facts::Kind::wait, viewer.user);
    fact.owner = change.on;
    work.append(fact);
    work.note_event(*row, viewer.user, "waiting", std::string(enum_name(change.on)), std::string(enum_name(from)));
    work.audit_change(viewer, *row, {"waiting_on"});
    work.save(*row);
  }
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), undo_of(id, "wait", CaseWait{from})};
}

Result<CaseChanged> Conversations::snooze(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseSnooze& change) const {
  auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  if (row->state == CaseStateName::resolved) return fail(ErrorKind::conflict, "error.conversations.resolved");
  const Work work(tx, keyring_, patients_, clock_.now());
  if (change.until && *change.until <= work.now) return fail_field("until", "error.conversations.time_in_past");
  const auto from = row->snoozed_until;
  row->snoozed_until = change.until;
  work.note_event(*row, viewer.user, change.until ? "snoozed" : "woken", text_of(change.until), text_of(from));
  work.audit_change(viewer, *row, {"snoozed_until"});
  work.save(*row);
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), undo_of(id, "snooze", CaseSnooze{from})};
}

Result<CaseChanged> Conversations::set_follow_up(const Viewer& viewer, db::Tx& tx, CaseId id,
                                                 const CaseFollowUp& change) const {
  auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  const Work work(tx, keyring_, patients_, clock_.now());
  const CaseFollowUp from{row->follow_up_local, row->follow_up_zone};
  row->follow_up_local.reset();
  row->follow_up_zone.reset();
  row->follow_up_at.reset();
  if (trimmed_or_none(change.local)) {
    const auto time = parse_local_time(*change.local);
    const auto day = time ? clinic::parse_local_day(time->day) : std::nullopt;
    if (!day) return fail_field("local", "error.conversations.time_not_valid");
    const std::string zone = trimmed_or_none(change.zone).value_or(site_zone(tx, row->site_id));
    if (!clinic::known_time_zone(zone)) return fail_field("zone", "error.conversations.zone_unknown");
    row->follow_up_at = clinic::at_local(zone, *day, time->minute);
    row->follow_up_local = change.local->substr(0, 16);
    row->follow_up_zone = zone;
  }
  work.note_event(*row, viewer.user, "follow_up", text_of(row->follow_up_at));
  work.audit_change(viewer, *row, {"follow_up"});
  work.save(*row);
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), undo_of(id, "follow-up", from)};
}

Result<CaseChanged> Conversations::resolve(const Viewer& viewer, db::Tx& tx, CaseId id,
                                           const CaseResolve& change) const {
  auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  if (row->state == CaseStateName::resolved) return fail(ErrorKind::conflict, "error.conversations.already_resolved");
  const Work work(tx, keyring_, patients_, clock_.now());
  start_resolving(work, viewer, *row, change.outcome);
  work.save(*row);
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), CaseUndo{"delete", undo_path(id, "resolve"), {}}};
}

// The fact follows when the ten seconds are over (settle_due), or when the reply that is still on its way has left
// (finish): an undone resolve never reaches the figures, and an answer sent with it comes before it.
void start_resolving(const Work& work, const Viewer& viewer, store::CaseRecord& row, std::optional<Outcome> outcome) {
  const auto text = outcome ? std::optional(std::string(enum_name(*outcome))) : std::nullopt;
  store::ResolvingRecord pending{row.id, work.now, work.now + kUndoMs, viewer.user, outcome, {}, {}};
  pending.event_id = work.note_event(row, viewer.user, "resolved", text);
  const auto queued = work.tx.one<MessageId>(
      "SELECT id FROM conversations_message WHERE case_id = $1 AND direction = 'out' AND delivery IN ('queued', "
      "'sending') "
      "ORDER BY id DESC LIMIT 1",
      row.id);
  if (queued) pending.message_id = *queued;
  work.tx.insert("conversations_resolving", pending);
  row.outcome = outcome;
  work.audit_change(viewer, row, {"state"});
}

Result<CaseChanged> Conversations::undo_resolve(const Viewer& viewer, db::Tx& tx, CaseId id) const {
  auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  const auto pending = store::resolving(tx, id);
  if (!pending) return fail(ErrorKind::conflict, "error.conversations.undo_too_late");
  const Work work(tx, keyring_, patients_, clock_.now());
  work.drop_resolving(*row);
  work.audit_change(viewer, *row, {"state"});
  work.save(*row);
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), undo_of(id, "resolve", CaseResolve{pending->outcome})};
}

Result<CaseChanged> Conversations::reopen(const Viewer& viewer, db::Tx& tx, CaseId id, const CaseReopen&) const {
  auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  if (row->state != CaseStateName::resolved) return fail(ErrorKind::conflict, "error.conversations.not_resolved");
  if (store::resolving(tx, id)) return undo_resolve(viewer, tx, id);
  const Work work(tx, keyring_, patients_, clock_.now());
  work.append(work.fact(*row, facts::Kind::reopen, viewer.user));
  work.note_event(*row, viewer.user, "reopened", std::nullopt);
  row->merged_into_case_id = {};  // it lives on its own again, without what it gave away
  work.audit_change(viewer, *row, {"state"});
  work.save(*row);
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  return CaseChanged{std::move(*now), std::nullopt};
}

Result<Case> Conversations::create(const Viewer& viewer, db::Tx& tx, const NewCase& new_case) const {
  if (!new_case.site_id || !may(viewer, Permission::cases_write, new_case.site_id))
    return fail_field("site_id", "error.conversations.site_unknown");
  const PersonId patient = patients_.now_called(tx, new_case.patient_id.value_or(PersonId{}));
  if (patient && patients_.refs(tx, {patient}).empty())
    return fail_field("patient_id", "error.conversations.patient_unknown");
  if (const auto topic = trimmed_or_none(new_case.topic); topic && !clinic::topic_exists(tx, *topic))
    return fail_field("topic", "error.conversations.topic_unknown");
  const Work work(tx, keyring_, patients_, clock_.now());
  store::CaseRecord row;
  row.id = new_id<CaseId>();
  row.number = store::next_number(tx);
  row.site_id = new_case.site_id;
  row.patient_id = patient;
  row.needs_patient = !patient;
  row.opened_by = OpenedBy::staff;
  row.language = trimmed_or_none(new_case.language);
  row.opened_at = work.now;
  work.sealer.set_title(work.key_of(row), row, plain_subject(new_case.title));
  work.sealer.set_preview(work.key_of(row), row, new_case.note);
  auto fact = work.fact(row, facts::Kind::opened, viewer.user);
  fact.topic = new_case.topic.value_or("");
  fact.priority = enum_name(new_case.priority);
  fact.language = row.language.value_or("");
  work.append(fact);
  const UserId assignee = new_case.assignee_id.value_or(UserId{});
  if (assignee && !team::can_work(tx, assignee, Permission::cases_write, row.site_id))
    return fail_field("assignee_id", "error.conversations.assignee_unknown");
  if (assignee && assignee != viewer.user)
    notify(tx, {assignee, NotificationKind::assigned, row.id, viewer.user}, work.now);
  if (assignee) work.append(work.fact(row, facts::Kind::assign, assignee));
  work.save_new(row);
  work.note_event(row, viewer.user, "opened", std::nullopt);
  work.audit_change(viewer, row, {}, audit::Action::create);
  if (!new_case.note.empty()) {
    NewNote note;
    note.text = new_case.note;
    if (auto noted = add_note(viewer, tx, row.id, note); !noted) return fail(noted.error());
  }
  if (new_case.start) return start_conversation(viewer, tx, row.id, *new_case.start);
  return get(viewer, tx, row.id);
}

}  // namespace auricle::conversations
