#pragma once
#include "platform/events/sequencer.h"
#include "platform/http/http.h"
#include "team/mail.h"

namespace auricle::team {

// Who sends a request, by its session cookie; answers are kept for at most a second, so that a deactivated person is
// out within one. Shared by the routes, which forget what they change.
class SessionCache;
std::shared_ptr<SessionCache> make_session_cache();
// What was read of people and sessions before these changes is not believed any more.
void forget_sessions(SessionCache& cache, const std::vector<events::SequencedChange>& changes);
http::Authenticate make_authenticate(const Team& team, db::Database& database, const Clock& clock,
                                     std::shared_ptr<SessionCache> cache);

void add_routes(http::Router& router, const Team& team, std::shared_ptr<SessionCache> cache, Mailer mailer = {});

}  // namespace auricle::team
