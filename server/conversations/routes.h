#pragma once
#include "conversations/conversations.h"
#include "platform/http/http.h"

namespace auricle::conversations {

void add_routes(http::Router& router, const Conversations& conversations);

}  // namespace auricle::conversations
