#include "clinic/clinic.h"
#include "platform/http/off_loop.h"
#include "team/session_cache.h"

// Colleagues, invitations, policy.
namespace auricle::team {
namespace {
using http::Access;
using http::Context;
using http::Method;
using http::Response;

struct RoleView {
  Role role = Role::agent;
  std::vector<Permission> permissions;
};
BOOST_DESCRIBE_STRUCT(RoleView, (), (role, permissions))
struct LinkAnswer {
  std::string url;
  Instant expires_at;
  bool mailed = false;
};
BOOST_DESCRIBE_STRUCT(LinkAnswer, (), (url, expires_at, mailed))
struct InvitationAnswer {
  Invitation invitation;
  std::string url;
  bool mailed = false;
};
BOOST_DESCRIBE_STRUCT(InvitationAnswer, (), (invitation, url, mailed))

// The link as the colleague can reach it.
std::string shown_link(const Context& ctx, const Routing& routing, const std::string& token) {
  const auto& base = routing.mailer->base_url;
  return link_url(base.empty() ? origin_of(ctx.request).base_url : base, token);
}

// Sends it if there is something to send by; a mail that does not go out is no failure: the link is shown.
Task<bool> mail_it(Context& ctx, const Routing& routing, std::function<Mail(const std::string&)> write_mail) {
  std::string organisation;
  bool ready = false;
  auto look = [&](db::Session& s) {
    ready = routing.mailer->ready(s);
    organisation = clinic::organisation(s).name;
  };
  co_await ctx.database.read(look);
  if (!ready) co_return false;
  auto send = [&] { return routing.mailer->send(write_mail(organisation)).has_value(); };
  co_return co_await http::off_loop(send);
}

Task<Response> list_roles(Context& ctx, Routing) {
  List<RoleView> list;
  for (const auto role : all_roles()) {
    RoleView view{role, {}};
    for (const auto& info : permission_registry())
      if (role_grants(role, info.permission)) view.permissions.push_back(info.permission);
    list.items.push_back(std::move(view));
  }
  co_return http::json_answer(list, ctx.request);
}

Task<Response> list_users(Context& ctx, Routing) {
  const auto list = co_await ctx.database.read([](db::Session& s) { return List<User>{users(s), {}}; });
  co_return http::json_answer(list, ctx.request);
}

Task<Response> get_user(Context& ctx, Routing) {
  const auto user = co_await ctx.database.read([&](db::Session& s) -> Result<User> {
    if (auto found = find_user(s, UserId{ctx.id()})) return *found;
    return fail(ErrorKind::not_found, "error.not_found");
  });
  co_return http::json_answer(user, ctx.request);
}

Task<Response> patch_user(Context& ctx, Routing routing) {
  const auto body = http::read_body<UserInput>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  const auto done = co_await write(ctx, routing, [&](db::Tx& tx) {
    return routing.team.update_user(ctx.viewer, tx, UserId{ctx.id()}, *body, ctx.clock.now());
  });
  co_return http::json_answer(done, ctx.request);
}

enum class Activation { deactivate, reactivate };
Task<Response> activation(Context& ctx, Routing routing, Activation wanted) {
  const auto done = co_await write(ctx, routing, [&](db::Tx& tx) {
    return routing.team.set_active(ctx.viewer, tx, UserId{ctx.id()}, wanted == Activation::reactivate, ctx.clock.now());
  });
  co_return http::json_answer(done, ctx.request);
}
Task<Response> deactivate(Context& ctx, Routing routing) { return activation(ctx, routing, Activation::deactivate); }
Task<Response> reactivate(Context& ctx, Routing routing) { return activation(ctx, routing, Activation::reactivate); }

Task<Response> reset_link(Context& ctx, Routing routing) {
  const auto link = co_await write(ctx, routing, [&](db::Tx& tx) {
    return routing.team.create_reset_link(ctx.viewer, tx, UserId{ctx.id()}, ctx.clock.now());
  });
  if (!link) co_return http::problem(link.error(), ctx.request);
  const auto url = shown_link(ctx, routing, link->token);
  std::optional<User> user;
  auto look = [&](db::Session& s) { user = find_user(s, UserId{ctx.id()}); };
  co_await ctx.database.read(look);
  std::function<Mail(const std::string&)> words = [&](const std::string& organisation) {
    return reset_mail(*user, url, organisation);
  };
  bool mailed = false;
  if (user) mailed = co_await mail_it(ctx, routing, words);
  co_return http::json_answer(LinkAnswer{url, link->expires_at, mailed}, ctx.request, 201);
}

Task<Response> reset_second_factor(Context& ctx, Routing routing) {
  const auto done = co_await write(ctx, routing, [&](db::Tx& tx) {
    return routing.team.reset_second_factor(ctx.viewer, tx, UserId{ctx.id()}, ctx.clock.now());
  });
  co_return http::json_answer(done, ctx.request);
}

Task<Response> end_sessions(Context& ctx, Routing routing) {
  const auto done = co_await write(ctx, routing, [&](db::Tx& tx) {
    return routing.team.end_sessions(ctx.viewer, tx, UserId{ctx.id()}, ctx.clock.now());
  });
  co_return http::json_answer(done, ctx.request);
}

Task<Response> list_invitations(Context& ctx, Routing routing) {
  const auto list = co_await ctx.database.read([&](db::Session& s) -> Result<List<Invitation>> {
    auto all = routing.team.invitations(ctx.viewer, s, ctx.clock.now());
    if (!all) return fail(all.error());
    return List<Invitation>{std::move(*all), {}};
  });
  co_return http::json_answer(list, ctx.request);
}

Task<Response> invited(Context& ctx, Routing routing, Result<Team::Invited> done) {
  if (!done) co_return http::problem(done.error(), ctx.request);
  const auto url = shown_link(ctx, routing, done->link.token);
  std::function<Mail(const std::string&)> words = [&](const std::string& organisation) {
    return invitation_mail(done->invitation, url, organisation);
  };
  const bool mailed = co_await mail_it(ctx, routing, words);
  co_return http::json_answer(InvitationAnswer{done->invitation, url, mailed}, ctx.request, 201);
}

Task<Response> invite(Context& ctx, Routing routing) {
  const auto body = http::read_body<InvitationInput>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  auto done = co_await write(ctx, routing,
                             [&](db::Tx& tx) { return routing.team.invite(ctx.viewer, tx, *body, ctx.clock.now()); });
  co_return co_await invited(ctx, routing, std::move(done));
}

Task<Response> renew_invitation(Context& ctx, Routing routing) {
  auto done = co_await write(ctx, routing, [&](db::Tx& tx) {
    return routing.team.renew_invitation(ctx.viewer, tx, ctx.id(), ctx.clock.now());
  });
  co_return co_await invited(ctx, routing, std::move(done));
}

Task<Response> revoke_invitation(Context& ctx, Routing routing) {
  const auto done = co_await write(ctx, routing, [&](db::Tx& tx) {
    return routing.team.revoke_invitation(ctx.viewer, tx, ctx.id(), ctx.clock.now());
  });
  co_return http::json_answer(done, ctx.request);
}

Task<Response> get_policy(Context& ctx, Routing routing) {
  const auto policy = co_await ctx.database.read([&](db::Session& s) { return routing.team.policy(s); });
  co_return http::json_answer(policy, ctx.request);
}

Task<Response> put_policy(Context& ctx, Routing routing) {
  const auto body = http::read_body<PolicyInput>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  const auto done = co_await write(
      ctx, routing, [&](db::Tx& tx) { return routing.team.update_policy(ctx.viewer, tx, *body, ctx.clock.now()); });
  co_return http::json_answer(done, ctx.request);
}

}  // namespace

void add_people_routes(http::Router& router, const Routing& routing) {
  const auto add = [&](Method method, const char* path, const char* operation, Access access, auto handler) {
    router.add(method, path, operation, access, [routing, handler](Context& ctx) { return handler(ctx, routing); });
  };
  const auto read = Access::needs(Permission::staff_read), manage = Access::needs(Permission::staff_manage);
  add(Method::get, "/api/roles", "list_roles", Access::signed_in(), list_roles);
  add(Method::get, "/api/users", "list_users", read, list_users);
  add(Method::get, "/api/users/{id}", "get_user", read, get_user);
  add(Method::patch, "/api/users/{id}", "update_user", manage, patch_user);
  add(Method::post, "/api/users/{id}/deactivate", "deactivate_user", manage, deactivate);
  add(Method::post, "/api/users/{id}/reactivate", "reactivate_user", manage, reactivate);
  add(Method::post, "/api/users/{id}/reset-link", "create_reset_link", manage, reset_link);
  add(Method::delete_, "/api/users/{id}/second-factor", "reset_second_factor", manage, reset_second_factor);
  add(Method::delete_, "/api/users/{id}/sessions", "end_user_sessions", manage, end_sessions);
  add(Method::get, "/api/invitations", "list_invitations", manage, list_invitations);
  add(Method::post, "/api/invitations", "create_invitation", manage, invite);
  add(Method::delete_, "/api/invitations/{id}", "revoke_invitation", manage, revoke_invitation);
  add(Method::post, "/api/invitations/{id}/link", "renew_invitation", manage, renew_invitation);
  add(Method::get, "/api/team-policy", "get_team_policy", manage, get_policy);
  add(Method::put, "/api/team-policy", "update_team_policy", manage, put_policy);
}

}  // namespace auricle::team
