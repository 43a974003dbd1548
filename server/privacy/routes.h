#pragma once
#include "platform/crypto/keyring.h"
#include "platform/http/http.h"
#include "privacy/privacy.h"

namespace auricle::privacy {

void add_routes(http::Router& router, const Privacy& privacy, crypto::MasterKeyring& keys);

}  // namespace auricle::privacy
