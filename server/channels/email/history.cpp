#include "channels/email/history.h"

#include <algorithm>
#include <set>
#include <typeinfo>

#include "channels/email/intake.h"
#include "channels/email/quotes.h"
#include "channels/email/topics.h"
#include "channels/email/worker.h"
#include "clinic/clinic.h"
#include "platform/base/log.h"
#include "platform/events/bus.h"
#include "platform/search/feeder.h"

namespace auricle::email {
namespace {

using Direction = conversations::PastMessage::Direction;

constexpr std::int64_t kLookMs = 60'000;
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
constexpr std::size_t kFetchCount = 40;
constexpr std::int64_t kHead = 128 << 10;  // the words of a mail come first; its files stay on the mail server
constexpr std::size_t kLongestText = 100'000;
constexpr std::size_t kMostMails = 200'000;
constexpr std::chrono::milliseconds kChunk{15};  // of a transaction: live use waits no longer (data.md, "Writing")
constexpr std::int64_t kLeaseMs = 60'000;
constexpr auto kReport = std::chrono::milliseconds(500);

struct Undone {};  // asked for while it was being taken in

// When it was written, as far as one may believe it: the server's clock, unless the mailbox was moved here later.
Instant time_of(const Mail& mail, Instant arrived) {
  if (!mail.date || *mail.date > arrived + 3600'000) return arrived;
  return arrived - *mail.date > kDayMs / 2 ? *mail.date : arrived;
}

std::optional<Address> outside(const std::vector<Address>& all, const std::set<std::string>& ours) {
  for (const auto& a : all)
    if (!a.address.empty() && !ours.contains(a.address)) return a;
  return std::nullopt;
}

std::optional<PastMail> past_mail(const std::string& raw, Instant arrived, const std::set<std::string>& ours,
                                  Direction direction) {
  const auto mail = read_mail(raw);
  if (nature_of(mail) != Nature::person) return std::nullopt;
  const auto with = outside(direction == Direction::in ? mail.from : mail.to, ours);
  if (!with) return std::nullopt;
  PastMail out;
  out.content_hash = content_hash(mail, raw), out.subject_hash = subject_hash(mail.subject);
  out.links = {mail.message_id, mail.in_reply_to, mail.references};
  out.with = {"email", with->address, with->name};
  auto text = fold_quotes(mail.text).reply;
  if (text.size() > kLongestText) text = clean_utf8(text.substr(0, kLongestText)) + "…";
  const bool thanks = direction == Direction::in && !mail.in_reply_to.empty() && only_thanks(text);
  out.message = {out.content_hash, direction, time_of(mail, arrived), mail.subject, std::move(text), thanks};
  return out;
}

std::set<std::string> our_addresses(db::Session& session) {
  std::set<std::string> out;
  for (const auto& box : store::mailboxes(session)) out.insert(box.address);
  return out;
}

// The topics every clinic begins with, for one that has not made any.
void begin_topics(db::Tx& tx) {
  if (!clinic::topics(tx).empty()) return;
  const auto add = [&](const char* key, const char* en, const char* es, const char* fr, const char* ca) {
    clinic::ensure_topic(tx, key, {en, es, fr, ca});
  };
  add("appointment", "Appointments", "Citas", "Rendez-vous", "Cites");
  add("results", "Results", "Resultados", "Résultats", "Resultats");
  add("prescription", "Prescriptions", "Recetas", "Ordonnances", "Receptes");
  add("billing", "Billing", "Facturación", "Facturation", "Facturació");
  add("insurance", "Insurance", "Seguros", "Assurances", "Assegurances");
  add("documents", "Documents", "Documentos", "Documents", "Documents");
  add("complaint", "Complaints", "Quejas", "Réclamations", "Queixes");
  add("other", "Other", "Otros", "Autres", "Altres");
}

}  // namespace

void Historian::start() {
  const std::lock_guard lock(mutex_);
  if (thread_.joinable()) return;
  wake_ = std::make_unique<Wake>();
  thread_ = std::thread([this] { run(); });
}

void Historian::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (wake_) wake_->stop();
  }
  if (thread_.joinable()) thread_.join();
}

void Historian::look_now() {
  const std::lock_guard lock(mutex_);
  if (wake_) wake_->nudge();
}

