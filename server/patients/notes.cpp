// Notes about a person, and the timeline modules above feed.
#include "patients/record.h"
#include "platform/audit/audit.h"
#include "platform/events/bus.h"

namespace auricle::patients {
namespace {

constexpr const char* kNotes = "patients_note";
constexpr const char* kTimeline = "patients_timeline";

// "1764321000000.123": where the page before ended.
std::pair<Instant, std::int64_t> position(std::string_view cursor) {
  const auto dot = cursor.find('.');
  if (dot == cursor.npos) return {Instant{INT64_MAX}, INT64_MAX};
  return {Instant{std::atoll(std::string(cursor.substr(0, dot)).c_str())},
          std::atoll(std::string(cursor.substr(dot + 1)).c_str())};
}

void announce_note(db::Tx& tx, PersonId person) {
  store::touch(tx, person);
  const auto row = store::person(tx, person);
  events::announce(tx, {"patient", person.value, row ? row->version : 0, {}});
}

}  // namespace

Result<PatientNotes> Patients::notes(const Viewer& viewer, db::Session& session, PersonId id) const {
  if (auto row = person_for(viewer, session, id, Permission::patients_read); !row)
    return fail(row.error());
  else
    id = row->id;
  session.disclose("patient", id.value);
  const Record record{session, keyring_, clock_.now()};
  PatientNotes out;
  for (const auto& row : store::notes_of(session, id))
    out.items.push_back({row.id, record.decrypted(kNotes, "text", row.id.value, row.text), row.author_id,
                         row.created_at, row.changed_at});
  return out;
}

Result<PatientNote> Patients::add_note(const Viewer& viewer, db::Tx& tx, PersonId id, std::string_view text) const {
  if (auto row = person_for(viewer, tx, id, Permission::patients_write); !row)
    return fail(row.error());
  else
    id = row->id;
  if (trimmed(text).empty()) return fail_field("text", "error.missing");
  const auto note = new_id<NoteId>();
  tx.insert(
      kNotes,
      store::NoteRow{
          note, id, encrypted(tx, keyring_, id, kNotes, "text", note.value, text), viewer.user, clock_.now(), {}});
  audit::append(tx, viewer, {audit::Action::create, "patient_note", {note.value}, {}, "", id.value}, clock_.now());
  announce_note(tx, id);
  return PatientNote{note, std::string(text), viewer.user, clock_.now(), {}};
}

Result<PatientNote> Patients::change_note(const Viewer& viewer, db::Tx& tx, PersonId id, NoteId note,
                                          std::string_view text) const {
  if (auto row = person_for(viewer, tx, id, Permission::patients_write); !row)
    return fail(row.error());
  else
    id = row->id;
  const auto row = store::note(tx, note);
  if (!row || row->person_id != id) return fail(ErrorKind::not_found, "error.not_found");
  if (row->author_id != viewer.user) return fail(ErrorKind::forbidden, "error.patients.note_of_other");
  if (trimmed(text).empty()) return fail_field("text", "error.missing");
  tx.exec("UPDATE patients_note SET text = $2, changed_at = $3 WHERE id = $1", note,
          encrypted(tx, keyring_, id, kNotes, "text", note.value, text), clock_.now());
  audit::append(tx, viewer, {audit::Action::change, "patient_note", {note.value}, {"text"}, "", id.value},
                clock_.now());
  announce_note(tx, id);
  return PatientNote{note, std::string(text), row->author_id, row->created_at, clock_.now()};
}

Result<Done> Patients::remove_note(const Viewer& viewer, db::Tx& tx, PersonId id, NoteId note) const {
  if (auto row = person_for(viewer, tx, id, Permission::patients_write); !row)
    return fail(row.error());
  else
    id = row->id;
  const auto row = store::note(tx, note);
  if (!row || row->person_id != id) return fail(ErrorKind::not_found, "error.not_found");
  tx.exec("DELETE FROM patients_note WHERE id = $1", note);
  audit::append(tx, viewer, {audit::Action::change, "patient_note", {note.value}, {"removed"}, "", id.value},
                clock_.now());
  announce_note(tx, id);
  return Done{};
}

Result<Timeline> Patients::timeline(const Viewer& viewer, db::Session& session, PersonId id, std::string_view cursor,
                                    int limit) const {
  if (auto row = person_for(viewer, session, id, Permission::patients_read); !row)
    return fail(row.error());
  else
    id = row->id;
  session.disclose("patient", id.value);
  const Record record{session, keyring_, clock_.now()};
  const auto [before, before_id] = position(cursor);
  auto rows = store::timeline_before(session, id, before, before_id, limit + 1);
  Timeline out;
  if (static_cast<int>(rows.size()) > limit) {
    rows.resize(static_cast<std::size_t>(limit));
    out.next_cursor = std::to_string(rows.back().happened_at.ms) + "." + std::to_string(rows.back().id);
  }
  for (const auto& row : rows)
    out.items.push_back({row.id, row.kind, row.happened_at, row.record_kind, row.record_id,
                         record.decrypted(kTimeline, "title", row.id, row.title), row.channel, row.state, row.detail});
  return out;
}

void Patients::put_timeline(db::Tx& tx, PersonId person, const TimelineEntry& entry) const {
  const auto there = tx.one<std::int64_t>("SELECT id FROM patients_timeline WHERE record_id = $1 AND record_kind = $2",
                                          entry.record_id, entry.record_kind);
  const std::int64_t id = there.value_or(next_id());
  const auto title = encrypted(tx, keyring_, person, kTimeline, "title", id, entry.title);
  if (there) {
    tx.exec(
        "UPDATE patients_timeline SET person_id = $2, kind = $3, happened_at = $4, title = $5, channel = $6, state = "
        "$7, detail = $8 "
        "WHERE id = $1",
        id, person, entry.kind, entry.happened_at, title, entry.channel, entry.state, entry.detail);
    return;
  }
  tx.insert(kTimeline, store::TimelineRow{id, person, entry.kind, entry.happened_at, entry.record_kind, entry.record_id,
                                          title, entry.channel, entry.state, entry.detail});
}

void Patients::drop_timeline(db::Tx& tx, std::string_view record_kind, std::int64_t record_id) const {
  tx.exec("DELETE FROM patients_timeline WHERE record_id = $1 AND record_kind = $2", record_id, record_kind);
}

}  // namespace auricle::patients
