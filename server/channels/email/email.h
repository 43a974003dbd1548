#pragma once
// The e-mail channel: mailboxes read by IMAP, replies handed over by SMTP. Mail is health data (data.md): raw bytes are
// durable before they are parsed, a mail that cannot be read is quarantined and the rest flows, nothing on the mail
// server is marked or deleted.
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "channels/email/connection.h"
#include "channels/email/discovery.h"
#include "channels/email/imap.h"
#include "conversations/channel.h"
#include "platform/access/access.h"
#include "platform/crypto/keys.h"
#include "platform/db/database.h"

namespace auricle::http {
class Router;
}

namespace auricle::email {

struct ServerInput {
  std::string host;
  int port = 0;
  Security security = Security::tls;
  std::string user;
  std::optional<std::string> secret;  // absent keeps the saved one
  std::optional<std::string> ca_certificate;
};
BOOST_DESCRIBE_STRUCT(ServerInput, (), (host, port, security, user, secret, ca_certificate))

struct MailboxInput {
  std::string address, name;
  SiteId site_id;
  std::string language;
  std::optional<bool> active;
  ServerInput imap, smtp;
  std::optional<std::string> folder, sent_folder, from_name, signature, auth_host;
  std::optional<Instant> import_since;  // absent: only mail that comes from now on
};
BOOST_DESCRIBE_STRUCT(MailboxInput, (),
                      (address, name, site_id, language, active, imap, smtp, folder, sent_folder, from_name, signature,
                       auth_host, import_since))

struct ServerView {
  std::string host;
  int port = 0;
  Security security = Security::tls;
  std::string user;
  bool has_secret = false;
  std::string ca_certificate;
};
BOOST_DESCRIBE_STRUCT(ServerView, (), (host, port, security, user, has_secret, ca_certificate))

enum class MailboxState { connected, connecting, waiting, failed, stopped };
BOOST_DESCRIBE_ENUM(MailboxState, connected, connecting, waiting, failed, stopped)

enum class SignIn { password, token };
BOOST_DESCRIBE_ENUM(SignIn, password, token)

struct MailboxView {
  MailboxId id;
  std::int64_t version = 0;
  std::string address, name;
  SiteId site_id;
  std::string language;
  bool active = false;
  SignIn sign_in = SignIn::password;
  ServerView imap, smtp;
  std::string folder, sent_folder, from_name, signature, auth_host;
  std::optional<Instant> import_since;
  MailboxState state = MailboxState::stopped;
  std::optional<std::string> error_key, error_detail;
  std::optional<Instant> last_sync_at, next_attempt_at;
  std::optional<std::int64_t> lag_seconds;
  std::int64_t waiting_in = 0, waiting_out = 0, quarantined = 0, sent_again = 0;
  std::optional<std::int64_t> sync_found, sync_read;  // while very much is being read
};
BOOST_DESCRIBE_STRUCT(MailboxView, (),
                      (id, version, address, name, site_id, language, active, sign_in, imap, smtp, folder, sent_folder,
                       from_name, signature, auth_host, import_since, state, error_key, error_detail, last_sync_at,
                       next_attempt_at, lag_seconds, waiting_in, waiting_out, quarantined, sent_again, sync_found,
                       sync_read))
struct MailboxList {
  std::vector<MailboxView> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(MailboxList, (), (items, next_cursor))

enum class TestState { ok, failed, skipped };
BOOST_DESCRIBE_ENUM(TestState, ok, failed, skipped)
struct TestStep {
  std::string step;  // imap_resolve, imap_connect, imap_tls, imap_sign_in, imap_folder, …
  TestState state = TestState::ok;
  std::optional<std::string> error_key, detail;
};
BOOST_DESCRIBE_STRUCT(TestStep, (), (step, state, error_key, detail))
struct MailboxTest {
  bool ok = true;
  std::vector<TestStep> steps;
};
BOOST_DESCRIBE_STRUCT(MailboxTest, (), (ok, steps))

// received: stored, not yet parsed; parsing and filing: begun; the others are ends.
enum class RawState { received, parsing, filing, parsed, quarantined, discarded };
BOOST_DESCRIBE_ENUM(RawState, received, parsing, filing, parsed, quarantined, discarded)

struct QuarantinedMail {
  std::int64_t id = 0;
  MailboxId mailbox_id;
  std::string mailbox_name;
  Instant received_at, quarantined_at;
  std::int64_t size = 0, attempts = 0;
  std::string reason_key;
  std::optional<std::string> detail;
  bool kept = true;                          // its bytes are here; else they stayed on the mail server
  std::optional<std::string> from, subject;  // as far as its header says
  RawState state = RawState::quarantined;
};
BOOST_DESCRIBE_STRUCT(QuarantinedMail, (),
                      (id, mailbox_id, mailbox_name, received_at, quarantined_at, size, attempts, reason_key, detail,
                       kept, from, subject, state))
struct QuarantinedMailList {
  std::vector<QuarantinedMail> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(QuarantinedMailList, (), (items, next_cursor))

// How the time before the connection is taken in as history, and taken back (history.h).
enum class HistoryState { none, queued, reading, importing, done, failed, undoing };
BOOST_DESCRIBE_ENUM(HistoryState, none, queued, reading, importing, done, failed, undoing)
struct HistoryInput {
  using absent_is_default = void;
  std::int64_t days = 90;  // 1 to 730
  bool keep_open = false;  // what nobody answered stays in the inbox, to be answered
};
BOOST_DESCRIBE_STRUCT(HistoryInput, (), (days, keep_open))
struct MailHistory {
  MailboxId mailbox_id;
  HistoryState state = HistoryState::none;
  std::optional<Instant> since;
  std::int64_t found = 0, read = 0, skipped = 0;      // mails; skipped: newsletters, automatic answers, known already
  std::int64_t cases = 0, messages = 0, replies = 0;  // taken in
  std::int64_t kept = 0;                              // cases somebody went on working on, at the last undo
  std::optional<std::string> error_key;
  std::optional<Instant> started_at, finished_at;
};
BOOST_DESCRIBE_STRUCT(MailHistory, (),
                      (mailbox_id, state, since, found, read, skipped, cases, messages, replies, kept, error_key,
                       started_at, finished_at))

// Signing in with tokens instead of a password (oauth.h). Providers "google" and "microsoft" need no URLs.
struct TokenSignIn {
  std::string provider, client_id;
  std::optional<std::string> client_secret;  // absent keeps the saved one
  std::optional<std::string> authorize_url, token_url, scope;
  std::string redirect_url;  // of the page that completes it
};
BOOST_DESCRIBE_STRUCT(TokenSignIn, (),
                      (provider, client_id, client_secret, authorize_url, token_url, scope, redirect_url))
struct TokenSignInStart {
  std::string url;  // where the person consents
};
BOOST_DESCRIBE_STRUCT(TokenSignInStart, (), (url))
struct TokenSignInEnd {
  std::string state, code;  // as the provider gave them back
};
BOOST_DESCRIBE_STRUCT(TokenSignInEnd, (), (state, code))
struct TokenExchange {
  std::string url;
  std::vector<std::pair<std::string, std::string>> form;
};
struct TokenAnswer;

// Settings of mailboxes and the quarantine.
class Mailboxes {
 public:
  Mailboxes(crypto::Keyring& keys, const Clock& clock) : keys_(keys), clock_(clock) {}

