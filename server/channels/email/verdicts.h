#pragma once
// What kind of mail it is and whether its sender is whom he says he is: pure decisions over a read mail.
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "channels/email/mime.h"

namespace auricle::email {

enum class Nature {
  person,     // somebody wrote
  automatic,  // an automatic answer (RFC 3834): kept, never answered, starts and stops no clock
  bulk,       // lists and notices: a case like any, never answered by itself
  bounce,     // a mail of ours could not be delivered
  delay,      // it is late; the server keeps trying
  feedback    // RFC 5965 abuse report
};
BOOST_DESCRIBE_ENUM(Nature, person, automatic, bulk, bounce, delay, feedback)

struct Bounce {
  std::string recipient;                // lower case; "" if the report does not say
  std::vector<std::string> recipients;  // all it is about, `recipient` first
  std::string original_message_id;      // without <>; "" if unknown
  std::string status;                   // "5.1.1", "" if unknown
  std::string reason;                   // what the server said, one line
  bool permanent = true;
};

Nature nature_of(const Mail& mail);
std::optional<Bounce> read_bounce(const Mail& mail);

enum class Authentication { unknown, pass, fail };
BOOST_DESCRIBE_ENUM(Authentication, unknown, pass, fail)

// RFC 8601 §5: only fields of the configured authserv-id count, and only those our own border wrote (above its Received
// line).
Authentication authentication_of(const Mail& mail, std::string_view trusted_host);

// More hops than any honest path has (RFC 5321 §6.3).
bool looping(const Mail& mail);

}  // namespace auricle::email
