// Whom a case is about, and who writes.
#include <algorithm>

#include "conversations/work.h"

namespace auricle::conversations {
namespace {

struct CandidateList {
  const patients::Patients& patients;
  db::Session& session;
  std::vector<PatientCandidate> items;

  void add(const PersonRef& person, PatientCandidate candidate) {
    const auto same = [&](const auto& one) { return one.person.id == person.id; };
    if (std::any_of(items.begin(), items.end(), same)) return;
    candidate.person = person;
    candidate.birth_date = patients.birth_date(session, person.id);
    session.disclose("patient", person.id.value);
    items.push_back(std::move(candidate));
  }
  void add_person_of_address(const PersonRef& person, PersonId sender) {
    PatientCandidate own;
    own.via = "address";
    own.sender = person.id == sender;
    add(person, std::move(own));
    for (const auto& relationship : patients.acts_for(session, person.id)) {
      PatientCandidate other;
      other.via = "acts_for";
      other.relation = std::string(enum_name(relationship.relation));
      other.authority = std::string(enum_name(relationship.authority));
      other.by_person = person;
      add(relationship.patient, std::move(other));
    }
  }
};

void reseal_case(const Work& work, store::CaseRecord& row) {
  const auto key = work.key_of(row);
  const auto title = work.sealer.title(row), preview = work.sealer.preview(row);
  work.sealer.set_title(key, row, title);
  work.sealer.set_preview(key, row, preview);
  for (const auto& conversation : store::conversations_of(work.tx, row.id))
    work.reseal(key, {"conversations_conversation", "subject", conversation.id.value}, conversation.subject);
  constexpr int kAll = 100'000;
  for (const auto& message : store::stream_before(work.tx, row.id, Instant{INT64_MAX}, MessageId{INT64_MAX}, kAll)) {
    work.reseal(key, {"conversations_message", "body", message.id.value}, message.body);
    work.reseal(key, {"conversations_message", "html", message.id.value}, message.html);
  }
  for (const auto& file : store::attachments_of_case(work.tx, row.id))
    work.reseal(key, {"conversations_attachment", "name", file.id.value}, file.name);
  work.tx.exec("DELETE FROM conversations_draft WHERE case_id = $1", row.id);
}

// The same person wrote the other cases from this address, too.
void adopt_cases(db::Tx& tx, PersonId provisional, PersonId person) {
  tx.exec("UPDATE conversations_case SET sender_id = $2 WHERE sender_id = $1", provisional, person);
  tx.exec("UPDATE conversations_conversation SET person_id = $2 WHERE person_id = $1", provisional, person);
  tx.exec("UPDATE conversations_message SET person_id = $2 WHERE person_id = $1", provisional, person);
}

struct Place {
  const char* kind;
  const char* table;
  const char* column;
};
constexpr Place kPlaces[] = {{"case_patient", "conversations_case", "patient_id"},
                             {"case_sender", "conversations_case", "sender_id"},
                             {"conversation", "conversations_conversation", "person_id"},
                             {"message", "conversations_message", "person_id"}};

void announce_cases(db::Tx& tx, std::int64_t merge) {
  for (const auto id :
       tx.all<CaseId>("SELECT DISTINCT row_id FROM conversations_merge_move WHERE merge_id = $1 AND kind "
                      "IN ('case_patient', 'case_sender')",
                      merge)) {
    tx.exec("UPDATE conversations_case SET version = version + 1 WHERE id = $1", id);
    if (const auto row = store::find_case(tx, id)) events::announce(tx, {"case", id.value, row->version, row->site_id});
  }
}

}  // namespace

void Conversations::follow_merge(db::Tx& tx, std::int64_t merge, PersonId kept, PersonId gone) const {
  for (const auto& place : kPlaces) {
    const std::string table = place.table, column = place.column;
    tx.exec(
        "INSERT INTO conversations_merge_move(merge_id, kind, row_id) SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), id "
        "FROM " +
            table + " WHERE " + column + " = $3",
        merge, place.kind, gone);
    tx.exec("UPDATE " + table + " SET " + column + " = $2 WHERE " + column + " = $1", gone, kept);
  }
  announce_cases(tx, merge);
}

void Conversations::undo_merge(db::Tx& tx, std::int64_t merge, PersonId kept, PersonId gone) const {
  const Work work(tx, keyring_, patients_, clock_.now());
  for (const auto& place : kPlaces) {
    const std::string table = place.table, column = place.column;
    for (const auto id : tx.all<std::int64_t>(
             "SELECT row_id FROM conversations_merge_move WHERE merge_id = $1 AND kind = $2", merge, place.kind)) {
      tx.exec("UPDATE " + table + " SET " + column + " = $3 WHERE id = $1 AND " + column + " = $2", id, kept, gone);
      if (std::string_view(place.kind) != "case_patient") continue;
      auto row = store::find_case(tx, {id});
      if (row && row->patient_id == gone) reseal_case(work, *row), store::update_case(tx, *row);
    }
  }
  announce_cases(tx, merge);
  tx.exec("DELETE FROM conversations_merge_move WHERE merge_id = $1", merge);
}

Result<PatientCandidates> Conversations::candidates(const Viewer& viewer, db::Session& session, CaseId id) const {
  const auto row = case_for(viewer, session, id, Permission::cases_read);
  if (!row) return fail(row.error());
  session.disclose("case", id.value);
  CandidateList list{patients_, session, {}};
  for (const auto& conversation : store::conversations_of(session, id))
    if (conversation.contact_point_id)
      for (const auto& person : patients_.persons_of(session, conversation.contact_point_id))
        list.add_person_of_address(person, row->sender_id);
  if (row->sender_id)
    for (const auto& [person_id, person] : patients_.refs(session, {row->sender_id}))
      list.add_person_of_address(person, person_id);
  return PatientCandidates{std::move(list.items)};
}

Result<CaseChanged> Conversations::set_patient(const Viewer& viewer, db::Tx& tx, CaseId id,
                                               const CasePatient& change) const {
  auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  const PersonId patient = patients_.now_called(tx, change.patient_id);
  if (!patient || patients_.refs(tx, {patient}).empty())
    return fail_field("patient_id", "error.conversations.patient_unknown");
  const PersonId sender = patients_.now_called(tx, change.sender_person_id.value_or(row->sender_id));
  if (sender && patients_.refs(tx, {sender}).empty())
    return fail_field("sender_person_id", "error.conversations.patient_unknown");
  const Work work(tx, keyring_, patients_, clock_.now());
  const auto from = row->patient_id;
  const auto old_sender = row->sender_id;
  row->patient_id = patient;  // what was sealed before stays under the key of the case
  row->needs_patient = false;
  if (from && from != patient) reseal_case(work, *row);
  row->sender_id = sender;
  for (auto conversation : store::conversations_of(tx, id)) {
    if (!sender || sender == old_sender || !conversation.contact_point_id || conversation.person_id == sender) continue;
    // Somebody known by this address alone is the person now named; one of several who share it stays who they are.
    const auto known = patients_.refs(tx, {conversation.person_id});
    const bool nobody = known.empty() || known.begin()->second.provisional;
    if (auto claimed =
            patients_.claim_contact_point(viewer, tx, conversation.contact_point_id, sender, conversation.person_id);
        !claimed)
      return fail(claimed.error());
    tx.exec(
        "UPDATE conversations_message SET person_id = $2 WHERE case_id = $1 AND direction = 'in' AND person_id = $3",
        id, sender, conversation.person_id);
    tx.exec("UPDATE conversations_conversation SET person_id = $2 WHERE id = $1", conversation.id, sender);
    if (nobody) adopt_cases(tx, conversation.person_id, sender);
  }
  work.note_event(*row, viewer.user, "patient", id_text(patient.value), id_text(from.value));
  work.audit_change(viewer, *row, {"patient_id"});
  work.save(*row);
  auto now = get(viewer, tx, id);
  if (!now) return fail(now.error());
  std::optional<CaseUndo> undo;
  if (from && old_sender == sender)
    undo = CaseUndo{"put", undo_path(id, "patient"), {json::to_json(CasePatient{from, {}})}};
  return CaseChanged{std::move(*now), std::move(undo)};
}

}  // namespace auricle::conversations
