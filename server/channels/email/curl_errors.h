#pragma once
// What libcurl's codes mean to the person who set up the mailbox.
#include <curl/curl.h>

#include "channels/email/connection.h"

namespace auricle::email {

void prepare(CURL* handle, Protocol protocol, const Server& server, const std::string& path);
Refused refusal(Protocol protocol, CURLcode code, const char* said, long response);

}  // namespace auricle::email
