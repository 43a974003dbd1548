#include "app/letters.h"

#include "conversations/notifications.h"
#include "platform/base/log.h"
#include "platform/i18n/locale.h"

namespace auricle::app {
namespace {

// How much of what, and where to look: nothing of any patient.
team::Mail digest_mail(const team::User& user, const conversations::DueDigest& digest, const std::string& url) {
  std::string lines;
  std::int64_t all = 0;
  for (const auto& [kind, many] : digest.counts) {
    all += many;
    if (!lines.empty()) lines += '\n';
    lines +=
        i18n::text(user.language, "mail.digest." + std::string(enum_name(kind)), {{"count", std::to_string(many)}});
  }
  const auto count = std::to_string(all);
  return {user.email, user.name, i18n::text(user.language, "mail.digest.subject", {{"count", count}}),
          i18n::text(user.language, "mail.digest.text", {{"name", user.name}, {"lines", lines}, {"url", url}}),
          user.language};
}

}  // namespace

team::Mailer mailer_of(Services& services) {
  team::Mailer mailer;
  mailer.base_url = services.public_url;
  mailer.available = [&services](db::Session& session) { return services.patient_channels.can_send_letter(session); };
  mailer.send = [&services](const team::Mail& mail) {
    return services.patient_channels.send_letter(
        {mail.to, mail.to_name, mail.subject, mail.text, std::string(i18n::code(mail.language))});
  };
  return mailer;
}

int send_digests(Services& services) {
  const auto mailer = mailer_of(services);
  if (!services.database.read_now([&](db::Session& session) { return mailer.ready(session); })) return 0;
  const auto due =
      services.database.write_now([&](db::Tx& tx) { return conversations::take_digests(tx, services.clock.now()); });
  int sent = 0;
  for (const auto& digest : due) {
    const auto user =
        services.database.read_now([&](db::Session& session) { return team::find_user(session, digest.user); });
    if (!user || !user->active) continue;
    if (const auto done = mailer.send(digest_mail(*user, digest, mailer.base_url)); !done) {
      log::warn("digest_not_sent", {{"reason", done.error().key}});
      services.database.write_now([&](db::Tx& tx) { conversations::digest_not_sent(tx, digest); });
      continue;
    }
    ++sent;
  }
  return sent;
}

}  // namespace auricle::app
