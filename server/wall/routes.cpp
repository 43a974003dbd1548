#include <charconv>

#include "platform/http/answer.h"
#include "wall/wall.h"

namespace auricle::wall {
namespace {

using http::Context;
using http::Response;

// Those whose figures the viewer may see; one of them where the screen hangs at one site.
Result<SiteScope> scope_of_screen(const Context& ctx) {
  const auto scope = scope_of(ctx.viewer, Permission::figures_read);
  const auto found = ctx.request.query.find("site");
  if (found == ctx.request.query.end() || found->second.empty()) return scope;
  const auto& text = found->second;
  SiteId site;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), site.value);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) return fail_field("site", "error.wrong_type");
  if (!site || !may(ctx.viewer, Permission::figures_read, site)) return fail(ErrorKind::forbidden, "error.forbidden");
  return SiteScope{false, {site}};
}

Task<Response> get_wall(Context& ctx, Screens& screens) {
  const auto scope = scope_of_screen(ctx);
  if (!scope) co_return http::problem(scope.error(), ctx.request);
  auto read = [&](db::Session& session) { return screens.look(session, *scope, ctx.clock.now()); };
  const Wall answer = co_await ctx.database.read_slow(read);  // counts only: no patient is disclosed
  co_return http::json_answer(answer, ctx.request);
}

}  // namespace

void add_routes(http::Router& router) {
  const auto screens = std::make_shared<Screens>();
  router.add(http::Method::get, "/api/wall", "get_wall", http::Access::needs(Permission::figures_read),
             [screens](Context& ctx) { return get_wall(ctx, *screens); });
}

}  // namespace auricle::wall
