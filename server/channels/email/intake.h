#pragma once
// From raw bytes to a message of the desk. One intake serves all mailboxes; its calls block.
#include <deque>
#include <map>
#include <mutex>
#include <set>

#include "channels/email/email.h"
#include "channels/email/imap.h"
#include "channels/email/store.h"
#include "channels/email/verdicts.h"

namespace auricle::email {

inline constexpr const char* kInbox = "inbox";
inline constexpr const char* kSent = "sent";

struct LostLease : std::runtime_error {  // another node works on this mailbox now
  LostLease() : std::runtime_error("lease lost") {}
};

class Intake {
 public:
  Intake(db::Database& database, crypto::Keyring& keys, Files& files, conversations::Inbound& inbound,
         const Clock& clock, Counters& counters)
      : database_(database), keys_(keys), files_(files), inbound_(inbound), clock_(clock), counters_(counters) {}

  // Makes raw mails durable and moves the watermark with them, in one transaction.
  void store_raw(const store::MailboxRow& mailbox, std::int64_t fence, const std::string& folder,
                 const store::FolderRow& watermark, const std::vector<FetchedMail>& mails);
  // Parses and files what is stored but not yet done; false when nothing was left.
  bool work(const store::MailboxRow& mailbox);

 private:
  struct Read {  // a mail, read in memory
    std::int64_t id = 0;
    std::string folder;
    std::string raw;
    Instant arrived;
    Mail mail;
    std::string content_hash;
    bool flood = false;  // one of very many from its sender
  };
  struct Failure {
    std::int64_t id = 0;
    std::string key, detail;
  };

  std::vector<store::OpenRaw> next_batch(MailboxId mailbox, std::vector<Failure>& dead);
  void read_one(std::int64_t id, std::vector<Read>& read, std::vector<Failure>& failures);
  void keep_head(db::Tx& tx, std::int64_t id);
  void quarantine(const std::vector<Failure>& failures, MailboxId mailbox);
  void file_safely(const store::MailboxRow& mailbox, const Read& read);
  Result<Done> file(const store::MailboxRow& mailbox, const Read& read);
  Result<Done> file_inbound(db::Tx& tx, const store::MailboxRow& mailbox, const Read& read,
                            const std::vector<conversations::ChannelFile>& files, const std::string& original);
  Result<Done> file_sent(db::Tx& tx, const store::MailboxRow& mailbox, const Read& read,
                         const std::vector<conversations::ChannelFile>& files, const std::string& original);
  static std::optional<store::MessageRow> known_already(db::Session& session, const Read& read);
  bool settled_already(db::Tx& tx, const Read& read);
  bool take_bounce(db::Tx& tx, const Read& read);
  std::vector<conversations::ChannelFile> keep_files(const Mail& mail);
  void remember(db::Tx& tx, const store::MailboxRow& mailbox, const Read& read, const conversations::Received& received,
                const char* direction);

  bool flooding(const std::string& address, Instant arrived);

  bool begun_here(std::int64_t id);
  void end(std::int64_t id);

  std::mutex senders_mutex_;
  std::map<std::string, std::deque<Instant>> senders_;  // when the last mails of each came
  std::mutex begun_mutex_;
  std::set<std::int64_t> begun_;  // by this process and not ended: it lives, so they did not kill it
  db::Database& database_;
  crypto::Keyring& keys_;
  Files& files_;
  conversations::Inbound& inbound_;
  const Clock& clock_;
  Counters& counters_;
};

std::string head_of(std::string_view raw);  // its header, at most 64 kB

// Conversations a mail's threading points at, best first: nearest reference first; none for a forward or a new subject.
// An automatic answer always has a subject of its own.
enum class NewSubject { is_new_matter, is_ignored };
std::vector<ConversationId> candidates(db::Session& session, const Mail& mail,
                                       NewSubject new_subject = NewSubject::is_new_matter);
std::string content_hash(const Mail& mail, std::string_view raw);
std::string subject_hash(std::string_view subject);

}  // namespace auricle::email
