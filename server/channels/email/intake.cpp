#include "channels/email/intake.h"

#include <algorithm>
#include <typeinfo>

#include "channels/email/compose.h"
#include "channels/email/quotes.h"
#include "platform/base/log.h"
#include "platform/events/bus.h"

namespace auricle::email {
namespace {

constexpr int kBatch = 20;
constexpr std::int64_t kBatchBytes = 16 << 20;
constexpr int kDeadAttempts = 2;  // the program died while reading it
constexpr int kDeadFilings = 6;   // or while filing it
constexpr int kFailures = 3;      // filing threw
constexpr std::int64_t kBacklogMs = 3600'000;
// Faster than anybody writes: a machine, perhaps one that answers ours.
constexpr std::size_t kFlood = 100;
constexpr std::int64_t kFloodMs = 10 * 60'000;
constexpr std::size_t kMostSenders = 10'000;

void part(std::string& to, std::string_view piece) {
  to += std::to_string(piece.size());
  to += ':';
  to += piece;
}

conversations::Address party(const Address& a) { return {"email", a.address, a.name}; }
std::vector<conversations::Address> parties(const std::vector<Address>& addresses) {
  std::vector<conversations::Address> out;
  for (const auto& a : addresses)
    if (!a.address.empty()) out.push_back(party(a));
  return out;
}

// What must be said beside a mail from a proven or unchecked sender.
std::string notice_of(const Mail& mail, const std::string& sender) {
  if (!mail.notice.empty()) return mail.notice;
  const auto elsewhere = [&](const Address& a) { return !a.address.empty() && a.address != sender; };
  return std::any_of(mail.reply_to.begin(), mail.reply_to.end(), elsewhere) ? "error.mail_reply_elsewhere" : "";
}

// A mail that carries our own mark has gone round: kept, but it starts nothing.
bool our_own(const Mail& mail, const std::string& address) {
  const auto mark = mail.header("X-Auricle");
  return !mark.empty() && mark == std::string_view(address).substr(address.rfind('@') + 1);
}

// RFC 3463, without the class: "1.1".
std::string_view detail_of(const Bounce& bounce) {
  return bounce.status.size() > 2 ? std::string_view(bounce.status).substr(2) : std::string_view();
}

bool about_us(const Bounce& bounce) {  // the sender was not welcome; others may be
  const auto detail = detail_of(bounce);
  return detail == "1.7" || detail == "1.8" || detail.starts_with("7.");
}

const char* bounce_key(const Bounce& bounce) {
  const auto detail = detail_of(bounce);
  const bool nowhere = detail == "4.1" || detail.starts_with("4.3") || detail == "4.4";
  if ((detail.starts_with("1.") || nowhere) && !about_us(bounce)) return "error.mail_address_unknown";
  return detail == "2.2" ? "error.mail_address_full" : "error.mail_bounced";
}

// Not when another mail might arrive: this one was too large, or not understood.
bool about_the_address(const Bounce& bounce) {
  const auto detail = detail_of(bounce);
  return detail != "2.3" && detail != "3.4" && !detail.starts_with("6.") && !about_us(bounce);
}

Address sender_of(const Mail& mail) {
  for (const auto& a : mail.from)
    if (!a.address.empty()) return a;
  if (mail.sender && !mail.sender->address.empty()) return *mail.sender;
  return {mail.from.empty() ? "" : mail.from[0].name, "unknown@unknown.invalid"};
}

}  // namespace

std::string head_of(std::string_view raw) {
  constexpr std::size_t kMost = 64 << 10;
  const auto end = std::min({raw.find("\r\n\r\n"), raw.find("\n\n"), kMost});
  return std::string(raw.substr(0, end));
}

std::string subject_hash(std::string_view subject) { return crypto::sha256_hex(base_subject(subject)).substr(0, 32); }

// The same mail in two of our mailboxes differs in Received and Delivered-To only; without a Message-ID only equal
// bytes are the same mail.
std::string content_hash(const Mail& mail, std::string_view raw) {
  if (mail.message_id.empty()) return crypto::sha256_hex(raw);
  std::string all;
  part(all, mail.message_id);
  for (const auto& a : mail.from) part(all, a.address);
  part(all, mail.subject);
  part(all, mail.date ? std::to_string(mail.date->ms) : "");
  part(all, mail.text);
  part(all, mail.html);
  for (const auto& file : mail.attachments) part(all, file.file_name), part(all, file.bytes);
  return crypto::sha256_hex(all);
}

std::vector<ConversationId> candidates(db::Session& session, const Mail& mail, NewSubject new_subject) {
  std::vector<ConversationId> out;
  if (forwarded_subject(mail.subject)) return out;
  std::vector<std::string> ids = mail.in_reply_to;
  ids.insert(ids.end(), mail.references.rbegin(), mail.references.rend());
  const auto subject = subject_hash(mail.subject);
  for (const auto& id : ids) {
    if (out.size() >= 10) break;
    for (const auto& row : store::messages_of_id(session, id)) {
      if (std::find(out.begin(), out.end(), row.conversation_id) != out.end()) continue;
      const auto first = store::first_of(session, row.conversation_id);
      const bool same_matter = new_subject == NewSubject::is_ignored || base_subject(mail.subject).empty() ||
                               row.subject_hash == subject || (first && first->subject_hash == subject);
      if (same_matter) out.push_back(row.conversation_id);
    }
  }
  return out;
}

void Intake::store_raw(const store::MailboxRow& mailbox, std::int64_t fence, const std::string& folder,
                       const store::FolderRow& watermark, const std::vector<FetchedMail>& mails) {
  database_.write_now([&](db::Tx& tx) {
    if (!store::holds_lease(tx, mailbox.id, fence)) throw LostLease();
    const auto key = keys_.key_for(tx, "purpose:raw_mail", 0);
    for (const auto& mail : mails) {
      store::RawRow row;
      row.id = next_id(), row.mailbox_id = mailbox.id, row.folder = folder;
      row.uid_validity = watermark.uid_validity, row.uid = mail.uid;
      row.raw_hash = mail.raw.empty() ? "" : crypto::sha256_hex(mail.raw);
      row.size = mail.raw.empty() ? mail.size : static_cast<std::int64_t>(mail.raw.size());
      row.arrived = mail.arrived.ms > 0 ? mail.arrived : clock_.now(), row.stored = clock_.now();
      if (mail.raw.empty()) {
        row.state = RawState::quarantined,
        row.reason_key = mail.size > 0 ? "error.mail_left_at_server" : "error.mail_empty", row.finished = clock_.now();
        if (!mail.head.empty()) row.head = keys_.encrypt(tx, key, {"email_raw", "head", row.id}, mail.head);
      } else if (store::raw_known(tx, mailbox.id, folder,
                                  row.raw_hash)) {  // after a change of UIDVALIDITY, or delivered twice
        row.state = RawState::parsed, row.finished = clock_.now();
      } else {
        row.raw = keys_.encrypt(tx, key, {"email_raw", "raw", row.id}, mail.raw);
      }
      store::insert_raw(tx, row);
    }
    store::set_folder(tx, mailbox.id, folder, watermark);
  });
  counters_.fetched += static_cast<std::int64_t>(mails.size());
}

// A first attempt may share its transaction with others; a mail that was there when the program died is tried alone.
std::vector<store::OpenRaw> Intake::next_batch(MailboxId mailbox, std::vector<Failure>& dead) {
  auto rows = database_.read_now([&](db::Session& session) { return store::open_raws(session, mailbox, kBatch); });
  std::vector<store::OpenRaw> batch;
  std::int64_t bytes = 0;
  for (const auto& row : rows) {
    const bool ours = begun_here(row.id);
    const bool killed = !ours && ((row.state == RawState::parsing && row.attempts >= kDeadAttempts) ||
                                  (row.state == RawState::filing && row.attempts >= kDeadFilings));
    const bool alone = !ours && row.state != RawState::received;
    if (killed)
      dead.push_back({row.id, "error.mail_ends_program", ""});
    else if (row.failures >= kFailures)
      dead.push_back({row.id, "error.mail_not_filed", ""});
    else if (alone && batch.empty() && dead.empty())
      return {row};
    else if (alone || (!batch.empty() && bytes + row.size > kBatchBytes))
      break;
    else
      batch.push_back(row), bytes += row.size;
  }
  return batch;
}

void Intake::read_one(std::int64_t id, std::vector<Read>& read, std::vector<Failure>& failures) {
  Read out;
  out.id = id;
  auto raw = database_.read_now([&](db::Session& session) -> Result<std::string> {
    const auto row = store::raw(session, id);
    if (!row || row->raw.data.empty()) return fail(ErrorKind::not_found, "error.mail_raw_gone");
    out.arrived = row->arrived, out.folder = row->folder;
    return keys_.decrypt(session, {"email_raw", "raw", id}, row->raw);
  });
  if (!raw) return failures.push_back({id, raw.error().key, ""});
  out.raw = std::move(*raw);
  try {
    out.mail = read_mail(out.raw);
    if (looping(out.mail)) throw Unreadable("error.mail_loops");
    out.content_hash = content_hash(out.mail, out.raw);
    out.flood = out.folder == kInbox && flooding(sender_of(out.mail).address, out.arrived);
    read.push_back(std::move(out));
  } catch (const Unreadable& e) {
    failures.push_back({id, e.key, ""});
  } catch (const std::exception& e) {  // what a library says may quote the mail: only its kind is kept
    failures.push_back({id, "error.mail_malformed", ""});
  }
}

// Whom it is from must be known without opening it: to those who look after it, and when that patient is erased.
void Intake::keep_head(db::Tx& tx, std::int64_t id) {
  const auto row = store::raw(tx, id);
  if (!row || row->raw.data.empty() || !row->head.data.empty()) return;
  const auto raw = keys_.decrypt(tx, {"email_raw", "raw", id}, row->raw);
  if (!raw) return;
  const auto key = keys_.key_for(tx, "purpose:raw_mail", 0);
  store::set_head(tx, id, keys_.encrypt(tx, key, {"email_raw", "head", id}, head_of(*raw)));
}

void Intake::quarantine(const std::vector<Failure>& failures, MailboxId mailbox) {
  if (failures.empty()) return;
  database_.write_now([&](db::Tx& tx) {
    for (const auto& f : failures) {
      keep_head(tx, f.id);
      store::quarantine(tx, f.id, f.key, f.detail, clock_.now());
      events::announce(tx, {"quarantine", f.id, 0, {}});
    }
    events::announce(tx, {"mailbox", mailbox.value, 0, {}});
  });
  counters_.quarantined += static_cast<std::int64_t>(failures.size());
  for (const auto& f : failures) end(f.id);
  for (const auto& f : failures)
    log::warn("mail_quarantined", {{"mailbox", mailbox.value}, {"raw", f.id}, {"reason", f.key}});
}

bool Intake::begun_here(std::int64_t id) {
  const std::lock_guard lock(begun_mutex_);
  return begun_.contains(id);
}

void Intake::end(std::int64_t id) {
  const std::lock_guard lock(begun_mutex_);
  begun_.erase(id);
}

bool Intake::work(const store::MailboxRow& mailbox) {
  std::vector<Failure> failures;
  const auto batch = next_batch(mailbox.id, failures);
  const bool any = !batch.empty() || !failures.empty();
  quarantine(failures, mailbox.id);
  failures.clear();
  if (batch.empty()) return any;
  // Only the death of the program over a mail read by itself speaks against that mail.
  database_.write_now([&](db::Tx& tx) {
    for (const auto& row : batch) {
      const bool counts = batch.size() == 1 && !begun_here(row.id);
      store::begin_parsing(tx, row.id, counts ? store::Attempt::count : store::Attempt::again);
    }
  });
  {
    const std::lock_guard lock(begun_mutex_);
    for (const auto& row : batch) begun_.insert(row.id);
  }
  std::vector<Read> read;
  for (const auto& row : batch) read_one(row.id, read, failures);
  quarantine(failures, mailbox.id);
  database_.write_now([&](db::Tx& tx) {
    for (const auto& one : read) store::parsed(tx, one.id);
  });
  for (const auto& one : read) file_safely(mailbox, one);
  return true;
}

// One mail that cannot be filed does not hold up the others; the database being away holds up all.
void Intake::file_safely(const store::MailboxRow& mailbox, const Read& read) {
  try {
    const auto done = file(mailbox, read);
    if (done) return end(read.id);
    if (done.error().kind == ErrorKind::unavailable) throw db::Unavailable(done.error().key);
    quarantine({{read.id, done.error().key, ""}}, mailbox.id);
  } catch (const db::Unavailable&) {
    throw;
  } catch (const std::exception& e) {
    log::error("mail_not_filed", {{"mailbox", mailbox.id.value}, {"raw", read.id}, {"error", typeid(e).name()}});
    database_.write_now([&](db::Tx& tx) { store::failed(tx, read.id); });
  }
}

Result<Done> Intake::file(const store::MailboxRow& mailbox, const Read& read) {
  const bool known = database_.read_now([&](db::Session& session) { return known_already(session, read).has_value(); });
  if (known && database_.write_now([&](db::Tx& tx) { return settled_already(tx, read); })) {
    ++counters_.duplicates;
    return Done{};
  }
  const auto files = keep_files(read.mail);
  const auto original = files_.keep(read.raw);
  // What waited for long lets those who work now go first (data.md, "Writing").
  const auto lane = clock_.now() - read.arrived > kBacklogMs ? db::Lane::bulk : db::Lane::interactive;
  const auto done = database_.write_now(
      [&](db::Tx& tx) -> Result<Done> {
        if (settled_already(tx, read)) return Done{};  // meanwhile, by the worker of another mailbox
        return read.folder == kSent ? file_sent(tx, mailbox, read, files, original)
                                    : file_inbound(tx, mailbox, read, files, original);
      },
      lane);
  if (done) ++counters_.filed;
  return done;
}

// The same mail again (other mailbox, delivered twice), or one that we sent ourselves.
std::optional<store::MessageRow> Intake::known_already(db::Session& session, const Read& read) {
  if (auto known = store::message_of_content(session, read.content_hash)) return known;
  if (read.mail.message_id.empty()) return std::nullopt;
  for (const auto& row : store::messages_of_id(session, read.mail.message_id))
    if (row.direction == "out" && store::mailbox_of_address(session, sender_of(read.mail).address)) return row;
  return std::nullopt;
}

bool Intake::settled_already(db::Tx& tx, const Read& read) {
  const auto known = known_already(tx, read);
  if (!known) return false;
  store::filed(tx, read.id, known->record_id, known->conversation_id, clock_.now(), store::RawBytes::drop);
  return true;
}

std::vector<conversations::ChannelFile> Intake::keep_files(const Mail& mail) {
  std::vector<conversations::ChannelFile> out;
  for (const auto& part : mail.attachments)
    out.push_back({part.file_name, part.content_type, part.content_id, part.shown_inline, files_.keep(part.bytes),
                   static_cast<std::int64_t>(part.bytes.size())});
  return out;
}

void Intake::remember(db::Tx& tx, const store::MailboxRow& mailbox, const Read& read,
                      const conversations::Received& received, const char* direction) {
  store::insert_message(tx, {next_id(), mailbox.id, read.mail.message_id, read.content_hash, received.message,
                             received.conversation, direction, subject_hash(read.mail.subject), read.arrived});
  store::filed(tx, read.id, received.message, received.conversation, clock_.now(), store::RawBytes::drop);
}

// A report about a mail of ours marks that mail, and the address; its own bytes are kept with it. One about an unknown
// mail marks the address it names, and is filed like any mail.
bool Intake::take_bounce(db::Tx& tx, const Read& read) {
  const auto bounce = read_bounce(read.mail);
  if (!bounce) return false;
  std::optional<store::MessageRow> ours;
  if (!bounce->original_message_id.empty())
    for (auto& row : store::messages_of_id(tx, bounce->original_message_id))
      if (!ours && row.direction == "out") ours = std::move(row);
  const char* key = bounce_key(*bounce);
  if (bounce->permanent && about_the_address(*bounce)) {
    std::vector<conversations::Address> recipients;
    for (const auto& one : bounce->recipients) recipients.push_back({"email", one, ""});
    inbound_.report_undeliverable(tx, recipients, ours ? ours->record_id : MessageId{}, key,
                                  std::min(read.arrived, clock_.now()));
  }
  if (!ours) return false;
  if (bounce->permanent) {
    store::bounced(tx, ours->record_id);
    (void)inbound_.report_delivery(tx, ours->record_id, conversations::DeliveryState::bounced, key);
  }
  store::filed(tx, read.id, ours->record_id, ours->conversation_id, clock_.now(), store::RawBytes::keep);
  return true;
}

bool Intake::flooding(const std::string& address, Instant arrived) {
  const std::lock_guard lock(senders_mutex_);
  if (senders_.size() > kMostSenders) senders_.clear();
  auto& times = senders_[address];
  times.push_back(arrived);
  if (times.size() > kFlood) times.pop_front();
  return times.size() == kFlood && arrived - times.front() < kFloodMs && arrived >= times.front();
}

Result<Done> Intake::file_inbound(db::Tx& tx, const store::MailboxRow& mailbox, const Read& read,
                                  const std::vector<conversations::ChannelFile>& files, const std::string& original) {
  const Mail& mail = read.mail;
  const auto nature = nature_of(mail);
  if ((nature == Nature::bounce || nature == Nature::delay) && take_bounce(tx, read)) return Done{};
  auto folded = fold_quotes(mail.text, sender_of(mail).name);
  conversations::InboundMessage in;
  in.channel = "email", in.external_id = read.content_hash, in.site = mailbox.site_id;
  in.from = party(sender_of(mail)), in.to = parties(mail.to), in.cc = parties(mail.cc);
  in.subject = mail.subject, in.text = std::move(folded.reply), in.quoted = std::move(folded.folded),
  in.html = mail.html;
  in.received_at = std::min(read.arrived, clock_.now());
  in.sent_at = mail.date.value_or(in.received_at);
  in.files = files, in.original_blob = original, in.original_size = static_cast<std::int64_t>(read.raw.size());
  in.auto_reply = (nature != Nature::person && nature != Nature::bulk) || our_own(mail, mailbox.address) || read.flood;
  in.warning = read.flood ? "error.mail_flood" : notice_of(mail, in.from.value);
  in.authenticated = authentication_of(mail, mailbox.auth_host) != Authentication::fail;
  if (!in.authenticated)
    in.warning = "error.mail_sender_not_proven";
  else
    in.candidates = candidates(tx, mail, in.auto_reply ? NewSubject::is_ignored : NewSubject::is_new_matter);
  const auto received = inbound_.receive(tx, in);
  if (!received) return fail(received.error());
  remember(tx, mailbox, read, *received, "in");
  return Done{};
}

Result<Done> Intake::file_sent(db::Tx& tx, const store::MailboxRow& mailbox, const Read& read,
                               const std::vector<conversations::ChannelFile>& files, const std::string& original) {
  const Mail& mail = read.mail;
  const auto threads = candidates(tx, mail);
  auto folded = fold_quotes(mail.text);
  conversations::SentElsewhere sent;
  sent.channel = "email", sent.external_id = read.content_hash;
  if (!threads.empty()) sent.conversation = threads[0];
  sent.to = parties(mail.to), sent.cc = parties(mail.cc), sent.subject = mail.subject;
  sent.text = std::move(folded.reply), sent.quoted = std::move(folded.folded), sent.html = mail.html;
  sent.sent_at = std::min(read.arrived, clock_.now());
  sent.files = files, sent.original_blob = original, sent.original_size = static_cast<std::int64_t>(read.raw.size());
  const bool automatic = nature_of(mail) != Nature::person;
  const Result<conversations::Received> received =
      automatic ? Result<conversations::Received>(fail(ErrorKind::not_found, "error.not_found"))
                : inbound_.record_sent(tx, sent);
  if (received)
    remember(tx, mailbox, read, *received, "out");
  else if (received.error().kind == ErrorKind::unavailable)
    return fail(received.error());
  else
    store::filed(tx, read.id, {}, {}, clock_.now(), store::RawBytes::drop);  // not about a case
  return Done{};
}

}  // namespace auricle::email
