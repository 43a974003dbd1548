// Saved views, changes of many cases at once, and what is at risk by the standards.
#include "conversations/bulk.h"
#include "conversations/promises.h"
#include "conversations/routes.h"
#include "conversations/saved_views.h"
#include "platform/http/steps.h"

namespace auricle::conversations {
namespace {

using namespace http;

// In small transactions, so that nobody else waits for all of them.
Task<Response> change_many(const Conversations& cases, Context& ctx) {
  const auto body = read_body<BulkChanges>(ctx);
  if (!body) co_return problem(body.error(), ctx.request);
  if (body->changes.size() > kMostChanges)
    co_return problem(Error{ErrorKind::too_large, "error.too_large", {}, {}, 0}, ctx.request);
  BulkDone done;
  BulkChanges undo;
  for (std::size_t from = 0; from < body->changes.size(); from += kChangesAtOnce) {
    const auto to = std::min(from + kChangesAtOnce, body->changes.size());
    auto closure = [&](db::Tx& tx) {
      std::vector<BulkOutcome> outcomes;
      for (auto i = from; i < to; ++i) outcomes.push_back(change_one(cases, ctx.viewer, tx, body->changes[i]));
      return outcomes;
    };
    auto outcomes = co_await ctx.database.write(closure);
    for (auto& one : outcomes) {
      done.items.push_back(std::move(one.item));
      if (one.undo) undo.changes.push_back(std::move(*one.undo));
    }
  }
  if (!undo.changes.empty()) done.undo = CaseUndo{"post", "/api/cases/bulk", {json::to_json(undo)}};
  co_return json_answer(done, ctx.request, 200);
}

// Counts and ids: no patient is disclosed.
Task<Response> list_at_risk(Context& ctx) {
  const SiteId site{std::atoll(query_of(ctx, "site_id").c_str())};
  auto closure = [&](db::Session& s) { return at_risk(ctx.viewer, s, site, limit_of(ctx, 20, 100), ctx.clock.now()); };
  const auto result = co_await ctx.database.read(closure);
  co_return json_answer(result, ctx.request);
}

Task<Response> preview(Context& ctx) {
  const auto body = read_body<clinic::StandardInput>(ctx);
  if (!body) co_return problem(body.error(), ctx.request);
  auto closure = [&](db::Session& s) { return preview_standard(ctx.viewer, s, *body, ctx.clock.now()); };
  const auto result = co_await ctx.database.read_slow(closure);
  co_return json_answer(result, ctx.request);
}

}  // namespace

void add_desk_routes(Router& router, const Conversations& cases) {
  const auto read = Access::needs(Permission::cases_read), write = Access::needs(Permission::cases_write);
  router.add(Method::post, "/api/cases/bulk", "change_cases", write,
             [&cases](Context& ctx) { return change_many(cases, ctx); });
  router.add(Method::get, "/api/cases/at-risk", "list_cases_at_risk", read, list_at_risk);
  router.add(Method::post, "/api/standards/preview", "preview_standard", Access::needs(Permission::sites_manage),
             preview);
  router.add(Method::get, "/api/case-views", "list_case_views", read, [&cases](Context& ctx) {
    return read_only(
        ctx, [&](db::Session& s) { return saved_views(cases, ctx.viewer, s); }, audit::Action::list);
  });
  router.add(Method::post, "/api/case-views", "create_case_view", read, [&cases](Context& ctx) {
    return write_body<SavedViewInput>(
        ctx,
        [&](db::Tx& tx, const SavedViewInput& body) {
          return create_view(cases, ctx.viewer, tx, body, ctx.clock.now());
        },
        201);
  });
  router.add(Method::put, "/api/case-views/{id}", "update_case_view", read, [&cases](Context& ctx) {
    return write_body<SavedViewInput>(ctx, [&](db::Tx& tx, const SavedViewInput& body) {
      return update_view(cases, ctx.viewer, tx, ctx.id(), body, ctx.clock.now());
    });
  });
  router.add(Method::delete_, "/api/case-views/{id}", "delete_case_view", read, [](Context& ctx) {
    return write_only(ctx, [&](db::Tx& tx) { return delete_view(ctx.viewer, tx, ctx.id(), ctx.clock.now()); });
  });
}

}  // namespace auricle::conversations
