#include "team/session_cache.h"

// One's own account.
namespace auricle::team {
namespace {
using http::Access;
using http::Context;
using http::Method;
using http::Response;

struct PresenceBody {
  Presence presence = Presence::available;
};
BOOST_DESCRIBE_STRUCT(PresenceBody, (), (presence))
struct PasswordChangeBody {
  std::string current_password, new_password;
};
BOOST_DESCRIBE_STRUCT(PasswordChangeBody, (), (current_password, new_password))
struct PasswordBody {
  std::string password;
};
BOOST_DESCRIBE_STRUCT(PasswordBody, (), (password))
struct CodeBody {
  std::string code;
};
BOOST_DESCRIBE_STRUCT(CodeBody, (), (code))
struct Codes {
  std::vector<std::string> codes;
};
BOOST_DESCRIBE_STRUCT(Codes, (), (codes))

Result<Codes> wrapped(Result<std::vector<std::string>> codes) {
  if (!codes) return fail(codes.error());
  return Codes{std::move(*codes)};
}

// Whoever found an unlocked screen does not know the password: asked again before what cannot be undone. Someone who
// came by a one-time link has none to prove.
Task<Result<Done>> proof(Context& ctx, Routing routing, std::string password, const char* field) {
  const auto counted = co_await ctx.database.write(
      [&](db::Tx& tx) { return routing.team.begin_proof(ctx.viewer, tx, ctx.clock.now()); });
  if (!counted) co_return fail(counted.error());
  const auto check =
      co_await ctx.database.read([&](db::Session& s) { return routing.team.own_password(ctx.viewer, s); });
  const bool none = check.hash.empty();
  const bool matches = co_await password_matches(ctx, check.hash, std::move(password));
  if (!matches && !none) co_return fail_field(field, "error.team.password_wrong");
  co_await ctx.database.write([&](db::Tx& tx) { routing.team.proven(ctx.viewer, tx); });
  co_return Done{};
}

Task<Response> get_account(Context& ctx, Routing routing) {
  const auto account = co_await ctx.database.read([&](db::Session& s) { return routing.team.account(ctx.viewer, s); });
  co_return http::json_answer(account, ctx.request);
}

Task<Response> patch_account(Context& ctx, Routing routing) {
  const auto body = http::read_body<AccountInput>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  const auto done = co_await write(
      ctx, routing, [&](db::Tx& tx) { return routing.team.update_account(ctx.viewer, tx, *body, ctx.clock.now()); });
  co_return http::json_answer(done, ctx.request);
}

Task<Response> put_presence(Context& ctx, Routing routing) {
  const auto body = http::read_body<PresenceBody>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  const auto done = co_await write(ctx, routing, [&](db::Tx& tx) {
    return routing.team.set_presence(ctx.viewer, tx, body->presence, ctx.clock.now());
  });
  co_return http::json_answer(done, ctx.request);
}

Task<Response> put_password(Context& ctx, Routing routing) {
  const auto body = http::read_body<PasswordChangeBody>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  const auto account = co_await ctx.database.read([&](db::Session& s) { return routing.team.account(ctx.viewer, s); });
  if (!account) co_return http::problem(account.error(), ctx.request);
  if (auto proven = co_await proof(ctx, routing, body->current_password, "current_password"); !proven)
    co_return http::problem(proven.error(), ctx.request);
  if (auto sound = check_password("new_password", body->new_password, account->email, account->name); !sound)
    co_return http::problem(sound.error(), ctx.request);
  const auto hash = co_await hash_of(ctx, body->new_password);
  const auto done = co_await write(ctx, routing, [&](db::Tx& tx) {
    return routing.team.change_password(ctx.viewer, tx, hash, ctx.session_id, ctx.clock.now());
  });
  co_return http::json_answer(done, ctx.request);
}

// A change of the second factor after the password was proven.
template <class F>
Task<Response> after_proof(Context& ctx, Routing routing, F change) {
  const auto body = http::read_body<PasswordBody>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  if (auto proven = co_await proof(ctx, routing, body->password, "password"); !proven)
    co_return http::problem(proven.error(), ctx.request);
  const auto done = co_await write(ctx, routing, change);
  co_return http::json_answer(done, ctx.request);
}

Task<Response> start_second_factor(Context& ctx, Routing routing) {
  return after_proof(ctx, routing, [&ctx, &team = routing.team](db::Tx& tx) {
    return team.start_second_factor(ctx.viewer, tx, ctx.clock.now());
  });
}
Task<Response> disable_second_factor(Context& ctx, Routing routing) {
  return after_proof(ctx, routing, [&ctx, &team = routing.team](db::Tx& tx) {
    return team.disable_second_factor(ctx.viewer, tx, ctx.clock.now());
  });
}
Task<Response> renew_codes(Context& ctx, Routing routing) {
  return after_proof(ctx, routing, [&ctx, &team = routing.team](db::Tx& tx) {
    return wrapped(team.renew_recovery_codes(ctx.viewer, tx, ctx.clock.now()));
  });
}

Task<Response> enable_second_factor(Context& ctx, Routing routing) {
  const auto body = http::read_body<CodeBody>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  const auto done = co_await write(ctx, routing, [&](db::Tx& tx) {
    return wrapped(routing.team.enable_second_factor(ctx.viewer, tx, body->code, ctx.session_id, ctx.clock.now()));
  });
  co_return http::json_answer(done, ctx.request);
}

Task<Response> get_sessions(Context& ctx, Routing routing) {
  const auto all = co_await ctx.database.read([&](db::Session& s) {
    return List<OwnSession>{routing.team.own_sessions(ctx.viewer, s, ctx.session_id), {}};
  });
  co_return http::json_answer(all, ctx.request);
}

Task<Response> delete_session(Context& ctx, Routing routing) {
  const auto done = co_await write(ctx, routing, [&](db::Tx& tx) {
    return routing.team.end_own_session(ctx.viewer, tx, ctx.id(), ctx.clock.now());
  });
  co_return http::json_answer(done, ctx.request);
}

Task<Response> delete_other_sessions(Context& ctx, Routing routing) {
  const auto done = co_await write(ctx, routing, [&](db::Tx& tx) {
    routing.team.end_other_sessions(ctx.viewer, tx, ctx.session_id, ctx.clock.now());
    return Done{};
  });
  co_return http::json_answer(done, ctx.request);
}

}  // namespace

void add_account_routes(http::Router& router, const Routing& routing) {
  const auto add = [&](Method method, const char* path, const char* operation, auto handler) {
    router.add(method, path, operation, Access::signed_in(),
               [routing, handler](Context& ctx) { return handler(ctx, routing); });
  };
  add(Method::get, "/api/account", "get_account", get_account);
  add(Method::patch, "/api/account", "update_account", patch_account);
  add(Method::put, "/api/account/presence", "set_presence", put_presence);
  add(Method::put, "/api/account/password", "change_password", put_password);
  add(Method::post, "/api/account/second-factor", "start_second_factor", start_second_factor);
  add(Method::post, "/api/account/second-factor/confirm", "enable_second_factor", enable_second_factor);
  add(Method::post, "/api/account/second-factor/disable", "disable_second_factor", disable_second_factor);
  add(Method::post, "/api/account/recovery-codes", "renew_recovery_codes", renew_codes);
  add(Method::get, "/api/account/sessions", "list_own_sessions", get_sessions);
  add(Method::delete_, "/api/account/sessions", "end_other_sessions", delete_other_sessions);
  add(Method::delete_, "/api/account/sessions/{id}", "end_own_session", delete_session);
}

}  // namespace auricle::team