  Result<MailboxList> list(const Viewer& viewer, db::Session& session);
  Result<MailboxView> show(const Viewer& viewer, db::Session& session, MailboxId id);
  Result<MailboxView> create(const Viewer& viewer, db::Tx& tx, const MailboxInput& input);
  Result<MailboxView> update(const Viewer& viewer, db::Tx& tx, MailboxId id, const MailboxInput& input);
  Result<Done> remove(const Viewer& viewer, db::Tx& tx, MailboxId id);
  // The servers to try, with saved secrets put in where none is given (`id` zero: nothing is saved yet).
  Result<std::pair<Server, Server>> servers_to_try(const Viewer& viewer, db::Session& session, MailboxId id,
                                                   const MailboxInput& input);

  // Begin → the person consents at the provider → exchange (outside of transactions) → end.
  Result<TokenSignInStart> begin_token_sign_in(const Viewer& viewer, db::Tx& tx, MailboxId id,
                                               const TokenSignIn& input);
  Result<TokenExchange> token_exchange(const Viewer& viewer, db::Session& session, MailboxId id,
                                       const TokenSignInEnd& input);
  Result<MailboxView> end_token_sign_in(const Viewer& viewer, db::Tx& tx, MailboxId id, const TokenSignInEnd& input,
                                        const TokenAnswer& answer);
  Result<MailboxView> end_tokens(const Viewer& viewer, db::Tx& tx, MailboxId id);  // back to the password

