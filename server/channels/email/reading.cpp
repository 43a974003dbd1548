#include "channels/email/reading.h"

#include "channels/email/quotes.h"
#include "channels/email/threads.h"

namespace auricle::email {
namespace {

std::vector<ReadParty> parties(const std::vector<Address>& addresses) {
  std::vector<ReadParty> out;
  for (const auto& a : addresses) out.push_back({a.name, a.address});
  return out;
}

}  // namespace

Reading reading_of(const std::string& name, std::string_view raw) {
  Reading out;
  out.name = name;
  try {
    const auto mail = read_mail(raw);
    out.message_id = mail.message_id, out.in_reply_to = mail.in_reply_to, out.references = mail.references;
    out.from = parties(mail.from), out.reply_to = parties(mail.reply_to);
    out.to = parties(mail.to), out.cc = parties(mail.cc);
    out.subject = mail.subject, out.date = mail.date, out.nature = nature_of(mail);
    if (const auto bounce = read_bounce(mail))
      out.bounce = {bounce->recipient, bounce->recipients,          bounce->status,
                    bounce->reason,    bounce->original_message_id, bounce->permanent};
    if (!mail.notice.empty()) out.notice = mail.notice;
    auto folded = fold_quotes(mail.text, mail.from.empty() ? "" : mail.from[0].name);
    out.text = std::move(folded.reply), out.quoted = std::move(folded.folded);
    out.html_bytes = static_cast<std::int64_t>(mail.html.size());
    for (const auto& part : mail.attachments)
      out.files.push_back(
          {part.file_name, part.content_type, static_cast<std::int64_t>(part.bytes.size()), part.shown_inline});
  } catch (const Unreadable& e) {
    out.unreadable = e.key;
  }
  return out;
}

void number_threads(std::vector<Reading>& readings) {
  std::vector<ThreadLinks> links;
  for (const auto& r : readings) links.push_back({r.message_id, r.in_reply_to, r.references});
  const auto numbers = threads_of(links);
  for (std::size_t i = 0; i < readings.size(); ++i) readings[i].thread = static_cast<std::int64_t>(numbers[i]);
}

}  // namespace auricle::email
