// Mail that could not be read, kept until somebody decides: use cases.
#include "channels/email/email.h"
#include "channels/email/mime.h"
#include "channels/email/store.h"
#include "platform/audit/audit.h"
#include "platform/events/bus.h"

namespace auricle::email {
namespace {

constexpr int kPage = 50;

std::string shown(const Address& a) { return a.name.empty() ? a.address : a.name + " <" + a.address + ">"; }

// Sender and subject, unless reading this mail has ended the program before.
void show_head(db::Session& session, crypto::Keyring& keys, QuarantinedMail& mail) {
  if (mail.reason_key == "error.mail_ends_program") return;
  const auto head = store::head(session, mail.id);
  const auto plain = head ? keys.decrypt(session, {"email_raw", "head", mail.id}, *head) : Result<std::string>("");
  if (!plain || plain->empty()) return;
  try {
    const auto read = read_mail(*plain + "\r\n\r\n");
    if (!read.from.empty()) mail.from = shown(read.from[0]);
    if (!read.subject.empty()) mail.subject = read.subject;
    session.disclose("quarantined_mail", mail.id);
  } catch (const std::exception&) {  // not even that
  }
}

const char* gone_key(const QuarantinedMail& mail) {
  return mail.reason_key == "error.mail_left_at_server" ? "error.mail_left_at_server" : "error.mail_raw_gone";
}

}  // namespace

Result<QuarantinedMailList> Mailboxes::quarantine(const Viewer& viewer, db::Session& session, std::int64_t before) {
  if (!may(viewer, Permission::mailboxes_manage)) return fail(ErrorKind::forbidden, "error.forbidden");
  QuarantinedMailList out;
  out.items = store::quarantined(session, before, kPage + 1);
  if (out.items.size() > kPage) {
    out.items.resize(kPage);
    out.next_cursor = std::to_string(out.items.back().id);
  }
  std::erase_if(out.items, [&](const QuarantinedMail& mail) {
    const auto box = store::mailbox(session, mail.mailbox_id);
    return box && !may(viewer, Permission::mailboxes_manage, box->site_id);
  });
  for (auto& mail : out.items) show_head(session, keys_, mail);
  return out;
}

Result<QuarantinedMail> Mailboxes::quarantined(const Viewer& viewer, db::Session& session, std::int64_t id) {
  auto mail = store::quarantined_one(session, id);
  if (!mail || mail->state == RawState::discarded) return fail(ErrorKind::not_found, "error.not_found");
  const auto box = store::mailbox(session, mail->mailbox_id);
  if (!may(viewer, Permission::mailboxes_manage, box ? box->site_id : SiteId{}))
    return fail(ErrorKind::forbidden, "error.forbidden");
  show_head(session, keys_, *mail);
  return *mail;
}

Result<std::string> Mailboxes::quarantined_raw(const Viewer& viewer, db::Tx& tx, std::int64_t id) {
  const auto mail = quarantined(viewer, tx, id);
  if (!mail) return fail(mail.error());
  if (!mail->kept) return fail(ErrorKind::not_found, gone_key(*mail));
  const auto row = store::raw(tx, id);
  audit::append(tx, viewer, {audit::Action::read, "quarantined_mail", {id}, {}, "", 0}, clock_.now());
  return keys_.decrypt(tx, {"email_raw", "raw", id}, row->raw);
}

Result<QuarantinedMail> Mailboxes::retry(const Viewer& viewer, db::Tx& tx, std::int64_t id) {
  const auto mail = quarantined(viewer, tx, id);
  if (!mail) return fail(mail.error());
  if (mail->state != RawState::quarantined) return fail(ErrorKind::conflict, "error.mail_not_quarantined");
  if (!mail->kept) return fail(ErrorKind::conflict, gone_key(*mail));
  store::reset_raw(tx, id);
  audit::append(tx, viewer, {audit::Action::change, "quarantined_mail", {id}, {"state"}, "", 0}, clock_.now());
  events::announce(tx, {"quarantine", id, 0, {}});
  return quarantined(viewer, tx, id);
}

Result<Done> Mailboxes::discard(const Viewer& viewer, db::Tx& tx, std::int64_t id) {
  const auto mail = quarantined(viewer, tx, id);
  if (!mail) return fail(mail.error());
  if (mail->state != RawState::quarantined) return fail(ErrorKind::conflict, "error.mail_not_quarantined");
  store::discard(tx, id, clock_.now());
  audit::append(tx, viewer, {audit::Action::erase, "quarantined_mail", {id}, {}, "", 0}, clock_.now());
  events::announce(tx, {"quarantine", id, 0, {}});
  return Done{};
}

// Nothing of it is parsed: a search for the address in the header is enough, and safe for any mail.
void Mailboxes::erase_quarantined(db::Tx& tx, const std::vector<std::string>& addresses) {
  constexpr int kSome = 100;
  std::int64_t after = 0;
  for (;;) {
    const auto some = addresses.empty() ? std::vector<store::HeadRow>() : store::quarantined_heads(tx, after, kSome);
    if (some.empty()) return;
    after = some.back().id;
    for (const auto& row : some) {
      const auto head = keys_.decrypt(tx, {"email_raw", "head", row.id}, row.head);
      const auto text = head ? lower_ascii(*head) : "";
      for (const auto& address : addresses)
        if (text.find(address) != text.npos) {
          store::discard(tx, row.id, clock_.now());
          events::announce(tx, {"quarantine", row.id, 0, {}});
          break;
        }
    }
  }
}

}  // namespace auricle::email