void Historian::run() {
  for (;;) {
    try {
      const auto rows = database_.read_now([](db::Session& session) { return store::histories_to_do(session); });
      for (const auto& row : rows) serve(row);
      wake_->wait(-1, kLookMs);
    } catch (const Stopped&) {
      return;
    } catch (const std::exception& e) {  // the database is away, say
      log::error("mail_history_waits", {{"error", typeid(e).name()}});
      try {
        wake_->wait(-1, 5'000, Wake::Nudges::keep);
      } catch (const Stopped&) {
        return;
      }
    }
  }
}

// One node at a time takes in the past of a mailbox; what it had done when it died is known by its content.
void Historian::serve(store::HistoryRow row) {
  fence_ = database_.write_now([&](db::Tx& tx) {
    return store::take_history_lease(tx, row.mailbox_id, owner_, clock_.now(), kLeaseMs, store::Takeover::of_this_node);
  });
  if (fence_ == 0) return;
  try {
    work(row);
  } catch (const LostLease&) {
    return log::warn("mail_history_taken_over", {{"mailbox", row.mailbox_id.value}});
  }
  database_.write_now([&](db::Tx& tx) { store::drop_history_lease(tx, row.mailbox_id, fence_); });
}

void Historian::keep(db::Tx& tx, const store::HistoryRow& row) {
  if (!store::update_history(tx, row, fence_)) throw LostLease();
}

void Historian::work(store::HistoryRow& row) {
  const auto mailbox =
      database_.read_now([&](db::Session& session) { return store::mailbox(session, row.mailbox_id); });
  if (row.state == HistoryState::undoing) return take_back(row);
  try {
    if (!mailbox) throw Refused(Step::talk, "error.mail_no_mailbox", "");
    take_in(row, *mailbox);
  } catch (const Undone&) {
    look_now();
  } catch (const Refused& e) {
    row.state = HistoryState::failed, row.error_key = e.key, row.finished = clock_.now();
    log::warn("mail_history_refused", {{"mailbox", row.mailbox_id.value}, {"reason", e.key}});
    report(row, Say::now);
  }
  make_findable(row.mailbox_id);
}

// Nothing of it was announced: the search index is told where it began.
void Historian::make_findable(MailboxId mailbox) {
  database_.write_now([&](db::Tx& tx) {
    const auto first = store::pasts(tx, mailbox, {}, 1);
    if (!first.empty()) search::written_silently(tx, first.front().case_id.value);
  });
}

void Historian::report(const store::HistoryRow& row, Say say) {
  const auto now = std::chrono::steady_clock::now();
  if (say == Say::when_due && now - reported_ < kReport) return;
  reported_ = now;
  const auto state = database_.write_now([&](db::Tx& tx) {
    keep(tx, row);
    store::take_history_lease(tx, row.mailbox_id, owner_, clock_.now(), kLeaseMs, store::Takeover::when_expired);
    events::announce(tx, {"mailbox_history", row.mailbox_id.value, 0, {}});
    const auto saved = store::history(tx, row.mailbox_id);
    return saved ? saved->state : HistoryState::none;
  });
  if (state == HistoryState::undoing && row.state != HistoryState::undoing) throw Undone();
}

void Historian::take_in(store::HistoryRow& row, const store::MailboxRow& mailbox) {
  row.state = HistoryState::reading, row.found = row.read_count = row.skipped = 0;
  report(row, Say::now);
  auto mails = read(row, mailbox);
  database_.write_now([](db::Tx& tx) { begin_topics(tx); });
  row.state = HistoryState::importing;
  report(row, Say::now);
  const auto open = row.keep_open ? Unanswered::stays_open : Unanswered::is_closed;
  file(row, mailbox, mails, group_past(mails, open, clock_.now()));
  row.state = HistoryState::done, row.finished = clock_.now();
  report(row, Say::now);
}

std::vector<PastMail> Historian::read(store::HistoryRow& row, const store::MailboxRow& mailbox) {
  auto server = database_.read_now([&](db::Session& session) { return imap_of(session, keys_, mailbox); });
  tokens_.fill(server, mailbox.id);
  Imap imap(server, *wake_);
  std::vector<PastMail> out;
  auto sent = mailbox.sent_folder;
  if (sent.empty())
    for (const auto& folder : imap.folders())
      if (folder.use == FolderUse::sent && sent.empty()) sent = folder.name;
  read_folder(imap, row, mailbox, mailbox.folder, out);
  if (!sent.empty()) read_folder(imap, row, mailbox, sent, out);
  imap.sign_off();
  return out;
}

void Historian::read_folder(Imap& imap, store::HistoryRow& row, const store::MailboxRow& mailbox,
                            const std::string& folder, std::vector<PastMail>& out) {
  const auto direction = folder == mailbox.folder ? Direction::in : Direction::out;
  const auto kind = direction == Direction::in ? kInbox : kSent;
  const auto state = imap.examine(folder);
  auto uids = imap.search(1, row.since);
  // What came since the mailbox was connected is read live.
  const auto live = database_.read_now([&](db::Session& session) { return store::folder(session, mailbox.id, kind); });
  if (live && live->uid_validity == state.uid_validity)
    std::erase_if(uids, [&](std::int64_t uid) { return uid > live->last_uid; });
  row.found += static_cast<std::int64_t>(uids.size());
  const auto ours = database_.read_now([](db::Session& session) { return our_addresses(session); });
  for (std::size_t i = 0; i < uids.size() && out.size() < kMostMails; i += kFetchCount) {
    if (wake_->stopping()) throw Stopped();
    const std::vector<std::int64_t> some(
        uids.begin() + static_cast<std::ptrdiff_t>(i),
        uids.begin() + static_cast<std::ptrdiff_t>(std::min(i + kFetchCount, uids.size())));
    for (const auto& fetched : imap.fetch(some, kHead)) {
      std::optional<PastMail> mail;
      try {
        mail = past_mail(fetched.raw, fetched.arrived, ours, direction);
      } catch (const Unreadable&) {
      }
      const bool known = mail && database_.read_now([&](db::Session& session) {
        return store::raw_of_uid(session, mailbox.id, kind, state.uid_validity, fetched.uid) ||
               store::message_of_content(session, mail->content_hash).has_value() ||
               (!mail->links.message_id.empty() && !store::messages_of_id(session, mail->links.message_id).empty());
      });
      if (mail && !known && mail->message.happened_at >= row.since)
        out.push_back(std::move(*mail));
      else
        ++row.skipped;
    }
    row.read_count += static_cast<std::int64_t>(some.size());
    report(row, Say::when_due);
  }
}

void Historian::file(store::HistoryRow& row, const store::MailboxRow& mailbox, const std::vector<PastMail>& mails,
                     std::vector<PastGroup> groups) {
  const auto source = "mailbox:" + std::to_string(mailbox.id.value);
  std::size_t count = 4;
  for (std::size_t i = 0; i < groups.size();) {
    if (wake_->stopping()) throw Stopped();
    const auto end = std::min(i + count, groups.size());
    const auto start = std::chrono::steady_clock::now();
    const auto filed = database_.write_now(
        [&](db::Tx& tx) {
          store::HistoryRow added = row;
          for (auto k = i; k < end; ++k) {
            auto past = groups[k].past;
            past.channel = "email", past.source = source, past.site = mailbox.site_id;
            const auto ids = past_.record_past(tx, past);
            if (!ids) continue;
            ++added.cases;
            store::insert_past(tx, {ids->case_id, mailbox.id, ids->conversation, ids->made,
                                    static_cast<std::int64_t>(ids->messages.size())});
            for (std::size_t m = 0; m < ids->messages.size(); ++m) {
              const auto& mail = mails[groups[k].mails[m]];
              const bool in = mail.message.direction == Direction::in;
              ++(in ? added.messages : added.replies);
              store::insert_message(
                  tx, {next_id(), mailbox.id, mail.links.message_id, mail.content_hash, ids->messages[m],
                       ids->conversation, in ? "in" : "out", mail.subject_hash, mail.message.happened_at});
            }
          }
          keep(tx, added);
          return added;
        },
        db::Lane::bulk);
    row = filed;
    const auto took = std::chrono::steady_clock::now() - start;
    count = took > kChunk ? std::max<std::size_t>(count / 2, 1) : std::min<std::size_t>(count + 4, 100);
    i = end;
    report(row, Say::when_due);
  }
}

void Historian::take_back(store::HistoryRow& row) {
  row.kept = 0;
  for (CaseId after{};;) {
    if (wake_->stopping()) throw Stopped();
    const auto some =
        database_.read_now([&](db::Session& session) { return store::pasts(session, row.mailbox_id, after, 8); });
    if (some.empty()) break;
    after = some.back().case_id;
    row = database_.write_now(
        [&](db::Tx& tx) {
          store::HistoryRow left = row;
          for (const auto& one : some) {
            conversations::PastIds ids{one.case_id, one.conversation_id, {}, one.person_made};
            ids.messages = store::records_of(tx, one.conversation_id);
            const bool untouched = static_cast<std::int64_t>(ids.messages.size()) == one.messages;
            if (untouched && past_.take_back(tx, ids))
              store::delete_past(tx, one), --left.cases;
            else
              ++left.kept;
          }
          keep(tx, left);
          return left;
        },
        db::Lane::bulk);
    report(row, Say::when_due);
  }
  row.state = HistoryState::none, row.cases = row.messages = row.replies = row.found = row.read_count = row.skipped = 0;
  row.finished = clock_.now();
  report(row, Say::now);
}

}  // namespace auricle::email
