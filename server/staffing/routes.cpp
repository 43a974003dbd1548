#include <charconv>

#include "platform/http/answer.h"
#include "staffing/staffing.h"

namespace auricle::staffing {
namespace {

using http::Context;
using http::Response;

std::string parameter(const Context& ctx, const char* name) {
  const auto found = ctx.request.query.find(name);
  return found == ctx.request.query.end() ? "" : found->second;
}

Result<std::int64_t> number(const Context& ctx, const char* name, std::int64_t otherwise) {
  const auto text = parameter(ctx, name);
  if (text.empty()) return otherwise;
  std::int64_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) return fail_field(name, "error.wrong_type");
  return value;
}

struct SeriesKey {
  SiteId site_id;
  std::string channel;
  QueueId queue_id;
};

// The site has to be one of those whose figures the viewer may see.
Result<SeriesKey> series_of(const Context& ctx) {
  const auto site = number(ctx, "site", 0), queue = number(ctx, "queue", 0);
  if (!site) return fail(site.error());
  if (!queue) return fail(queue.error());
  if (!may(ctx.viewer, Permission::figures_read, {*site})) return fail(ErrorKind::forbidden, "error.forbidden");
  return SeriesKey{{*site}, parameter(ctx, "channel"), {*queue}};
}

Result<ForecastQuery> query_of(const Context& ctx) {
  const auto series = series_of(ctx);
  if (!series) return fail(series.error());
  ForecastQuery query{series->site_id, series->channel, series->queue_id, std::nullopt, kMostDays};
  if (const auto from = parameter(ctx, "from"); !from.empty()) {
    query.from = clinic::parse_local_day(from);
    if (!query.from) return fail_field("from", "error.date_not_valid");
  }
  const auto days = number(ctx, "days", kMostDays);
  if (!days) return fail(days.error());
  query.days = static_cast<int>(std::clamp<std::int64_t>(*days, -1, kMostDays + 1));
  return query;
}

Task<Response> get_forecast(Context& ctx) {
  const auto query = query_of(ctx);
  if (!query) co_return http::problem(query.error(), ctx.request);
  auto read = [&](db::Session& session) { return forecast(session, *query, ctx.clock.now()); };
  const auto answer = co_await ctx.database.read_slow(read);  // counts only: no patient is disclosed
  co_return http::json_answer(answer, ctx.request);
}

Task<Response> compute_agents(Context& ctx) {
  const auto input = http::read_body<AgentsInput>(ctx);
  if (!input) co_return http::problem(input.error(), ctx.request);
  auto compute = [&](db::Session&) { return agents_for(*input); };  // off the I/O threads: it may take a while
  const auto answer = co_await ctx.database.read_slow(compute);
  co_return http::json_answer(answer, ctx.request);
}

Task<Response> get_plan(Context& ctx) {
  const auto series = series_of(ctx);
  if (!series) co_return http::problem(series.error(), ctx.request);
  auto read = [&](db::Session& session) -> Result<Plan> {
    if (!clinic::find_site(session, series->site_id)) return fail(ErrorKind::not_found, "error.not_found");
    return plan_of(session, series->site_id, series->channel, series->queue_id);
  };
  const auto answer = co_await ctx.database.read(read);
  co_return http::json_answer(answer, ctx.request);
}

struct PlanBody {
  SiteId site_id;
  std::string channel;
  std::optional<QueueId> queue_id;
  std::vector<std::vector<int>> week;
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(PlanBody, (), (site_id, channel, queue_id, week, version))

Task<Response> put_plan(Context& ctx) {
  const auto body = http::read_body<PlanBody>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  const Plan plan{body->site_id, body->channel, body->queue_id.value_or(QueueId{}), body->week, body->version};
  auto write = [&](db::Tx& tx) { return save_plan(ctx.viewer, tx, plan, ctx.clock.now()); };
  const auto answer = co_await ctx.database.write(write);
  co_return http::json_answer(answer, ctx.request);
}

}  // namespace

void add_routes(http::Router& router) {
  using http::Access;
  using http::Method;
  const auto read = Access::needs(Permission::figures_read), manage = Access::needs(Permission::sites_manage);
  router.add(Method::get, "/api/staffing/forecast", "get_forecast", read, get_forecast);
  router.add(Method::post, "/api/staffing/agents", "compute_agents", read, compute_agents);
  router.add(Method::get, "/api/staffing/plan", "get_staffing_plan", read, get_plan);
  router.add(Method::put, "/api/staffing/plan", "put_staffing_plan", manage, put_plan);
}

}  // namespace auricle::staffing
