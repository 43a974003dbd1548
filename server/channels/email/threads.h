#pragma once
// Which mails belong to one exchange, by their identifiers alone (RFC 5322 §3.6.4). Whether a mail may join a case is
// decided elsewhere, by its sender.
#include <cstddef>
#include <string>
#include <vector>

namespace auricle::email {

struct ThreadLinks {
  std::string message_id;                // without <>; "" if absent
  std::vector<std::string> in_reply_to;  // without <>
  std::vector<std::string> references;
};

// For each mail the number of its thread, in order of first appearance. Mails that name the same absent mail are of one
// thread.
std::vector<std::size_t> threads_of(const std::vector<ThreadLinks>& mails);

}  // namespace auricle::email
