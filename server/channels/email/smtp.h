#pragma once
// Handing a mail over by SMTP. Blocking.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "channels/email/connection.h"

namespace auricle::email {

enum class Handover {
  accepted,  // the server answered that it has the mail
  not_sent,  // refused or cut off before the end of the data: certainly not sent; may be tried again
  refused,   // refused for good
  uncertain  // cut off between the final dot and the answer: the only case that may go out twice
};

struct HandoverResult {
  Handover outcome = Handover::accepted;
  std::string key;     // locale key when not accepted
  std::string detail;  // what the server said
};

// `before_end` is called when all but the final dot is on its way; an exception of it aborts the handover.
HandoverResult hand_over(const Server& server, const std::string& from, const std::vector<std::string>& recipients,
                         std::string_view mail, const std::function<void()>& before_end);

// Would the server take mail from this sender? Nothing is sent. Throws Refused.
void try_sender(const Server& server, const std::string& from, Wake& wake);

}  // namespace auricle::email
