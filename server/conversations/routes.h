#pragma once
#include "conversations/conversations.h"
#include "conversations/search.h"
#include "platform/blobs/blobs.h"
#include "platform/http/http.h"

namespace auricle::conversations {

void add_routes(http::Router& router, const Conversations& conversations);
void add_file_routes(http::Router& router, const Conversations& conversations, blobs::Blobs& blobs);
void add_desk_routes(http::Router& router, const Conversations& conversations);  // saved views, many cases at once
void add_notification_routes(http::Router& router, crypto::Keyring& keyring);
void add_search_routes(http::Router& router, const Search& search);

}  // namespace auricle::conversations
