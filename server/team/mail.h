#pragma once
// Mails to colleagues: invitations, links for a new password, digests. The program gives what it can send by; without a
// mailbox and an address of its own nothing is offered.
#include <functional>
#include <string>

#include "team/team.h"

namespace auricle::team {

struct Mail {
  std::string to, to_name, subject, text;
  Language language = Language::en;
};
struct Mailer {
  std::string base_url;  // the configured public address; never what a request claims ("" : nothing is sent)
  std::function<bool(db::Session&)> available = [](db::Session&) { return false; };
  std::function<Result<Done>(const Mail&)> send = [](const Mail&) -> Result<Done> { return Done{}; };  // blocking
  bool ready(db::Session& session) const { return !base_url.empty() && available(session); }
};

Mail invitation_mail(const Invitation& invitation, const std::string& url, const std::string& organisation);
Mail reset_mail(const User& user, const std::string& url, const std::string& organisation);

inline constexpr const char* kResetMailJob = "team.reset_mail";
// Somebody asks for a link by mail: the same answer whether or not the address is known; rate_limited when one browser
// asks too often. The mail itself is a job.
Result<Done> ask_for_reset(db::Tx& tx, std::string_view email, const Origin& origin, Instant now);
// The job: a fresh link each time it is tried.
Result<Done> send_reset_mail(const Team& team, db::Database& database, const Mailer& mailer, std::string_view payload,
                             Instant now);

}  // namespace auricle::team
