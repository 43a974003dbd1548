#include "team/mail.h"

#include "clinic/clinic.h"
#include "platform/base/json.h"
#include "platform/base/json_read.h"
#include "platform/i18n/locale.h"
#include "platform/jobs/jobs.h"
#include "team/sign_in.h"

namespace auricle::team {
namespace {

struct ResetPayload {
  UserId user_id;
};
BOOST_DESCRIBE_STRUCT(ResetPayload, (), (user_id))

Mail mail_of(const std::string& kind, const std::string& to, const std::string& name, Language language,
             const std::map<std::string, std::string>& params) {
  return {to, name, i18n::text(language, "mail." + kind + ".subject", params),
          i18n::text(language, "mail." + kind + ".text", params), language};
}

}  // namespace

Mail invitation_mail(const Invitation& invitation, const std::string& url, const std::string& organisation) {
  return mail_of(
      "invitation", invitation.email, invitation.name, invitation.language,
      {{"name", invitation.name}, {"by", invitation.invited_by}, {"organisation", organisation}, {"url", url}});
}

Mail reset_mail(const User& user, const std::string& url, const std::string& organisation) {
  return mail_of("reset", user.email, user.name, user.language,
                 {{"name", user.name}, {"organisation", organisation}, {"url", url}});
}

Result<Done> ask_for_reset(db::Tx& tx, std::string_view email, const Origin& origin, Instant now) {
  const auto from = "forgotten:" + crypto::sha256_hex(origin.address);
  if (auto counted = count_attempt(tx, from, AttemptKind::address, now); !counted) return fail(counted.error());
  const auto user = find_user(tx, email);
  // One account gets few mails, however many browsers ask; who asks hears nothing of that.
  const auto about = "forgotten:" + crypto::sha256_hex(normal_email(email));
  const bool few = count_attempt(tx, about, AttemptKind::account, now).has_value();
  if (user && user->active && few)
    jobs::enqueue(tx, {kResetMailJob, json::to_json(ResetPayload{user->id}), now, 4, std::to_string(user->id.value)},
                  now);
  return Done{};
}

Result<Done> send_reset_mail(const Team& team, db::Database& database, const Mailer& mailer, std::string_view payload,
                             Instant now) {
  const auto asked = json::read<ResetPayload>(payload);
  if (!asked) return fail(ErrorKind::invalid, "error.invalid");
  auto made = database.write_now([&](db::Tx& tx) -> Result<Mail> {
    if (!mailer.ready(tx)) return fail(ErrorKind::unavailable, "error.mail_no_mailbox");
    const auto user = find_user(tx, asked->user_id);
    if (!user || !user->active) return fail(ErrorKind::invalid, "error.team.user_inactive");
    const auto link = team.create_reset_link(Viewer::system_viewer("forgotten_password"), tx, user->id, now);
    if (!link) return fail(link.error());
    return reset_mail(*user, link_url(mailer.base_url, link->token), clinic::organisation(tx).name);
  });
  if (!made) return fail(made.error());
  return mailer.send(*made);
}

}  // namespace auricle::team
