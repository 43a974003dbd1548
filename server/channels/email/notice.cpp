// Mails of the program itself to colleagues: by the first mailbox that works for patients, too.
#include "channels/email/compose.h"
#include "channels/email/worker.h"

namespace auricle::email {
namespace {

std::optional<store::MailboxRow> any_mailbox(db::Session& session) {
  for (auto& box : store::mailboxes(session))
    if (box.active) return std::move(box);
  return std::nullopt;
}

}  // namespace

bool can_send_notice(db::Session& session) { return any_mailbox(session).has_value(); }

Result<Done> send_notice(db::Database& database, crypto::Keyring& keys, const Notice& notice, Instant now) {
  struct Way {
    store::MailboxRow mailbox;
    Server server;
  };
  const auto way = database.read_now([&](db::Session& session) -> std::optional<Way> {
    auto box = any_mailbox(session);
    if (!box) return std::nullopt;
    auto server = smtp_of(session, keys, *box);
    return Way{std::move(*box), std::move(server)};
  });
  if (!way) return fail(ErrorKind::unavailable, "error.mail_no_mailbox");
  const auto& address = way->mailbox.address;
  const auto domain = address.substr(address.rfind('@') + 1);
  OutgoingMail mail;
  mail.message_id = "auricle.notice." + std::to_string(next_id()) + "@" + domain;
  mail.from = {way->mailbox.from_name, address};
  mail.to = {notice.to_name, notice.to};
  mail.subject = notice.subject;
  mail.text = notice.text;
  mail.date = now;
  mail.desk = domain;  // one that comes back to our own mailbox opens no case
  mail.language = notice.language;
  mail.automatic = true;
  const auto result = hand_over(way->server, address, {notice.to}, compose_mail(mail), [] {});
  if (result.outcome == Handover::accepted) return Done{};
  return fail(result.outcome == Handover::refused ? ErrorKind::invalid : ErrorKind::unavailable, result.key);
}

}  // namespace auricle::email
