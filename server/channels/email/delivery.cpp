// The sending side and the supervisor of the workers.
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <typeinfo>

#include "channels/email/compose.h"
#include "channels/email/history.h"
#include "channels/email/worker.h"
#include "platform/base/log.h"
#include "platform/events/bus.h"
#include "platform/jobs/lease.h"

namespace auricle::email {
namespace {

using conversations::OutboundMessage;
using conversations::SendResult;

constexpr int kThread = 30;
constexpr std::int64_t kMaxAttachments = 20 << 20;
constexpr auto kSupervise = std::chrono::seconds(10);

std::string domain_of(const std::string& address) { return address.substr(address.rfind('@') + 1); }

// Made from the message's id: a second attempt is the same mail.
std::string message_id_of(const OutboundMessage& message, const std::string& address) {
  return "auricle." + std::to_string(message.id.value) + "@" + domain_of(address);
}

// The mailbox the patient wrote to; else the site's; else any.
std::optional<store::MailboxRow> mailbox_for(db::Session& session, const OutboundMessage& message) {
  for (const auto& row : store::thread(session, message.conversation, kThread))
    if (auto box = store::mailbox(session, row.mailbox_id); box && box->active) return box;
  std::optional<store::MailboxRow> other;
  for (auto& box : store::mailboxes(session)) {
    if (!box.active) continue;
    if (box.site_id == message.site) return box;
    if (!other) other = std::move(box);
  }
  return other;
}

std::string with_signature(const std::string& text, const std::string& signature) {
  return signature.find_first_not_of(" \r\n") == std::string::npos ? text : text + "\n\n-- \n" + signature;
}

struct Prepared {
  store::MailboxRow mailbox;
  Server server;
  OutgoingMail mail;
  store::Attempts attempts;
};

Result<Prepared> prepare(db::Session& session, crypto::Keyring& keys, const OutboundMessage& message) {
  auto box = mailbox_for(session, message);
  if (!box) return fail(ErrorKind::not_found, "error.mail_no_mailbox");
  Prepared out{std::move(*box), {}, {}, store::attempts(session, message.id)};
  out.server = smtp_of(session, keys, out.mailbox);
  auto& mail = out.mail;
  mail.message_id = message_id_of(message, out.mailbox.address);
  mail.from = {out.mailbox.from_name, out.mailbox.address};
  mail.to = {message.to.name, message.to.value};
  for (const auto& a : message.cc) mail.cc.push_back({a.name, a.value});
  mail.subject = message.subject;
  mail.text = with_signature(message.text, out.mailbox.signature);
  mail.html = message.html;
  mail.date = message.composed_at;
  mail.language = out.mailbox.language;
  mail.desk = domain_of(out.mailbox.address);
  for (const auto& row : store::thread(session, message.conversation, kThread)) {
    if (row.record_id == message.id || row.message_id.empty()) continue;
    if (mail.in_reply_to.empty() && row.direction == "in") mail.in_reply_to = row.message_id;
    mail.references.insert(mail.references.begin(), row.message_id);
  }
  if (mail.in_reply_to.empty() && !mail.references.empty()) mail.in_reply_to = mail.references.back();
  return out;
}

const char* outcome_name(Handover outcome) {
  switch (outcome) {
    case Handover::accepted:
      return "accepted";
    case Handover::refused:
      return "refused";
    case Handover::uncertain:
      return "uncertain";
    case Handover::not_sent:
      break;
  }
  return "not_sent";
}

}  // namespace

struct EmailChannel::State {
  State(db::Database& d, crypto::Keyring& k, Files f, conversations::Inbound& i, conversations::Past& p, const Clock& c)
      : database(d),
        keys(k),
        files(std::move(f)),
        clock(c),
        intake(d, k, files, i, c, counters),
        tokens(d, k, c),
        historian(d, k, p, tokens, c, owner) {}

