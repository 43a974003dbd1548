#pragma once
// Writing a mail: headers by which any mail program threads it, UTF-8, every line within limits (RFC 5322, 2045 … 2047,
// 2231).
#include <string>
#include <vector>

#include "channels/email/mime.h"

namespace auricle::email {

struct OutgoingMail {
  std::string message_id;  // without <>
  Address from, to;
  std::vector<Address> cc;
  std::string subject, text, html;      // html "" for plain text only
  std::string in_reply_to;              // "" for the first mail of a thread
  std::vector<std::string> references;  // oldest first
  Instant date;
  std::string desk;  // our domain: by this mark a mail that comes back to us is known; "" for none
  std::string language;
  bool automatic = false;  // written by no person: nobody's absence answers it (RFC 3834)
  std::vector<MailPart> files;
};

std::string compose_mail(const OutgoingMail& mail);  // lines end in CRLF

// "Re: …" → "…" in many languages; lower case, one space between words: equal for mails about the same.
std::string base_subject(std::string_view subject);
bool forwarded_subject(std::string_view subject);  // "Fwd:", "RV:", "TR:", "WG:" …

}  // namespace auricle::email
