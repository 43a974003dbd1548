#include "team/session_cache.h"

// Signing in and out, locking, one-time links.
namespace auricle::team {
namespace {
using http::Access;
using http::Context;
using http::Method;
using http::Response;

struct SignInBody {
  std::optional<std::string> email;
  std::optional<UserId> user_id;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(SignInBody, (), (email, user_id, password))
struct UnlockBody {
  std::string password;
};
BOOST_DESCRIBE_STRUCT(UnlockBody, (), (password))
struct EmailBody {
  std::string email;
};
BOOST_DESCRIBE_STRUCT(EmailBody, (), (email))
struct TokenBody {
  std::string token;
};
BOOST_DESCRIBE_STRUCT(TokenBody, (), (token))
struct Answer {
  SignInOutcome outcome = SignInOutcome::signed_in;
  std::optional<std::string> challenge;
  std::optional<SessionView> session;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (outcome, challenge, session))

std::string cookie(std::string_view name, std::string_view value, std::int64_t seconds, bool secure) {
  return std::string(name) + "=" + std::string(value) +
         "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds) + (secure ? "; Secure" : "");
}

// The answer of every way to sign in: the cookies and what GET /api/session would say.
Task<Response> answer(Context& ctx, const Routing& routing, Result<SignedIn> signed_in) {
  if (!signed_in) co_return http::problem(signed_in.error(), ctx.request);
  routing.cache->forget_all();
  if (signed_in->outcome == SignInOutcome::second_factor_required)
    co_return http::json_answer(Answer{signed_in->outcome, signed_in->challenge, {}}, ctx.request);
  auto origin = origin_of(ctx.request);
  origin.session_token = signed_in->session_token;
  origin.device_token = signed_in->device_token;
  const auto now = ctx.clock.now();
  auto view = co_await ctx.database.read([&](db::Session& s) { return routing.team.view(s, origin, now); });
  auto response = http::json_answer(Answer{signed_in->outcome, {}, std::move(view)}, ctx.request);
  const auto life = (signed_in->expires_at - now) / 1000;
  response.headers.push_back({"Set-Cookie", cookie(kSessionCookie, origin.session_token, life, ctx.request.secure)});
  if (!origin.device_token.empty())
    response.headers.push_back(
        {"Set-Cookie", cookie(kDeviceCookie, origin.device_token, 30 * 86'400, ctx.request.secure)});
  co_return response;
}

Task<Response> refused(Context& ctx, const Routing& routing, UserId user, Error error) {
  co_await ctx.database.write([&](db::Tx& tx) { routing.team.refused(tx, user, ctx.clock.now()); });
  co_return http::problem(error, ctx.request);
}

Task<Response> show(Context& ctx, Routing routing) {
  auto look = [&](db::Session& s) {
    auto view = routing.team.view(s, origin_of(ctx.request), ctx.clock.now());
    view.can_reset_by_mail = routing.mailer->ready(s);
    return view;
  };
  co_return http::json_answer(co_await ctx.database.read(look), ctx.request);
}

enum class Purpose { sign_in, unlock };
Task<Response> by_password(Context& ctx, Routing routing, Purpose purpose, Team::Credentials who,
                           std::string password) {
  const auto origin = origin_of(ctx.request);
  const auto check = co_await ctx.database.write(
      [&](db::Tx& tx) { return routing.team.begin_sign_in(tx, who, origin, ctx.clock.now()); });
  if (!check) co_return http::problem(check.error(), ctx.request);
  const bool matches = co_await password_matches(ctx, check->hash, std::move(password));
  auto done = co_await ctx.database.write([&](db::Tx& tx) {
    return purpose == Purpose::unlock ? routing.team.unlock(tx, *check, matches, origin, ctx.clock.now())
                                      : routing.team.finish_sign_in(tx, *check, matches, origin, ctx.clock.now());
  });
  if (!done) co_return co_await refused(ctx, routing, check->user, done.error());
  co_return co_await answer(ctx, routing, std::move(done));
}

Task<Response> sign_in(Context& ctx, Routing routing) {
  const auto body = http::read_body<SignInBody>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  if (!body->email && !body->user_id)
    co_return http::problem(fail_field("email", "error.missing").value(), ctx.request);
  const Team::Credentials who{body->email.value_or(""), body->user_id.value_or(UserId{}), false};
  co_return co_await by_password(ctx, routing, Purpose::sign_in, who, body->password);
}

Task<Response> unlock(Context& ctx, Routing routing) {
  const auto body = http::read_body<UnlockBody>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  const Team::Credentials who{"", {}, true};
  co_return co_await by_password(ctx, routing, Purpose::unlock, who, body->password);
}

Task<Response> second_factor(Context& ctx, Routing routing) {
  const auto body = http::read_body<SecondFactorInput>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  const auto now = ctx.clock.now();
  const auto begun = co_await ctx.database.write(
      [&](db::Tx& tx) { return routing.team.begin_second_factor(tx, body->challenge, now); });
  if (!begun) co_return http::problem(begun.error(), ctx.request);
  auto done = co_await ctx.database.write(
      [&](db::Tx& tx) { return routing.team.finish_second_factor(tx, *body, origin_of(ctx.request), now); });
  if (!done) co_return co_await refused(ctx, routing, {}, done.error());
  co_return co_await answer(ctx, routing, std::move(done));
}

Task<Response> forgotten(Context& ctx, Routing) {
  const auto body = http::read_body<EmailBody>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  auto ask = [&](db::Tx& tx) { return ask_for_reset(tx, body->email, origin_of(ctx.request), ctx.clock.now()); };
  co_return http::json_answer(co_await ctx.database.write(ask), ctx.request);
}

Task<Response> sign_out(Context& ctx, Routing routing) {
  co_await ctx.database.write(
      [&](db::Tx& tx) { routing.team.sign_out(ctx.viewer, tx, ctx.session_id, ctx.clock.now()); });
  routing.cache->forget_all();
  auto response = http::no_content();
  response.headers.push_back({"Set-Cookie", cookie(kSessionCookie, "", 0, ctx.request.secure)});
  co_return response;
}

Task<Response> lock(Context& ctx, Routing routing) {
  co_await ctx.database.write([&](db::Tx& tx) { routing.team.lock(tx, ctx.session_id); });
  routing.cache->forget_all();
  co_return http::no_content();
}

Task<Response> open_link(Context& ctx, Routing routing) {
  const auto body = http::read_body<TokenBody>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  const auto link = co_await ctx.database.read(
      [&](db::Session& s) { return routing.team.open_link(s, body->token, ctx.clock.now()); });
  co_return http::json_answer(link, ctx.request);
}

Task<Response> accept_link(Context& ctx, Routing routing) {
  const auto body = http::read_body<LinkAccept>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  const auto link = co_await ctx.database.read(
      [&](db::Session& s) { return routing.team.open_link(s, body->token, ctx.clock.now()); });
  if (!link) co_return http::problem(link.error(), ctx.request);
  std::string hash;  // only for a living link, and only once the password would be taken
  if (body->password && link->kind != LinkKind::sign_in) {
    const auto sound =
        check_password("password", *body->password, body->email.value_or(link->email), body->name.value_or(link->name));
    if (!sound) co_return http::problem(sound.error(), ctx.request);
    hash = co_await hash_of(ctx, *body->password);
  }
  auto done = co_await ctx.database.write(
      [&](db::Tx& tx) { return routing.team.accept_link(tx, *body, hash, origin_of(ctx.request), ctx.clock.now()); });
  co_return co_await answer(ctx, routing, std::move(done));
}

}  // namespace

void add_session_routes(http::Router& router, const Routing& routing) {
  const auto add = [&](Method method, const char* path, const char* operation, Access access, auto handler) {
    router.add(method, path, operation, access, [routing, handler](Context& ctx) { return handler(ctx, routing); });
  };
  add(Method::get, "/api/session", "get_session", Access::open(), show);
  add(Method::post, "/api/session", "sign_in", Access::open(), sign_in);
  add(Method::delete_, "/api/session", "sign_out", Access::signed_in(), sign_out);
  add(Method::post, "/api/session/second-factor", "confirm_second_factor", Access::open(), second_factor);
  add(Method::post, "/api/session/forgotten", "ask_for_reset_mail", Access::open(), forgotten);
  add(Method::post, "/api/session/lock", "lock_session", Access::signed_in(), lock);
  add(Method::post, "/api/session/unlock", "unlock_session", Access::open(), unlock);
  add(Method::post, "/api/links/open", "open_link", Access::open(), open_link);
  add(Method::post, "/api/links/accept", "accept_link", Access::open(), accept_link);
}

}  // namespace auricle::team
