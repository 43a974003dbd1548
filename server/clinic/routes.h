#pragma once
#include "platform/http/http.h"

namespace auricle::clinic {

void add_routes(http::Router& router);

}  // namespace auricle::clinic
