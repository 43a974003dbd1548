#include "platform/jobs/routes.h"

#include <cstdlib>
#include <memory>

#include "platform/events/sequencer.h"
#include "platform/http/steps.h"
#include "platform/jobs/jobs.h"

namespace auricle::jobs {
namespace {

using http::Access;
using http::Context;
using http::Method;
using http::Response;

struct Sweep {
  Instant ran_at;
  std::map<std::string, std::int64_t> removed;
};
BOOST_DESCRIBE_STRUCT(Sweep, (), (ran_at, removed))

struct Operations {
  std::string version, database;
  Instant started_at;
  std::int64_t jobs_waiting = 0, jobs_running = 0, jobs_parked = 0, sequence = 0;
  std::optional<std::int64_t> search_lag;
  std::int64_t live_connections = 0;
  std::optional<json::Raw> last_sweep;
};
BOOST_DESCRIBE_STRUCT(Operations, (),
                      (version, database, started_at, jobs_waiting, jobs_running, jobs_parked, sequence, search_lag,
                       live_connections, last_sweep))

struct ParkedList {
  std::vector<Parked> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ParkedList, (), (items, next_cursor))

constexpr int kPage = 50;
constexpr std::string_view kSweep = "last_sweep";

Operations operations(db::Session& session, const OperationsSource& source) {
  Operations now;
  const auto jobs = counts(session);
  now.version = source.version;
  now.database = session.dialect() == db::Dialect::sqlite ? "sqlite" : "postgresql";
  now.started_at = source.started_at;
  now.jobs_waiting = jobs.waiting, now.jobs_running = jobs.running, now.jobs_parked = jobs.parked;
  now.sequence = events::newest_sequence(session);
  if (source.search_lag) now.search_lag = source.search_lag(session);
  if (source.live_connections) now.live_connections = source.live_connections();
  if (auto text = session.one<std::string>("SELECT value FROM platform_setting WHERE name = $1", kSweep))
    now.last_sweep = json::Raw{std::move(*text)};
  return now;
}

ParkedList parked(db::Session& session, const std::string& cursor) {
  const auto before =
      cursor.empty() ? std::nullopt : std::optional<std::int64_t>(std::strtoll(cursor.c_str(), nullptr, 10));
  ParkedList list{list_parked(session, before, kPage), {}};
  if (list.items.size() == kPage) list.next_cursor = std::to_string(list.items.back().id);
  return list;
}

using Change = Result<Done> (*)(db::Tx&, std::int64_t, Instant);

Task<Response> change_job(Context& ctx, std::shared_ptr<const OperationsSource> source, Change change) {
  const auto closure = [&](db::Tx& tx) -> Result<Done> {
    auto result = change(tx, ctx.id(), ctx.clock.now());
    if (result)
      audit::append(tx, ctx.viewer,
                    {.action = audit::Action::change, .record = "job", .ids = {ctx.id()}, .fields = {"state"}},
                    ctx.clock.now());
    return result;
  };
  const auto result = co_await ctx.database.write(closure);
  if (result && source->wake) source->wake();
  co_return http::json_answer(result, ctx.request);
}

}  // namespace

void keep_sweep(db::Tx& tx, Instant ran_at, const std::map<std::string, std::int64_t>& removed) {
  tx.exec(
      "INSERT INTO platform_setting(name, value) VALUES($1, $2) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
      kSweep, json::to_json(Sweep{ran_at, removed}));
}

void add_routes(http::Router& router, OperationsSource given) {
  const auto source = std::make_shared<const OperationsSource>(std::move(given));
  const auto access = Access::needs(Permission::operations_read);
  router.add(Method::get, "/api/operations", "get_operations", access, [source](Context& ctx) {
    return http::read_only(ctx, [source = source.get()](db::Session& session) { return operations(session, *source); });
  });
  router.add(Method::get, "/api/jobs/parked", "list_parked_jobs", access, [](Context& ctx) {
    return http::read_only(ctx,
                           [&ctx](db::Session& session) { return parked(session, http::query_of(ctx, "cursor")); });
  });
  router.add(Method::post, "/api/jobs/{id}/retry", "retry_job", access,
             [source](Context& ctx) { return change_job(ctx, source, &retry); });
  router.add(Method::post, "/api/jobs/{id}/discard", "discard_job", access,
             [source](Context& ctx) { return change_job(ctx, source, &discard); });
}

}  // namespace auricle::jobs
