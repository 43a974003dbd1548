#include "platform/http/dispatch.h"

#include "platform/audit/audit.h"
#include "platform/base/log.h"

namespace auricle::http {
namespace {

Error error_of(ErrorKind kind, std::string key) { return Error{kind, std::move(key), {}, {}, 0}; }

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

// X-Background: 1 marks requests the user did not cause; they do not keep the session awake.
Activity activity_of(const Request& request) {
  return request.header("X-Background") == "1" ? Activity::passive : Activity::active;
}

Response unavailable(const Request& request, const char* key, int retry_after_s) {
  auto error = error_of(ErrorKind::unavailable, key);
  error.retry_after_s = retry_after_s;
  return problem(error, request);
}

Response method_not_allowed(const Request& request, const std::string& allowed) {
  auto response = problem_with_status(405, error_of(ErrorKind::invalid, "error.method_not_allowed"), request);
  response.headers.push_back({"Allow", allowed});
  return response;
}

}  // namespace

bool same_origin(const Request& request) {
  const auto origin = request.header("Origin");
  if (origin.empty()) return true;
  const std::string own = std::string(request.secure ? "https://" : "http://") + std::string(request.header("Host"));
  return origin == own;
}

Dispatcher::Dispatcher(const Router& router, db::Database& database, const Clock& clock, Authenticate authenticate)
    : tree_(router.routes()), database_(database), clock_(clock), authenticate_(std::move(authenticate)) {}

Task<Response> Dispatcher::guarded(Context& ctx, const Route& route) const {
  const bool changes = ctx.request.method != Method::get;
  if (changes && !same_origin(ctx.request))
    co_return problem(error_of(ErrorKind::forbidden, "error.csrf"), ctx.request);
  if (route.access.kind != Access::Kind::open) {
    auto caller = co_await authenticate_(ctx.request, activity_of(ctx.request));
    if (!caller) co_return problem(error_of(ErrorKind::unauthenticated, "error.unauthenticated"), ctx.request);
    const bool token_fits =
        caller->by_key || equal_in_constant_time(ctx.request.header("X-CSRF-Token"), caller->csrf_token);
    ctx.viewer = std::move(caller->viewer);
    ctx.csrf_token = std::move(caller->csrf_token);
    ctx.session_id = caller->session_id;
    if (changes && !token_fits) co_return problem(error_of(ErrorKind::forbidden, "error.csrf"), ctx.request);
    if (caller->by_key && route.access.kind != Access::Kind::permission)  // what is a person's own
      co_return problem(error_of(ErrorKind::forbidden, "error.forbidden"), ctx.request);
    if (route.access.kind == Access::Kind::permission && !has_permission(ctx.viewer, route.access.permission))
      co_return problem(error_of(ErrorKind::forbidden, "error.forbidden"), ctx.request);
  }
  co_return co_await route.handler(ctx);
}

// Who was refused what is part of the trail; repeated within five minutes it raises a count.
Task<Response> Dispatcher::audited(Context& ctx, const Route& route) const {
  auto response = co_await guarded(ctx, route);
  if (response.status != 403 || !ctx.viewer.user) co_return response;
  audit::Entry entry{audit::Action::refuse, route.operation_id, {}, {}, "", 0};
  if (const auto id = ctx.id()) entry.ids.push_back(id);
  auto closure = [&](db::Tx& tx) { audit::append(tx, ctx.viewer, entry, clock_.now()); };
  co_await database_.write(closure, db::Lane::audit);
  co_return response;
}

Task<Response> Dispatcher::answer(Request request, std::string* route) const {
  auto match = tree_.match(request.method, request.path);
  if (!match.route) {
    if (!match.allowed.empty()) co_return method_not_allowed(request, match.allowed);
    co_return problem(error_of(ErrorKind::not_found, "error.not_found"), request);
  }
  if (route) *route = match.route->path;
  request.path_params = std::move(match.params);
  Context ctx{std::move(request), {}, database_, clock_, {}, 0};
  bool full = false;
  try {
    co_return co_await audited(ctx, *match.route);
  } catch (const db::Unavailable& error) {
    full = dynamic_cast<const db::DiskFull*>(&error) != nullptr;
    log::warn(
        "unavailable",
        {{"request_id", ctx.request.request_id}, {"operation", match.route->operation_id}, {"reason", error.what()}});
  } catch (const std::exception& error) {
    // what() of our own code and libraries: may quote a value, so only its type and the operation are logged
    log::error("request_failed", {{"request_id", ctx.request.request_id},
                                  {"operation", match.route->operation_id},
                                  {"exception", typeid(error).name()}});
    co_return problem_with_status(500, error_of(ErrorKind::unavailable, "error.internal"), ctx.request);
  }
  co_return full ? unavailable(ctx.request, "error.disk_full", 30) : unavailable(ctx.request, "error.unavailable", 2);
}

}  // namespace auricle::http
