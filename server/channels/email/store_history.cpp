#include "channels/email/store.h"

namespace auricle::email::store {

constexpr const char* kHistory =
    "SELECT mailbox_id, state, since, keep_open, found, read_count, skipped, cases, messages, replies, kept, "
    "error_key, started, finished FROM email_history WHERE ";

std::optional<HistoryRow> history(db::Session& session, MailboxId id) {
  return session.one<HistoryRow>(std::string(kHistory) + "mailbox_id = $1", id);
}
std::vector<HistoryRow> histories_to_do(db::Session& session) {
  return session.all<HistoryRow>(std::string(kHistory) + "state IN ('queued', 'reading', 'importing', 'undoing')");
}
void begin_history(db::Tx& tx, const HistoryRow& row) {
  const auto changed = tx.exec(
      "UPDATE email_history SET state = $2, since = $3, keep_open = $4, found = $5, read_count = $6, skipped = $7, "
      "cases = $8, messages = $9, replies = $10, kept = $11, error_key = $12, started = $13, finished = $14 WHERE "
      "mailbox_id = $1",
      row.mailbox_id, row.state, row.since, row.keep_open, row.found, row.read_count, row.skipped, row.cases,
      row.messages, row.replies, row.kept, row.error_key, row.started, row.finished);
  if (changed == 0) tx.insert("email_history", row);
}

std::int64_t take_history_lease(db::Tx& tx, MailboxId id, const std::string& owner, Instant now, std::int64_t ms,
                                Takeover takeover) {
  const auto changed = tx.exec(
      "UPDATE email_history SET fence = CASE WHEN lease_owner = $2 THEN fence ELSE fence + 1 END, lease_owner = $2, "
      "lease_end = $3 WHERE mailbox_id = $1 AND (lease_owner = $2 OR lease_end < $4 OR lease_owner LIKE $5)",
      id, owner, now + ms, now, takeover == Takeover::of_this_node ? owner.substr(0, owner.find(':') + 1) + "%" : "");
  if (changed == 0) return 0;
  return tx.one<std::int64_t>("SELECT fence FROM email_history WHERE mailbox_id = $1", id).value_or(0);
}
void drop_history_lease(db::Tx& tx, MailboxId id, std::int64_t fence) {
  tx.exec("UPDATE email_history SET lease_end = 0, lease_owner = '' WHERE mailbox_id = $1 AND fence = $2", id, fence);
}

// An undo asked for meanwhile is not forgotten.
bool update_history(db::Tx& tx, const HistoryRow& r, std::int64_t fence) {
  return tx.exec(
             "UPDATE email_history SET state = CASE WHEN state = 'undoing' AND $2 <> 'none' THEN state ELSE $2 END, "
             "found = "
             "$3, read_count = $4, skipped = $5, cases = $6, messages = $7, replies = $8, kept = $9, error_key = $10, "
             "finished "
             "= $11 WHERE mailbox_id = $1 AND fence = $12",
             r.mailbox_id, r.state, r.found, r.read_count, r.skipped, r.cases, r.messages, r.replies, r.kept,
             r.error_key, r.finished, fence) > 0;
}

std::optional<OAuthRow> oauth(db::Session& session, MailboxId id) {
  return session.one<OAuthRow>(
      "SELECT mailbox_id, provider, client_id, authorize_url, token_url, scope, redirect_url, client_secret, "
      "refresh_token, access_token, expires, pending_state, pending_verifier FROM email_oauth WHERE mailbox_id = $1",
      id);
}
void put_oauth(db::Tx& tx, const OAuthRow& row) {
  delete_oauth(tx, row.mailbox_id);
  tx.insert("email_oauth", row);
}
void delete_oauth(db::Tx& tx, MailboxId id) { tx.exec("DELETE FROM email_oauth WHERE mailbox_id = $1", id); }
void touch_mailbox(db::Tx& tx, MailboxId id) {
  tx.exec("UPDATE email_mailbox SET version = version + 1 WHERE id = $1", id);
}

void insert_past(db::Tx& tx, const PastRow& row) { tx.insert("email_past", row); }
std::vector<PastRow> pasts(db::Session& session, MailboxId id, CaseId after, int limit) {
  return session.all<PastRow>(
      "SELECT case_id, mailbox_id, conversation_id, person_made, messages FROM email_past WHERE mailbox_id = $1 AND "
      "case_id > $2 ORDER BY case_id LIMIT $3",
      id, after.value, limit);
}
void delete_past(db::Tx& tx, const PastRow& row) {
  tx.exec("DELETE FROM email_message WHERE conversation_id = $1", row.conversation_id);
  tx.exec("DELETE FROM email_past WHERE case_id = $1", row.case_id);
}
std::vector<MessageId> records_of(db::Session& session, ConversationId conversation) {
  return session.all<MessageId>("SELECT record_id FROM email_message WHERE conversation_id = $1", conversation);
}
bool raw_of_uid(db::Session& session, MailboxId mailbox, const std::string& folder, std::int64_t uid_validity,
                std::int64_t uid) {
  return session
      .one<std::int64_t>(
          "SELECT id FROM email_raw WHERE mailbox_id = $1 AND folder = $2 AND uid_validity = $3 AND uid = $4", mailbox,
          folder, uid_validity, uid)
      .has_value();
}

}  // namespace auricle::email::store
