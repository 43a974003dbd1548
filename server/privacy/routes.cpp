#include "privacy/routes.h"

#include <charconv>

#include "platform/audit/seal.h"
#include "platform/http/answer.h"

namespace auricle::privacy {
namespace {
using http::Access;
using http::Context;
using http::Method;
using http::Response;
constexpr int kPage = 50;

template <class T>
struct List {
  std::vector<T> items;
  std::optional<std::string> next_cursor;
  BOOST_DESCRIBE_CLASS(List, (), (items, next_cursor), (), ())
};
struct ErasureBody {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ErasureBody, (), (reason))
struct Chain {
  bool whole = true;
  std::int64_t blocks = 0, rows = 0, unsealed = 0;
  std::optional<Instant> last_sealed_at;
  std::vector<std::string> problems;
};
BOOST_DESCRIBE_STRUCT(Chain, (), (whole, blocks, rows, unsealed, last_sealed_at, problems))

std::string parameter(const Context& ctx, const char* name) {
  const auto found = ctx.request.query.find(name);
  return found == ctx.request.query.end() ? "" : found->second;
}

Result<std::int64_t> number(const Context& ctx, const char* name) {
  const auto text = parameter(ctx, name);
  std::int64_t value = 0;
  if (text.empty()) return value;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) return fail_field(name, "error.wrong_type");
  return value;
}

Result<std::optional<Instant>> instant(const Context& ctx, const char* name) {
  const auto text = parameter(ctx, name);
  if (text.empty()) return std::nullopt;
  if (const auto when = parse_rfc3339(text)) return when;
  return fail_field(name, "error.wrong_type");
}

Result<AuditQuery> query_of(const Context& ctx) {
  AuditQuery query;
  const auto user = number(ctx, "user_id"), patient = number(ctx, "patient_id"), cursor = number(ctx, "cursor");
  for (const auto* value : {&user, &patient, &cursor})
    if (!*value) return fail(value->error());
  const auto from = instant(ctx, "from"), to = instant(ctx, "to");
  for (const auto* value : {&from, &to})
    if (!*value) return fail(value->error());
  query.user = UserId{*user};
  query.patient_id = *patient;
  if (*cursor) query.before_id = *cursor;
  query.from = *from;
  query.to = *to;
  query.action = parameter(ctx, "action");
  query.record = parameter(ctx, "record");
  query.limit = kPage + 1;
  return query;
}

// One more than a page was asked for: if it came, there is a next page.
template <class T>
Result<List<T>> page_of(Result<std::vector<T>> items) {
  if (!items) return fail(items.error());
  List<T> list;
  if (items->size() > kPage) {
    items->resize(kPage);
    list.next_cursor = std::to_string(items->back().id);
  }
  list.items = std::move(*items);
  return list;
}

Task<Response> list_accesses(Context& ctx, const Privacy& privacy) {
  const auto list = co_await ctx.database.read([&](db::Session& s) -> Result<List<PatientAccess>> {
    auto all = privacy.accesses(ctx.viewer, s, PersonId{ctx.id()});
    if (!all) return fail(all.error());
    return List<PatientAccess>{std::move(*all), {}};
  });
  co_return http::json_answer(list, ctx.request);
}

Task<Response> list_audit(Context& ctx, const Privacy& privacy) {
  const auto query = query_of(ctx);
  if (!query) co_return http::problem(query.error(), ctx.request);
  const auto list =
      co_await ctx.database.read_slow([&](db::Session& s) { return page_of(privacy.audit(ctx.viewer, s, *query)); });
  co_return http::json_answer(list, ctx.request);
}

Task<Response> list_erasures(Context& ctx, const Privacy& privacy) {
  const auto cursor = number(ctx, "cursor");
  if (!cursor) co_return http::problem(cursor.error(), ctx.request);
  const auto before = *cursor ? std::optional(*cursor) : std::nullopt;
  const auto list = co_await ctx.database.read(
      [&](db::Session& s) { return page_of(privacy.erasures(ctx.viewer, s, before, kPage + 1)); });
  co_return http::json_answer(list, ctx.request);
}

Task<Response> erase_patient(Context& ctx, const Privacy& privacy) {
  const auto body = http::read_body<ErasureBody>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  const auto done = co_await ctx.database.write(
      [&](db::Tx& tx) { return privacy.erase(ctx.viewer, tx, PersonId{ctx.id()}, body->reason, ctx.clock.now()); },
      db::Lane::bulk);
  if (!done) co_return http::problem(done.error(), ctx.request);
  privacy.note_in_list(*done);
  co_return http::json_answer(done->back(), ctx.request);
}

struct Sums {
  std::int64_t blocks = 0, rows = 0, unsealed = 0;
  std::optional<Instant> last;
};
Sums sums_of(db::Session& session) {
  Sums sums;
  sums.blocks = session.one<std::int64_t>("SELECT COUNT(*) FROM platform_audit_block").value_or(0);
  sums.rows = session.one<std::int64_t>("SELECT COUNT(*) FROM platform_audit").value_or(0);
  sums.unsealed = session.one<std::int64_t>("SELECT COUNT(*) FROM platform_audit WHERE block IS NULL").value_or(0);
  sums.last = session.one<Instant>("SELECT sealed FROM platform_audit_block ORDER BY id DESC LIMIT 1");
  return sums;
}

Task<Response> verify_audit(Context& ctx, crypto::MasterKeyring& keys) {
  auto& database = ctx.database;
  const auto chain = co_await ctx.database.read_slow([&](db::Session& session) {
    const auto sums = sums_of(session);
    Chain state{true, sums.blocks, sums.rows, sums.unsealed, sums.last, {}};
    for (const auto& finding : audit::check_chain(database, keys, audit::head_file_of(keys)))
      state.problems.push_back(std::string(enum_name(finding.kind)) + " " + std::to_string(finding.id));
    state.whole = state.problems.empty();
    return state;
  });
  co_return http::json_answer(chain, ctx.request);
}

}  // namespace

void add_routes(http::Router& router, const Privacy& privacy, crypto::MasterKeyring& keys) {
  const auto add = [&](Method method, const char* path, const char* operation, Permission needed, auto handler) {
    router.add(method, path, operation, Access::needs(needed),
               [&privacy, handler](Context& ctx) { return handler(ctx, privacy); });
  };
  add(Method::get, "/api/patients/{id}/accesses", "list_patient_accesses", Permission::patients_read, list_accesses);
  add(Method::post, "/api/patients/{id}/erase", "erase_patient", Permission::patients_erase, erase_patient);
  add(Method::get, "/api/erasures", "list_erasures", Permission::audit_read, list_erasures);
  add(Method::get, "/api/audit", "list_audit", Permission::audit_read, list_audit);
  router.add(Method::get, "/api/audit/chain", "verify_audit", Access::needs(Permission::audit_read),
             [&keys](Context& ctx) { return verify_audit(ctx, keys); });
}

}  // namespace auricle::privacy
