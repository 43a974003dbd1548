#pragma once
// The only code that touches the tables of e-mail.
#include <optional>
#include <string>
#include <vector>

#include "channels/email/email.h"
#include "channels/email/imap.h"
#include "channels/email/smtp.h"

namespace auricle::email::store {

struct MailboxRow {
  MailboxId id;
  std::int64_t version = 0;
  std::string address, name;
  SiteId site_id;
  std::string language;
  bool active = false;
  std::string imap_host;
  std::int64_t imap_port = 0;
  Security imap_security = Security::tls;
  std::string imap_user;
  db::Bytes imap_secret;
  std::string imap_ca;
  std::string smtp_host;
  std::int64_t smtp_port = 0;
  Security smtp_security = Security::tls;
  std::string smtp_user;
  db::Bytes smtp_secret;
  std::string smtp_ca;
  std::string folder, sent_folder, from_name, signature, auth_host;
  std::optional<Instant> import_since;
  Instant created;
  std::optional<Instant> deleted;
};
BOOST_DESCRIBE_STRUCT(MailboxRow, (),
                      (id, version, address, name, site_id, language, active, imap_host, imap_port, imap_security,
                       imap_user, imap_secret, imap_ca, smtp_host, smtp_port, smtp_security, smtp_user, smtp_secret,
                       smtp_ca, folder, sent_folder, from_name, signature, auth_host, import_since, created, deleted))

void insert_mailbox(db::Tx& tx, const MailboxRow& row);
void update_mailbox(db::Tx& tx, const MailboxRow& row);  // all but id, created and the secrets
void set_secret(db::Tx& tx, MailboxId id, Protocol protocol, const db::Bytes& secret);
std::optional<MailboxRow> mailbox(db::Session& session, MailboxId id);  // not a deleted one
std::optional<MailboxRow> mailbox_of_address(db::Session& session, const std::string& address);
std::vector<MailboxRow> mailboxes(db::Session& session);
void delete_mailbox(db::Tx& tx, MailboxId id, Instant now);

struct StateRow {
  MailboxId mailbox_id;
  MailboxState state = MailboxState::stopped;
  std::optional<std::string> error_key, error_detail;
  std::optional<Instant> last_sync, next_attempt;
  std::optional<std::int64_t> lag_ms;
  std::int64_t sent_again = 0;
  std::optional<std::int64_t> sync_found, sync_read;  // while very much is being read
};
BOOST_DESCRIBE_STRUCT(StateRow, (),
                      (mailbox_id, state, error_key, error_detail, last_sync, next_attempt, lag_ms, sent_again,
                       sync_found, sync_read))
StateRow state(db::Session& session, MailboxId id);
void set_state(db::Tx& tx, const StateRow& row);
void set_sync(db::Tx& tx, MailboxId id, std::optional<std::int64_t> found, std::optional<std::int64_t> read);
void count_sent_again(db::Tx& tx, MailboxId id);
std::int64_t sent_again(db::Session& session);  // of all mailboxes, deleted ones included

// The lease of a mailbox; returns the fence, 0 if another owner holds it.
enum class Takeover { when_expired, of_this_node };  // at once, from an owner with the same beginning "NODE:"
std::int64_t take_lease(db::Tx& tx, MailboxId id, const std::string& owner, Instant now, std::int64_t ms,
                        Takeover takeover);
bool holds_lease(db::Session& session, MailboxId id, std::int64_t fence);
void drop_lease(db::Tx& tx, MailboxId id, std::int64_t fence);

struct Counts {
  std::int64_t waiting = 0, quarantined = 0, unsent = 0;
};
BOOST_DESCRIBE_STRUCT(Counts, (), (waiting, quarantined, unsent))
Counts counts(db::Session& session, MailboxId id);

struct FolderRow {
  std::int64_t uid_validity = 0, last_uid = 0;
};
BOOST_DESCRIBE_STRUCT(FolderRow, (), (uid_validity, last_uid))
std::optional<FolderRow> folder(db::Session& session, MailboxId mailbox, const std::string& name);
void set_folder(db::Tx& tx, MailboxId mailbox, const std::string& name, const FolderRow& row);

struct RawRow {
  std::int64_t id = 0;
  MailboxId mailbox_id;
  std::string folder;
  std::int64_t uid_validity = 0, uid = 0;
  std::string raw_hash;
  std::int64_t size = 0;
  Instant arrived, stored;
  db::Bytes raw, head;
  std::int64_t attempts = 0, failures = 0;
  RawState state = RawState::received;
  std::string reason_key, detail;
  MessageId record_id;
  ConversationId conversation_id;
  std::optional<Instant> finished;
};
BOOST_DESCRIBE_STRUCT(RawRow, (),
                      (id, mailbox_id, folder, uid_validity, uid, raw_hash, size, arrived, stored, raw, head, attempts,
                       failures, state, reason_key, detail, record_id, conversation_id, finished))
bool insert_raw(db::Tx& tx, const RawRow& row);  // false if that UID is there already
bool raw_known(db::Session& session, MailboxId mailbox, const std::string& folder, const std::string& hash);
struct OpenRaw {
  std::int64_t id = 0, size = 0, attempts = 0, failures = 0;
  RawState state = RawState::received;
};
BOOST_DESCRIBE_STRUCT(OpenRaw, (), (id, size, attempts, failures, state))
std::vector<OpenRaw> open_raws(db::Session& session, MailboxId mailbox, int limit);
std::optional<RawRow> raw(db::Session& session, std::int64_t id);
enum class Attempt { count, again };  // again: not to be counted
void begin_parsing(db::Tx& tx, std::int64_t id, Attempt attempt);
void parsed(db::Tx& tx, std::int64_t id);  // reading it did not kill the program
enum class RawBytes { keep, drop };
void filed(db::Tx& tx, std::int64_t id, MessageId record, ConversationId conversation, Instant now, RawBytes bytes);
void failed(db::Tx& tx, std::int64_t id);  // filing threw; it is tried again
void quarantine(db::Tx& tx, std::int64_t id, const std::string& key, const std::string& detail, Instant now);
void set_head(db::Tx& tx, std::int64_t id, const db::Bytes& head);
struct HeadRow {
  std::int64_t id = 0;
  db::Bytes head;
};
BOOST_DESCRIBE_STRUCT(HeadRow, (), (id, head))
std::optional<db::Bytes> head(db::Session& session, std::int64_t id);
std::vector<HeadRow> quarantined_heads(db::Session& session, std::int64_t after, int limit);
void reset_raw(db::Tx& tx, std::int64_t id);
void discard(db::Tx& tx, std::int64_t id, Instant now);
std::vector<QuarantinedMail> quarantined(db::Session& session, std::int64_t before, int limit);
std::optional<QuarantinedMail> quarantined_one(db::Session& session, std::int64_t id);

struct MessageRow {
  std::int64_t id = 0;
  MailboxId mailbox_id;
  std::string message_id, content_hash;
  MessageId record_id;
  ConversationId conversation_id;
  std::string direction;  // "in", "out"
  std::string subject_hash;
  Instant sent;
};
BOOST_DESCRIBE_STRUCT(MessageRow, (),
                      (id, mailbox_id, message_id, content_hash, record_id, conversation_id, direction, subject_hash,
                       sent))
void insert_message(db::Tx& tx, const MessageRow& row);
std::vector<MessageRow> messages_of_id(db::Session& session, const std::string& message_id);
std::optional<MessageRow> message_of_content(db::Session& session, const std::string& content_hash);
std::optional<MessageRow> message_of_record(db::Session& session, MessageId record);
std::vector<MessageRow> thread(db::Session& session, ConversationId conversation, int limit);  // latest first
std::optional<MessageRow> first_of(db::Session& session, ConversationId conversation);

struct Attempts {
  std::int64_t all = 0, accepted = 0, uncertain = 0;
};
BOOST_DESCRIBE_STRUCT(Attempts, (), (all, accepted, uncertain))
Attempts attempts(db::Session& session, MessageId record);
void bounced(db::Tx& tx, MessageId record);  // accepted, and came back: it may be handed over again
std::int64_t start_attempt(db::Tx& tx, MessageId record, MailboxId mailbox, Instant now);
void end_attempt(db::Tx& tx, std::int64_t id, Instant now);  // just before the final dot
void answer_attempt(db::Tx& tx, std::int64_t id, std::string_view outcome, const std::string& key, Instant now);

void regroup(db::Tx& tx, MessageId message, ConversationId conversation);
struct OAuthRow {
  MailboxId mailbox_id;
  std::string provider, client_id, authorize_url, token_url, scope, redirect_url;
  db::Bytes client_secret, refresh_token, access_token;
  std::optional<Instant> expires;
  std::string pending_state;  // "" when no consent is being asked for
  db::Bytes pending_verifier;
};
BOOST_DESCRIBE_STRUCT(OAuthRow, (),
                      (mailbox_id, provider, client_id, authorize_url, token_url, scope, redirect_url, client_secret,
                       refresh_token, access_token, expires, pending_state, pending_verifier))
std::optional<OAuthRow> oauth(db::Session& session, MailboxId id);
void put_oauth(db::Tx& tx, const OAuthRow& row);
void delete_oauth(db::Tx& tx, MailboxId id);
void touch_mailbox(db::Tx& tx, MailboxId id);  // a new version: its worker starts anew

struct HistoryRow {
  MailboxId mailbox_id;
  HistoryState state = HistoryState::none;
  Instant since;
  bool keep_open = false;
  std::int64_t found = 0, read_count = 0, skipped = 0, cases = 0, messages = 0, replies = 0, kept = 0;
  std::optional<std::string> error_key;
  Instant started;
  std::optional<Instant> finished;
};
BOOST_DESCRIBE_STRUCT(HistoryRow, (),
                      (mailbox_id, state, since, keep_open, found, read_count, skipped, cases, messages, replies, kept,
                       error_key, started, finished))
std::optional<HistoryRow> history(db::Session& session, MailboxId id);
std::vector<HistoryRow> histories_to_do(db::Session& session);
void begin_history(db::Tx& tx,
                   const HistoryRow& row);  // whoever works on it goes on: what is to be done is in the state
// The lease of that work, as for a mailbox; returns the fence, 0 if another owner holds it.
std::int64_t take_history_lease(db::Tx& tx, MailboxId id, const std::string& owner, Instant now, std::int64_t ms,
                                Takeover takeover);
void drop_history_lease(db::Tx& tx, MailboxId id, std::int64_t fence);
bool update_history(db::Tx& tx, const HistoryRow& row, std::int64_t fence);  // false: the lease is lost

struct PastRow {  // a case that came as history
  CaseId case_id;
  MailboxId mailbox_id;
  ConversationId conversation_id;
  PersonId person_made;
  std::int64_t messages = 0;
};
BOOST_DESCRIBE_STRUCT(PastRow, (), (case_id, mailbox_id, conversation_id, person_made, messages))
void insert_past(db::Tx& tx, const PastRow& row);
std::vector<PastRow> pasts(db::Session& session, MailboxId id, CaseId after, int limit);
void delete_past(db::Tx& tx, const PastRow& row);  // with what is known of its mails
std::vector<MessageId> records_of(db::Session& session, ConversationId conversation);
bool raw_of_uid(db::Session& session, MailboxId mailbox, const std::string& folder, std::int64_t uid_validity,
                std::int64_t uid);

// Copies for the folder of sent mail, until they are there. `raw` is encrypted.
struct CopyRow {
  MessageId record_id;
  MailboxId mailbox_id;
  ConversationId conversation_id;
  std::string message_id;
  db::Bytes raw;
};
BOOST_DESCRIBE_STRUCT(CopyRow, (), (record_id, mailbox_id, conversation_id, message_id, raw))
void insert_copy(db::Tx& tx, const CopyRow& row);
std::optional<CopyRow> next_copy(db::Session& session, MailboxId mailbox);
void drop_copy(db::Tx& tx, MessageId record);

void erase_conversation(db::Tx& tx, ConversationId conversation);

}  // namespace auricle::email::store
