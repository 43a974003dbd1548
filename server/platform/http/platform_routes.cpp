#include "platform/http/platform_routes.h"

#include <atomic>

#include "platform/base/embedded.h"
#include "platform/events/sequencer.h"
#include "platform/http/answer.h"
#include "platform/http/off_loop.h"
#include "platform/http/proxies.h"

namespace auricle::http {
namespace {

struct Health {
  std::string status;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status))

struct NewTime {
  Instant now;
};
BOOST_DESCRIBE_STRUCT(NewTime, (), (now))

constexpr std::string_view kDocsPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

Response health(const char* status, const Request& request) {
  return json_answer(Health{status}, request, std::string_view(status) == "ok" ? 200 : 503);
}

// A probe writes and waits for the disk, but at most once a second however often it is asked.
struct Probe {
  std::atomic<std::int64_t> good_until{0};
};

Task<Response> ready(Context& ctx, Probe& probe) {
  const auto now = SystemClock().now();
  if (now.ms < probe.good_until) co_return health("ok", ctx.request);
  try {
    auto touch = [&](db::Tx& tx) { events::set_mark(tx, "health", now.ms); };
    co_await ctx.database.write(touch);
  } catch (const std::exception&) {
    co_return health("unavailable", ctx.request);
  }
  probe.good_until = now.ms + 1000;
  co_return health("ok", ctx.request);
}

// Collectors may ask the database: off the I/O thread.
Task<Response> metrics_answer(Context& ctx, const PlatformRoutes& platform) {
  const bool allowed = platform.metrics_token.empty()
                           ? is_loopback(ctx.request.remote_address)
                           : ctx.request.header("Authorization") == "Bearer " + platform.metrics_token;
  if (!allowed) co_return problem(Error{ErrorKind::forbidden, "error.forbidden", {}, {}, 0}, ctx.request);
  auto render = [&] { return platform.metrics.render(); };
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = co_await off_loop(render);
  co_return response;
}

Response docs_file(const Context& ctx, std::string_view name) {
  for (const auto& file : embedded::api_docs()) {
    if (file.path != name) continue;
    Response response;
    const auto extension = name.substr(name.rfind('.') + 1);
    response.content_type = extension == "html"  ? "text/html; charset=utf-8"
                            : extension == "css" ? "text/css; charset=utf-8"
                                                 : "text/javascript; charset=utf-8";
    response.body = file.content;
    response.headers = {{"Content-Security-Policy", std::string(kDocsPolicy)}, {"Cache-Control", "no-cache"}};
    return response;
  }
  return problem(Error{ErrorKind::not_found, "error.not_found", {}, {}, 0}, ctx.request);
}

}  // namespace

void add_routes(Router& router, const PlatformRoutes& platform) {
  router.add(Method::get, "/health/live", "health_live", Access::open(),
             [](Context& ctx) -> Task<Response> { co_return health("ok", ctx.request); });
  router.add(Method::get, "/health/ready", "health_ready", Access::open(),
             [probe = std::make_shared<Probe>()](Context& ctx) { return ready(ctx, *probe); });
  router.add(Method::get, "/metrics", "metrics", Access::open(),
             [platform](Context& ctx) { return metrics_answer(ctx, platform); });
  router.add(Method::get, "/api/openapi.json", "get_api_description", Access::open(),
             [](Context&) -> Task<Response> { co_return json_text(std::string(embedded::api().at(0).content)); });
  router.add(Method::get, "/api/docs", "get_api_docs", Access::open(),
             [](Context& ctx) -> Task<Response> { co_return docs_file(ctx, "index.html"); });
  router.add(Method::get, "/api/docs/{file}", "get_api_docs_file", Access::open(),
             [](Context& ctx) -> Task<Response> { co_return docs_file(ctx, ctx.request.path_params.at("file")); });
}

void add_test_clock(Router& router, AdjustableClock& clock) {
  router.add(Method::post, "/api/test/clock", "test_clock", Access::open(), [&clock](Context& ctx) -> Task<Response> {
    const auto body = read_body<NewTime>(ctx);
    if (!body) co_return problem(body.error(), ctx.request);
    clock.set(body->now);
    co_return no_content();
  });
}

}  // namespace auricle::http
