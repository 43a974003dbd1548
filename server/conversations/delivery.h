#pragma once
// The worker that sends what is due and settles what time settles by itself (a resolve whose ten seconds are over, a
// snoozed case to wake). Several threads send at once; everything they know is in the database, so a crash loses
// nothing and a restart goes on.
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "conversations/conversations.h"
#include "platform/db/database.h"

namespace auricle::conversations {

class DeliveryWorker {
 public:
  using NameOf = std::function<std::string(db::Session&, UserId)>;  // how a colleague signs
  using Report = std::function<void(const std::string&)>;           // a failure worth logging; never patient data

  DeliveryWorker(db::Database& database, const Conversations& conversations, const Channels& channels, NameOf name_of,
                 Report report, int threads = 4);
  ~DeliveryWorker();
  DeliveryWorker(const DeliveryWorker&) = delete;

  void start();
  void stop();      // after the attempts under way
  bool run_once();  // one round on the calling thread (tests); whether there was something to do

 private:
  void work(bool settles);
  bool round(bool settles);
  void send(Conversations::Leased& leased);
  bool stopping();

  db::Database& database_;
  const Conversations& conversations_;
  const Channels& channels_;
  NameOf name_of_;
  Report report_;
  int thread_count_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
};

// After a restore: what was on its way when the backup was taken may have left since. It waits for somebody's decision;
// only what is scheduled for later still leaves. Returns how many.
int doubt_outbox(db::Tx& tx, const Conversations& conversations, Instant now);

}  // namespace auricle::conversations
