#include "channels/email/store.h"

namespace auricle::email::store {
namespace {

constexpr std::string_view kMailbox =
    "SELECT id, version, address, name, site_id, language, active, imap_host, imap_port, imap_security, imap_user, "
    "imap_secret, imap_ca,"
    " smtp_host, smtp_port, smtp_security, smtp_user, smtp_secret, smtp_ca, folder, sent_folder, from_name, signature, "
    "auth_host,"
    " import_since, created, deleted FROM email_mailbox WHERE deleted IS NULL ";
constexpr std::string_view kMessage =
    "SELECT id, mailbox_id, message_id, content_hash, record_id, conversation_id, direction, subject_hash, sent FROM "
    "email_message WHERE ";
constexpr std::string_view kRaw =
    "SELECT id, mailbox_id, folder, uid_validity, uid, raw_hash, size, arrived, stored, raw, head, attempts, "
    "failures, state, reason_key, detail,"
    " record_id, conversation_id, finished FROM email_raw WHERE ";
constexpr std::string_view kQuarantined =
    "SELECT r.id, r.mailbox_id, m.name AS mailbox_name, r.arrived AS received_at, COALESCE(r.finished, r.stored) AS "
    "quarantined_at, r.size,"
    " r.attempts, r.reason_key, r.detail, CASE WHEN r.raw IS NULL THEN 0 ELSE 1 END AS kept,"
    " CASE WHEN r.state IN ('parsing', 'filing') THEN 'received' ELSE r.state END AS state FROM email_raw r JOIN "
    "email_mailbox m ON m.id = r.mailbox_id WHERE ";

std::string sql(std::string_view start, std::string_view rest) { return std::string(start) + std::string(rest); }

}  // namespace

void insert_mailbox(db::Tx& tx, const MailboxRow& row) {
  tx.insert("email_mailbox", row);
  tx.exec(
      "INSERT INTO email_state(mailbox_id, state, sent_again, lease_owner, lease_end, fence) VALUES($1, 'stopped', 0, "
      "'', 0, 0)",
      row.id);
}

void update_mailbox(db::Tx& tx, const MailboxRow& r) {
  tx.exec(
      "UPDATE email_mailbox SET version = $2, address = $3, name = $4, site_id = $5, language = $6, active = $7, "
      "imap_host = $8,"
      " imap_port = $9, imap_security = $10, imap_user = $11, imap_ca = $12, smtp_host = $13, smtp_port = $14, "
      "smtp_security = $15,"
      " smtp_user = $16, smtp_ca = $17, folder = $18, sent_folder = $19, from_name = $20, signature = $21, auth_host = "
      "$22,"
      " import_since = $23 WHERE id = $1",
      r.id, r.version, r.address, r.name, r.site_id, r.language, r.active, r.imap_host, r.imap_port, r.imap_security,
      r.imap_user, r.imap_ca, r.smtp_host, r.smtp_port, r.smtp_security, r.smtp_user, r.smtp_ca, r.folder,
      r.sent_folder, r.from_name, r.signature, r.auth_host, r.import_since);
}

void set_secret(db::Tx& tx, MailboxId id, Protocol protocol, const db::Bytes& secret) {
  if (protocol == Protocol::imap)
    tx.exec("UPDATE email_mailbox SET imap_secret = $2 WHERE id = $1", id, secret);
  else
    tx.exec("UPDATE email_mailbox SET smtp_secret = $2 WHERE id = $1", id, secret);
}

std::optional<MailboxRow> mailbox(db::Session& session, MailboxId id) {
  return session.one<MailboxRow>(sql(kMailbox, "AND id = $1"), id);
}
std::optional<MailboxRow> mailbox_of_address(db::Session& session, const std::string& address) {
  return session.one<MailboxRow>(sql(kMailbox, "AND address = $1"), address);
}
std::vector<MailboxRow> mailboxes(db::Session& session) {
  return session.all<MailboxRow>(sql(kMailbox, "ORDER BY name, id"));
}

void delete_mailbox(db::Tx& tx, MailboxId id, Instant now) {
  tx.exec(
      "UPDATE email_mailbox SET deleted = $2, active = 0, imap_secret = NULL, smtp_secret = NULL, version = version + "
      "1 WHERE id = $1",
      id, now);
  delete_oauth(tx, id);
  tx.exec("DELETE FROM email_copy WHERE mailbox_id = $1", id);
}

StateRow state(db::Session& session, MailboxId id) {
  StateRow none;
  none.mailbox_id = id;
  return session
      .one<StateRow>(
          "SELECT mailbox_id, state, error_key, error_detail, last_sync, next_attempt, lag_ms, sent_again, sync_found, "
          "sync_read FROM email_state"
          " WHERE mailbox_id = $1",
          id)
      .value_or(none);
}

void set_state(db::Tx& tx, const StateRow& r) {
  tx.exec(
      "UPDATE email_state SET state = $2, error_key = $3, error_detail = $4, last_sync = COALESCE($5, last_sync), "
      "next_attempt = $6,"
      " lag_ms = COALESCE($7, lag_ms) WHERE mailbox_id = $1",
      r.mailbox_id, r.state, r.error_key, r.error_detail, r.last_sync, r.next_attempt, r.lag_ms);
}
void set_sync(db::Tx& tx, MailboxId id, std::optional<std::int64_t> found, std::optional<std::int64_t> read) {
  tx.exec("UPDATE email_state SET sync_found = $2, sync_read = $3 WHERE mailbox_id = $1", id, found, read);
}
void count_sent_again(db::Tx& tx, MailboxId id) {
  tx.exec("UPDATE email_state SET sent_again = sent_again + 1 WHERE mailbox_id = $1", id);
}
std::int64_t sent_again(db::Session& session) {
  return session.one<std::int64_t>("SELECT CAST(COALESCE(SUM(sent_again), 0) AS BIGINT) FROM email_state").value_or(0);
}

std::int64_t take_lease(db::Tx& tx, MailboxId id, const std::string& owner, Instant now, std::int64_t ms,
                        Takeover takeover) {
  const auto changed = tx.exec(
      "UPDATE email_state SET fence = CASE WHEN lease_owner = $2 THEN fence ELSE fence + 1 END, lease_owner = $2, "
      "lease_end = $3"
      " WHERE mailbox_id = $1 AND (lease_owner = $2 OR lease_end < $4 OR lease_owner LIKE $5)",
      id, owner, now + ms, now, takeover == Takeover::of_this_node ? owner.substr(0, owner.find(':') + 1) + "%" : "");
  return changed > 0 ? tx.one<std::int64_t>("SELECT fence FROM email_state WHERE mailbox_id = $1", id).value_or(0) : 0;
}
bool holds_lease(db::Session& session, MailboxId id, std::int64_t fence) {
  return session.one<std::int64_t>("SELECT fence FROM email_state WHERE mailbox_id = $1", id) == fence;
}
void drop_lease(db::Tx& tx, MailboxId id, std::int64_t fence) {
  tx.exec("UPDATE email_state SET lease_end = 0, lease_owner = '' WHERE mailbox_id = $1 AND fence = $2", id, fence);
}

Counts counts(db::Session& session, MailboxId id) {
  Counts out;
  out.waiting =
      session
          .one<std::int64_t>(
              "SELECT COUNT(*) FROM email_raw WHERE mailbox_id = $1 AND state IN ('received', 'parsing', 'filing')", id)
          .value_or(0);
  out.quarantined =
      session.one<std::int64_t>("SELECT COUNT(*) FROM email_raw WHERE mailbox_id = $1 AND state = 'quarantined'", id)
          .value_or(0);
  out.unsent =
      session
          .one<std::int64_t>(
              "SELECT COUNT(DISTINCT a.record_id) FROM email_attempt a WHERE a.mailbox_id = $1"
              " AND a.outcome IN ('started', 'not_sent', 'uncertain') AND NOT EXISTS (SELECT 1 FROM email_attempt b"
              " WHERE b.record_id = a.record_id AND b.outcome IN ('accepted', 'refused', 'bounced'))",
              id)
          .value_or(0);
  return out;
}

std::optional<FolderRow> folder(db::Session& session, MailboxId mailbox, const std::string& name) {
  return session.one<FolderRow>("SELECT uid_validity, last_uid FROM email_folder WHERE mailbox_id = $1 AND name = $2",
                                mailbox, name);
}
void set_folder(db::Tx& tx, MailboxId mailbox, const std::string& name, const FolderRow& row) {
  tx.exec(
      "INSERT INTO email_folder(mailbox_id, name, uid_validity, last_uid) VALUES($1, $2, $3, $4)"
      " ON CONFLICT(mailbox_id, name) DO UPDATE SET uid_validity = excluded.uid_validity, last_uid = excluded.last_uid",
      mailbox, name, row.uid_validity, row.last_uid);
}

bool insert_raw(db::Tx& tx, const RawRow& r) {
  return tx.exec(
             "INSERT INTO email_raw(id, mailbox_id, folder, uid_validity, uid, raw_hash, size, arrived, stored, raw, "
             "head, attempts, failures,"
             " state, reason_key, detail, record_id, conversation_id, finished)"
             " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
             " ON CONFLICT(mailbox_id, folder, uid_validity, uid) DO NOTHING",
             r.id, r.mailbox_id, r.folder, r.uid_validity, r.uid, r.raw_hash, r.size, r.arrived, r.stored,
             r.raw.data.empty() ? std::optional<db::Bytes>() : std::optional(r.raw),
             r.head.data.empty() ? std::optional<db::Bytes>() : std::optional(r.head), r.attempts, r.failures, r.state,
             r.reason_key, r.detail, r.record_id, r.conversation_id, r.finished) > 0;
}

bool raw_known(db::Session& session, MailboxId mailbox, const std::string& folder, const std::string& hash) {
  return session
      .one<std::int64_t>("SELECT id FROM email_raw WHERE mailbox_id = $1 AND folder = $2 AND raw_hash = $3 LIMIT 1",
                         mailbox, folder, hash)
      .has_value();
}

std::vector<OpenRaw> open_raws(db::Session& session, MailboxId mailbox, int limit) {
  return session.all<OpenRaw>(
      "SELECT id, size, attempts, failures, state FROM email_raw WHERE mailbox_id = $1 AND state IN ('received', "
      "'parsing', 'filing')"
      " ORDER BY id LIMIT $2",
      mailbox, limit);
}
std::optional<RawRow> raw(db::Session& session, std::int64_t id) {
  return session.one<RawRow>(sql(kRaw, "id = $1"), id);
}

void begin_parsing(db::Tx& tx, std::int64_t id, Attempt attempt) {
  tx.exec("UPDATE email_raw SET state = 'parsing', attempts = attempts + $2 WHERE id = $1", id,
          attempt == Attempt::count ? 1 : 0);
}
void parsed(db::Tx& tx, std::int64_t id) { tx.exec("UPDATE email_raw SET state = 'filing' WHERE id = $1", id); }
void filed(db::Tx& tx, std::int64_t id, MessageId record, ConversationId conversation, Instant now, RawBytes bytes) {
  if (bytes == RawBytes::drop) tx.exec("UPDATE email_raw SET raw = NULL, head = NULL WHERE id = $1", id);
  tx.exec(
      "UPDATE email_raw SET state = 'parsed', record_id = $2, conversation_id = $3, finished = $4, reason_key = '', "
      "detail = ''"
      " WHERE id = $1",
      id, record, conversation, now);
}
void failed(db::Tx& tx, std::int64_t id) { tx.exec("UPDATE email_raw SET failures = failures + 1 WHERE id = $1", id); }
void quarantine(db::Tx& tx, std::int64_t id, const std::string& key, const std::string& detail, Instant now) {
  tx.exec("UPDATE email_raw SET state = 'quarantined', reason_key = $2, detail = $3, finished = $4 WHERE id = $1", id,
          key, detail, now);
}
void set_head(db::Tx& tx, std::int64_t id, const db::Bytes& head) {
  tx.exec("UPDATE email_raw SET head = $2 WHERE id = $1", id, head);
}
std::optional<db::Bytes> head(db::Session& session, std::int64_t id) {
  return session.one<db::Bytes>("SELECT head FROM email_raw WHERE id = $1 AND head IS NOT NULL", id);
}
std::vector<HeadRow> quarantined_heads(db::Session& session, std::int64_t after, int limit) {
  return session.all<HeadRow>(
      "SELECT id, head FROM email_raw WHERE state = 'quarantined' AND head IS NOT NULL AND id > $1 ORDER BY id LIMIT "
      "$2",
      after, limit);
}
void reset_raw(db::Tx& tx, std::int64_t id) {
  tx.exec("UPDATE email_raw SET state = 'received', attempts = 0, failures = 0, finished = NULL WHERE id = $1", id);
}
void discard(db::Tx& tx, std::int64_t id, Instant now) {
  tx.exec("UPDATE email_raw SET state = 'discarded', raw = NULL, head = NULL, detail = '', finished = $2 WHERE id = $1",
          id, now);
}

std::vector<QuarantinedMail> quarantined(db::Session& session, std::int64_t before, int limit) {
  return session.all<QuarantinedMail>(
      sql(kQuarantined, "r.state = 'quarantined' AND r.id < $1 ORDER BY r.id DESC LIMIT $2"), before, limit);
}
std::optional<QuarantinedMail> quarantined_one(db::Session& session, std::int64_t id) {
  return session.one<QuarantinedMail>(sql(kQuarantined, "r.id = $1"), id);
}

void insert_message(db::Tx& tx, const MessageRow& row) { tx.insert("email_message", row); }
std::vector<MessageRow> messages_of_id(db::Session& session, const std::string& message_id) {
  return session.all<MessageRow>(sql(kMessage, "message_id = $1 ORDER BY id DESC LIMIT 10"), message_id);
}
std::optional<MessageRow> message_of_content(db::Session& session, const std::string& content_hash) {
  return session.one<MessageRow>(sql(kMessage, "content_hash = $1 LIMIT 1"), content_hash);
}
std::optional<MessageRow> message_of_record(db::Session& session, MessageId record) {
  return session.one<MessageRow>(sql(kMessage, "record_id = $1 LIMIT 1"), record);
}
std::vector<MessageRow> thread(db::Session& session, ConversationId conversation, int limit) {
  return session.all<MessageRow>(sql(kMessage, "conversation_id = $1 ORDER BY sent DESC, id DESC LIMIT $2"),
                                 conversation, limit);
}
std::optional<MessageRow> first_of(db::Session& session, ConversationId conversation) {
  return session.one<MessageRow>(sql(kMessage, "conversation_id = $1 ORDER BY sent, id LIMIT 1"), conversation);
}

Attempts attempts(db::Session& session, MessageId record) {
  Attempts out;
  session.run("SELECT outcome, ended IS NOT NULL FROM email_attempt WHERE record_id = $1", {db::to_value(record)},
              [&](const db::Row& row) {
                const auto outcome = row.text(0);
                ++out.all;
                out.accepted += outcome == "accepted";
                out.uncertain += outcome == "uncertain" || (outcome == "started" && row.integer(1) != 0);
                return true;
              });
  return out;
}

void bounced(db::Tx& tx, MessageId record) {
  tx.exec("UPDATE email_attempt SET outcome = 'bounced' WHERE record_id = $1 AND outcome = 'accepted'", record);
}

std::int64_t start_attempt(db::Tx& tx, MessageId record, MailboxId mailbox, Instant now) {
  const auto id = next_id();
  tx.exec(
      "INSERT INTO email_attempt(id, record_id, mailbox_id, started, outcome, reason_key) VALUES($1, $2, $3, $4, "
      "'started', '')",
      id, record, mailbox, now);
  return id;
}
void end_attempt(db::Tx& tx, std::int64_t id, Instant now) {
  tx.exec("UPDATE email_attempt SET ended = $2 WHERE id = $1", id, now);
}
void answer_attempt(db::Tx& tx, std::int64_t id, std::string_view outcome, const std::string& key, Instant now) {
  tx.exec("UPDATE email_attempt SET outcome = $2, reason_key = $3, answered = $4 WHERE id = $1", id, outcome, key, now);
}

void regroup(db::Tx& tx, MessageId message, ConversationId conversation) {
  tx.exec("UPDATE email_message SET conversation_id = $2 WHERE record_id = $1", message, conversation);
  tx.exec("UPDATE email_raw SET conversation_id = $2 WHERE record_id = $1", message, conversation);
  tx.exec("UPDATE email_copy SET conversation_id = $2 WHERE record_id = $1", message, conversation);
}

void insert_copy(db::Tx& tx, const CopyRow& row) {
  drop_copy(tx, row.record_id);
  tx.insert("email_copy", row);
}
std::optional<CopyRow> next_copy(db::Session& session, MailboxId mailbox) {
  return session.one<CopyRow>(
      "SELECT record_id, mailbox_id, conversation_id, message_id, raw FROM email_copy WHERE mailbox_id = $1"
      " ORDER BY record_id LIMIT 1",
      mailbox);
}
void drop_copy(db::Tx& tx, MessageId record) { tx.exec("DELETE FROM email_copy WHERE record_id = $1", record); }

void erase_conversation(db::Tx& tx, ConversationId conversation) {
  tx.exec("DELETE FROM email_copy WHERE conversation_id = $1", conversation);
  tx.exec(
      "DELETE FROM email_attempt WHERE record_id IN (SELECT record_id FROM email_message WHERE conversation_id = $1)",
      conversation);
  tx.exec("DELETE FROM email_message WHERE conversation_id = $1", conversation);
  tx.exec("DELETE FROM email_past WHERE conversation_id = $1", conversation);
  tx.exec(
      "UPDATE email_raw SET raw = NULL, detail = '', record_id = NULL, conversation_id = NULL WHERE conversation_id = "
      "$1",
      conversation);
}

}  // namespace auricle::email::store
