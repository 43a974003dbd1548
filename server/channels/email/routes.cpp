#include <limits>

#include <functional>

#include "channels/email/email.h"
#include "channels/email/oauth.h"
#include "platform/http/steps.h"

namespace auricle::email {
namespace {

using http::Access;
using http::Context;
using http::Method;
using http::Response;
using http::Router;

MailboxId mailbox_id(const Context& ctx) { return {ctx.id()}; }

// Talks to a token server or a mail server: off the I/O threads. What it refuses becomes a problem.
template <class T>
Result<T> refused_as_problem(const std::function<T()>& talk) {
  try {
    return talk();
  } catch (const Refused& refused) {
    return fail(Error{ErrorKind::conflict, refused.key, {}, {{"detail", refused.detail}}, 0});
  }
}

// A connection test talks to strangers for up to a minute: off the I/O threads.
Task<Response> try_settings(Context& ctx, Mailboxes& mailboxes, EmailChannel& channel, MailboxId id) {
  const auto body = http::read_body<MailboxInput>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  auto find = [&](db::Session& session) { return mailboxes.servers_to_try(ctx.viewer, session, id, *body); };
  const auto servers = co_await ctx.database.read(find);
  if (!servers) co_return http::problem(servers.error(), ctx.request);
  auto test = [&](db::Session&) {
    auto [imap, smtp] = *servers;
    try {
      if (id) channel.give_token(imap, id), channel.give_token(smtp, id);
    } catch (const Refused&) {  // the steps say that signing in fails
    }
    return try_mailbox(*body, imap, smtp);
  };
  const auto result = co_await ctx.database.read_slow(test);
  co_return http::json_answer(result, ctx.request);
}

Task<Response> folders_of(Context& ctx, Mailboxes& mailboxes, EmailChannel& channel, MailboxId id) {
  const auto body = http::read_body<MailboxInput>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  auto find = [&](db::Session& session) { return mailboxes.servers_to_try(ctx.viewer, session, id, *body); };
  const auto servers = co_await ctx.database.read(find);
  if (!servers) co_return http::problem(servers.error(), ctx.request);
  auto list = [&](db::Session&) {
    return refused_as_problem<FolderList>([&] {
      auto imap = servers->first;
      if (id) channel.give_token(imap, id);
      return list_folders(imap);
    });
  };
  const auto result = co_await ctx.database.read_slow(list);
  co_return http::json_answer(result, ctx.request);
}

Task<Response> discover_servers(Context& ctx) {
  const auto body = http::read_body<DiscoveryInput>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  auto look = [&](db::Session&) -> Result<Discovery> { return discover(body->address); };
  const auto result = co_await ctx.database.read_slow(look);
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
             [&m, &channel](Context& ctx) { return try_settings(ctx, m, channel, {}); });
  router.add(Method::post, "/api/mailboxes/discover", "discover_mail_servers", access,
             [](Context& ctx) { return discover_servers(ctx); });
  router.add(Method::post, "/api/mailboxes/folders", "list_new_mail_folders", access,
             [&m, &channel](Context& ctx) { return folders_of(ctx, m, channel, {}); });
  router.add(Method::post, "/api/mailboxes/{id}/folders", "list_mail_folders", access,
             [&m, &channel](Context& ctx) { return folders_of(ctx, m, channel, mailbox_id(ctx)); });
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
             [&m, &channel](Context& ctx) { return try_settings(ctx, m, channel, mailbox_id(ctx)); });
  router.add(Method::post, "/api/mailboxes/{id}/fetch", "fetch_mailbox", access,
             [&m, &channel](Context& ctx) -> Task<Response> {
               auto find = [&](db::Session& s) { return m.show(ctx.viewer, s, mailbox_id(ctx)); };
               const auto found = co_await ctx.database.read(find);
               if (!found) co_return http::problem(found.error(), ctx.request);
               channel.look_now(found->id);
               co_return http::no_content();
             });
}

Task<Response> complete_sign_in(Context& ctx, Mailboxes& m, EmailChannel& channel) {
  const auto body = http::read_body<TokenSignInEnd>(ctx);
  if (!body) co_return http::problem(body.error(), ctx.request);
  auto find = [&](db::Session& s) { return m.token_exchange(ctx.viewer, s, mailbox_id(ctx), *body); };
  const auto exchange = co_await ctx.database.read(find);
  if (!exchange) co_return http::problem(exchange.error(), ctx.request);
  auto ask = [&](db::Session&) {
    return refused_as_problem<TokenAnswer>([&] { return ask_token_server(exchange->url, exchange->form); });
  };
  const auto answer = co_await ctx.database.read_slow(ask);
  if (!answer) co_return http::problem(answer.error(), ctx.request);
  auto end = [&](db::Tx& tx) { return m.end_token_sign_in(ctx.viewer, tx, mailbox_id(ctx), *body, *answer); };
  const auto mailbox = co_await ctx.database.write(end);
  if (mailbox) channel.look_now();
  co_return http::json_answer(mailbox, ctx.request);
}

void add_token_routes(Router& router, Mailboxes& m, EmailChannel& channel) {
  const auto access = Access::needs(Permission::mailboxes_manage);
  router.add(Method::post, "/api/mailboxes/{id}/sign-in", "begin_mailbox_sign_in", access, [&m](Context& ctx) {
    return http::write_body<TokenSignIn>(ctx, [&m, &ctx](db::Tx& tx, const TokenSignIn& body) {
      return m.begin_token_sign_in(ctx.viewer, tx, mailbox_id(ctx), body);
    });
  });
  router.add(Method::post, "/api/mailboxes/{id}/sign-in/complete", "complete_mailbox_sign_in", access,
             [&m, &channel](Context& ctx) { return complete_sign_in(ctx, m, channel); });
  router.add(
      Method::delete_, "/api/mailboxes/{id}/sign-in", "end_mailbox_sign_in", access, [&m, &channel](Context& ctx) {
        return then_look(
            http::write_only(ctx, [&m, &ctx](db::Tx& tx) { return m.end_tokens(ctx.viewer, tx, mailbox_id(ctx)); }),
            channel);
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
  add_token_routes(router, mailboxes, channel);
  add_history_routes(router, mailboxes, channel);
  add_quarantine_routes(router, mailboxes, channel);
}

}  // namespace auricle::email
