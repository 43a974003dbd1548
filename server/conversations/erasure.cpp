// Erasing a patient, and the text the search index is given.
#include "conversations/body.h"
#include "platform/events/bus.h"

namespace auricle::conversations {
namespace {

// Somebody known only from messages about an erased patient has no other reason to be kept.
void forget_writer(const patients::Patients& patients, db::Tx& tx, PersonId writer) {
  const auto needed = tx.one<std::int64_t>(
      "SELECT 1 FROM conversations_case WHERE patient_id = $1 OR sender_id = $1 UNION ALL SELECT 1 FROM "
      "conversations_conversation WHERE person_id = $1 LIMIT 1",
      writer);
  if (!needed) patients.take_back(tx, writer);
}

}  // namespace

std::vector<ConversationId> Conversations::conversations_of(db::Session& session, PersonId patient) const {
  return session.all<ConversationId>(
      "SELECT v.id FROM conversations_conversation v JOIN conversations_case c ON c.id = v.case_id WHERE c.patient_id "
      "= $1 "
      "OR (c.patient_id IS NULL AND c.sender_id = $1)",
      patient);
}

// Everything of the cases about the person, or written by them about nobody known: rows, files, keys. The figures keep
// their facts.
std::vector<std::string> Conversations::erase(db::Tx& tx, PersonId patient) const {
  const Instant now = clock_.now();
  std::vector<std::string> blobs;
  const auto writers = tx.all<PersonId>(
      "SELECT DISTINCT v.person_id FROM conversations_conversation v JOIN conversations_case c ON c.id = v.case_id "
      "WHERE c.patient_id = $1 AND v.person_id IS NOT NULL AND v.person_id <> $1 UNION SELECT sender_id FROM "
      "conversations_case WHERE patient_id = $1 AND sender_id IS NOT NULL AND sender_id <> $1",
      patient);
  const auto cases = tx.all<CaseId>(
      "SELECT id FROM conversations_case WHERE patient_id = $1 OR (patient_id IS NULL AND sender_id = $1)", patient);
  for (const auto id : cases) {
    const auto site = site_of(tx, id).value_or(SiteId{});
    for (auto& blob : tx.all<std::string>("SELECT blob FROM conversations_attachment WHERE case_id = $1", id))
      blobs.push_back(std::move(blob));
    for (auto& blob : tx.all<std::string>(
             "SELECT original_blob FROM conversations_message WHERE case_id = $1 AND original_blob IS NOT NULL", id))
      blobs.push_back(std::move(blob));
    for (const char* kind : {"message", "note"}) {
      for (const auto message :
           tx.all<MessageId>("SELECT id FROM conversations_message WHERE case_id = $1 AND kind = $2", id, kind)) {
        tx.exec("DELETE FROM conversations_outbox WHERE message_id = $1", message);
        tx.exec("DELETE FROM conversations_external WHERE message_id = $1", message);
        events::announce(tx, {kind, message.value, 0, site});
      }
    }
    tx.exec(
        "DELETE FROM conversations_merge_move WHERE row_id = $1 OR row_id IN (SELECT id FROM conversations_message "
        "WHERE case_id = $1)",
        id);
    store::delete_case(tx, id);
    keyring_.destroy(tx, "case", id.value, now);
    patients_.drop_timeline(tx, "case", id.value);
    events::announce(tx, {"case", id.value, 0, site});
  }
  // In the cases of others the name goes, what was said about those others stays.
  tx.exec("UPDATE conversations_case SET sender_id = NULL WHERE sender_id = $1", patient);
  tx.exec("UPDATE conversations_conversation SET person_id = NULL, contact_point_id = NULL WHERE person_id = $1",
          patient);
  tx.exec("UPDATE conversations_message SET person_id = NULL, contact_point_id = NULL WHERE person_id = $1", patient);
  for (const auto writer : writers) forget_writer(patients_, tx, writer);
  return blobs;
}

std::optional<SearchText> Conversations::search_text(db::Session& session, std::string_view kind,
                                                     std::int64_t id) const {
  const Sealer sealer(session, keyring_);
  if (kind == "case") {
    const auto row = store::find_case(session, {id});
    if (!row) return std::nullopt;
    return SearchText{std::to_string(row->number) + " " + sealer.title(*row), row->site_id, row->opened_at};
  }
  const auto message = store::find_message(session, {id});
  if (!message || message->kind == "event" || message->delivery == DeliveryState::cancelled) return std::nullopt;
  const auto row = store::find_case(session, message->case_id);
  const auto body = sealer.open_body(*message);
  if (!row || !body) return std::nullopt;
  std::string text = body->subject + "\n" + body->text;
  for (const auto& file : store::attachments_of(session, {message->id}))
    text += "\n" + sealer.open({"conversations_attachment", "name", file.id.value}, file.name).value_or("");
  return SearchText{std::move(text), row->site_id, message->happened_at};
}

std::optional<SearchPlace> Conversations::search_place(db::Session& session, std::string_view kind,
                                                       std::int64_t id) const {
  const auto message = kind == "case" ? std::nullopt : store::find_message(session, {id});
  const auto row = store::find_case(session, message ? message->case_id : CaseId{kind == "case" ? id : 0});
  if (!row) return std::nullopt;
  return SearchPlace{row->id,
                     row->number,
                     Sealer(session, keyring_).title(*row),
                     message ? message->channel : row->channel,
                     row->state,
                     row->patient_id,
                     row->sender_id};
}

}  // namespace auricle::conversations
