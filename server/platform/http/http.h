#pragma once
// What the rest of the program sees of HTTP. The HTTP library itself is included only inside platform/http/*.cpp.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/access/access.h"
#include "platform/base/result.h"
#include "platform/base/task.h"
#include "platform/base/time.h"
#include "platform/db/database.h"

namespace auricle::http {

enum class Method { get, post, put, patch, delete_ };

struct Header {
  std::string name, value;
};

struct Request {
  Method method = Method::get;
  std::string path;                                // decoded, without query
  std::map<std::string, std::string> path_params;  // {id} → "42"
  std::map<std::string, std::string> query;        // decoded; ids and enumerated filters only
  std::vector<Header> headers;
  std::string body;
  std::string remote_address;  // of the patient's or agent's browser (X-Forwarded-For only from trusted proxies)
  bool secure = false;         // TLS here or at the trusted proxy
  std::string request_id;
  std::string_view header(std::string_view name) const;  // case-insensitive; "" if absent
  std::optional<std::string> cookie(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<Header> headers;
  std::string body;
  std::string file;  // not empty: stream this file instead of body
};

// Who may call a route. `open` needs no session (sign-in, health, assets); `signed_in` any session; `needs` a
// permission.
struct Access {
  enum class Kind { open, signed_in, permission } kind = Kind::permission;
  Permission permission = Permission::cases_read;
  static Access open() { return {Kind::open, {}}; }
  static Access signed_in() { return {Kind::signed_in, {}}; }
  static Access needs(Permission p) { return {Kind::permission, p}; }
};

// Who is calling, as the session says. Made by the authenticator given to the server (team).
struct Caller {
  Viewer viewer;
  std::string name;        // shown to colleagues who look at the same case
  std::string csrf_token;  // what X-CSRF-Token must hold on every request that is not a GET
  std::int64_t session_id = 0;
  bool by_key = false;  // an API key in the Authorization header: no cookie, so no CSRF to guard against
};
// `passive` asks who it is without prolonging the session (live sockets are asked again now and then).
enum class Activity { active, passive };
// No value: nobody is signed in (no, wrong or ended session).
using Authenticate = std::function<Task<std::optional<Caller>>(const Request&, Activity)>;

// Everything a handler gets. Lives until the response is written.
struct Context {
  Request request;
  Viewer viewer;  // of the session; empty for open routes
  db::Database& database;
  const Clock& clock;
  std::string csrf_token;       // of the session
  std::int64_t session_id = 0;  // 0: open route

  std::int64_t id(std::string_view name = "id") const;  // path parameter as id; 0 (→ not_found) if it is none
};

using Handler = std::function<Task<Response>(Context&)>;

struct Limits {
  std::size_t body = 1 << 20;  // bytes; more is refused with 413 before it is read
};

// operation_id must equal the one in api/*.yaml; at start-up the route table must equal the description.
struct Route {
  Method method;
  std::string path;  // "/api/cases/{id}/messages"
  std::string operation_id;
  Access access;
  Handler handler;
  Limits limits = {};
};

class Router {
 public:
  void add(Method method, std::string path, std::string operation_id, Access access, Handler handler,
           Limits limits = {});
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

// Answers. `T` is a described struct, a vector of them, or anything platform/base/json.h writes.
Response problem(const Error& error, const Request& request);  // RFC 9457, localised by Accept-Language
Response no_content();                                         // 204

// `json_answer(result)` and reading a body into a described struct: platform/http/answer.h (heavier; for routes.cpp).

}  // namespace auricle::http
