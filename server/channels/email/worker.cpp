#include "channels/email/worker.h"

#include <algorithm>
#include <random>
#include <typeinfo>

#include "platform/base/log.h"
#include "platform/events/bus.h"

namespace auricle::email {
namespace {

constexpr std::int64_t kLeaseMs = 60'000;
constexpr std::int64_t kIdleMs = 25 * 60'000;  // RFC 2177: again before 29 minutes
constexpr std::int64_t kFirstPauseMs = 1'000, kLongestPauseMs = 300'000, kSignInPauseMs = 60'000;
constexpr std::int64_t kBrokenPauseMs = 3'000;
constexpr std::size_t kFetchCount = 50;
constexpr std::size_t kManyMails = 500;
constexpr std::int64_t kFetchBytes = 8 << 20;
constexpr std::int64_t kLargestMail = 64 << 20, kHeadBytes = 64 << 10;

std::string open_secret(db::Session& session, crypto::Keyring& keys, MailboxId id, const char* column,
                        const db::Bytes& secret) {
  if (secret.data.empty()) return "";
  auto plain = keys.decrypt(session, {"email_mailbox", column, id.value}, secret);
  return plain ? std::move(*plain) : "";
}

}  // namespace

Server imap_of(db::Session& session, crypto::Keyring& keys, const store::MailboxRow& r) {
  return {r.imap_host,
          static_cast<int>(r.imap_port),
          r.imap_security,
          r.imap_user,
          open_secret(session, keys, r.id, "imap_secret", r.imap_secret),
          r.imap_ca};
}
Server smtp_of(db::Session& session, crypto::Keyring& keys, const store::MailboxRow& r) {
  return {r.smtp_host,
          static_cast<int>(r.smtp_port),
          r.smtp_security,
          r.smtp_user,
          open_secret(session, keys, r.id, "smtp_secret", r.smtp_secret),
          r.smtp_ca};
}

Worker::Worker(db::Database& database, crypto::Keyring& keys, const Clock& clock, Intake& intake, Tokens& tokens,
               store::MailboxRow mailbox, std::string owner)
    : database_(database),
      keys_(keys),
      clock_(clock),
      intake_(intake),
      tokens_(tokens),
      mailbox_(std::move(mailbox)),
      owner_(std::move(owner)) {
  thread_ = std::thread([this] { run(); });
}

Worker::~Worker() {
  wake_.stop();
  thread_.join();
}

bool Worker::take_lease() {
  fence_ = database_.write_now([&](db::Tx& tx) {
    return store::take_lease(tx, mailbox_.id, owner_, clock_.now(), kLeaseMs, store::Takeover::of_this_node);
  });
  return fence_ > 0;
}

void Worker::renew_lease() {
  if (fence_ > 0)
    database_.write_now([&](db::Tx& tx) {
      return store::take_lease(tx, mailbox_.id, owner_, clock_.now(), kLeaseMs, store::Takeover::when_expired);
    });
}

void Worker::report(MailboxState state, const std::string& key, const std::string& detail, std::int64_t retry_ms) {
  const bool changed = state != reported_ || key != reported_key_;
  database_.write_now([&](db::Tx& tx) {
    store::StateRow row;
    row.mailbox_id = mailbox_.id, row.state = state;
    if (!key.empty()) row.error_key = key, row.error_detail = detail;
    if (state == MailboxState::connected) row.last_sync = clock_.now();
    if (retry_ms > 0) row.next_attempt = clock_.now() + retry_ms;
    if (lag_ms_ >= 0) row.lag_ms = lag_ms_;
    store::set_state(tx, row);
    if (changed) events::announce(tx, {"mailbox", mailbox_.id.value, mailbox_.version, mailbox_.site_id});
  });
  reported_ = state, reported_key_ = key;
}

std::int64_t Worker::next_pause(bool refused_sign_in) {
  static thread_local std::mt19937 random{std::random_device{}()};
  const auto full = std::min(kFirstPauseMs << std::min(failures_, 12), kLongestPauseMs);
  ++failures_;
  const auto pause = std::uniform_int_distribution<std::int64_t>(full / 2, full)(random);
  return refused_sign_in ? std::max(pause, kSignInPauseMs) : pause;  // servers lock an account that fails too often
}

void Worker::run() {
  for (;;) {
    std::int64_t pause = kFirstPauseMs;
    try {
      if (take_lease())
        connect_and_work();
      else
        pause = kLeaseMs / 4;
    } catch (const Stopped&) {
      break;
    } catch (const LostLease&) {
      pause = kLeaseMs / 4;
    } catch (const Refused& e) {
      pause = next_pause(e.step == Step::sign_in);
      log::warn("mailbox_refused", {{"mailbox", mailbox_.id.value}, {"reason", e.key}});
      try {
        report(failures_ > 1 || e.step != Step::talk ? MailboxState::failed : MailboxState::waiting, e.key, e.detail,
               pause);
      } catch (const std::exception&) {
      }
    } catch (const std::exception& e) {  // the database is away, say, or the disk full; mail waits at its server
      pause = kBrokenPauseMs;
      log::error("mailbox_waits", {{"mailbox", mailbox_.id.value}, {"error", typeid(e).name()}});
    }
    try {
      wake_.wait(-1, pause);
    } catch (const Stopped&) {
      break;
    }
  }
  try {
    if (fence_ > 0) database_.write_now([&](db::Tx& tx) { store::drop_lease(tx, mailbox_.id, fence_); });
  } catch (const std::exception&) {
  }
}

void Worker::work_off() {
  while (intake_.work(mailbox_))
    if (wake_.stopping()) throw Stopped();
}

void Worker::connect_and_work() {
  work_off();                        // what a killed program left
  report_sync(Sync::is_done, 0, 0);  // what a killed program left
  if (reported_ != MailboxState::failed) report(MailboxState::connecting);
  auto server = database_.read_now([&](db::Session& session) { return imap_of(session, keys_, mailbox_); });
  tokens_.fill(server, mailbox_.id);
  Imap imap(server, wake_);
  for (;;) {
    if (!mailbox_.sent_folder.empty()) {
      append_copies(imap);
      read_folder(imap, kSent, mailbox_.sent_folder);
    }
    read_folder(imap, kInbox, mailbox_.folder);
    work_off();  // what somebody took out of quarantine
    failures_ = 0;
    report(MailboxState::connected);
    imap.idle(kIdleMs);
  }
}

void Worker::read_folder(Imap& imap, const std::string& kind, const std::string& folder) {
  const auto state = imap.examine(folder);
  const auto saved =
      database_.read_now([&](db::Session& session) { return store::folder(session, mailbox_.id, kind); });
  if (!saved) return start_folder(imap, kind, state);
  store::FolderRow at = *saved;
  std::int64_t baseline = 0;
  if (at.uid_validity !=
      state.uid_validity) {  // RFC 3501 §2.3.1.1: all UIDs are new; what is known is found by its bytes
    at = {state.uid_validity, 0};
    baseline = kind == kInbox && mailbox_.import_since ? mailbox_.import_since->ms : mailbox_.created.ms;
  }
  const auto since = baseline > 0 ? std::optional(Instant{baseline - 24 * 3600 * 1000}) : std::nullopt;
  if (baseline == 0 && state.uid_next > 0 && state.uid_next <= at.last_uid + 1) return;
  fetch(imap, kind, at, imap.search(at.last_uid + 1, since), baseline);
}

// First contact: mail that is already there stays where it is, unless it is to be imported.
void Worker::start_folder(Imap& imap, const std::string& kind, const FolderState& state) {
  store::FolderRow at{state.uid_validity, 0};
  if (kind == kInbox && mailbox_.import_since) {
    const auto uids = imap.search(1, Instant{mailbox_.import_since->ms - 24 * 3600 * 1000});
    return fetch(imap, kind, at, uids, mailbox_.import_since->ms);
  }
  at.last_uid = state.uid_next > 0 ? state.uid_next - 1 : 0;
  if (state.uid_next == 0)
    for (const auto uid : imap.search(1)) at.last_uid = std::max(at.last_uid, uid);
  intake_.store_raw(mailbox_, fence_, kind, at, {});
}

void Worker::fetch(Imap& imap, const std::string& kind, store::FolderRow at, const std::vector<std::int64_t>& uids,
                   std::int64_t baseline_ms) {
  for (std::size_t i = 0; i < uids.size();) {
    if (wake_.stopping()) throw Stopped();
    const std::vector<std::int64_t> some(
        uids.begin() + static_cast<std::ptrdiff_t>(i),
        uids.begin() + static_cast<std::ptrdiff_t>(std::min(i + kFetchCount, uids.size())));
    std::vector<FetchedMail> skipped;
    std::vector<std::int64_t> wanted;
    std::int64_t bytes = 0, last = some.back();
    for (auto& mail : imap.summaries(some)) {
      if (baseline_ms > 0 && mail.arrived.ms + 999 < baseline_ms) continue;
      if (mail.size > kLargestMail) {
        skipped.push_back(std::move(mail));  // goes to quarantine with its size; its bytes stay on the mail server
        continue;
      }
      if (!wanted.empty() && bytes + mail.size > kFetchBytes) {
        last = wanted.back();
        break;
      }
      bytes += mail.size;
      wanted.push_back(mail.uid);
    }
    std::erase_if(skipped, [&](const FetchedMail& mail) { return mail.uid > last; });
    auto mails = imap.fetch(wanted);
    for (auto& mail : skipped) {
      for (auto& beginning : imap.fetch({mail.uid}, kHeadBytes)) mail.head = head_of(beginning.raw);
      mails.push_back(std::move(mail));
    }
    at.last_uid = last;
    intake_.store_raw(mailbox_, fence_, kind, at, mails);
    if (!mails.empty() && kind == kInbox) lag_ms_ = std::max<std::int64_t>(0, clock_.now() - mails.back().arrived);
    work_off();
    while (i < uids.size() && uids[i] <= last) ++i;
    if (uids.size() > kManyMails)
      report_sync(Sync::goes_on, static_cast<std::int64_t>(uids.size()), static_cast<std::int64_t>(i));
  }
  if (uids.size() > kManyMails) report_sync(Sync::is_done, 0, 0);
}

// Very much is read at once at the first contact or after a long rest: somebody may want to see how far it is.
void Worker::report_sync(Sync sync, std::int64_t found, std::int64_t read) {
  const bool on = sync == Sync::goes_on;
  database_.write_now([&](db::Tx& tx) {
    store::set_sync(tx, mailbox_.id, on ? std::optional(found) : std::nullopt, on ? std::optional(read) : std::nullopt);
    events::announce(tx, {"mailbox", mailbox_.id.value, mailbox_.version, mailbox_.site_id});
  });
}

// Killed between the appending and the removal of the row, or served by a server that keeps copies by itself, the copy
// is there already.
void Worker::append_copies(Imap& imap) {
  const auto next = [&](db::Session& session) -> std::optional<std::pair<store::CopyRow, std::string>> {
    auto row = store::next_copy(session, mailbox_.id);
    if (!row) return std::nullopt;
    auto raw = keys_.decrypt(session, {"email_copy", "raw", row->record_id.value}, row->raw);
    return std::pair(std::move(*row), raw.value_or(""));
  };
  while (const auto copy = database_.read_now(next)) {
    if (wake_.stopping()) throw Stopped();
    try {
      imap.examine(mailbox_.sent_folder);
      if (!copy->second.empty() && !imap.holds(copy->first.message_id)) imap.append(mailbox_.sent_folder, copy->second);
    } catch (const Refused& e) {  // a convenience: the desk has the message
      log::warn("mailbox_no_sent_copy", {{"mailbox", mailbox_.id.value}, {"reason", e.key}});
      if (e.step == Step::talk && e.key != "error.mail_sent_folder_missing") throw;
    }
    database_.write_now([&](db::Tx& tx) { store::drop_copy(tx, copy->first.record_id); });
  }
}

}  // namespace auricle::email
