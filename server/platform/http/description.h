#pragma once
// The description in api/*.yaml is the only one: at start-up the route table must equal it.
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/http.h"

namespace auricle::http {

// What differs, one sentence each; empty when they are equal. Routes under /api/test/ are left
// out.
std::vector<std::string> differences(const std::vector<Route>& routes, std::string_view openapi);
std::string access_name(const Access& access);  // "open", "signed_in", "cases_read"

}  // namespace auricle::http
