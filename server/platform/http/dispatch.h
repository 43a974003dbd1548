#pragma once
// From a request to its answer: find the route, see who asks and whether they may, run the handler, turn what goes
// wrong into a problem document. Knows nothing of sockets.
#include <array>
#include <atomic>
#include <deque>

#include "platform/http/http.h"

namespace auricle::http {

Response problem_with_status(int status, const Error& error, const Request& request);
std::string_view method_name(Method method);
std::optional<Method> method_of(std::string_view name);

// A tree over the path segments of all routes; a literal segment wins over a parameter.
class RouteTree {
 public:
  explicit RouteTree(const std::vector<Route>& routes);
  struct Match {
    const Route* route = nullptr;
    std::map<std::string, std::string> params;
    std::string allowed;  // methods of the path when only the method does not fit: "GET, PATCH"
  };
  Match match(Method method, std::string_view path) const;

 private:
  struct Node {
    std::map<std::string, std::size_t, std::less<>> literal;
    std::size_t parameter = 0;
    std::array<const Route*, 5> routes{};
  };
  std::size_t child(std::size_t node, std::string_view segment);
  std::size_t find(std::size_t node, std::string_view rest, std::vector<std::string_view>& values) const;

  std::deque<Node> nodes_;
};

// What the desk of observers learns about each finished request; never the raw path or query.
struct Served {
  std::string_view method;
  std::string_view route;  // template, "/api/cases/{id}"; "" when no route matched
  int status = 0;
  double seconds = 0;
  std::size_t bytes = 0;
  std::string_view request_id;
};

class Dispatcher {
 public:
  Dispatcher(const Router& router, db::Database& database, const Clock& clock, Authenticate authenticate);

  const Route* route_of(Method method, std::string_view path) const { return tree_.match(method, path).route; }
  // Never throws. `route` (if given) receives the template for the log.
  Task<Response> answer(Request request, std::string* route) const;
  const Authenticate& authenticate() const { return authenticate_; }

 private:
  Task<Response> guarded(Context& ctx, const Route& route) const;
  Task<Response> audited(Context& ctx, const Route& route) const;

  RouteTree tree_;
  db::Database& database_;
  const Clock& clock_;
  Authenticate authenticate_;
};

// Same origin as the page that was served (Origin header against Host, behind a trusted proxy too). No Origin header:
// true.
bool same_origin(const Request& request);

}  // namespace auricle::http
