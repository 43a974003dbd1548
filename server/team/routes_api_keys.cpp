#include "team/api_keys.h"
#include "team/session_cache.h"

// Keys for other programs.
namespace auricle::team {
namespace {
using http::Context;
using http::Method;
using http::Response;

Task<Response> list(Context& ctx, Routing) {
  const auto keys = co_await ctx.database.read([](db::Session& s) { return List<ApiKey>{api_keys(s), {}}; });
  co_return http::json_answer(keys, ctx.request);
}

Task<Response> create(Context& ctx, Routing routing) {
  const auto body = http::read_body<ApiKeyInput>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  const auto made =
      co_await write(ctx, routing, [&](db::Tx& tx) { return create_api_key(ctx.viewer, tx, *body, ctx.clock.now()); });
  co_return http::json_answer(made, ctx.request, 201);
}

Task<Response> revoke(Context& ctx, Routing routing) {
  const auto done = co_await write(
      ctx, routing, [&](db::Tx& tx) { return revoke_api_key(ctx.viewer, tx, ctx.id(), ctx.clock.now()); });
  co_return http::json_answer(done, ctx.request);
}

}  // namespace

void add_api_key_routes(http::Router& router, const Routing& routing) {
  const auto access = http::Access::needs(Permission::api_keys_manage);
  router.add(Method::get, "/api/api-keys", "list_api_keys", access,
             [routing](Context& ctx) { return list(ctx, routing); });
  router.add(Method::post, "/api/api-keys", "create_api_key", access,
             [routing](Context& ctx) { return create(ctx, routing); });
  router.add(Method::delete_, "/api/api-keys/{id}", "revoke_api_key", access,
             [routing](Context& ctx) { return revoke(ctx, routing); });
}

}  // namespace auricle::team