  void supervise();
  void adjust();
  void renew_leases();
  std::int64_t begin(const OutboundMessage& message, const Prepared& prepared);
  void end(std::int64_t attempt, const OutboundMessage& message, const Prepared& prepared, const HandoverResult& result,
           const std::string& raw);
  void look_now(MailboxId mailbox);

  db::Database& database;
  crypto::Keyring& keys;
  Files files;
  const Clock& clock;
  Counters counters;
  Intake intake;
  Tokens tokens;
  const std::string owner = jobs::this_owner();
  Historian historian;

  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false, look = false;
  std::map<std::int64_t, std::shared_ptr<Worker>> workers;
  std::thread supervisor;
};

// Starts, restarts and ends workers as the settings say.
void EmailChannel::State::adjust() {
  auto rows = database.read_now([](db::Session& session) { return store::mailboxes(session); });
  std::map<std::int64_t, store::MailboxRow> wanted;
  for (auto& row : rows)
    if (row.active) wanted.emplace(row.id.value, std::move(row));
  std::vector<std::shared_ptr<Worker>> ending;
  {
    const std::lock_guard lock(mutex);
    std::erase_if(workers, [&](auto& entry) {
      const auto found = wanted.find(entry.first);
      if (found != wanted.end() && found->second.version == entry.second->version()) return false;
      entry.second->stop();
      ending.push_back(std::move(entry.second));
      return true;
    });
  }
  ending.clear();  // waits for them
  const std::lock_guard lock(mutex);
  if (stopping) return;
  for (auto& [id, row] : wanted)
    if (!workers.contains(id))
      workers[id] = std::make_shared<Worker>(database, keys, clock, intake, tokens, std::move(row), owner);
}

void EmailChannel::State::renew_leases() {
  std::vector<std::shared_ptr<Worker>> all;
  {
    const std::lock_guard lock(mutex);
    for (const auto& [id, worker] : workers) all.push_back(worker);
  }
  for (const auto& worker : all) worker->renew_lease();
}

void EmailChannel::State::supervise() {
  for (;;) {
    try {
      adjust();
      renew_leases();
    } catch (const std::exception& e) {
      log::error("mailboxes_wait", {{"error", typeid(e).name()}});
    }
    std::unique_lock lock(mutex);
    changed.wait_for(lock, kSupervise, [this] { return stopping || look; });
    if (stopping) return;
    look = false;
  }
}

EmailChannel::EmailChannel(db::Database& database, crypto::Keyring& keys, Files files, conversations::Inbound& inbound,
                           conversations::Past& past, const Clock& clock)
    : state_(std::make_unique<State>(database, keys, std::move(files), inbound, past, clock)) {}

EmailChannel::~EmailChannel() { stop(); }

void EmailChannel::start() {
  const std::lock_guard lock(state_->mutex);
  if (state_->supervisor.joinable()) return;
  state_->stopping = false;
  state_->supervisor = std::thread([s = state_.get()] { s->supervise(); });
  state_->historian.start();
}

void EmailChannel::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    for (auto& [id, worker] : state_->workers) worker->stop();
  }
  state_->changed.notify_all();
  state_->historian.stop();
  if (state_->supervisor.joinable()) state_->supervisor.join();
  state_->workers.clear();
}

void EmailChannel::look_now(MailboxId mailbox) { state_->look_now(mailbox); }

void EmailChannel::give_token(Server& server, MailboxId mailbox) { state_->tokens.fill(server, mailbox); }

void EmailChannel::look_at_history() { state_->historian.look_now(); }

const Counters& EmailChannel::counters() const { return state_->counters; }
std::int64_t EmailChannel::sent_again() const {
  return state_->database.read_now([](db::Session& session) { return store::sent_again(session); });
}

conversations::Capabilities EmailChannel::capabilities() const {
  conversations::Capabilities out;
  out.channel = "email", out.subject = true, out.max_attachment_bytes = kMaxAttachments;
  using D = conversations::DeliveryState;
  out.delivery_states = {D::received, D::queued, D::sending, D::sent, D::failed, D::bounced, D::cancelled};
  return out;
}

