#include <limits>

#include "channels/email/email.h"
#include "platform/http/steps.h"

namespace auricle::email {
namespace {

using http::Access;
using http::Context;
using http::Method;
using http::Response;
using http::Router;

MailboxId mailbox_id(const Context& ctx) { return {ctx.id()}; }

// A connection test talks to strangers for up to a minute: off the I/O threads.
Task<Response> try_settings(Context& ctx, Mailboxes& mailboxes, MailboxId id) {
  const auto body = http::read_body<MailboxInput>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  auto find = [&](db::Session& session) { return mailboxes.servers_to_try(ctx.viewer, session, id, *body); };
  const auto servers = co_await ctx.database.read(find);
  if (!servers) co_return http::problem(servers.error(), ctx.request);
  auto test = [&](db::Session&) { return try_mailbox(*body, servers->first, servers->second); };
  const auto result = co_await ctx.database.read_slow(test);
  co_return http::json_answer(result, ctx.request);
}

std::int64_t before_of(const Context& ctx) {
  const auto cursor = std::atoll(http::query_of(ctx, "cursor").c_str());
  return cursor > 0 ? cursor : std::numeric_limits<std::int64_t>::max();
}

Task<Response> download(Context& ctx, Mailboxes& mailboxes) {
  auto take = [&](db::Tx& tx) { return mailboxes.quarantined_raw(ctx.viewer, tx, ctx.id()); };
  auto raw = co_await ctx.database.write(take);
  if (!raw) co_return http::problem(raw.error(), ctx.request);
  Response response;
  response.content_type = "message/rfc822";
  response.headers.push_back({"Content-Disposition", "attachment; filename=\"mail.eml\""});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  response.body = std::move(*raw);
  co_return response;
}

// After a change of settings the workers look at once.
Task<Response> then_look(Task<Response> task, EmailChannel& channel) {
  auto response = co_await task;
  if (response.status < 300) channel.look_now();
  co_return response;
}

void add_mailbox_routes(Router& router, Mailboxes& m, EmailChannel& channel) {
  const auto access = Access::needs(Permission::mailboxes_manage);
  router.add(Method::get, "/api/mailboxes", "list_mailboxes", access, [&m](Context& ctx) {
    return http::read_only(ctx, [&m, &ctx](db::Session& s) { return m.list(ctx.viewer, s); });
  });
  router.add(Method::post, "/api/mailboxes", "create_mailbox", access, [&m, &channel](Context& ctx) {
    return then_look(
        http::write_body<MailboxInput>(
            ctx, [&m, &ctx](db::Tx& tx, const MailboxInput& body) { return m.create(ctx.viewer, tx, body); }, 201),
        channel);
  });
  router.add(Method::post, "/api/mailboxes/test", "test_new_mailbox", access,
             [&m](Context& ctx) { return try_settings(ctx, m, {}); });
  router.add(Method::get, "/api/mailboxes/{id}", "get_mailbox", access, [&m](Context& ctx) {
    return http::read_only(ctx, [&m, &ctx](db::Session& s) { return m.show(ctx.viewer, s, mailbox_id(ctx)); });
  });
  router.add(Method::put, "/api/mailboxes/{id}", "update_mailbox", access, [&m, &channel](Context& ctx) {
    return then_look(http::write_body<MailboxInput>(ctx,
                                                    [&m, &ctx](db::Tx& tx, const MailboxInput& body) {
                                                      return m.update(ctx.viewer, tx, mailbox_id(ctx), body);
                                                    }),
                     channel);
  });
  router.add(Method::delete_, "/api/mailboxes/{id}", "delete_mailbox", access, [&m, &channel](Context& ctx) {
    return then_look(
        http::write_only(ctx, [&m, &ctx](db::Tx& tx) { return m.remove(ctx.viewer, tx, mailbox_id(ctx)); }), channel);
  });
  router.add(Method::post, "/api/mailboxes/{id}/test", "test_mailbox", access,
             [&m](Context& ctx) { return try_settings(ctx, m, mailbox_id(ctx)); });
  router.add(Method::post, "/api/mailboxes/{id}/fetch", "fetch_mailbox", access,
             [&m, &channel](Context& ctx) -> Task<Response> {
               auto find = [&](db::Session& s) { return m.show(ctx.viewer, s, mailbox_id(ctx)); };
               const auto found = co_await ctx.database.read(find);
               if (!found) co_return http::problem(found.error(), ctx.request);
               channel.look_now(found->id);
               co_return http::no_content();
             });
}

void add_history_routes(Router& router, Mailboxes& m, EmailChannel& channel) {
  const auto access = Access::needs(Permission::mailboxes_manage);
  const auto then_begin = [](Task<Response> task, EmailChannel& to) -> Task<Response> {
    auto response = co_await task;
    if (response.status < 300) to.look_at_history();
    co_return response;
  };
  router.add(Method::get, "/api/mailboxes/{id}/history", "get_mailbox_history", access, [&m](Context& ctx) {
    return http::read_only(ctx, [&m, &ctx](db::Session& s) { return m.history(ctx.viewer, s, mailbox_id(ctx)); });
  });
  router.add(Method::post, "/api/mailboxes/{id}/history", "take_mailbox_history", access,
             [&m, &channel, then_begin](Context& ctx) {
               return then_begin(http::write_body<HistoryInput>(
                                     ctx,
                                     [&m, &ctx](db::Tx& tx, const HistoryInput& body) {
                                       return m.take_history(ctx.viewer, tx, mailbox_id(ctx), body);
                                     },
                                     202),
                                 channel);
             });
  router.add(Method::delete_, "/api/mailboxes/{id}/history", "take_mailbox_history_back", access,
             [&m, &channel, then_begin](Context& ctx) {
               return then_begin(
                   http::write_only(
                       ctx, [&m, &ctx](db::Tx& tx) { return m.take_history_back(ctx.viewer, tx, mailbox_id(ctx)); }),
                   channel);
             });
}

void add_quarantine_routes(Router& router, Mailboxes& m, EmailChannel& channel) {
  const auto access = Access::needs(Permission::mailboxes_manage);
  router.add(Method::get, "/api/quarantine", "list_quarantine", access, [&m](Context& ctx) {
    return http::read_only(ctx, [&m, &ctx](db::Session& s) { return m.quarantine(ctx.viewer, s, before_of(ctx)); });
  });
  router.add(Method::get, "/api/quarantine/{id}", "get_quarantined_mail", access, [&m](Context& ctx) {
    return http::read_only(ctx, [&m, &ctx](db::Session& s) { return m.quarantined(ctx.viewer, s, ctx.id()); });
  });
  router.add(Method::delete_, "/api/quarantine/{id}", "discard_quarantined_mail", access, [&m](Context& ctx) {
    return http::write_only(ctx, [&m, &ctx](db::Tx& tx) { return m.discard(ctx.viewer, tx, ctx.id()); });
  });
  router.add(Method::post, "/api/quarantine/{id}/retry", "retry_quarantined_mail", access,
             [&m, &channel](Context& ctx) -> Task<Response> {
               auto again = [&](db::Tx& tx) { return m.retry(ctx.viewer, tx, ctx.id()); };
               const auto mail = co_await ctx.database.write(again);
               if (mail) channel.look_now(mail->mailbox_id);
               co_return http::json_answer(mail, ctx.request);
             });
  router.add(Method::get, "/api/quarantine/{id}/raw", "download_quarantined_mail", access,
             [&m](Context& ctx) { return download(ctx, m); });
}

}  // namespace

void add_routes(Router& router, Mailboxes& mailboxes, EmailChannel& channel) {
  add_mailbox_routes(router, mailboxes, channel);
  add_history_routes(router, mailboxes, channel);
  add_quarantine_routes(router, mailboxes, channel);
}

}  // namespace auricle::email
