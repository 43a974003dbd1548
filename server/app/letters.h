#pragma once
// Mails to colleagues: what the program sends by, and the digests of what waits for them.
#include "app/services.h"
#include "team/mail.h"

namespace auricle::app {

team::Mailer mailer_of(Services& services);
int send_digests(Services& services);  // returns how many went out

}  // namespace auricle::app
