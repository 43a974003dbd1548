#include "conversations/work.h"

#include "conversations/promises.h"

namespace auricle::conversations {

std::optional<std::string> id_text(std::int64_t id) { return id ? std::optional(std::to_string(id)) : std::nullopt; }

Result<store::CaseRecord> case_for(const Viewer& viewer, db::Session& session, CaseId id, Permission permission) {
  auto row = id ? store::find_case(session, id) : std::nullopt;
  if (!row || !may(viewer, Permission::cases_read, row->site_id)) return fail(ErrorKind::not_found, "error.not_found");
  if (!may(viewer, permission, row->site_id)) return fail(ErrorKind::forbidden, "error.forbidden");
  return std::move(*row);
}

facts::Fact Work::fact(const store::CaseRecord& row, facts::Kind kind, UserId agent) const {
  facts::Fact out;
  out.case_id = row.id;
  if (row.patient_id) out.subject_id = facts::subject_of(tx, row.patient_id);
  out.kind = kind;
  out.happened_at = now;
  out.actor = facts::Actor::staff;
  out.agent_id = agent;
  out.site_id = row.site_id;
  return out;
}

void Work::refold(store::CaseRecord& row) const {
  const auto resolving = store::resolving(tx, row.id);
  const auto state = facts::refold(tx, row.id);
  apply_state(row, state, resolving.has_value());
  if (resolving) {
    row.resolved_at = resolving->clicked_at;
    row.outcome = resolving->outcome;
  } else if (row.state != CaseStateName::resolved) {
    row.outcome.reset();
  }
  row.list_key = list_key_of(row);
  keep_promises(tx, row, state);
}

void put_timeline(db::Tx& tx, const patients::Patients& patients, const Sealer& sealer, const store::CaseRecord& row) {
  const auto person = row.patient_id ? row.patient_id : row.sender_id;
  if (!person) return;
  const auto outcome = row.outcome ? std::optional(std::string(enum_name(*row.outcome))) : std::nullopt;
  patients.put_timeline(tx, person,
                        {0, "case", row.opened_at, "case", row.id.value, sealer.title(row), row.channel,
                         std::string(enum_name(row.state)), outcome});
}

void Work::save(store::CaseRecord& row) const {
  refold(row);
  ++row.version;
  store::update_case(tx, row);
  put_timeline(tx, patients, sealer, row);
  events::announce(tx, {"case", row.id.value, row.version, row.site_id});
}

void Work::save_new(store::CaseRecord& row) const {
  refold(row);
  store::insert_case(tx, row);
  put_timeline(tx, patients, sealer, row);
  events::announce(tx, {"case", row.id.value, row.version, row.site_id});
}

MessageId Work::note_event(const store::CaseRecord& row, UserId by, std::string_view type,
                           std::optional<std::string> value, std::optional<std::string> previous) const {
  store::MessageRecord event;
  event.id = new_id<MessageId>();
  event.case_id = row.id;
  event.kind = "event";
  event.author_kind = by ? "staff" : "system";
  event.author_id = by;
  event.happened_at = now;
  event.event = std::string(type);
  event.event_value = std::move(value);
  event.event_previous = std::move(previous);
  tx.insert("conversations_message", event);
  return event.id;
}

void Work::audit_change(const Viewer& viewer, const store::CaseRecord& row, std::vector<std::string> fields,
                        audit::Action action) const {
  audit::append(tx, viewer, {action, "case", {row.id.value}, std::move(fields), "", row.patient_id.value}, now);
}

void Work::refresh_delivery(store::CaseRecord& row) const {
  const auto flags = store::delivery_flags(tx, row.id);
  row.sending = flags.sending;
  row.scheduled = flags.scheduled;
  row.held = flags.held;
  row.failed = flags.failed;
}

void Work::reseal(crypto::KeyId key, const crypto::Place& place, const std::optional<db::Bytes>& cipher) const {
  if (!cipher || cipher->data.empty()) return;
  const auto plain = sealer.open(place, *cipher);
  if (!plain) return;
  tx.exec("UPDATE " + std::string(place.table) + " SET " + std::string(place.column) + " = $2 WHERE id = $1", place.row,
          sealer.seal(key, place, *plain));
}

void Work::refresh_stream(store::CaseRecord& row) const {
  const auto latest = store::latest_public(tx, row.id), inbound = store::latest_inbound(tx, row.id);
  row.last_message_id = store::newest_public_id(tx, row.id);
  row.last_message_at = latest ? std::optional(latest->happened_at) : std::nullopt;
  row.last_inbound_id = inbound ? inbound->id : MessageId{};
  if (latest) row.channel = latest->channel;
  if (const auto& shown = inbound ? inbound : latest) {
    const auto body = sealer.open_body(*shown).value_or(Body{});
    sealer.set_preview(key_of(row), row, body.text.empty() ? body.subject : body.text);
  }
  row.has_attachments =
      tx.one<std::int64_t>("SELECT 1 FROM conversations_message WHERE case_id = $1 AND has_attachments = 1 LIMIT 1",
                           row.id)
          .has_value();
  refresh_delivery(row);
}

void Work::insert_message(const store::MessageRecord& row, SiteId site) const {
  tx.insert("conversations_message", row);
  events::announce(tx, {row.kind == "note" ? "note" : "message", row.id.value, 1, site});
}

void Work::drop_resolving(store::CaseRecord& row) const {
  const auto pending = store::resolving(tx, row.id);
  if (!pending) return;
  tx.exec("DELETE FROM conversations_resolving WHERE case_id = $1", row.id);
  tx.exec("DELETE FROM conversations_message WHERE id = $1", pending->event_id);
  row.outcome.reset();
  row.resolved_at.reset();
}

void Work::wake(store::CaseRecord& row) const {
  drop_resolving(row);
  if (!row.snoozed_until) return;
  row.snoozed_until.reset();
  note_event(row, {}, "woken", std::nullopt);
}

}  // namespace auricle::conversations
