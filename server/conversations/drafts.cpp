// What one works on before it is sent: drafts, uploaded files, read marks.
#include "conversations/present.h"
#include "conversations/work.h"
#include "platform/base/json_read.h"

namespace auricle::conversations {
namespace {

struct DraftBody {
  using absent_is_default = void;
  std::string kind = "reply";
  std::optional<ConversationId> conversation_id;  // none while only files were added
  std::string text;
  std::optional<std::string> html;
  std::vector<std::string> cc;
  std::vector<AttachmentId> attachment_ids;
};
BOOST_DESCRIBE_STRUCT(DraftBody, (), (kind, conversation_id, text, html, cc, attachment_ids))

struct DraftRow {
  db::Bytes body;
  Instant saved_at;
};
BOOST_DESCRIBE_STRUCT(DraftRow, (), (body, saved_at))

// A draft has no id of its own: the case and the user name its place.
crypto::Place draft_place(CaseId id, UserId user) { return {"conversations_draft", "body", id.value ^ user.value}; }

std::vector<Attachment> files_of(const Present& present, CaseId id, const std::vector<AttachmentId>& ids) {
  std::vector<Attachment> out;
  for (const auto file : ids) {
    const auto row = store::find_attachment(present.session, file);
    if (row && row->case_id == id && !row->message_id) out.push_back(present.attachment(*row));
  }
  return out;
}

}  // namespace

Result<Draft> Conversations::draft(const Viewer& viewer, db::Session& session, CaseId id) const {
  const auto row = case_for(viewer, session, id, Permission::cases_write);
  if (!row) return fail(row.error());
  session.disclose("case", id.value);
  const auto there = session.one<DraftRow>(
      "SELECT body, saved_at FROM conversations_draft WHERE case_id = $1 AND user_id = $2", id, viewer.user);
  Draft out;
  if (!there) return out;
  const auto plain = Sealer(session, keyring_).open(draft_place(id, viewer.user), there->body);
  auto body = json::read<DraftBody>(std::string_view(plain.value_or("{}")));
  if (!body) return out;
  out.kind = body->kind;
  out.conversation_id = body->conversation_id.value_or(ConversationId{});
  out.text = body->text;
  out.html = body->html;
  out.cc = body->cc;
  out.attachments = files_of(Present{session, keyring_, patients_, clock_.now()}, id, body->attachment_ids);
  out.saved_at = there->saved_at;
  return out;
}

Result<Draft> Conversations::put_draft(const Viewer& viewer, db::Tx& tx, CaseId id, const NewDraft& draft) const {
  const auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  if (draft.kind != "reply" && draft.kind != "note") return fail_field("kind", "error.unknown_value");
  const Work work(tx, keyring_, patients_, clock_.now());
  const DraftBody body{draft.kind, draft.conversation_id, draft.text, draft.html, draft.cc, draft.attachment_ids};
  const auto sealed = work.sealer.seal(work.key_of(*row), draft_place(id, viewer.user), json::to_json(body));
  tx.exec(
      "INSERT INTO conversations_draft(case_id, user_id, body, saved_at) VALUES($1, $2, $3, $4) ON CONFLICT (case_id, "
      "user_id) "
      "DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at",
      id, viewer.user, sealed, work.now);
  audit::append(tx, viewer, {audit::Action::change, "draft", {id.value}, {}, "", row->patient_id.value}, work.now);
  return this->draft(viewer, tx, id);
}

Result<Done> Conversations::delete_draft(const Viewer& viewer, db::Tx& tx, CaseId id) const {
  const auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  tx.exec("DELETE FROM conversations_draft WHERE case_id = $1 AND user_id = $2", id, viewer.user);
  audit::append(tx, viewer, {audit::Action::change, "draft", {id.value}, {"removed"}, "", row->patient_id.value},
                clock_.now());
  return Done{};
}

Result<Done> Conversations::mark_read(const Viewer& viewer, db::Tx& tx, CaseId id, MessageId up_to) const {
  const auto row = case_for(viewer, tx, id, Permission::cases_read);
  if (!row) return fail(row.error());
  tx.exec(
      "INSERT INTO conversations_read(case_id, user_id, message_id) VALUES($1, $2, $3) ON CONFLICT (case_id, user_id) "
      "DO UPDATE SET "
      "message_id = excluded.message_id",
      id, viewer.user, up_to.value);
  return Done{};
}

Result<Done> Conversations::may_attach(const Viewer& viewer, db::Session& session, CaseId id) const {
  const auto row = case_for(viewer, session, id, Permission::cases_write);
  if (!row) return fail(row.error());
  return Done{};
}

Result<Attachment> Conversations::attach(const Viewer& viewer, db::Tx& tx, CaseId id, const ChannelFile& file) const {
  const auto row = case_for(viewer, tx, id, Permission::cases_write);
  if (!row) return fail(row.error());
  const Work work(tx, keyring_, patients_, clock_.now());
  store::AttachmentRecord record{new_id<AttachmentId>(), id, {},    viewer.user, {},      file.size,
                                 file.content_type,      {}, false, file.blob,   work.now};
  record.name = work.sealer.seal(work.key_of(*row), {"conversations_attachment", "name", record.id.value}, file.name);
  tx.insert("conversations_attachment", record);
  audit::append(tx, viewer, {audit::Action::create, "attachment", {record.id.value}, {}, "", row->patient_id.value},
                work.now);
  return Present{tx, keyring_, patients_, work.now}.attachment(record);
}

Result<StoredFile> Conversations::attachment(const Viewer& viewer, db::Session& session, AttachmentId id) const {
  const auto record = store::find_attachment(session, id);
  const auto row = case_for(viewer, session, record ? record->case_id : CaseId{}, Permission::cases_read);
  if (!row) return fail(row.error());
  session.disclose("attachment", id.value);
  if (row->patient_id) session.disclose("patient", row->patient_id.value);
  const auto shown = Present{session, keyring_, patients_, clock_.now()}.attachment(*record);
  return StoredFile{record->blob, shown.name, record->content_type, record->size};
}

Result<Done> Conversations::delete_attachment(const Viewer& viewer, db::Tx& tx, AttachmentId id) const {
  const auto record = store::find_attachment(tx, id);
  const auto row = case_for(viewer, tx, record ? record->case_id : CaseId{}, Permission::cases_write);
  if (!row) return fail(row.error());
  if (record->message_id) return fail(ErrorKind::conflict, "error.conversations.undo_too_late");
  tx.exec("DELETE FROM conversations_attachment WHERE id = $1", id);  // its bytes are swept as orphans
  audit::append(tx, viewer, {audit::Action::change, "attachment", {id.value}, {"removed"}, "", row->patient_id.value},
                clock_.now());
  return Done{};
}

std::vector<std::string> Conversations::forget_unsent(db::Tx& tx, Instant before, int most) const {
  std::vector<std::string> blobs;
  for (const auto id : tx.all<AttachmentId>("SELECT a.id FROM conversations_attachment a WHERE a.message_id IS NULL "
                                            "AND a.created_at < $1 AND NOT EXISTS "
                                            "(SELECT 1 FROM conversations_draft d WHERE d.case_id = a.case_id AND "
                                            "d.user_id = a.uploaded_by) ORDER BY a.id "
                                            "LIMIT $2",
                                            before, most)) {
    blobs.push_back(store::find_attachment(tx, id)->blob);
    tx.exec("DELETE FROM conversations_attachment WHERE id = $1", id);
  }
  return blobs;
}

bool Conversations::uses_blob(db::Session& session, std::string_view blob) const {
  return session
      .one<std::int64_t>(
          "SELECT 1 FROM conversations_attachment WHERE blob = $1 UNION ALL SELECT 1 FROM conversations_message WHERE "
          "original_blob = $1 LIMIT 1",
          blob)
      .has_value();
}

}  // namespace auricle::conversations