// Durable before the connection: the attempt, and by which Message-ID an answer will be recognised.
std::int64_t EmailChannel::State::begin(const OutboundMessage& message, const Prepared& prepared) {
  return database.write_now([&](db::Tx& tx) {
    if (!store::message_of_record(tx, message.id))
      store::insert_message(
          tx, {next_id(), prepared.mailbox.id, prepared.mail.message_id, "out:" + std::to_string(message.id.value),
               message.id, message.conversation, "out", subject_hash(message.subject), message.composed_at});
    return store::start_attempt(tx, message.id, prepared.mailbox.id, clock.now());
  });
}

void EmailChannel::regroup(db::Tx& tx, const std::vector<MessageId>& messages, ConversationId conversation) {
  for (const auto message : messages) store::regroup(tx, message, conversation);
}

// What the mail server said is known only here: forgotten, an accepted mail would go out again.
void EmailChannel::State::end(std::int64_t attempt, const OutboundMessage& message, const Prepared& prepared,
                              const HandoverResult& result, const std::string& raw) {
  const bool copy = result.outcome == Handover::accepted && !prepared.mailbox.sent_folder.empty();
  const auto write = [&](db::Tx& tx) {
    store::answer_attempt(tx, attempt, outcome_name(result.outcome), result.key, clock.now());
    if (!copy) return;
    const auto key = keys.key_for(tx, "purpose:raw_mail", 0);
    store::insert_copy(tx, {message.id, prepared.mailbox.id, message.conversation, prepared.mail.message_id,
                            keys.encrypt(tx, key, {"email_copy", "raw", message.id.value}, raw)});
  };
  database.write_at_last(write, [this] {
    const std::lock_guard lock(mutex);
    return stopping;
  });
  if (copy) look_now(prepared.mailbox.id);
}

void EmailChannel::State::look_now(MailboxId mailbox) {
  const std::lock_guard lock(mutex);
  if (const auto found = workers.find(mailbox.value); found != workers.end()) found->second->look_now();
  if (!mailbox) look = true, changed.notify_all();
}

SendResult EmailChannel::send(const OutboundMessage& message) {
  auto& s = *state_;
  auto prepared = s.database.read_now([&](db::Session& session) { return prepare(session, s.keys, message); });
  if (!prepared) return {SendResult::Kind::retry_later, prepared.error().key, 60};
  if (prepared->attempts.accepted > 0) return {};  // the program died before it could say so
  for (const auto& file : message.files) {
    auto bytes = s.files.fetch(file.blob);
    if (!bytes) return {SendResult::Kind::failed, "error.mail_attachment_gone", 0};
    prepared->mail.files.push_back(
        {file.name, file.content_type, file.content_id, file.shown_inline, std::move(*bytes)});
  }
  try {
    s.tokens.fill(prepared->server, prepared->mailbox.id);
  } catch (const Refused& refused) {
    return {SendResult::Kind::retry_later, refused.key, 0};
  }
  const auto raw = compose_mail(prepared->mail);
  std::vector<std::string> recipients{prepared->mail.to.address};
  for (const auto& a : prepared->mail.cc) recipients.push_back(a.address);
  const auto attempt = s.begin(message, *prepared);
  const bool again = prepared->attempts.uncertain > 0;
  const auto result = hand_over(prepared->server, prepared->mailbox.address, recipients, raw, [&] {
    s.database.write_now([&](db::Tx& tx) {
      store::end_attempt(tx, attempt, s.clock.now());
      if (again) store::count_sent_again(tx, prepared->mailbox.id);
    });
  });
  s.end(attempt, message, *prepared, result, raw);
  if (result.outcome == Handover::refused) {
    ++s.counters.refused;
    return {SendResult::Kind::failed, result.key, 0,
            message.cc.empty() && result.key == "error.mail_recipient_refused"};
  }
  if (result.outcome != Handover::accepted) return {SendResult::Kind::retry_later, result.key, 0};
  ++s.counters.sent;
  return {};
}

}  // namespace auricle::email
