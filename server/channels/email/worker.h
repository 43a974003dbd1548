#pragma once
// One thread per active mailbox: connect, read what is new, file it, wait for more. Never marks or deletes.
#include <thread>

#include "channels/email/intake.h"
#include "channels/email/oauth.h"

namespace auricle::email {

Server imap_of(db::Session& session, crypto::Keyring& keys, const store::MailboxRow& row);
Server smtp_of(db::Session& session, crypto::Keyring& keys, const store::MailboxRow& row);

class Worker {
 public:
  Worker(db::Database& database, crypto::Keyring& keys, const Clock& clock, Intake& intake, Tokens& tokens,
         store::MailboxRow mailbox, std::string owner);
  ~Worker();  // stops and waits
  void look_now() { wake_.nudge(); }
  void stop() { wake_.stop(); }
  void renew_lease();  // called by the supervisor
  std::int64_t version() const { return mailbox_.version; }

 private:
  void run();
  void connect_and_work();
  void work_off();
  void read_folder(Imap& imap, const std::string& kind, const std::string& folder);
  void start_folder(Imap& imap, const std::string& kind, const FolderState& state);
  void fetch(Imap& imap, const std::string& kind, store::FolderRow at, const std::vector<std::int64_t>& uids,
             std::int64_t baseline_ms);
  enum class Sync { goes_on, is_done };
  void report_sync(Sync sync, std::int64_t found, std::int64_t read);
  void append_copies(Imap& imap);
  void report(MailboxState state, const std::string& key = "", const std::string& detail = "",
              std::int64_t retry_ms = 0);
  bool take_lease();
  std::int64_t next_pause(bool refused_sign_in);

  db::Database& database_;
  crypto::Keyring& keys_;
  const Clock& clock_;
  Intake& intake_;
  Tokens& tokens_;
  const store::MailboxRow mailbox_;
  const std::string owner_;
  Wake wake_;
  std::atomic<std::int64_t> fence_{0};
  std::int64_t lag_ms_ = -1;
  int failures_ = 0;
  MailboxState reported_ = MailboxState::stopped;
  std::string reported_key_;
  std::thread thread_;
};

}  // namespace auricle::email
