#pragma once
// The time before the mailbox was connected, taken in as history: read from the folders, put together to cases, filed
// in silence, and taken back when the clinic wants so. One thread of its own; a killed program goes on where it was,
// for what is filed is known by its content.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "channels/email/email.h"
#include "channels/email/imap.h"
#include "channels/email/oauth.h"
#include "channels/email/past.h"
#include "channels/email/store.h"

namespace auricle::email {

class Historian {
 public:
  Historian(db::Database& database, crypto::Keyring& keys, conversations::Past& past, Tokens& tokens,
            const Clock& clock, std::string owner)
      : database_(database), keys_(keys), past_(past), tokens_(tokens), clock_(clock), owner_(std::move(owner)) {}
  ~Historian() { stop(); }
  void start();
  void stop();
  void look_now();  // something was asked for

 private:
  void run();
  void serve(store::HistoryRow row);
  void work(store::HistoryRow& row);
  void keep(db::Tx& tx, const store::HistoryRow& row);  // throws LostLease when another node works on it
  void take_in(store::HistoryRow& row, const store::MailboxRow& mailbox);
  void take_back(store::HistoryRow& row);
  void make_findable(MailboxId mailbox);
  std::vector<PastMail> read(store::HistoryRow& row, const store::MailboxRow& mailbox);
  void read_folder(Imap& imap, store::HistoryRow& row, const store::MailboxRow& mailbox, const std::string& folder,
                   std::vector<PastMail>& out);
  void file(store::HistoryRow& row, const store::MailboxRow& mailbox, const std::vector<PastMail>& mails,
            std::vector<PastGroup> groups);
  enum class Say { now, when_due };
  void report(const store::HistoryRow& row, Say say);  // throws Undone when it is to be taken back

  db::Database& database_;
  crypto::Keyring& keys_;
  conversations::Past& past_;
  Tokens& tokens_;
  const Clock& clock_;
  const std::string owner_;
  std::int64_t fence_ = 0;  // of the lease of what is being worked on
  std::mutex mutex_;
  std::unique_ptr<Wake> wake_;
  std::chrono::steady_clock::time_point reported_{};
  std::thread thread_;
};

}  // namespace auricle::email
