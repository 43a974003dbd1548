#pragma once
// Mails of the time before the mailbox was connected, put together to cases: pure.
#include <string>
#include <vector>

#include "channels/email/threads.h"
#include "conversations/channel.h"

namespace auricle::email {

struct PastMail {
  std::string content_hash, subject_hash;
  ThreadLinks links;
  conversations::PastMessage message;
  conversations::Address with;  // the only person outside
};

struct PastGroup {
  conversations::PastCase past;    // site, channel and source are left to fill in
  std::vector<std::size_t> mails;  // in the order of its messages
};

enum class Unanswered { is_closed, stays_open };
// One exchange with one person is one case; a new one begins when they write again long after the last answer (the
// reopening rule of live use). Answered cases are resolved by their last answer; of what nobody answered it is said by
// `unanswered` whether it counts as waiting until `now` and no longer, or is still to be answered.
std::vector<PastGroup> group_past(const std::vector<PastMail>& mails, Unanswered unanswered, Instant now);

}  // namespace auricle::email
