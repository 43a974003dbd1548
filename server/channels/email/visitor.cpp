#include "channels/email/compose.h"
#include "channels/email/email.h"
#include "channels/email/smtp.h"
#include "platform/crypto/keys.h"

namespace auricle::email {

void hand_in(const Server& server, const VisitorMail& visitor, Instant now) {
  OutgoingMail mail;
  const auto domain = visitor.from_address.substr(visitor.from_address.find('@') + 1);
  mail.message_id = crypto::random_token(16) + "@" + domain;
  mail.from = {visitor.from_name, visitor.from_address};
  mail.to = {"", visitor.to};
  mail.subject = visitor.subject;
  mail.text = visitor.text;
  mail.date = now;
  mail.language = visitor.language;
  const auto result = hand_over(server, visitor.from_address, {visitor.to}, compose_mail(mail), [] {});
  if (result.outcome != Handover::accepted)
    throw std::runtime_error("the mail server did not take it: " + result.detail);
}

}  // namespace auricle::email
