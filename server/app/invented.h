#pragma once
// The patients of practice. They stand where a mail server stands in the clinic: what is sent to them goes nowhere, and
// after a little while they write back. Nothing here knows a network.
#include <atomic>
#include <map>
#include <mutex>

#include "conversations/channel.h"
#include "platform/db/database.h"
#include "platform/jobs/jobs.h"

namespace auricle::conversations {
class Conversations;
}

namespace auricle::import {
struct DemoOptions;
}

namespace auricle::app {

const import::DemoOptions& practice_clinic();  // who the patients are, always the same

class InventedPatients final : public conversations::Channel {
 public:
  InventedPatients(db::Database& database, conversations::Conversations& conversations, jobs::Runner& runner,
                   const Clock& clock);

  conversations::Capabilities capabilities() const override;
  conversations::SendResult send(const conversations::OutboundMessage& message) override;
  void somebody_practises();  // called by each request: only then do patients write of their own accord

 private:
  Result<Done> answer(const jobs::Job& job);
  void write_now_and_then();

  db::Database& database_;
  conversations::Conversations& conversations_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::int64_t, conversations::OutboundMessage> unanswered_;  // forgotten at the end of the program
  std::map<ConversationId, int> answers_;
  std::atomic<std::int64_t> practised_at_{0};
};

}  // namespace auricle::app
