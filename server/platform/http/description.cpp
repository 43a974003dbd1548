#include "platform/http/description.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>

#include "platform/http/dispatch.h"

namespace auricle::http {
namespace {

struct Operation {
  std::string id, access;
};
using Table = std::map<std::string, Operation>;  // "GET /api/cases"

std::string text_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  return value && value->is_string() ? std::string(value->get_string().c_str()) : "";
}

Table described(std::string_view openapi) {
  Table table;
  const auto whole = boost::json::parse({openapi.data(), openapi.size()});
  for (const auto& path : whole.at("paths").as_object())
    for (const auto& entry : path.value().as_object()) {
      std::string method(entry.key());
      std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return std::toupper(c); });
      if (!method_of(method)) continue;
      const auto& operation = entry.value().as_object();
      table[method + " " + std::string(path.key())] = {text_of(operation, "operationId"),
                                                       text_of(operation, "x-access")};
    }
  return table;
}

Table registered(const std::vector<Route>& routes) {
  Table table;
  for (const auto& route : routes)
    if (route.path.rfind("/api/test/", 0) != 0)
      table[std::string(method_name(route.method)) + " " + route.path] = {route.operation_id,
                                                                          access_name(route.access)};
  return table;
}

}  // namespace

std::string access_name(const Access& access) {
  switch (access.kind) {
    case Access::Kind::open:
      return "open";
    case Access::Kind::signed_in:
      return "signed_in";
    case Access::Kind::permission:
      break;
  }
  for (const auto& info : permission_registry())
    if (info.permission == access.permission) return std::string(info.name);
  return "";
}

std::vector<std::string> differences(const std::vector<Route>& routes, std::string_view openapi) {
  std::vector<std::string> found;
  const auto wanted = described(openapi), present = registered(routes);
  for (const auto& [place, operation] : wanted) {
    const auto match = present.find(place);
    if (match == present.end()) {
      found.push_back(place + " (" + operation.id + ") is described in api/ but has no route");
      continue;
    }
    if (match->second.id != operation.id)
      found.push_back(place + ": the route is called " + match->second.id + ", the description says " + operation.id);
    if (match->second.access != operation.access)
      found.push_back(place + ": the route needs " + match->second.access + ", the description says " +
                      operation.access);
  }
  for (const auto& [place, operation] : present)
    if (!wanted.count(place))
      found.push_back(place + " (" + operation.id + ") has a route but is not described in api/");
  return found;
}

}  // namespace auricle::http