  Result<QuarantinedMailList> quarantine(const Viewer& viewer, db::Session& session, std::int64_t before);
  Result<QuarantinedMail> quarantined(const Viewer& viewer, db::Session& session, std::int64_t id);
  Result<std::string> quarantined_raw(const Viewer& viewer, db::Tx& tx, std::int64_t id);  // audited as a read
  Result<QuarantinedMail> retry(const Viewer& viewer, db::Tx& tx, std::int64_t id);
  Result<Done> discard(const Viewer& viewer, db::Tx& tx, std::int64_t id);
  Result<MailHistory> history(const Viewer& viewer, db::Session& session, MailboxId id);
  Result<MailHistory> take_history(const Viewer& viewer, db::Tx& tx, MailboxId id, const HistoryInput& input);
  Result<MailHistory> take_history_back(const Viewer& viewer, db::Tx& tx, MailboxId id);

  // The rows of erased conversations go with them.
  void erase_conversations(db::Tx& tx, const std::vector<ConversationId>& conversations);
  // Mail that was put aside and names one of these addresses in its header.
  void erase_quarantined(db::Tx& tx, const std::vector<std::string>& addresses);

 private:
  Result<MailboxView> changed_sign_in(const Viewer& viewer, db::Tx& tx, MailboxId id);
  void save_secrets(db::Tx& tx, MailboxId id, const MailboxInput& input);
  crypto::Keyring& keys_;
  const Clock& clock_;
};

struct FolderList {
  std::vector<FolderEntry> items;
};
BOOST_DESCRIBE_STRUCT(FolderList, (), (items))
// What folders the server has: the inbox first, then those with a purpose. Blocking; throws Refused.
FolderList list_folders(const Server& imap);

// Tries each step a mailbox needs. Blocking.
MailboxTest try_mailbox(const MailboxInput& input, const Server& imap, const Server& smtp);

// Immutable encrypted files (platform/blobs), as this channel uses them. Both block; neither is called inside a
// transaction.
struct Files {
  std::function<std::string(std::string_view bytes)> keep;  // → id, durable when it returns
  std::function<Result<std::string>(const std::string& id)> fetch;
};

struct Counters {  // for /metrics
  std::atomic<std::int64_t> fetched{0}, filed{0}, duplicates{0}, quarantined{0}, sent{0}, refused{0};
};

// The worker threads and the sending side.
class EmailChannel final : public conversations::Channel {
 public:
  EmailChannel(db::Database& database, crypto::Keyring& keys, Files files, conversations::Inbound& inbound,
               conversations::Past& past, const Clock& clock);
  ~EmailChannel() override;                            // stops
  void start();                                        // one thread per active mailbox, in this or another node
  void stop();                                         // waits until each thread has ended what it began
  void look_now(MailboxId mailbox = {});               // zero: settings changed, look at all
  void give_token(Server& server, MailboxId mailbox);  // where one is used; blocking; throws Refused
  void look_at_history();                              // one was asked for

  conversations::Capabilities capabilities() const override;
  conversations::SendResult send(const conversations::OutboundMessage& message) override;
  void regroup(db::Tx& tx, const std::vector<MessageId>& messages, ConversationId conversation) override;
  const Counters& counters() const;
  std::int64_t sent_again() const;  // since the installation was made: a killed program forgets its counters

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Hands in a mail as a patient's own mail program would: the demo's patients write through the real path. Throws
// Refused, or std::runtime_error when the server does not take it.
struct VisitorMail {
  std::string from_name, from_address, to, subject, text, language;
};
void hand_in(const Server& server, const VisitorMail& mail, Instant now);

void add_routes(http::Router& router, Mailboxes& mailboxes, EmailChannel& channel);

// A mail of the program to a colleague; no patient data. Blocking.
struct Notice {
  std::string to, to_name, subject, text, language;
};
bool can_send_notice(db::Session& session);
Result<Done> send_notice(db::Database& database, crypto::Keyring& keys, const Notice& notice, Instant now);

}  // namespace auricle::email
